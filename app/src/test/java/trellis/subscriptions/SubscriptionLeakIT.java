package trellis.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static trellis.subscriptions.Asking.filtered;
import static trellis.subscriptions.Asking.wanted;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Accounts;
import trellis.access.Role;
import trellis.subscriptions.Receiver.Event;

/// Nobody is told by a Subscription what a read would not show them.
class SubscriptionLeakIT {
    private static final String ANY = "urn:trellis:topic:record-change";
    private static final String SEALED =
            "'meta':{'security':[{'system':'http://terminology.hl7.org/CodeSystem/v3-Confidentiality','code':'V'}]},";

    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_SUBSCRIPTIONS_EACH", "4"));

    private static final Wire WIRE = new Wire(server);
    private static final Asking MACHINE = new Asking(server, WIRE.machine());

    @BeforeAll
    static void fill() {
        MACHINE.keep("Organization/ZR1", "{'resourceType':'Organization','id':'ZR1','name':'T'}");
        MACHINE.patient("near");
        MACHINE.keep(
                "Patient/far", "{'resourceType':'Patient','id':'far','name':[{'family':'F'}]}");
    }

    private static Asking staff(String name, Role role) {
        return new Asking(server, WIRE.account(name, role, "ZR1"));
    }

    private static String condition(String id, String patient, String more) {
        return "{'resourceType':'Condition','id':'%s',%s'code':{'text':'C'},'subject':{'reference':'Patient/%s'}}"
                .formatted(id, more, patient);
    }

    private static List<Event> events(Asking asking, String id) {
        return Receiver.events(
                asking.json("Subscription/" + id + "/$events").at("/entry/0/resource"));
    }

