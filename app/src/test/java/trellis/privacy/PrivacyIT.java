package trellis.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Caller;
import trellis.access.Level;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.audit.AuditEntry.Action;
import trellis.audit.AuditEntry.Source;
import trellis.audit.AuditEntry.Target;
import trellis.audit.AuditLog;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.Keys;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Write;

/// From a line of the audit to somebody who looks at it: the detector over the real log, its queue, and the review.
class PrivacyIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final String PASSWORD = "correct horse battery";

    private static final Instant THEN = Instant.parse("2026-03-09T10:00:00Z");

    private static long nosy;
    private static long busy;

    @BeforeAll
    static void fill() {
        store("{'resourceType':'Organization','id':'ZR1','name':'The Trust'}");
        patient("own", "Quillfeather", "1 Elm Row", "XX1 1AA");
        patient("relative", "Quillfeather", "1 Elm Row", "XX1 1AA");
        patient("treated", "Marsh", "9 Oak Lane", "XX2 2BB");
        store(
                "{'resourceType':'ServiceRequest','id':'r','status':'active','intent':'order','subject':{'reference':'Patient/treated'},'authoredOn':'2020-01-01','performer':[{'reference':'Organization/ZR1'}]}");
        nosy = staff("nosy", "Dr Jo Quillfeather", "own");
        busy = staff("busy", "Dr Sam Ivory", "");
        var accounts = server.bean(Accounts.class);
        accounts.add(
                new Account.Person("auditor", "Ash Wren", Role.AUDITOR, "The Trust", "ZR1"),
                PASSWORD);
        looked(nosy, "Dr Jo Quillfeather", "relative", 3, THEN);
        looked(nosy, "Dr Jo Quillfeather", "treated", 1, THEN);
        looked(busy, "Dr Sam Ivory", "treated", 4, THEN);
    }

    private static long staff(String signIn, String name, String patient) {
        var self = new Account.Self(patient, Level.P0, Account.Profile.NONE);
        return server.bean(Accounts.class)
                .add(
                        new Account.Person(signIn, name, Role.CLINICIAN, "The Trust", "ZR1", self),
                        PASSWORD);
    }

    private static void patient(String id, String family, String line, String postcode) {
        store(
                ("{'resourceType':'Patient','id':'%s','name':[{'family':'%s'}],"
                                + "'address':[{'line':['%s'],'postalCode':'%s'}]}")
                        .formatted(id, family, line, postcode));
    }

    private static void store(String json) {
        var bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        var change =
                Change.Put.of(
                        server.bean(Preparation.class).prepare(Resource.of(Json.parse(bytes))));
        server.bean(Store.class)
                .write(new Write(List.of(change), Write.References.UNCHECKED, List.of()));
    }

    private static void looked(long account, String name, String patient, int times, Instant from) {
        var caller =
                new Caller(account, name, Role.CLINICIAN, "The Trust", "ZR1", Caller.Came.SESSION);
        for (var time = 0; time < times; time++) {
            server.bean(AuditLog.class)
                    .record(
                            new AuditEntry(
                                    from.plusSeconds(time),
                                    caller,
                                    Action.READ,
                                    "page summary",
                                    Target.resource("Patient", patient, 1),
                                    List.of(Keys.resource("Patient", patient)),
                                    1,
                                    Source.HERE));
        }
    }

    @Test
    void snooping_is_flagged_once_waits_in_the_queue_and_is_looked_at_by_somebody_else() {
        var privacy = server.bean(Privacy.class);
        var before = Instant.now().plusSeconds(1);
        assertThat(privacy.watch(before)).as("flagged").isEqualTo(1);
        assertThat(privacy.watch(before)).as("nothing twice").isZero();
        var cases = privacy.some(false, 0, 10);
        assertThat(cases).hasSize(1);
        var found = cases.getFirst();
        assertThat(found.name()).isEqualTo("Dr Jo Quillfeather");
        assertThat(found.patient()).isEqualTo(Keys.resource("Patient", "relative"));
        assertThat(found.accesses()).isEqualTo(3);
        assertThat(found.signals())
                .contains(Signal.SAME_ADDRESS, Signal.NO_CARE, Signal.ALONE)
                .doesNotContain(Signal.VOLUME);

        looked(nosy, "Dr Jo Quillfeather", "relative", 2, THEN.plusSeconds(600));
        assertThat(privacy.watch(Instant.now().plusSeconds(1))).isEqualTo(1);
        assertThat(privacy.some(false, 0, 10)).as("one case of one day").hasSize(1);
        assertThat(privacy.some(false, 0, 10).getFirst().accesses()).isEqualTo(5);

        try (var clinician = Browser.signedIn(server, "nosy", PASSWORD);
                var auditor = Browser.signedIn(server, "auditor", PASSWORD)) {
            assertThat(clinician.get("/privacy").statusCode()).isEqualTo(403);
            var page = auditor.get("/privacy");
            assertThat(page.body()).contains("Dr Jo Quillfeather").doesNotContain("Dr Sam Ivory");
            var done =
                    auditor.post(
                            "/privacy/" + found.id(),
                            Map.of("outcome", "wrong", "note", "Spoken to"));
            assertThat(done.statusCode()).as(done.body()).isIn(302, 303);
            assertThat(auditor.get("/privacy").body()).doesNotContain("Dr Jo Quillfeather");
        }
        var reviewed = privacy.some(true, 0, 10).getFirst().review().orElseThrow();
        assertThat(reviewed.note()).isEqualTo("Spoken to");
    }
}
