package trellis.prescriptions;

import java.io.IOException;
import org.springframework.boot.web.servlet.ServletRegistration;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Exchange;
import trellis.access.Fault;
import trellis.access.Level;
import trellis.access.Persons;
import trellis.access.Right;
import trellis.access.Role;
import trellis.access.ServiceRefusal;
import trellis.access.ServiceServlet;
import trellis.people.People;

/// People's own prescriptions over HTTP, for apps that they use (Prescriptions for Patients).
@Component
@ServletRegistration(name = "own-prescriptions", urlMappings = OwnApi.BASE + "/*")
final class OwnApi extends ServiceServlet {
    /// Where it is.
    static final String BASE = "/prescriptions-for-patients";

    private static final long serialVersionUID = 1;

    /// As many as the published service answers.
    private static final int MOST = 25;

    private final transient Prescriptions prescriptions;
    private final transient PrescriptionReads reads;
    private final transient UpdateChanges updates;
    private final transient Access access;
    private final transient Persons persons;
    private final transient People people;

    OwnApi(
            Prescriptions prescriptions,
            PrescriptionReads reads,
            UpdateChanges updates,
            Access access,
            Persons persons,
            People people) {
        super(BASE);
        this.prescriptions = prescriptions;
        this.reads = reads;
        this.updates = updates;
        this.access = access;
        this.persons = persons;
        this.people = people;
    }

    @Override
    protected ServiceRefusal refusal(Fault fault, String words) {
        return refuse(TrackerError.of(fault), words);
    }

    private TrackerError.Refusal refuse(TrackerError error, String why) {
        return error.ownRefusal(why, prescriptions.now());
    }

    @Override
    protected void answer(Exchange exchange) throws IOException {
        var path = exchange.path();
        if (path.size() != 1 || !path.getFirst().equals("Bundle")) {
            throw refuse(TrackerError.NOT_FOUND, "There is nothing at this address");
        }
        if (!exchange.method().equals("GET")) {
            exchange.response().setHeader("Allow", "GET");
            throw refuse(TrackerError.METHOD_NOT_ALLOWED, "Use GET");
        }
        if (!Exchange.uuid(exchange.header("X-Request-ID"))) {
            throw refuse(TrackerError.BAD_REQUEST, "The X-Request-ID header must be a UUID.");
        }
        var asker = EpsApi.asker(exchange, prescriptions);
        var caller = asker.caller();
        if (caller.role() != Role.PATIENT || persons.level(caller) != Level.P9) {
            throw refuse(
                    TrackerError.FORBIDDEN,
                    "This is for people about their own prescriptions, who have proved who they are"
                            + " (P9).");
        }
        access.require(caller, Right.READ, "MedicationRequest");
        var owned = reads.own(asker, persons.about(caller, "").patient(), MOST);
        exchange.json(
                200,
                OwnView.bundle(
                        owned.found().stream()
                                .map(one ->
                                        new OwnView.Own(one, reads.message(one), updates.said(one)))
                                .toList(),
                        prescriptions.now(),
                        people::organization));
    }
}
