package trellis.prescriptions;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Denial;
import trellis.access.Exchange;
import trellis.audit.AuditEntry;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// What both sides of the service do alike over HTTP: headers, bodies, and how a refusal is said.
final class EpsApi {
    private static final Logger LOG = LoggerFactory.getLogger(EpsApi.class);
    private static final int LARGEST = 1_000_000;

    private EpsApi() {}

    /// What answers a request.
    @FunctionalInterface
    interface Work {
        void answer(Exchange exchange) throws IOException;
    }

    /// Answers, whatever comes of it.
    static void serve(Exchange exchange, Prescriptions prescriptions, Work work)
            throws IOException {
        try {
            var request = exchange.header("X-Request-ID");
            if (!Exchange.uuid(request)) {
                throw EpsError.VALUE.refusal("The X-Request-ID header must be a UUID.");
            }
            work.answer(exchange);
        } catch (EpsError.Refusal e) {
            refuse(exchange, e, prescriptions);
        } catch (Refused e) {
            refuse(exchange, of(e), prescriptions);
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("prescriptions cannot be seen to: {}", e.getClass().getSimpleName());
            refuse(exchange, away(), prescriptions);
        }
    }

    static void refuse(Exchange exchange, EpsError.Refusal refusal, Prescriptions prescriptions)
            throws IOException {
        exchange.refuse(refusal.error().status(), EpsView.error(refusal, prescriptions.now()));
    }

    /// The same at the gate.
    static EpsError.Refusal denied(Denial why, String detail) {
        return switch (why) {
            case ELSEWHERE, NOT_MACHINE -> EpsError.FORBIDDEN.refusal(detail);
            case NO_HEADER, EMPTY_HEADER, NO_TOKEN ->
                    EpsError.NOT_AUTHENTICATED.refusal("Missing access token");
            case BAD_TOKEN -> EpsError.NOT_AUTHENTICATED.refusal("Invalid Access Token");
            case TOO_MANY -> EpsError.TOO_MANY.refusal("Too many requests: send fewer");
            case AWAY -> away();
        };
    }

    private static EpsError.Refusal away() {
        return EpsError.AWAY.refusal("The service is not available now. Try again soon.");
    }

    private static EpsError.Refusal of(Refused refused) {
        return switch (refused.problem()) {
            case Problem.Forbidden(var why) -> EpsError.FORBIDDEN.refusal(why);
            case Problem.Unauthenticated(var why) -> EpsError.NOT_AUTHENTICATED.refusal(why);
            case Problem.BadRequest(_, var why, _) -> EpsError.STRUCTURE.refusal(why);
            case Problem.Invalid(var issues) ->
                    EpsError.STRUCTURE.refusal(issues.getFirst().diagnostics());
            case Problem.TooLarge(var why) -> EpsError.TOO_LARGE.refusal(why);
            case Problem.Conflict _ ->
                    EpsError.DUPLICATE_MEDICATIONREQUEST_ID.refusal(
                            "An item has a number that is taken");
            case Problem.NotFound _,
                    Problem.Hidden _,
                    Problem.Gone _,
                    Problem.Stale _,
                    Problem.Ambiguous _,
                    Problem.PreconditionFailed _,
                    Problem.NotSupported _,
                    Problem.NotAcceptable _,
                    Problem.UnsupportedMediaType _,
                    Problem.Unavailable _ ->
                    away();
        };
    }

    /// What is asked for, which is always sent.
    static String operation(Exchange exchange) {
        var what = String.join("/", exchange.path());
        if (!List.of("$prepare", "$process-message", "Task/$release", "Task", "Claim")
                .contains(what)) {
            throw nothing();
        }
        if (!exchange.method().equals("POST")) {
            exchange.response().setHeader("Allow", "POST");
            throw EpsError.WRONG_METHOD.refusal("Use POST");
        }
        return what;
    }

    static EpsError.Refusal nothing() {
        return EpsError.NOTHING.refusal("There is nothing at this address");
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
