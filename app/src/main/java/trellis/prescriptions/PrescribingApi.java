package trellis.prescriptions;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.stereotype.Component;
import trellis.access.Denial;
import trellis.access.Exchange;
import trellis.access.Service;

/// The prescribing side of the Electronic Prescription Service over HTTP.
@Component
@ServletRegistration(name = "prescribing", urlMappings = PrescribingApi.BASE + "/*")
final class PrescribingApi extends HttpServlet implements Service {
    /// Where it is.
    static final String BASE = "/fhir-prescribing/FHIR/R4";

    private static final long serialVersionUID = 1;

    private final transient Prescriptions prescriptions;

    PrescribingApi(Prescriptions prescriptions) {
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
        EpsApi.refuse(new Exchange(request, response), EpsApi.denied(why, detail), prescriptions);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        EpsApi.serve(new Exchange(request, response), prescriptions, this::answer);
    }

    private void answer(Exchange exchange) throws IOException {
        var what = EpsApi.operation(exchange);
        switch (what) {
            case "$prepare" -> {
                var message = EpsApi.message(exchange);
                var event = message.event();
                if (!event.equals("prescription-order")) {
                    throw unknown();
                }
                var toSign = prescriptions.prepare(EpsApi.asker(exchange, prescriptions), message);
                exchange.json(200, EpsView.toSign(toSign));
            }
            case "$process-message" -> process(exchange);
            default -> throw EpsApi.nothing();
        }
    }

    private void process(Exchange exchange) throws IOException {
        var message = EpsApi.message(exchange);
        var asker = EpsApi.asker(exchange, prescriptions);
        switch (message.event()) {
            case "prescription-order" -> {
                prescriptions.order(asker, message);
                exchange.json(200, EpsView.success(prescriptions.now()));
            }
            case "prescription-order-update" -> cancel(exchange, asker, message);
            case "dispense-notification" -> {
                prescriptions.notify(asker, message);
                exchange.json(200, EpsView.success(prescriptions.now()));
            }
            default -> throw unknown();
        }
    }

    private void cancel(Exchange exchange, Prescriptions.Asker asker, MessageRules.Message message)
            throws IOException {
        try {
            var sent = CancelRules.cancellation(message);
            var cancelled = prescriptions.cancel(asker, sent);
            var response = cancelled.response();
            exchange.json(
                    response == CancelResponse.CANCELLED ? 200 : 400,
                    EpsView.cancelResponse(
                            cancelled.prescription(),
                            prescriptions.message(cancelled.prescription()),
                            sent.item(),
                            response,
                            prescriptions.now()));
        } catch (CancelRules.Refusal e) {
            exchange.json(400, EpsView.error(e.response(), prescriptions.now()));
        }
    }

    static EpsError.Refusal unknown() {
        return EpsError.VALUE.refusal(
                "MessageHeader.eventCoding.code must be one of: prescription-order,"
                        + " prescription-order-update, dispense-notification.");
    }
}
