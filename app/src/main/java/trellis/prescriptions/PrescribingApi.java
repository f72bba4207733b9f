package trellis.prescriptions;

import java.io.IOException;
import java.util.Set;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.stereotype.Component;
import trellis.access.Exchange;
import trellis.access.Fault;
import trellis.access.ServiceRefusal;
import trellis.access.ServiceServlet;

/// The prescribing side of the Electronic Prescription Service over HTTP.
@Component
@ServletRegistration(name = "prescribing", urlMappings = PrescribingApi.BASE + "/*")
final class PrescribingApi extends ServiceServlet {
    /// Where it is.
    static final String BASE = "/fhir-prescribing/FHIR/R4";

    private static final long serialVersionUID = 1;
    private static final Set<String> OPERATIONS = Set.of("$prepare", "$process-message");

    private final transient Prescriptions prescriptions;

    PrescribingApi(Prescriptions prescriptions) {
        super(BASE);
        this.prescriptions = prescriptions;
    }

    @Override
    protected ServiceRefusal refusal(Fault fault, String words) {
        return EpsApi.refusal(fault, words);
    }

    @Override
    protected void answer(Exchange exchange) throws IOException {
        var operation = EpsApi.operation(exchange, OPERATIONS);
        var asker = EpsApi.asker(exchange, prescriptions);
        prescriptions.mayPrescribe(asker);
        var message = EpsApi.message(exchange);
        var event = message.event();
        if (operation.equals("$prepare") && event.equals("prescription-order")) {
            exchange.json(200, EpsView.toSign(prescriptions.prepare(asker, message)));
        } else if (operation.equals("$process-message") && event.equals("prescription-order")) {
            prescriptions.order(asker, message);
            exchange.json(200, EpsView.success(prescriptions.now()));
        } else if (operation.equals("$process-message")
                && event.equals("prescription-order-update")) {
            cancel(exchange, asker, message);
        } else {
            throw unknown();
        }
    }

    private void cancel(Exchange exchange, Prescriptions.Asker asker, MessageRules.Message message)
            throws IOException {
        var sent = CancelRules.cancellation(message);
        var cancelled = prescriptions.cancel(asker, sent);
        exchange.json(
                cancelled.response() == CancelResponse.CANCELLED ? 200 : 400,
                EpsView.cancelResponse(
                        cancelled.prescription(),
                        prescriptions.message(cancelled.prescription()),
                        sent.item(),
                        cancelled.response(),
                        prescriptions.now()));
    }

    static EpsError.Refusal unknown() {
        return EpsError.VALUE.refusal(
                "MessageHeader.eventCoding.code must be one of: prescription-order,"
                        + " prescription-order-update, dispense-notification.");
    }
}
