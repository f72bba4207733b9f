package trellis.subscriptions;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.CallerRules;
import trellis.access.Right;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;
import trellis.subscriptions.NotificationRules.Head;
import trellis.subscriptions.NotificationRules.Kind;
import trellis.subscriptions.Wanted.Content;

/// `Subscription/$status` and `Subscription/[id]/$status`: how one's Subscriptions are
/// (http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status).
@Component
final class StatusApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "status",
                    "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-status",
                    Set.of("Subscription"),
                    Level.TYPE,
                    Level.INSTANCE);

    private final SubscriptionSql sql;
    private final Access access;
    private final Store store;
    private final Clock clock;

    StatusApi(DataSource database, Access access, Store store, Clock clock) {
        this.sql = new SubscriptionSql(database);
        this.access = access;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        request.arguments().check(request, Set.of("id", "status"));
        access.require(request.caller(), Right.READ, "Subscription");
        var found =
                request.level() == Level.INSTANCE
                        ? List.of(own(sql, request.caller(), request.id()))
                        : chosen(request);
        var bundle = JsonNodeFactory.instance.objectNode().put("resourceType", "Bundle");
        bundle.put("type", "searchset").put("timestamp", clock.instant().toString());
        bundle.put("total", found.size());
        if (!found.isEmpty()) {
            var entries = bundle.putArray("entry");
            for (var standing : found) {
                var status = status(request, standing);
                var entry = entries.addObject();
                entry.put("fullUrl", "urn:uuid:" + status.path("id").asString(""));
                entry.set("resource", status);
                entry.putObject("search").put("mode", "match");
            }
        }
        return new OperationAnswer.Whole(200, Json.write(bundle), Map.of(), List.of());
    }

    private List<Standing> chosen(OperationRequest request) {
        var ids = request.arguments().texts("id");
        var statuses = request.arguments().texts("status");
        return visible(sql, request.caller()).stream()
                .filter(one -> ids.isEmpty() || ids.contains(one.id()))
                .filter(one -> statuses.isEmpty() || statuses.contains(one.status()))
                .toList();
    }

    /// The Subscriptions of somebody; all for whoever runs the server.
    static List<Standing> visible(SubscriptionSql sql, Caller caller) {
        return SubscriptionRules.isMachine(caller)
                ? sql.all(Optional.empty())
                : sql.all(Optional.of(CallerRules.owner(caller))).stream()
                        .filter(one -> CallerRules.reaches(caller, one.caller()))
                        .toList();
    }

    /// Whether a Subscription is somebody's own: another token of theirs that reaches less far is told nothing of it.
    static boolean isOwn(Standing standing, Caller caller) {
        return CallerRules.owner(standing.caller()).equals(CallerRules.owner(caller))
                && CallerRules.reaches(caller, standing.caller());
    }

    /// One that is somebody's own. For all others there is nothing.
    static Standing own(SubscriptionSql sql, Caller caller, String id) {
        return sql.one(id)
                .filter(one -> SubscriptionRules.isMachine(caller) || isOwn(one, caller))
                .orElseThrow(() -> new Refused(new Problem.NotFound("A Subscription of yours")));
    }

    private ObjectNode status(OperationRequest request, Standing standing) {
        var json = store.read("Subscription", standing.id()).filter(one -> !one.deleted());
        var topic = json.map(one -> one.json().path("criteria").asString("")).orElse("");
        var why =
                json.map(one -> one.json().path("error").asString(""))
                        .filter(text -> !text.isEmpty());
        return NotificationRules.status(
                new Head(
                        request.base(),
                        standing.id(),
                        topic,
                        standing.status(),
                        standing.numbered(),
                        why),
                Kind.QUERY_STATUS,
                Content.ID_ONLY,
                List.of());
    }
}
