package trellis.subscriptions;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.Caller;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.path.engine.FhirPath;
import trellis.store.Store;
import trellis.subscriptions.Standing.State;
import trellis.subscriptions.TriggerRules.Ready;

/// The Subscriptions for which events are kept, ready to be asked whether they tell of a change. What was read once is kept until
/// the Subscription or a topic is written again.
@Component
final class LiveReads {
    /// Searches of topics are read as those of the server itself: what may be seen is looked at when it is told.
    private static final Caller READER = Caller.system("subscriptions");

    private final SubscriptionSql sql;
    private final Store store;
    private final WantedReads reads;
    private final TopicReads topics;
    private final Clock clock;
    private Map<String, Known> known = Map.of();
    private List<Standing> unread = List.of();

    /// @param topics those by which it was read
    /// @param live empty for one that tells of nothing
    private record Known(long generation, Map<String, Topic> topics, Optional<Live> live) {}

    /// One of them.
    record Live(Standing standing, Wanted wanted, List<Ready> triggers) {}

    LiveReads(DataSource database, Store store, WantedReads reads, TopicReads topics, Clock clock) {
        this.sql = new SubscriptionSql(database);
        this.store = store;
        this.reads = reads;
        this.topics = topics;
        this.clock = clock;
    }

    /// All of them now.
    synchronized List<Live> all() {
        var there = topics.all();
        var next = new HashMap<String, Known>();
        var all = new ArrayList<Live>();
        var refused = new ArrayList<Standing>();
        for (var standing : sql.live()) {
            var before = known.get(standing.id());
            var one =
                    before != null
                                    && before.generation() == standing.generation()
                                    && before.topics().equals(there)
                            ? before
                            : new Known(standing.generation(), there, read(standing));
            // What hinders it may pass, so it is asked again, until it is in error.
            if (one.live().isPresent() || standing.state() == State.ERROR) {
                next.put(standing.id(), one);
            } else if (standing.state() != State.CHANGED) {
                refused.add(standing);
            }
            one.live().filter(live -> live.wanted().wants(clock.instant())).ifPresent(all::add);
        }
        known = next;
        unread = List.copyOf(refused);
        return all;
    }

    /// Those that tell nothing, although they should, since they cannot be read any more.
    synchronized List<Standing> unread() {
        return unread;
    }

    /// The types of which anything is to be told.
    Set<String> types() {
        var types = new HashSet<String>();
        all().forEach(one -> types.addAll(one.wanted().types(Definitions.r4().resourceTypes())));
        return types;
    }

    /// One that cannot be read tells of nothing; the work on it says so in its resource.
    private Optional<Live> read(Standing standing) {
        try {
            return store.read("Subscription", standing.id())
                    .filter(stored -> !stored.deleted())
                    .map(stored -> reads.of(stored.json(), READER, standing.base()))
                    .map(wanted -> new Live(standing, wanted, ready(wanted, standing.base())));
        } catch (RuntimeException e) {
            if (DispatchChanges.isAway(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private List<Ready> ready(Wanted wanted, String base) {
        var all = new ArrayList<Ready>();
        for (var trigger : wanted.topic().triggers()) {
            all.add(
                    new Ready(
                            trigger,
                            trigger.query()
                                    .flatMap(query ->
                                            reads.criterion(
                                                    trigger.type(),
                                                    query.previous(),
                                                    READER,
                                                    base,
                                                    "criteria")),
                            trigger.query()
                                    .flatMap(query ->
                                            reads.criterion(
                                                    trigger.type(),
                                                    query.current(),
                                                    READER,
                                                    base,
                                                    "criteria")),
                            trigger.path().isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(FhirPath.compile(trigger.path()))));
        }
        return all;
    }
}
