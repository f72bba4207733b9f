package trellis.prescriptions;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.access.Fault;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;

/// What both sides of the service do alike over HTTP: headers, bodies, and how a fault is said.
final class EpsApi {
    private static final int LARGEST = 1_000_000;

    private EpsApi() {}

    static EpsError.Refusal refusal(Fault fault, String words) {
        return switch (fault) {
            case NOT_AUTHENTICATED -> EpsError.NOT_AUTHENTICATED.refusal(words);
            case FORBIDDEN -> EpsError.FORBIDDEN.refusal(words);
            case UNREADABLE, INVALID -> EpsError.STRUCTURE.refusal(words);
            case TOO_LARGE -> EpsError.TOO_LARGE.refusal(words);
            case TOO_MANY -> EpsError.TOO_MANY.refusal(words);
            case NOT_FOUND, STALE, AWAY ->
                    EpsError.AWAY.refusal("The service is not available now. Try again soon.");
            case LATE -> EpsError.LATE.refusal("It took too long. Send the same request again.");
            case BROKEN -> EpsError.INTERNAL.refusal(words);
        };
    }

    /// What is asked for, which is always sent.
    ///
    /// @param known what there is
    static String operation(Exchange exchange, Set<String> known) {
        var what = String.join("/", exchange.path());
        if (!known.contains(what)) {
            throw EpsError.NOTHING.refusal("There is nothing at this address");
        }
        if (!exchange.method().equals("POST")) {
            exchange.response().setHeader("Allow", "POST");
            throw EpsError.WRONG_METHOD.refusal("Use POST");
        }
        if (!Exchange.uuid(exchange.header("X-Request-ID"))) {
            throw EpsError.VALUE.refusal("The X-Request-ID header must be a UUID.");
        }
        return what;
    }

    static Prescriptions.Asker asker(Exchange exchange, Prescriptions prescriptions) {
        return prescriptions.asker(
                AuditEntry.Source.of(exchange.request()),
                exchange.header("X-Request-ID").toLowerCase(Locale.ROOT));
    }

    static ObjectNode body(Exchange exchange) throws IOException {
        var type = exchange.header("Content-Type").toLowerCase(Locale.ROOT);
        if (!type.startsWith("application/fhir+json") && !type.startsWith("application/json")) {
            throw EpsError.NOT_SUPPORTED.refusal("Send application/fhir+json");
        }
        return Json.parse(exchange.body(LARGEST));
    }

    static MessageRules.Message message(Exchange exchange) throws IOException {
        return new MessageRules.Message(body(exchange));
    }
}
