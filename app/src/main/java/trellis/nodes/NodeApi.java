package trellis.nodes;

import static java.util.Objects.requireNonNullElse;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.access.Caller;
import trellis.access.Exchange;
import trellis.access.Purpose;
import trellis.access.Scopes;
import trellis.audit.AuditEntry;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// What other nodes ask, over HTTP: each request proves which node makes it and says for whom.
final class NodeApi extends HttpServlet {
    /// Where it is.
    static final String BASE = "/nodes";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(NodeApi.class);
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final String BEARER = "Bearer ";
    private static final int MOST_USED = 100_000;
    private static final Scopes SCOPES = Scopes.parse("user/DocumentReference.rs user/Binary.r");

    private final transient Nodes nodes;
    private final transient ObjectProvider<Nodes.Answering> capabilities;
    private final transient Clock clock;
    private final transient Map<String, Instant> used = new ConcurrentHashMap<>();

    NodeApi(Nodes nodes, ObjectProvider<Nodes.Answering> capabilities, Clock clock) {
        this.nodes = nodes;
        this.capabilities = capabilities;
        this.clock = clock;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var exchange = new Exchange(request, response);
        try {
            answer(exchange);
        } catch (AssertionRules.Wrong e) {
            LOG.warn("Another node's request is not taken: {}", e.getMessage());
            refuse(exchange, 401, "login", e.getMessage() + ".");
        } catch (Refused e) {
            refuse(exchange, e.problem());
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("Another node cannot be answered: {}", e.getClass().getSimpleName());
            refuse(exchange, 503, "transient", "The database is away. Try again in a minute.");
        }
    }

    private void answer(Exchange exchange) throws IOException, AssertionRules.Wrong {
        var path = requireNonNullElse(exchange.request().getPathInfo(), "");
        if (!nodes.settings().on()) {
            throw new Refused(new Problem.NotFound("The address"));
        }
        if (!exchange.method().equals("GET")) {
            throw new Refused(new Problem.NotSupported("This address is asked with GET."));
        }
        if (path.equals("/ready")) {
            exchange.head(204);
            return;
        }
        var asked = asked(exchange);
        capabilities.stream()
                .filter(one -> path.equals(one.path()) || path.startsWith(one.path() + "/"))
                .findFirst()
                .orElseThrow(() -> new Refused(new Problem.NotFound("The address")))
                .answer(asked, exchange);
    }

    // --- who asks --------------------------------------------------------------------------------

    private Asked asked(Exchange exchange) throws AssertionRules.Wrong {
        var header = exchange.header("Authorization");
        if (!header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new AssertionRules.Wrong("Send an assertion in the Authorization header");
        }
        var now = clock.instant();
        var own = nodes.credentials();
        var signed = AssertionRules.signed(header.substring(BEARER.length()).strip(), own, now);
        shown(exchange.request(), signed.by());
        var said = AssertionRules.read(signed.claims(), nodes.settings().name(), now);
        var node = node(said, signed.by());
        if (!node.ods().contains(said.staff().ods())) {
            throw new AssertionRules.Wrong("The node does not speak for that organisation");
        }
        once(node.name() + " " + said.id(), said.until().plus(AssertionRules.SKEW), now);
        return new Asked(
                node,
                caller(node, said.staff()),
                said.number(),
                said.opened(),
                AuditEntry.Source.of(exchange.request()));
    }

    /// The certificate that signed is the one that the connection shows. Without TLS the request must come from this machine.
    private void shown(HttpServletRequest request, X509Certificate signer)
            throws AssertionRules.Wrong {
        if (request.getAttribute(CERTIFICATES) instanceof X509Certificate[] shown
                && shown.length > 0) {
            if (!shown[0].equals(signer)) {
                throw new AssertionRules.Wrong("The assertion is of another certificate");
            }
        } else if (request.isSecure() || !nodes.settings().plain() || !here(request)) {
            throw new AssertionRules.Wrong("Show the node's certificate (mutual TLS)");
        }
    }

    private static boolean here(HttpServletRequest request) {
        try {
            return InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private Node node(Assertion said, X509Certificate signer) throws AssertionRules.Wrong {
        var subject = signer.getSubjectX500Principal();
        return nodes.named(said.from())
                .filter(node -> new X500Principal(node.certificate()).equals(subject))
                .orElseThrow(() ->
                        new AssertionRules.Wrong("The certificate is of no node that is met here"));
    }

    private void once(String id, Instant until, Instant now) throws AssertionRules.Wrong {
        if (used.size() >= MOST_USED) {
            used.values().removeIf(end -> end.isBefore(now));
        }
        if (used.size() >= MOST_USED || used.putIfAbsent(id, until) != null) {
            throw new AssertionRules.Wrong("The assertion has been used");
        }
    }

    private static Caller caller(Node node, Assertion.Staff staff) {
        var through =
                new Caller.App(
                        "node " + node.name(),
                        node.name(),
                        SCOPES,
                        Optional.empty(),
                        Purpose.CARE,
                        Optional.empty());
        return new Caller(
                0,
                staff.name(),
                staff.role(),
                staff.organisation(),
                staff.ods(),
                Caller.Came.NODE,
                Optional.of(through));
    }

    // --- refusals --------------------------------------------------------------------------------

    private static void refuse(Exchange exchange, Problem problem) throws IOException {
        switch (problem) {
            case Problem.Forbidden(var why) -> refuse(exchange, 403, "forbidden", why);
            case Problem.Unavailable(var why, _) -> refuse(exchange, 503, "transient", why);
            case Problem.TooLarge(var why) -> refuse(exchange, 413, "too-long", why);
            case Problem.NotSupported(var why) -> refuse(exchange, 405, "not-supported", why);
            case Problem.NotFound(var what) ->
                    refuse(exchange, 404, "not-found", what + " was not found there.");
            case Problem.Hidden(var what) ->
                    refuse(exchange, 404, "not-found", what + " was not found there.");
            case Problem.Gone(var what) ->
                    refuse(exchange, 404, "not-found", what + " was not found there.");
            case Problem.BadRequest _,
                    Problem.Invalid _,
                    Problem.Stale _,
                    Problem.Ambiguous _,
                    Problem.PreconditionFailed _,
                    Problem.Conflict _,
                    Problem.Unauthenticated _,
                    Problem.NotAcceptable _,
                    Problem.UnsupportedMediaType _ ->
                    refuse(exchange, 400, "invalid", "The request was not understood.");
        }
    }

    private static void refuse(Exchange exchange, int status, String code, String why)
            throws IOException {
        if (exchange.response().isCommitted()) {
            throw new IOException("the answer had begun");
        }
        var outcome = JsonNodeFactory.instance.objectNode().put("resourceType", "OperationOutcome");
        outcome.putArray("issue")
                .addObject()
                .put("severity", "error")
                .put("code", code)
                .put("diagnostics", why);
        exchange.refuse(status, outcome);
    }
}
