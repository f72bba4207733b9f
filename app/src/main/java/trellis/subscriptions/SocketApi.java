package trellis.subscriptions;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.access.Askers;
import trellis.fhir.Refused;
import trellis.store.Store;
import trellis.subscriptions.NotificationRules.Head;
import trellis.subscriptions.NotificationRules.Kind;

/// Where websockets are opened. A browser cannot show a token when it opens one, so whoever opens it says first
/// `bind-with-token TOKEN`; until then nothing is sent, and after half a minute it is closed.
final class SocketApi extends HttpServlet {
    /// The address.
    static final String PATH = "/subscriptions/websocket";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(SocketApi.class);
    private static final String BIND = "bind-with-token ";
    private static final String BOUND = "trellis.bound";
    private static final int LONGEST = 4096;
    private static final Duration UNBOUND = Duration.ofSeconds(30);
    private static final Duration SILENT = Duration.ofHours(12);

    private final transient SubscriptionSql sql;
    private final transient Askers askers;
    private final transient Store store;
    private final transient WantedReads reads;
    private final transient SocketChanges sockets;
    private final transient DeliveryChanges delivery;
    private final transient Clock clock;

    SocketApi(
            DataSource database,
            Askers askers,
            Store store,
            WantedReads reads,
            SocketChanges sockets,
            DeliveryChanges delivery,
            Clock clock) {
        this.sql = new SubscriptionSql(database);
        this.askers = askers;
        this.store = store;
        this.reads = reads;
        this.sockets = sockets;
        this.delivery = delivery;
        this.clock = clock;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        var upgrades =
                Optional.ofNullable(request.getHeader("Upgrade"))
                        .filter("websocket"::equalsIgnoreCase);
        if (upgrades.isEmpty() || !request.getMethod().equals("GET")) {
            response.setHeader("Upgrade", "websocket");
            response.setStatus(426);
            return;
        }
        var container =
                (ServerContainer)
                        request.getServletContext().getAttribute(ServerContainer.class.getName());
        var config =
                ServerEndpointConfig.Builder.create(Bound.class, PATH)
                        .configurator(
                                new ServerEndpointConfig.Configurator() {
                                    @Override
                                    public <T> T getEndpointInstance(Class<T> type) {
                                        return type.cast(new Bound());
                                    }
                                })
                        .build();
        try {
            container.upgradeHttpToWebSocket(request, response, config, Map.of());
        } catch (DeploymentException e) {
            throw new ServletException(e);
        }
    }

    /// One connection.
    final class Bound extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.setMaxTextMessageBufferSize(LONGEST);
            // Whoever only keeps it busy is closed as well.
            CompletableFuture.delayedExecutor(UNBOUND.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> closeUnbound(session));
            session.setMaxIdleTimeout(UNBOUND.toMillis());
            session.addMessageHandler(
                    new MessageHandler.Whole<String>() {
                        @Override
                        public void onMessage(String message) {
                            said(session, message);
                        }
                    });
        }

        @Override
        public void onClose(Session session, jakarta.websocket.CloseReason reason) {
            sockets.forget(session);
        }

        @Override
        public void onError(Session session, Throwable fault) {
            LOG.debug("a websocket has failed", fault);
            sockets.forget(session);
        }
    }

    private static void closeUnbound(Session session) {
        try {
            if (session.isOpen() && !session.getUserProperties().containsKey(BOUND)) {
                session.close();
            }
        } catch (IOException e) {
            LOG.debug("a websocket is closed already", e);
        }
    }

    private void said(Session session, String message) {
        try {
            var bound =
                    message.startsWith(BIND)
                            ? sql.spend(
                                    Askers.hash(message.substring(BIND.length()).strip()),
                                    clock.instant())
                            : Optional.<SubscriptionSql.Bound>empty();
            if (bound.isEmpty()) {
                session.getBasicRemote()
                        .sendText(
                                "This takes bind-with-token and a token of $get-ws-binding-token, good once for a minute");
                session.close();
                return;
            }
            session.getUserProperties().put(BOUND, true);
            session.setMaxIdleTimeout(SILENT.toMillis());
            for (var id : bound.get().ids()) {
                bind(session, id, bound.get());
            }
        } catch (IOException e) {
            sockets.forget(session);
        }
    }

    private void bind(Session session, String id, SubscriptionSql.Bound bound) throws IOException {
        var binder = askers.again(bound.caller(), bound.shown());
        var standing =
                sql.one(id)
                        .filter(one -> binder.filter(now -> StatusApi.isOwn(one, now)).isPresent());
        var wanted = standing.flatMap(this::wanted);
        if (wanted.isEmpty()) {
            return;
        }
        var one = standing.orElseThrow();
        var head =
                new Head(
                        one.base(),
                        id,
                        wanted.get().topic().url(),
                        one.status(),
                        one.numbered(),
                        Optional.empty());
        var greeting = delivery.message(head, wanted.get(), Kind.HANDSHAKE, List.of());
        if (sockets.send(session, greeting)
                && !sockets.bind(one, bound.caller(), bound.shown(), session)) {
            session.close();
        }
    }

    private Optional<Wanted> wanted(Standing standing) {
        try {
            return askers.again(standing.caller(), standing.shown())
                    .flatMap(caller ->
                            store.read("Subscription", standing.id())
                                    .filter(stored -> !stored.deleted())
                                    .map(stored ->
                                            reads.of(stored.json(), caller, standing.base())));
        } catch (Refused e) {
            return Optional.empty();
        }
    }
}
