package trellis.subscriptions;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Askers;
import trellis.access.Caller;
import trellis.access.Right;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.api.Touched;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;
import trellis.subscriptions.NotificationRules.Head;
import trellis.subscriptions.NotificationRules.Kind;
import trellis.subscriptions.NotificationRules.Told;
import trellis.subscriptions.Wanted.Content;

/// `Subscription/[id]/$events`: what was told, and what waits to be, once more
/// (http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events). What whoever asks may not see
/// now is left out, as it would be from a notification.
@Component
final class EventsApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "events",
                    "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-events",
                    Set.of("Subscription"),
                    Level.INSTANCE);

    private static final int MOST = 100;
    private static final int MOST_BYTES = 16 << 20;

    private final SubscriptionSql sql;
    private final EventSql events;
    private final Access access;
    private final Askers askers;
    private final Store store;
    private final WantedReads reads;
    private final TellingReads telling;
    private final Clock clock;

    EventsApi(
            DataSource database,
            Access access,
            Askers askers,
            Store store,
            WantedReads reads,
            TellingReads telling,
            Clock clock) {
        this.sql = new SubscriptionSql(database);
        this.events = new EventSql(database);
        this.access = access;
        this.askers = askers;
        this.store = store;
        this.reads = reads;
        this.telling = telling;
        this.clock = clock;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        var arguments = request.arguments();
        arguments.check(request, Set.of("eventsSinceNumber", "eventsUntilNumber", "content"));
        access.require(request.caller(), Right.READ, "Subscription");
        var from = number(request, "eventsSinceNumber").orElse(1L);
        var to = number(request, "eventsUntilNumber").orElse(Long.MAX_VALUE);
        var standing = StatusApi.own(sql, request.caller(), request.id());
        var wanted =
                store.read("Subscription", standing.id())
                        .filter(one -> !one.deleted())
                        .map(one -> reads.of(one.json(), request.caller(), standing.base()))
                        .orElseThrow(
                                () -> new Refused(new Problem.NotFound("A Subscription of yours")));
        var content = content(request, wanted);
        number(standing);
        var told = told(request.caller(), standing, wanted, content, from, to);
        var number = sql.one(standing.id()).map(Standing::numbered).orElse(0L);
        var head =
                new Head(
                        request.base(),
                        standing.id(),
                        wanted.topic().url(),
                        standing.status(),
                        number,
                        Optional.empty());
        var bundle =
                NotificationRules.bundle(head, Kind.QUERY_EVENT, content, told, clock.instant());
        var touched = new ArrayList<Touched>();
        for (var one : told) {
            touched.add(Touched.read("events", one.stored(), 200));
            one.along().forEach(more -> touched.add(Touched.read("events", more, 200)));
        }
        return new OperationAnswer.Whole(200, Json.write(bundle), Map.of(), touched);
    }

    /// What has no number yet gets it by what its owner may see, whoever asks.
    private void number(Standing standing) {
        askers.again(standing.caller(), standing.shown())
                .ifPresent(owner -> {
                    var rounds = 0;
                    while (telling.number(owner, standing.id()) && rounds < MOST) {
                        rounds++;
                    }
                });
    }

    private List<Told> told(
            Caller caller, Standing standing, Wanted wanted, Content content, long from, long to) {
        var told = new ArrayList<Told>();
        var bytes = 0;
        for (var event : events.numbered(standing.id(), from, to, MOST)) {
            var one = telling.told(caller, event, wanted, content);
            bytes += one.map(NotificationRules::size).orElse(0);
            if (!told.isEmpty() && bytes > MOST_BYTES) {
                break;
            }
            one.ifPresent(told::add);
        }
        return told;
    }

    private static Optional<Long> number(OperationRequest request, String name) {
        return request.arguments()
                .text(name)
                .map(text -> {
                    if (!text.matches("[0-9]{1,18}")) {
                        throw new Refused(
                                new Problem.BadRequest(
                                        "value", name + " is a whole number from 0 up.", name));
                    }
                    return Long.parseLong(text);
                });
    }

    /// What the Subscription has, or less: more is not told in answer to a question than by itself.
    private static Content content(OperationRequest request, Wanted wanted) {
        var asked = request.arguments().text("content");
        if (asked.isEmpty()) {
            return wanted.channel().content();
        }
        return Content.of(asked.get())
                .orElseThrow(() ->
                        new Refused(
                                new Problem.BadRequest(
                                        "value",
                                        "content is empty, id-only or full-resource.",
                                        "content")));
    }
}
