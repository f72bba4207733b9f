package trellis.subscriptions;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.access.Access;
import trellis.access.Askers;
import trellis.access.CallerRules;
import trellis.access.Right;
import trellis.api.Operation;
import trellis.api.OperationAnswer;
import trellis.api.OperationRequest;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Store;

/// `Subscription/$get-ws-binding-token`: a token by which a websocket shows whose it is
/// (http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-get-ws-binding-token). It is good once,
/// for a minute.
@Component
final class BindingApi implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "get-ws-binding-token",
                    "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-get-ws-binding-token",
                    Set.of("Subscription"),
                    Level.TYPE,
                    Level.INSTANCE);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration GOOD = Duration.ofSeconds(60);
    private static final int BYTES = 32;

    private final SubscriptionSql sql;
    private final Access access;
    private final Askers askers;
    private final Store store;
    private final Clock clock;

    BindingApi(DataSource database, Access access, Askers askers, Store store, Clock clock) {
        this.sql = new SubscriptionSql(database);
        this.access = access;
        this.askers = askers;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        request.arguments().check(request, Set.of("id"));
        access.require(request.caller(), Right.READ, "Subscription");
        var ids = ids(request);
        var random = new byte[BYTES];
        RANDOM.nextBytes(random);
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        var expires = clock.instant().plus(GOOD).truncatedTo(ChronoUnit.SECONDS);
        sql.token(
                Askers.hash(token),
                new SubscriptionSql.Bound(request.caller(), askers.shown(), ids),
                expires);
        var json = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
        var parameters = json.putArray("parameter");
        parameters.addObject().put("name", "token").put("valueString", token);
        parameters.addObject().put("name", "expiration").put("valueDateTime", expires.toString());
        for (var id : ids) {
            parameters.addObject().put("name", "subscription").put("valueString", id);
        }
        parameters
                .addObject()
                .put("name", "websocket-url")
                .put("valueUrl", address(request.base()));
        return new OperationAnswer.Whole(
                200, Json.write(json), Map.of("Cache-Control", "no-store"), List.of());
    }

    private List<String> ids(OperationRequest request) {
        var asked =
                request.level() == Level.INSTANCE
                        ? List.of(request.id())
                        : request.arguments().texts("id");
        var own =
                sql.all(java.util.Optional.of(CallerRules.owner(request.caller()))).stream()
                        .filter(one -> StatusApi.isOwn(one, request.caller()))
                        .filter(one -> isWebsocket(one.id()))
                        .map(Standing::id)
                        .toList();
        if (asked.isEmpty() ? own.isEmpty() : !own.containsAll(asked)) {
            throw new Refused(
                    new Problem.NotFound(
                            "A Subscription of yours with the channel websocket for each id"));
        }
        return asked.isEmpty() ? own : asked;
    }

    private boolean isWebsocket(String id) {
        return store.read("Subscription", id)
                .filter(one -> !one.deleted())
                .filter(one ->
                        one.json().path("channel").path("type").asString("").equals("websocket"))
                .isPresent();
    }

    private static String address(String base) {
        var api = URI.create(base);
        var scheme = api.getScheme().equals("https") ? "wss" : "ws";
        return scheme + "://" + api.getRawAuthority() + SocketApi.PATH;
    }
}
