package trellis.documents;

import static java.util.Objects.requireNonNullElse;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Denial;
import trellis.access.Exchange;
import trellis.access.Service;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// The record locator over HTTP: the producer's side and the consumer's.
@Component
@ServletRegistration(name = "nrl", urlMappings = NrlApi.BASE + "/*")
final class NrlApi extends HttpServlet implements Service {
    /// Where both sides are.
    static final String BASE = "/record-locator";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(NrlApi.class);
    private static final String PRODUCER = "/producer/FHIR/R4/DocumentReference";
    private static final String CONSUMER = "/consumer/FHIR/R4/DocumentReference";
    private static final int LARGEST = 1_000_000;

    private final transient Documents documents;

    NrlApi(Documents documents) {
        this.documents = documents;
    }

    @Override
    public String path() {
        return BASE;
    }

    @Override
    public void refuse(
            Denial why, String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        new Call(request, response)
                .refuse(
                        switch (why) {
                            case ELSEWHERE, NOT_MACHINE -> NrlError.ACCESS_DENIED.refusal(detail);
                            case NO_HEADER, EMPTY_HEADER, NO_TOKEN ->
                                    NrlError.NOT_AUTHENTICATED.refusal(
                                            "Send a bearer token in the Authorization header");
                            case BAD_TOKEN ->
                                    NrlError.NOT_AUTHENTICATED.refusal(
                                            "The token is mistyped, expired or revoked");
                            case TOO_MANY ->
                                    NrlError.TOO_MANY.refusal("Too many requests: send fewer");
                            case AWAY -> away();
                        });
    }

    private static NrlError.Refusal away() {
        return NrlError.INTERNAL_SERVER_ERROR.refusal("The service is away: try again in a minute");
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var call = new Call(request, response);
        try {
            call.answer();
        } catch (NrlError.Refusal e) {
            call.refuse(e);
        } catch (Refused e) {
            call.refuse(of(e));
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("The record locator cannot answer: {}", e.getClass().getSimpleName());
            call.refuse(away());
        }
    }

    private static NrlError.Refusal of(Refused refused) {
        return switch (refused.problem()) {
            case Problem.Forbidden(var why) -> NrlError.ACCESS_DENIED.refusal(why);
            case Problem.Unauthenticated(var why) -> NrlError.NOT_AUTHENTICATED.refusal(why);
            case Problem.BadRequest(_, var why, _) ->
                    NrlError.MESSAGE_NOT_WELL_FORMED.refusal(
                            "Request body could not be parsed: " + why);
            case Problem.Invalid(var issues) ->
                    NrlError.MESSAGE_NOT_WELL_FORMED.refusal(
                            "Request body could not be parsed: " + issues.getFirst().diagnostics());
            case Problem.TooLarge(var why) -> NrlError.TOO_LARGE.refusal(why);
            case Problem.NotFound _,
                    Problem.Hidden _,
                    Problem.Gone _,
                    Problem.Stale _,
                    Problem.Ambiguous _,
                    Problem.PreconditionFailed _,
                    Problem.Conflict _,
                    Problem.NotSupported _,
                    Problem.NotAcceptable _,
                    Problem.UnsupportedMediaType _,
                    Problem.Unavailable _ ->
                    away();
        };
    }

    /// One request.
    private final class Call {
        private final Exchange exchange;

        Call(HttpServletRequest request, HttpServletResponse response) {
            this.exchange = new Exchange(request, response);
        }

        void answer() throws IOException {
            var path =
                    requireNonNullElse(exchange.request().getPathInfo(), "").replaceFirst("/$", "");
            if (path.startsWith(PRODUCER)) {
                producer(path.substring(PRODUCER.length()));
            } else if (path.startsWith(CONSUMER)) {
                consumer(path.substring(CONSUMER.length()));
            } else {
                throw nothing();
            }
        }

        private NrlError.Refusal nothing() {
            return NrlError.NO_RECORD_FOUND.refusal("There is nothing at this address");
        }