    /// Waits until what was written so far has been given on.
    private static void givenOn() {
        var db = JdbcClient.create(server.database().dataSource());
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        db.sql("select count(*) from outbox").query(Long.class).single() == 0L);
    }

    @Test
    void what_is_sealed_or_of_a_stranger_is_not_told_and_leaves_no_gap() {
        var clinician = staff("leak-clinician", Role.CLINICIAN);
        clinician.begin(
                filtered(wanted("leak-1", ANY, "websocket", "", "full-resource"), "Condition?"));
        MACHINE.keep("Condition/leak-far", condition("leak-far", "far", ""));
        MACHINE.keep("Condition/leak-a", condition("leak-a", "near", ""));
        MACHINE.keep("Condition/leak-sealed", condition("leak-sealed", "near", SEALED));
        MACHINE.keep("Condition/leak-b", condition("leak-b", "near", ""));
        givenOn();
        assertThat(events(clinician, "leak-1"))
                .containsExactly(
                        new Event(1, "Condition/leak-a"), new Event(2, "Condition/leak-b"));
        assertThat(clinician.get("Subscription/leak-1/$status").body()).contains("\"2\"");
        assertThat(clinician.get("Subscription/leak-1/$events").body())
                .doesNotContain("leak-sealed")
                .doesNotContain("leak-far");

        MACHINE.keep("Condition/leak-a", condition("leak-a", "near", SEALED));
        givenOn();
        assertThat(events(clinician, "leak-1")).containsExactly(new Event(2, "Condition/leak-b"));
        assertThat(clinician.get("Subscription/leak-1/$status").body()).contains("\"2\"");
        assertThat(MACHINE.delete("Condition/leak-a").statusCode()).isEqualTo(204);
        assertThat(MACHINE.delete("Condition/leak-b").statusCode()).isEqualTo(204);
        givenOn();
        assertThat(events(clinician, "leak-1").toString())
                .doesNotContain("leak-a")
                .contains("Event[number=3, focus=Condition/leak-b]");
    }

    @Test
    void a_subscription_is_its_owners_alone() {
        var owner = staff("leak-owner", Role.CLINICIAN);
        var other = staff("leak-other", Role.GP);
        var wanted = filtered(wanted("leak-2", ANY, "websocket", "", "id-only"), "Condition?");
        owner.begin(wanted);
        assertThat(other.put(wanted).statusCode()).isEqualTo(403);
        assertThat(other.delete("Subscription/leak-2").statusCode()).isEqualTo(403);
        assertThat(other.get("Subscription/leak-2/$events").statusCode()).isEqualTo(404);
        assertThat(other.get("Subscription/leak-2/$status").statusCode()).isEqualTo(404);
        assertThat(other.get("Subscription/leak-2/$get-ws-binding-token").statusCode())
                .isEqualTo(404);
        assertThat(other.get("Subscription/$status").body()).doesNotContain("leak-2");
        assertThat(owner.get("Subscription/$status").body()).contains("leak-2");
    }

    @Test
    void nobody_asks_for_what_they_may_not_read_and_nobody_for_more_than_their_share() {
        var pharmacist = staff("leak-pharmacist", Role.PHARMACIST);
        assertThat(pharmacist.put(wanted("leak-3", "Condition?", "websocket", "")).statusCode())
                .isEqualTo(403);
        var gp = staff("leak-gp", Role.GP);
        for (var i = 0; i < 4; i++) {
            assertThat(gp.put(wanted("leak-many-" + i, "Condition?", "websocket", "")).statusCode())
                    .isEqualTo(201);
        }
        assertThat(gp.put(wanted("leak-many-4", "Condition?", "websocket", "")).body())
                .contains("too-costly");
        assertThat(gp.put(wanted("leak-audit", "AuditEvent?", "websocket", "")).statusCode())
                .isIn(403, 422);
    }

    @Test
    void whose_account_is_closed_is_told_no_more() {
        var clinician = staff("leak-leaver", Role.CLINICIAN);
        var wanted =
                Asking.with(
                        filtered(wanted("leak-4", ANY, "websocket", "", "id-only"), "Condition?"),
                        "backport-heartbeat-period",
                        30);
        clinician.begin(wanted);
        MACHINE.keep("Condition/leak-4", condition("leak-4", "near", ""));
        givenOn();
        server.bean(Accounts.class).disable("leak-leaver", true);
        assertThat(MACHINE.json("Subscription/leak-4/$events").at("/entry").size()).isEqualTo(1);
        assertThat(
                        Receiver.events(
                                MACHINE.json("Subscription/leak-4/$events")
                                        .at("/entry/0/resource")))
                .isEmpty();
    }

    @Test
    void an_endpoint_on_an_address_of_ones_own_network_is_refused() {
        for (var endpoint :
                List.of(
                        "https://127.0.0.1/x",
                        "https://localhost/x",
                        "https://10.0.0.1/x",
                        "https://169.254.169.254/latest",
                        "https://[::1]/x",
                        "https://198.18.0.1/x",
                        "https://192.0.0.8/x",
                        "https://[2002:a00:1::1]/x",
                        "https://[2001::1]/x",
                        "http://198.51.100.1/x")) {
            var answer = MACHINE.put(wanted("leak-5", ANY, "rest-hook", endpoint, "id-only"));
            assertThat(answer.statusCode()).as(endpoint).isEqualTo(422);
            assertThat(answer.body()).contains("Subscription.channel.endpoint");
        }
        var heartbeat =
                Asking.with(
                        wanted("leak-5", ANY, "websocket", "", "id-only"),
                        "backport-heartbeat-period",
                        5);
        assertThat(MACHINE.put(heartbeat).body()).contains("30 seconds at the most often");
    }

    @Test
    void what_was_told_is_in_the_audit() {
        var clinician = staff("leak-audited", Role.CLINICIAN);
        clinician.begin(
                filtered(
                        wanted("leak-6", ANY, "websocket", "", "id-only"), "Condition?_id=leak-6"));
        MACHINE.keep("Condition/leak-6", condition("leak-6", "near", ""));
        givenOn();
        assertThat(events(clinician, "leak-6")).hasSize(1);
        var lines = MACHINE.json("AuditEvent?patient=near&action=R").toString();
        assertThat(lines).contains("leak-6");
    }
}
