package trellis.prescriptions;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.access.Fault;
import trellis.access.ServiceRefusal;
import trellis.access.ServiceServlet;
import trellis.people.NhsNumber;

/// The clinical prescription tracker over HTTP.
@Component
@ServletRegistration(name = "tracker", urlMappings = TrackerApi.BASE + "/*")
final class TrackerApi extends ServiceServlet {
    /// Where it is.
    static final String BASE = "/clinical-prescription-tracker";

    private static final long serialVersionUID = 1;

    private final transient Prescriptions prescriptions;
    private final transient PrescriptionReads reads;

    TrackerApi(Prescriptions prescriptions, PrescriptionReads reads) {
        super(BASE);
        this.prescriptions = prescriptions;
        this.reads = reads;
    }

    @Override
    protected ServiceRefusal refusal(Fault fault, String words) {
        return refuse(TrackerError.of(fault), words);
    }

    private TrackerError.Refusal refuse(TrackerError error, String why) {
        return error.refusal(why, prescriptions.now());
    }

    @Override
    protected void answer(Exchange exchange) throws IOException {
        var path = exchange.path();
        if (!exchange.method().equals("GET")) {
            exchange.response().setHeader("Allow", "GET");
            throw refuse(TrackerError.METHOD_NOT_ALLOWED, "Use GET");
        }
        if (path.isEmpty() || !path.getFirst().equals("RequestGroup") || path.size() > 2) {
            throw refuse(TrackerError.NOT_FOUND, "There is nothing at this address");
        }
        if (!Exchange.uuid(exchange.header("X-Request-ID"))) {
            throw refuse(TrackerError.BAD_REQUEST, "The X-Request-ID header must be a UUID.");
        }
        if (path.size() == 2) {
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
            throw refuse(
                    TrackerError.BAD_REQUEST,
                    id.isPresent()
                            ? "Invalid query string parameters; only prescriptionId or nhsNumber must be"
                                    + " provided, not both."
                            : "Missing required query string parameters; either prescriptionId or"
                                    + " nhsNumber must be included.");
        }
        var from = first(sent, "_from").orElse("0");
        if (!from.matches("[0-9]{1,6}")) {
            throw refuse(TrackerError.BAD_REQUEST, "_from is not valid.");
        }
        var asker = EpsApi.asker(exchange, prescriptions);
        var start = Integer.parseInt(from);
        var found =
                id.isPresent()
                        ? PrescriptionId.of(id.get())
                                .map(one -> tracked(reads.one(asker, one).stream().toList()))
                        : NhsNumber.of(number.orElseThrow())
                                .map(one -> reads.of(asker, one, start));
        if (found.isEmpty()) {
            throw refuse(
                    TrackerError.BAD_REQUEST,
                    id.isPresent() ? "prescriptionId is not valid." : "nhsNumber is not valid.");
        }
        var next =
                found.filter(PrescriptionReads.Tracked::more)
                        .map(_ ->
                                "RequestGroup?nhsNumber="
                                        + number.orElseThrow()
                                        + "&_from="
                                        + (start + PrescriptionReads.TRACKED));
        exchange.json(200, listed(found.get(), number.flatMap(NhsNumber::of), next));
    }

    private static PrescriptionReads.Tracked tracked(List<Prescription> all) {
        return new PrescriptionReads.Tracked(
                all, all.stream().mapToInt(one -> one.issues().size()).sum(), false);
    }

    private ObjectNode listed(
            PrescriptionReads.Tracked all, Optional<NhsNumber> number, Optional<String> next) {
        return TrackerView.found(
                all,
                all.found().isEmpty()
                        ? MissingNode.getInstance()
                        : reads.message(all.found().getFirst()).one("Patient"),
                number.map(NhsNumber::digits),
                next);
    }

    private void one(Exchange exchange, String id) throws IOException {
        var issue = first(exchange.parameters(), "issueNumber").orElse("");
        if (!issue.matches("|[1-9][0-9]?|100")) {
            throw refuse(TrackerError.BAD_REQUEST, "issueNumber is not valid.");
        }
        var asker = EpsApi.asker(exchange, prescriptions);
        var found = PrescriptionId.of(id).flatMap(one -> reads.one(asker, one));
        var which =
                found.flatMap(one ->
                        issue.isEmpty()
                                ? Optional.of(one.current())
                                : one.issue(Integer.parseInt(issue)));
        if (which.isEmpty()) {
            throw refuse(TrackerError.NOT_FOUND, "Prescription not found");
        }
        var prescription = found.orElseThrow();
        exchange.json(
                200,
                TrackerView.one(
                        prescription,
                        which.get(),
                        reads.message(prescription),
                        reads.history(prescription)));
    }

    private static Optional<String> first(Map<String, List<String>> sent, String name) {
        return sent.getOrDefault(name, List.of()).stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .findFirst();
    }
}
