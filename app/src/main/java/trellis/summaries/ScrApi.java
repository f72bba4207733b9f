package trellis.summaries;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.access.Fault;
import trellis.access.ServiceServlet;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.people.NhsNumber;

/// The Summary Care Record service over HTTP.
@Component
@ServletRegistration(name = "scr", urlMappings = ScrApi.BASE + "/*")
final class ScrApi extends ServiceServlet {
    /// Where it is.
    static final String BASE = "/summary-care-record/FHIR/R4";

    private static final long serialVersionUID = 1;
    private static final int LARGEST = 5_000_000;
    private static final String NUMBER = NhsNumber.SYSTEM + "|";

    private final transient Summaries summaries;

    ScrApi(Summaries summaries) {
        super(BASE);
        this.summaries = summaries;
    }

    @Override
    protected ScrError.Refusal refusal(Fault fault, String words) {
        return switch (fault) {
            case NOT_AUTHENTICATED -> ScrError.NOT_AUTHENTICATED.refusal(words);
            case FORBIDDEN -> ScrError.FORBIDDEN.refusal(words);
            case UNREADABLE, INVALID -> ScrError.INVALID.refusal(words);
            case TOO_LARGE -> ScrError.TOO_LARGE.refusal(words);
            case TOO_MANY -> ScrError.TOO_MANY.refusal(words);
            case NOT_FOUND, STALE, LATE, AWAY ->
                    ScrError.AWAY.refusal("Code: 503, Display: Service Not Available");
            case BROKEN -> ScrError.BROKEN.refusal(words);
        };
    }

    @Override
    protected void answer(Exchange exchange) throws IOException {
        var id = exchange.header("X-Request-ID");
        if (!id.isEmpty() && !Exchange.uuid(id)) {
            throw ScrError.INVALID.refusal("The X-Request-ID header is no UUID");
        }
        var path = exchange.path();
        var what = path.size() == 1 ? path.getFirst() : "";
        var method = exchange.method();
        switch (what) {
            case "DocumentReference" -> {
                only(exchange, "GET");
                reference(exchange);
            }
            case "Bundle" -> {
                if (method.equals("POST")) {
                    summaries.upload(asker(exchange), body(exchange));
                    exchange.head(HttpServletResponse.SC_CREATED);
                } else {
                    only(exchange, "GET", "POST");
                    bundle(exchange);
                }
            }
            case "$setPermission" -> {
                only(exchange, "POST");
                summaries.permit(asker(exchange), body(exchange));
                exchange.head(HttpServletResponse.SC_CREATED);
            }
            case "AuditEvent" -> {
                only(exchange, "POST");
                summaries.alert(asker(exchange), body(exchange));
                exchange.head(HttpServletResponse.SC_CREATED);
            }
            default -> throw ScrError.NOTHING.refusal("There is nothing at this address");
        }
    }

    private Summaries.Asker asker(Exchange exchange) {
        return summaries.asker(AuditEntry.Source.of(exchange.request()));
    }

    private static void only(Exchange exchange, String... methods) {
        if (!List.of(methods).contains(exchange.method())) {
            exchange.response().setHeader("Allow", String.join(", ", methods));
            throw ScrError.WRONG_METHOD.refusal("Use " + String.join(" or ", methods));
        }
    }

    private void reference(Exchange exchange) throws IOException {
        var asker = asker(exchange);
        var sent = exchange.parameters();
        fixed(sent, "type", "http://snomed.info/sct|" + UploadRules.GP_SUMMARY);
        fixed(sent, "_sort", "date");
        fixed(sent, "_count", "1");
        var number = number(sent, "patient");
        var url = exchange.request().getRequestURL().toString();
        var base = url.substring(0, url.length() - "/DocumentReference".length());
        exchange.json(200, ScrView.reference(summaries.latest(asker, number), number, base));
    }

    private void bundle(Exchange exchange) throws IOException {
        var asker = asker(exchange);
        var sent = exchange.parameters();
        var number = number(sent, "composition.subject:Patient.identifier");
        var uuid = one(sent, "composition.identifier").toUpperCase(Locale.ROOT);
        if (!Exchange.uuid(uuid)) {
            throw ScrError.INVALID.refusal("composition.identifier is no UUID");
        }
        var found = summaries.read(asker, number, uuid);
        exchange.json(200, ScrView.bundle(found, number, summaries.now()));
    }

    private static String one(Map<String, List<String>> sent, String name) {
        var values = sent.getOrDefault(name, List.of());
        if (values.size() != 1 || values.getFirst().isBlank()) {
            throw ScrError.INVALID.refusal("Send the parameter " + name + " once");
        }
        return values.getFirst().strip();
    }

    private static void fixed(Map<String, List<String>> sent, String name, String only) {
        if (sent.containsKey(name) && !one(sent, name).equals(only)) {
            throw ScrError.INVALID.refusal("The only value of " + name + " is " + only);
        }
    }

    private static NhsNumber number(Map<String, List<String>> sent, String name) {
        var value = one(sent, name);
        if (!value.startsWith(NUMBER)) {
            throw ScrError.INVALID.refusal(name + " begins with " + NUMBER);
        }
        return UploadRules.number(value.substring(NUMBER.length()));
    }

    private static ObjectNode body(Exchange exchange) throws IOException {
        var type = exchange.header("Content-Type");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/fhir+json")) {
            throw ScrError.NOT_SUPPORTED.refusal("Content type '" + type + "' not supported");
        }
        var bytes = exchange.body(LARGEST);
        if (bytes.length == 0) {
            throw ScrError.INVALID.refusal("Request body is required");
        }
        return Json.parse(bytes);
    }
}
