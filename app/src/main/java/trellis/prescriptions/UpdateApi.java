package trellis.prescriptions;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.access.Fault;
import trellis.access.ServiceRefusal;
import trellis.access.ServiceServlet;

/// Status updates of pharmacies over HTTP.
@Component
@ServletRegistration(name = "updates", urlMappings = UpdateApi.BASE + "/*")
final class UpdateApi extends ServiceServlet {
    /// Where it is.
    static final String BASE = "/prescription-status-update";

    private static final long serialVersionUID = 1;
    private static final int PAGE = 15;

    private final transient Prescriptions prescriptions;
    private final transient UpdateChanges updates;

    UpdateApi(Prescriptions prescriptions, UpdateChanges updates) {
        super(BASE);
        this.prescriptions = prescriptions;
        this.updates = updates;
    }

    /// A request that is refused as a whole.
    private static final class Refusal extends ServiceRefusal {
        private static final long serialVersionUID = 1;

        private final String status;
        private final transient ObjectNode body;

        private Refusal(String status, ObjectNode body) {
            super(status);
            this.status = status;
            this.body = body;
        }

        @Override
        public int status() {
            return Integer.parseInt(status.substring(0, 3));
        }

        @Override
        public ObjectNode body() {
            return body;
        }
    }

    @Override
    protected ServiceRefusal refusal(Fault fault, String words) {
        return switch (fault) {
            case NOT_AUTHENTICATED -> refuse("401 Unauthorized", "processing", words);
            case FORBIDDEN -> refuse("403 Forbidden", "forbidden", words);
            case UNREADABLE, INVALID ->
                    refuse("400 Bad Request", "value", "Invalid JSON in request.");
            case TOO_LARGE -> refuse("413 Content Too Large", "too-long", words);
            case TOO_MANY -> refuse("429 Too Many Requests", "throttled", words);
            case LATE -> refuse("408 Request Timeout", "timeout", "Request timed out.");
            case NOT_FOUND, STALE, AWAY ->
                    refuse("503 Service Unavailable", "transient", "Try again soon.");
            case BROKEN -> refuse("500 Internal Server Error", "exception", words);
        };
    }

    private Refusal refuse(String status, String code, String why) {
        var bundle = bundle();
        outcome(entries(bundle).addObject(), "", status, "error", code, List.of(why));
        return new Refusal(status, bundle);
    }

    @Override
    protected void answer(Exchange exchange) throws IOException {
        var path = exchange.path();
        try {
            if (path.isEmpty() && exchange.method().equals("POST")) {
                take(exchange);
            } else if (path.equals(List.of("checkprescriptionstatusupdates"))
                    && exchange.method().equals("GET")) {
                list(exchange);
            } else {
                throw refuse("404 Not Found", "not-found", "There is nothing at this address");
            }
        } catch (EpsError.Refusal e) {
            throw refuse(status(e.status()), e.error().issue(), e.why());
        }
    }

    /// A status with its words, as entries of a transaction have it.
    private static String status(int code) {
        return Optional.ofNullable(HttpStatus.resolve(code))
                .map(known -> code + " " + known.getReasonPhrase())
                .orElse(code + " Error");
    }

    private void take(Exchange exchange) throws IOException {
        if (!Exchange.uuid(exchange.header("X-Request-ID"))) {
            throw refuse("400 Bad Request", "value", "Missing or empty x-request-id header.");
        }
        var asker = EpsApi.asker(exchange, prescriptions);
        prescriptions.mayDispense(asker);
        var entries = UpdateRules.entries(EpsApi.body(exchange));
        if (entries.isEmpty()) {
            throw refuse(
                    "400 Bad Request",
                    "value",
                    "Request bundle is not a FHIR transaction of Tasks.");
        }
        if (entries.get().stream().anyMatch(entry -> entry.update().isEmpty())) {
            exchange.json(400, faults(entries.get()));
            return;
        }
        var sent =
                entries.get().stream()
                        .map(UpdateRules.Entry::update)
                        .flatMap(Optional::stream)
                        .toList();
        var strangers = updates.strangers(asker, sent);
        if (strangers.stream().anyMatch(Optional::isPresent)) {
            exchange.json(400, faults(UpdateRules.with(entries.get(), strangers)));
            return;
        }
        if (!updates.keep(asker, sent)) {
            exchange.json(
                    409,
                    all(
                            entries.get(),
                            "409 Conflict",
                            "error",
                            "duplicate",
                            "Request contains a task id and prescription id identical to a record"
                                    + " already in the data store."));
            return;
        }
        exchange.json(
                201,
                all(
                        entries.get(),
                        "201 Created",
                        "information",
                        "success",
                        "No issues detected during validation."));
    }

