package trellis.demographics;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.access.Fault;
import trellis.access.ServiceServlet;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.people.NhsNumber;

/// The personal demographics service over HTTP.
@Component
@ServletRegistration(name = "pds", urlMappings = PdsApi.BASE + "/*")
final class PdsApi extends ServiceServlet {
    /// Where it is.
    static final String BASE = "/personal-demographics/FHIR/R4";

    private static final long serialVersionUID = 1;
    private static final int LARGEST = 1_000_000;
    private static final Pattern VERSION = Pattern.compile("W/\"(\\d{1,18})\"");

    private final transient Demographics demographics;

    PdsApi(Demographics demographics) {
        super(BASE);
        this.demographics = demographics;
    }

    @Override
    protected void answer(Exchange exchange) throws IOException {
        new Call(exchange).answer();
    }

    @Override
    protected PdsError.Refusal refusal(Fault fault, String words) {
        return switch (fault) {
            case NOT_AUTHENTICATED -> PdsError.NOT_AUTHENTICATED.refusal(words);
            case FORBIDDEN -> PdsError.NOT_ALLOWED.refusal(words);
            case NOT_FOUND -> PdsError.RESOURCE_NOT_FOUND.refusal("");
            case STALE -> PdsError.RESOURCE_VERSION_MISMATCH.refusal("");
            case UNREADABLE -> PdsError.update("the request cannot be read: " + words);
            case INVALID -> PdsError.VALIDATION_ERROR.refusal("Validation error - " + words);
            case TOO_LARGE -> PdsError.TOO_LARGE.refusal(words);
            case TOO_MANY -> PdsError.TOO_MANY_REQUESTS.refusal("");
            case LATE -> PdsError.UNABLE_TO_CALL_SERVICE.refusal("");
            case AWAY -> PdsError.SERVICE_UNAVAILABLE.refusal("");
            case BROKEN -> PdsError.BROKEN.refusal(words);
        };
    }

    /// One request.
    private final class Call {
        private final Exchange exchange;

        Call(Exchange exchange) {
            this.exchange = exchange;
        }

        void answer() throws IOException {
            var asker = asker();
            var path = exchange.path();
            switch (path.isEmpty() ? "" : path.getFirst()) {
                case "Patient" -> patient(asker, path.subList(1, path.size()));
                case "Coverage" -> coverage(asker, path.subList(1, path.size()));
                default -> throw PdsError.UNSUPPORTED_SERVICE.refusal("");
            }
        }

        private void patient(Asker asker, List<String> path) throws IOException {
            if (path.isEmpty()) {
                switch (exchange.method()) {
                    case "GET" -> search(asker);
                    case "POST" -> create(asker);
                    default -> throw PdsError.INVALID_METHOD.refusal("");
                }
            } else if (path.size() == 1) {
                var number = ShapeRules.number(path.getFirst());
                switch (exchange.method()) {
                    case "GET" -> person(200, demographics.read(asker, number));
                    case "PATCH" -> patch(asker, number);
                    default -> throw PdsError.INVALID_METHOD.refusal("");
                }
            } else if (path.subList(1, path.size()).equals(List.of("RelatedPerson"))) {
                if (!exchange.method().equals("GET")) {
                    throw PdsError.INVALID_METHOD.refusal("");
                }
                exchange.json(200, demographics.related(asker, ShapeRules.number(path.getFirst())));
            } else {
                throw PdsError.UNSUPPORTED_SERVICE.refusal("");
            }
        }

        private void coverage(Asker asker, List<String> path) throws IOException {
            if (!path.isEmpty()) {
                throw PdsError.UNSUPPORTED_SERVICE.refusal("");
            }
            switch (exchange.method()) {
                case "GET" -> {
                    var number = EhicRules.asked(exchange.parameters());
                    card(200, demographics.card(asker, number));
                }
                case "POST" -> {
                    var version = version();
                    json();
                    card(201, demographics.cover(asker, version, body("No coverage found")));
                }
                default -> throw PdsError.INVALID_METHOD.refusal("");
            }
        }

        private Asker asker() {
            var id = exchange.header("X-Request-ID");
            if (id.isEmpty()) {
                throw PdsError.MISSING_VALUE.refusal(
                        "Invalid request with error - X-Request-ID header must be supplied to"
                                + " access this resource");
            }
            if (!Exchange.uuid(id)) {
                throw PdsError.INVALID_VALUE.refusal(
                        "Invalid value - '" + id + "' in header 'X-Request-ID'");
            }
            var asker = demographics.asker(AuditEntry.Source.of(exchange.request()), id);
            var role = exchange.request().getHeader("NHSD-Session-URID");
            if (role != null
                    && !asker.alone()
                    && !asker.patient()
                    && !role.strip().matches("\\d{1,20}")) {
                throw PdsError.INVALID_VALUE.refusal(
                        "Invalid value - '"
                                + role.strip()
                                + "' in header 'NHSD-Session-URID'. Refer to the guidance for this"
                                + " header in our API Specification"
                                + " https://digital.nhs.uk/developer/api-catalogue/personal-demographics-service-fhir");
            }
            return asker;
        }

        private void search(Asker asker) throws IOException {
            exchange.json(
                    200,
                    demographics.search(
                            asker,
                            exchange.parameters(),
                            requireNonNullElse(exchange.request().getQueryString(), "")));
        }

        private void create(Asker asker) throws IOException {
            json();
            person(201, demographics.create(asker, body("No patient found")));
        }

        private void patch(Asker asker, NhsNumber number) throws IOException {
            var version = version();
            json();
            person(200, demographics.patch(asker, number, version, body("No patches found")));
        }

        private long version() {
            var match = VERSION.matcher(exchange.header("If-Match"));
            if (!match.matches()) {
                throw PdsError.PRECONDITION_FAILED.refusal(
                        "Invalid request with error - If-Match header must be supplied to update"
                                + " this resource");
            }
            return Long.parseLong(match.group(1));
        }

        private void json() {
            var type = exchange.header("Content-Type");
            if (!type.startsWith("application/json") && !type.startsWith("application/fhir+json")) {
                throw PdsError.UNSUPPORTED_SERVICE.refusal("");
            }
        }

        private ObjectNode body(String missing) throws IOException {
            var bytes = exchange.body(LARGEST);
            if (bytes.length == 0) {
                throw PdsError.update(missing);
            }
            return Json.parse(bytes);
        }

        // --- answers -----------------------------------------------------------------------------

        private void person(int status, Person person) throws IOException {
            exchange.response().setHeader("ETag", person.stored().etag());
            exchange.json(status, person.shown());
        }

        private void card(int status, Card card) throws IOException {
            exchange.response().setHeader("ETag", "W/\"" + card.version() + "\"");
            exchange.json(status, card.shown(demographics.now()));
        }
    }
}
