package trellis.subscriptions;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Outbox;
import trellis.store.Preparation;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.subscriptions.EventSql.Due;
import trellis.subscriptions.LiveReads.Live;
import trellis.subscriptions.Standing.State;
import trellis.subscriptions.Topic.Interaction;
import trellis.subscriptions.TriggerRules.Change;
import trellis.subscriptions.TriggerRules.Ready;
import trellis.subscriptions.TriggerRules.Version;

/// Takes what was written, in order, and gives it to each Subscription that wants to know. What was taken and what was given are
/// one commit, so that nothing is given twice or not at all.
@Component
final class DispatchChanges {
    /// The name under which the store notes what was written.
    static final String WATCHER = "subscriptions";

    private static final Logger LOG = LoggerFactory.getLogger(DispatchChanges.class);
    private static final int AT_ONCE = 200;
    private static final int AGAIN = 20;
    private static final String UNREAD =
            "It cannot be carried out as it stands now: send it again to see why";
    private static final String FAULT =
            "A change could not be looked at, and was not told; the log of the server says more";

    private final Outbox outbox;
    private final LiveReads live;
    private final Store store;
    private final StatusChanges statuses;
    private final Preparation preparation;
    private final Clock clock;
    private final ReentrantLock watching = new ReentrantLock();
    private volatile Set<String> watched = Set.of();

    /// How often the next changes could not be looked at, one after the other.
    private int again;

    DispatchChanges(
            Outbox outbox,
            LiveReads live,
            Store store,
            StatusChanges statuses,
            Preparation preparation,
            Clock clock) {
        this.outbox = outbox;
        this.live = live;
        this.store = store;
        this.statuses = statuses;
        this.preparation = preparation;
        this.clock = clock;
    }

    /// Has the store note what is wanted from now on.
    void watch() {
        // One at a time, so that those who wait for another node do not hold a connection each.
        watching.lock();
        try {
            outbox.watch(
                    WATCHER,
                    () -> {
                        watched = live.types();
                        return watched;
                    });
        } finally {
            watching.unlock();
        }
    }

    /// Gives on what waits.
    ///
    /// @return whether more may wait
    boolean round() {
        if (!live.types().equals(watched)) {
            watch();
        }
        live.unread().forEach(one -> statuses.become(one, State.ERROR, UNREAD));
        var faults = new HashMap<String, Standing>();
        var taken = outbox.take(WATCHER, AT_ONCE, events -> due(events, faults), EventSql.due());
        again = 0;
        // After the commit: what is written for that waits for nothing that is held meanwhile.
        faults.values().forEach(one -> statuses.become(one, State.ERROR, FAULT));
        return taken == AT_ONCE;
    }

    private List<Due> due(List<Outbox.Event> events, Map<String, Standing> faults) {
        faults.clear();
        var all = live.all();
        var due = new ArrayList<Due>();
        for (var event : events) {
            var mine = all.stream().filter(one -> one.wanted().concerns(event.type())).toList();
            if (!mine.isEmpty()) {
                looked(event, mine, faults)
                        .ifPresent(change -> give(change, event, mine, due, faults));
            }
        }
        return due;
    }

    /// Nothing that comes after it may wait for ever, so it is passed over in the end; all who may miss it are told so.
    private Optional<Change> looked(
            Outbox.Event event, List<Live> mine, Map<String, Standing> faults) {
        try {
            return change(event);
        } catch (RuntimeException e) {
            if (isAway(e)) {
                throw e;
            }
            if (e instanceof IllegalStateException && again < AGAIN) {
                again++;
                throw e;
            }
            log(event, e);
            mine.forEach(one -> faults.put(one.standing().id(), one.standing()));
            return Optional.empty();
        }
    }

    /// Its words may hold what the log must not.
    private static void log(Outbox.Event event, RuntimeException fault) {
        LOG.error(
                "A change of {} could not be looked at for Subscriptions: {}",
                event.type(),
                fault.getClass().getName());
    }

    /// Whether it is the store that fails, and not what was asked of it.
    static boolean isAway(RuntimeException e) {
        return e instanceof DataAccessException
                || (e instanceof Refused refused
                        && refused.problem() instanceof Problem.Unavailable);
    }

    private void give(
            Change change,
            Outbox.Event event,
            List<Live> all,
            List<Due> due,
            Map<String, Standing> faults) {
        for (var one : all) {
            try {
                due(change, event, one).ifPresent(due::add);
            } catch (RuntimeException e) {
                if (isAway(e)) {
                    throw e;
                }
                // The others are told of it all the same.
                log(event, e);
                faults.put(one.standing().id(), one.standing());
            }
        }
    }

    private Optional<Due> due(Change change, Outbox.Event event, Live one) {
        var fired = one.triggers().stream().filter(ready -> fires(ready, change)).toList();
        var filters = one.wanted().filters().getOrDefault(change.type(), List.of());
        return fired.isEmpty() || !TriggerRules.meets(filters, change)
                ? Optional.empty()
                : Optional.of(
                        new Due(
                                one.standing().id(),
                                one.standing().born(),
                                event.type(),
                                event.id(),
                                event.version(),
                                change.interaction(),
                                fired.stream().allMatch(ready -> ready.trigger().looksBack()),
                                event.when()));
    }

    private boolean fires(Ready ready, Change change) {
        try {
            return TriggerRules.fires(ready, change, clock);
        } catch (Refused e) {
            LOG.warn("The FHIRPath of a topic cannot be evaluated on a {}", change.type());
            return false;
        }
    }

    /// Empty for a version that is not kept any more.
    private Optional<Change> change(Outbox.Event event) {
        var previous =
                event.version() > 1
                        ? version(event.type(), event.id(), event.version() - 1)
                        : Optional.<Version>empty();
        if (event.deleted()) {
            return Optional.of(
                    new Change(event.type(), Interaction.DELETE, previous, Optional.empty()));
        }
        return version(event.type(), event.id(), event.version())
                .map(current ->
                        new Change(
                                event.type(),
                                previous.isPresent() ? Interaction.UPDATE : Interaction.CREATE,
                                previous,
                                Optional.of(current)));
    }

    private Optional<Version> version(String type, String id, long version) {
        return store.read(type, id, version, Sight.everything())
                .filter(stored -> !stored.deleted())
                .map(this::version);
    }

    private Version version(Stored stored) {
        Instant updated = stored.lastUpdated();
        var resource = stored.resource();
        return new Version(resource, preparation.prepare(resource), updated);
    }
}