    private void list(Exchange exchange) throws IOException {
        var sent = exchange.parameters();
        var found =
                updates.list(
                        EpsApi.asker(exchange, prescriptions),
                        sent.getOrDefault("odscode", List.of()).stream().findFirst(),
                        sent.getOrDefault("nhsnumber", List.of()).stream().findFirst(),
                        sent.getOrDefault("prescriptionid", List.of()).stream().findFirst(),
                        exchange.header("ExclusiveStartKey-PrescriptionID"),
                        exchange.header("ExclusiveStartKey-TaskID"),
                        PAGE + 1);
        var body = JsonNodeFactory.instance.objectNode();
        var items = body.putArray("items");
        found.stream().limit(PAGE).forEach(one -> item(items.addObject(), one));
        if (found.size() > PAGE) {
            var last = found.get(PAGE - 1).update();
            exchange.response()
                    .setHeader("LastEvaluatedKey-PrescriptionID", last.prescription().text());
            exchange.response().setHeader("LastEvaluatedKey-TaskID", last.task());
        }
        exchange.json(200, body);
    }

    private static void item(ObjectNode item, UpdateSql.Kept kept) {
        var update = kept.update();
        item.put("ApplicationName", kept.app())
                .put("LastModified", update.at().toString())
                .put("TerminalStatus", update.terminal() ? "completed" : "in-progress")
                .put("PharmacyODSCode", update.ods())
                .put("Status", update.status())
                .put("TaskID", update.task())
                .put("PatientNHSNumber", update.number().digits())
                .put("LineItemID", update.item())
                .put("PrescriptionID", update.prescription().text());
    }

    // --- answers ---------------------------------------------------------------------------------

    private ObjectNode faults(List<UpdateRules.Entry> all) {
        var bundle = bundle();
        for (var entry : all) {
            var faults = entry.faults();
            outcome(
                    entries(bundle).addObject(),
                    entry.url(),
                    faults.isEmpty() ? "200 OK" : "400 Bad Request",
                    faults.isEmpty() ? "information" : "error",
                    faults.isEmpty() ? "success" : "value",
                    faults.isEmpty() ? List.of("No issues detected during validation.") : faults);
        }
        return bundle;
    }

    private ObjectNode all(
            List<UpdateRules.Entry> all, String status, String severity, String code, String why) {
        var bundle = bundle();
        all.forEach(entry ->
                outcome(
                        entries(bundle).addObject(),
                        entry.url(),
                        status,
                        severity,
                        code,
                        List.of(why)));
        return bundle;
    }

    private static ObjectNode bundle() {
        var bundle =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("resourceType", "Bundle")
                        .put("type", "transaction-response");
        bundle.putArray("entry");
        return bundle;
    }

    private static ArrayNode entries(ObjectNode bundle) {
        return (ArrayNode) bundle.path("entry");
    }

    private void outcome(
            ObjectNode entry,
            String url,
            String status,
            String severity,
            String code,
            List<String> why) {
        entry.put("fullUrl", url);
        var response = entry.putObject("response").put("status", status);
        var outcome = response.putObject("outcome").put("resourceType", "OperationOutcome");
        Instant now = prescriptions.now().truncatedTo(ChronoUnit.MILLIS);
        outcome.putObject("meta").put("lastUpdated", now.toString());
        var issues = outcome.putArray("issue");
        why.forEach(words ->
                issues.addObject()
                        .put("severity", severity)
                        .put("code", code)
                        .put("diagnostics", words));
    }
}
