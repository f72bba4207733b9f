package trellis.prescriptions;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Denial;
import trellis.access.Exchange;
import trellis.access.Service;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.people.NhsNumber;

/// The clinical prescription tracker over HTTP.
@Component
@ServletRegistration(name = "tracker", urlMappings = TrackerApi.BASE + "/*")
final class TrackerApi extends HttpServlet implements Service {
    /// Where it is.
    static final String BASE = "/clinical-prescription-tracker";

    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(TrackerApi.class);

    private final transient Prescriptions prescriptions;

    TrackerApi(Prescriptions prescriptions) {
        this.prescriptions = prescriptions;
    }

    @Override
    public String path() {
        return BASE;
    }

    @Override
    public void refuse(
            Denial why, String detail, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        refuse(
                new Exchange(request, response),
                switch (why) {
                    case ELSEWHERE, NOT_MACHINE -> TrackerError.FORBIDDEN;
                    case NO_HEADER, EMPTY_HEADER, NO_TOKEN, BAD_TOKEN -> TrackerError.UNAUTHORIZED;
                    case TOO_MANY -> TrackerError.TOO_MANY_REQUESTS;
                    case AWAY -> TrackerError.SERVICE_UNAVAILABLE;
                },
                detail);
    }

    private void refuse(Exchange exchange, TrackerError error, String why) throws IOException {
        exchange.refuse(error.status(), TrackerView.error(error, why, prescriptions.now()));
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var exchange = new Exchange(request, response);
        try {
            if (!exchange.method().equals("GET")) {
                response.setHeader("Allow", "GET");
                refuse(exchange, TrackerError.METHOD_NOT_ALLOWED, "Use GET");
            } else if (!Exchange.uuid(exchange.header("X-Request-ID"))) {
                refuse(
                        exchange,
                        TrackerError.BAD_REQUEST,
                        "The X-Request-ID header must be a UUID.");
            } else {
                answer(exchange);
            }
        } catch (Refused e) {
            refuse(exchange, of(e), e.problem() instanceof Problem.Forbidden(var why) ? why : "");
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("the tracker cannot answer: {}", e.getClass().getSimpleName());
            refuse(exchange, TrackerError.SERVICE_UNAVAILABLE, "Try again soon.");
        }
    }

    private static TrackerError of(Refused refused) {
        return switch (refused.problem()) {
            case Problem.Forbidden _ -> TrackerError.FORBIDDEN;
            case Problem.Unauthenticated _ -> TrackerError.UNAUTHORIZED;
            case Problem.BadRequest _,
                    Problem.Invalid _,
                    Problem.TooLarge _,
                    Problem.NotFound _,
                    Problem.Hidden _,
                    Problem.Gone _,
                    Problem.Stale _,
                    Problem.Ambiguous _,
                    Problem.PreconditionFailed _,
                    Problem.Conflict _,
                    Problem.NotSupported _,
                    Problem.NotAcceptable _,
                    Problem.UnsupportedMediaType _ ->
                    TrackerError.BAD_REQUEST;
            case Problem.Unavailable _ -> TrackerError.SERVICE_UNAVAILABLE;
        };
    }

    private void answer(Exchange exchange) throws IOException {
        var path = exchange.path();
        if (path.isEmpty() || !path.getFirst().equals("RequestGroup") || path.size() > 2) {
            refuse(exchange, TrackerError.NOT_FOUND, "There is nothing at this address");
        } else if (path.size() == 2) {
            one(exchange, path.getLast());
        } else {
            search(exchange);
        }
    }

    private void search(Exchange exchange) throws IOException {
        var sent = exchange.parameters();
        var id = first(sent, "prescriptionId");
        var number = first(sent, "nhsNumber");
        if (id.isPresent() == number.isPresent()) {
            refuse(
                    exchange,
                    TrackerError.BAD_REQUEST,
                    id.isPresent()
                            ? "Invalid query string parameters; only prescriptionId or nhsNumber must be"
                                    + " provided, not both."
                            : "Missing required query string parameters; either prescriptionId or"
                                    + " nhsNumber must be included.");
            return;
        }
        var asker = EpsApi.asker(exchange, prescriptions);
        var found =
                id.isPresent()
                        ? PrescriptionId.of(id.get())
                                .map(one -> prescriptions.one(asker, one).stream().toList())
                        : NhsNumber.of(number.orElseThrow())
                                .map(one -> prescriptions.of(asker, one));
        if (found.isEmpty()) {
            refuse(
                    exchange,
                    TrackerError.BAD_REQUEST,
                    id.isPresent() ? "prescriptionId is not valid." : "nhsNumber is not valid.");
            return;
        }
        exchange.json(200, listed(found.get()));
    }

    private ObjectNode listed(List<Prescription> all) {
        return TrackerView.found(
                all,
                all.isEmpty()
                        ? MissingNode.getInstance()
                        : new MessageRules.Message(prescriptions.message(all.getFirst()))
                                .one("Patient"));
    }

    private void one(Exchange exchange, String id) throws IOException {
        var issue = first(exchange.parameters(), "issueNumber").orElse("");
        if (!issue.matches("|[1-9][0-9]?|100")) {
            refuse(exchange, TrackerError.BAD_REQUEST, "issueNumber is not valid.");
            return;
        }
        var asker = EpsApi.asker(exchange, prescriptions);
        var found = PrescriptionId.of(id).flatMap(one -> prescriptions.one(asker, one));
        var which =
                found.flatMap(one ->
                        issue.isEmpty()
                                ? Optional.of(one.current())
                                : one.issue(Integer.parseInt(issue)));
        if (which.isEmpty()) {
            refuse(exchange, TrackerError.NOT_FOUND, "Prescription not found");
            return;
        }
        var prescription = found.orElseThrow();
        exchange.json(
                200,
                TrackerView.one(
                        prescription,
                        which.get(),
                        prescriptions.message(prescription),
                        prescriptions.history(prescription)));
    }

    private static Optional<String> first(Map<String, List<String>> sent, String name) {
        return sent.getOrDefault(name, List.of()).stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .findFirst();
    }
}
