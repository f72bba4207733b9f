package trellis.prescriptions;

import java.io.IOException;
import java.util.Set;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.stereotype.Component;
import trellis.access.Exchange;
import trellis.access.Fault;
import trellis.access.ServiceRefusal;
import trellis.access.ServiceServlet;

/// The dispensing side of the Electronic Prescription Service over HTTP.
@Component
@ServletRegistration(name = "dispensing", urlMappings = DispensingApi.BASE + "/*")
final class DispensingApi extends ServiceServlet {
    /// Where it is.
    static final String BASE = "/fhir-dispensing/FHIR/R4";

    private static final long serialVersionUID = 1;
    private static final Set<String> OPERATIONS =
            Set.of("Task/$release", "Task", "$process-message", "Claim");

    private final transient Prescriptions prescriptions;
    private final transient DispensingChanges dispensing;

    DispensingApi(Prescriptions prescriptions, DispensingChanges dispensing) {
        super(BASE);
        this.prescriptions = prescriptions;
        this.dispensing = dispensing;
    }

    @Override
    protected ServiceRefusal refusal(Fault fault, String words) {
        return EpsApi.refusal(fault, words);
    }

    @Override
    protected void answer(Exchange exchange) throws IOException {
        var operation = EpsApi.operation(exchange, OPERATIONS);
        var asker = EpsApi.asker(exchange, prescriptions);
        prescriptions.mayDispense(asker);
        var now = prescriptions.now();
        if (operation.equals("Task/$release")) {
            var released = dispensing.release(asker, DispenseRules.release(EpsApi.body(exchange)));
            exchange.json(
                    200,
                    released.isEmpty()
                            ? EpsView.noMore(now)
                            : EpsView.released(released, asker.request(), now));
            return;
        }
        switch (operation) {
            case "Task" -> dispensing.task(asker, EpsApi.body(exchange));
            case "Claim" -> dispensing.claim(asker, EpsApi.body(exchange));
            default -> {
                var message = EpsApi.message(exchange);
                if (!message.event().equals("dispense-notification")) {
                    throw PrescribingApi.unknown();
                }
                dispensing.notify(asker, message);
            }
        }
        exchange.json(200, EpsView.success(now));
    }
}
