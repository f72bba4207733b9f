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

/// The dispensing side of the Electronic Prescription Service over HTTP.
@Component
@ServletRegistration(name = "dispensing", urlMappings = DispensingApi.BASE + "/*")
final class DispensingApi extends HttpServlet implements Service {
    /// Where it is.
    static final String BASE = "/fhir-dispensing/FHIR/R4";

    private static final long serialVersionUID = 1;

    private final transient Prescriptions prescriptions;

    DispensingApi(Prescriptions prescriptions) {
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
        var now = prescriptions.now();
        switch (EpsApi.operation(exchange)) {
            case "Task/$release" -> {
                var sent = DispenseRules.release(EpsApi.body(exchange));
                var asker = EpsApi.asker(exchange, prescriptions);
                var released = prescriptions.release(asker, sent);
                exchange.json(
                        200,
                        released.isEmpty()
                                ? EpsView.noMore(now)
                                : EpsView.released(released, asker.request(), now));
            }
            case "Task" -> {
                prescriptions.task(EpsApi.asker(exchange, prescriptions), EpsApi.body(exchange));
                exchange.json(200, EpsView.success(now));
            }
            case "$process-message" -> {
                var message = EpsApi.message(exchange);
                if (!message.event().equals("dispense-notification")) {
                    throw PrescribingApi.unknown();
                }
                prescriptions.notify(EpsApi.asker(exchange, prescriptions), message);
                exchange.json(200, EpsView.success(now));
            }
            case "Claim" -> {
                prescriptions.claim(EpsApi.asker(exchange, prescriptions), EpsApi.body(exchange));
                exchange.json(200, EpsView.success(now));
            }
            default -> throw EpsApi.nothing();
        }
    }
}
