package trellis.demographics;

import static java.util.Objects.requireNonNullElse;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Denial;
import trellis.access.Exchange;
import trellis.access.Service;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.people.NhsNumber;

/// The personal demographics service over HTTP.
@Component
@ServletRegistration(name = "pds", urlMappings = PdsApi.BASE + "/*")
final class PdsApi extends HttpServlet implements Service {
    /// Where it is.
    static final String BASE = "/personal-demographics/FHIR/R4";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(PdsApi.class);
    private static final int LARGEST = 1_000_000;
    private static final Pattern VERSION = Pattern.compile("W/\"(\\d{1,18})\"");

    private final transient Demographics demographics;

    PdsApi(Demographics demographics) {
        this.demographics = demographics;
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
                            case ELSEWHERE -> PdsError.NOT_ALLOWED.refusal(detail);
                            case NO_HEADER ->
                                    PdsError.NOT_AUTHENTICATED.refusal(
                                            "Missing Authorization header");
                            case EMPTY_HEADER ->
                                    PdsError.NOT_AUTHENTICATED.refusal(
                                            "Empty Authorization header");
                            case NO_TOKEN ->
                                    PdsError.NOT_AUTHENTICATED.refusal("Missing access token");
                            case BAD_TOKEN, NOT_MACHINE ->
                                    PdsError.NOT_AUTHENTICATED.refusal("Invalid Access Token");
                            case TOO_MANY -> PdsError.TOO_MANY_REQUESTS.refusal("");
                            case AWAY -> PdsError.SERVICE_UNAVAILABLE.refusal("");
                        });
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var call = new Call(request, response);
        try {
            call.answer();
        } catch (PdsError.Refusal e) {
            call.refuse(e);
        } catch (Refused e) {
            call.refuse(of(e));
        } catch (DataAccessException e) {
            LOG.warn("Demographics cannot answer: {}", e.getClass().getSimpleName());
            call.refuse(PdsError.SERVICE_UNAVAILABLE.refusal(""));
        }
    }

    private static PdsError.Refusal of(Refused refused) {
        return switch (refused.problem()) {
            case Problem.Stale _ -> PdsError.RESOURCE_VERSION_MISMATCH.refusal("");
            case Problem.Forbidden(var why) -> PdsError.NOT_ALLOWED.refusal(why);
            case Problem.Unauthenticated(var why) -> PdsError.NOT_AUTHENTICATED.refusal(why);
            case Problem.BadRequest(_, var why, _) ->
                    PdsError.update("the request cannot be read: " + why);
            case Problem.Invalid(var issues) ->
                    PdsError.VALIDATION_ERROR.refusal(
                            "Validation error - " + issues.getFirst().diagnostics());
            case Problem.TooLarge(var why) -> PdsError.TOO_LARGE.refusal(why);
            case Problem.NotFound _, Problem.Hidden _, Problem.Gone _ ->
                    PdsError.RESOURCE_NOT_FOUND.refusal("");
            case Problem.Ambiguous _,
                    Problem.PreconditionFailed _,
                    Problem.Conflict _,
                    Problem.NotSupported _,
                    Problem.NotAcceptable _,
                    Problem.UnsupportedMediaType _,
                    Problem.Unavailable _ -> {
                LOG.warn(
                        "Demographics cannot answer: {}",
                        refused.problem().getClass().getSimpleName());
                yield PdsError.SERVICE_UNAVAILABLE.refusal("");
            }
        };
    }

    /// One request.
    private final class Call {
        private final Exchange exchange;

        Call(HttpServletRequest request, HttpServletResponse response) {
            this.exchange = new Exchange(request, response);
        }

        void answer() throws IOException {
            var asker = asker();
            var path = exchange.path();
            if (path.equals(List.of("Patient"))) {
                switch (exchange.method()) {
                    case "GET" -> search(asker);
                    case "POST" -> create(asker);
                    default -> throw PdsError.INVALID_METHOD.refusal("");
                }
            } else if (path.size() == 2 && path.getFirst().equals("Patient")) {
                var number = ShapeRules.number(path.get(1));
                switch (exchange.method()) {
                    case "GET" -> person(200, demographics.read(asker, number));
                    case "PATCH" -> patch(asker, number);
                    default -> throw PdsError.INVALID_METHOD.refusal("");
                }
            } else if (path.size() == 3
                    && path.getFirst().equals("Patient")
                    && path.getLast().equals("RelatedPerson")) {
                if (!exchange.method().equals("GET")) {
                    throw PdsError.INVALID_METHOD.refusal("");
                }
                exchange.json(200, demographics.related(asker, ShapeRules.number(path.get(1))));
            } else {
                throw PdsError.UNSUPPORTED_SERVICE.refusal("");
            }
        }

        private Demographics.Asker asker() {
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

        private void search(Demographics.Asker asker) throws IOException {
            exchange.json(
                    200,
                    demographics.search(
                            asker,
                            exchange.parameters(),
                            requireNonNullElse(exchange.request().getQueryString(), "")));
        }

        private void create(Demographics.Asker asker) throws IOException {
            json();
            person(201, demographics.create(asker, body()));
        }

        private void patch(Demographics.Asker asker, NhsNumber number) throws IOException {
            var match = VERSION.matcher(exchange.header("If-Match"));
            if (!match.matches()) {
                throw PdsError.PRECONDITION_FAILED.refusal(
                        "Invalid request with error - If-Match header must be supplied to update"
                                + " this resource");
            }
            json();
            var version = Long.parseLong(match.group(1));
            person(200, demographics.patch(asker, number, version, body()));
        }

        private void json() {
            var type = exchange.header("Content-Type");
            if (!type.startsWith("application/json") && !type.startsWith("application/fhir+json")) {
                throw PdsError.UNSUPPORTED_SERVICE.refusal("");
            }
        }

        private ObjectNode body() throws IOException {
            var bytes = exchange.body(LARGEST);
            if (bytes.length == 0) {
                throw PdsError.update("No patches found");
            }
            return Json.parse(bytes);
        }

        // --- answers -----------------------------------------------------------------------------

        private void person(int status, Demographics.Person person) throws IOException {
            exchange.response().setHeader("ETag", person.stored().etag());
            exchange.json(status, person.shown());
        }

        private void refuse(PdsError.Refusal refusal) throws IOException {
            exchange.refuse(refusal.error().status(), PdsView.error(refusal));
        }
    }
}
