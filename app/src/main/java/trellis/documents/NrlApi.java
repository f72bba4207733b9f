package trellis.documents;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.access.Fault;
import trellis.access.ServiceServlet;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;

/// The record locator over HTTP: the producer's side and the consumer's.
@Component
@ServletRegistration(name = "nrl", urlMappings = NrlApi.BASE + "/*")
final class NrlApi extends ServiceServlet {
    /// Where both sides are.
    static final String BASE = "/record-locator";

    private static final long serialVersionUID = 1;
    private static final String PRODUCER = "/producer/FHIR/R4/DocumentReference";
    private static final String CONSUMER = "/consumer/FHIR/R4/DocumentReference";
    private static final int LARGEST = 1_000_000;

    private final transient Documents documents;

    NrlApi(Documents documents) {
        super(BASE);
        this.documents = documents;
    }

    @Override
    protected void answer(Exchange exchange) throws IOException {
        new Call(exchange).answer();
    }

    @Override
    protected NrlError.Refusal refusal(Fault fault, String words) {
        return switch (fault) {
            case NOT_AUTHENTICATED -> NrlError.NOT_AUTHENTICATED.refusal(words);
            case FORBIDDEN -> NrlError.ACCESS_DENIED.refusal(words);
            case UNREADABLE, INVALID ->
                    NrlError.MESSAGE_NOT_WELL_FORMED.refusal(
                            "Request body could not be parsed: " + words);
            case TOO_LARGE -> NrlError.TOO_LARGE.refusal(words);
            case TOO_MANY -> NrlError.TOO_MANY.refusal(words);
            case NOT_FOUND, STALE, LATE, AWAY ->
                    NrlError.AWAY.refusal("The service is away: try again in a minute");
            case BROKEN -> NrlError.INTERNAL_SERVER_ERROR.refusal(words);
        };
    }

    /// One request.
    private final class Call {
        private final Exchange exchange;

        Call(Exchange exchange) {
            this.exchange = exchange;
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
                    exchange.json(200, documents.read(asker, id(rest)).shown());
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
                    case "GET" -> exchange.json(200, documents.own(asker, id).shown());
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
    }
}