        private Documents.Asker asker() {
            if (!Exchange.uuid(exchange.header("X-Request-ID"))) {
                throw NrlError.MISSING_OR_INVALID_HEADER.refusal(
                        "The X-Request-Id header is missing or invalid");
            }
            return documents.asker(
                    AuditEntry.Source.of(exchange.request()),
                    exchange.header("NHSD-End-User-Organisation-ODS"));
        }

        private NrlError.Refusal wrong(String... methods) {
            exchange.response().setHeader("Allow", String.join(", ", methods));
            return NrlError.WRONG_METHOD.refusal("Use " + String.join(" or ", methods));
        }

        private void consumer(String rest) throws IOException {
            var asker = asker();
            var method = exchange.method();
            switch (rest) {
                case "" -> {
                    if (!method.equals("GET")) {
                        throw wrong("GET");
                    }
                    exchange.json(
                            200, NrlView.found(documents.search(asker, exchange.parameters())));
                }
                case "/_search" -> {
                    if (!method.equals("POST")) {
                        throw wrong("POST");
                    }
                    exchange.json(
                            200, NrlView.found(documents.search(asker, exchange.parameters())));
                }
                case "/_count" -> {
                    if (!method.equals("GET")) {
                        throw wrong("GET");
                    }
                    exchange.json(
                            200, NrlView.bundle(documents.count(asker, exchange.parameters())));
                }
                default -> {
                    if (!method.equals("GET")) {
                        throw wrong("GET");
                    }
                    exchange.json(200, documents.read(asker, id(rest)).json());
                }
            }
        }

        private void producer(String rest) throws IOException {
            var asker = asker();
            var method = exchange.method();
            if (rest.equals("/_search")) {
                if (!method.equals("POST")) {
                    throw wrong("POST");
                }
                exchange.json(
                        200, NrlView.found(documents.searchOwn(asker, exchange.parameters())));
            } else if (rest.isEmpty()) {
                switch (method) {
                    case "GET" ->
                            exchange.json(
                                    200,
                                    NrlView.found(
                                            documents.searchOwn(asker, exchange.parameters())));
                    case "POST" -> made(documents.create(asker, body()));
                    case "PUT" -> made(documents.upsert(asker, body()));
                    default -> throw wrong("GET", "POST", "PUT");
                }
            } else {
                var id = id(rest);
                switch (method) {
                    case "GET" -> exchange.json(200, documents.own(asker, id).json());
                    case "PUT" -> {
                        documents.update(asker, id, body());
                        exchange.json(200, NrlView.done(NrlView.Done.RESOURCE_UPDATED));
                    }
                    case "DELETE" -> {
                        documents.delete(asker, id);
                        exchange.json(200, NrlView.done(NrlView.Done.RESOURCE_DELETED));
                    }
                    default -> throw wrong("GET", "PUT", "DELETE");
                }
            }
        }

        private String id(String rest) {
            if (!rest.startsWith("/") || rest.indexOf('/', 1) > 0) {
                throw nothing();
            }
            return rest.substring(1);
        }

        private ObjectNode body() throws IOException {
            var bytes = exchange.body(LARGEST);
            if (bytes.length == 0) {
                throw NrlError.BAD_REQUEST.refusal("Request body is required");
            }
            return Json.parse(bytes);
        }

        // --- answers -----------------------------------------------------------------------------

        private void made(Documents.Made made) throws IOException {
            exchange.response().setHeader("Location", BASE + PRODUCER + "/" + made.id());
            exchange.json(
                    201,
                    NrlView.done(
                            made.superseded()
                                    ? NrlView.Done.RESOURCE_SUPERSEDED
                                    : NrlView.Done.RESOURCE_CREATED));
        }

        private void refuse(NrlError.Refusal refusal) throws IOException {
            exchange.refuse(refusal.error().status(), NrlView.error(refusal));
        }
    }
}
