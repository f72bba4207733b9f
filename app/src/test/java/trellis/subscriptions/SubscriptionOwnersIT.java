package trellis.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static trellis.subscriptions.Asking.filtered;
import static trellis.subscriptions.Asking.wanted;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.apps.BackendClient;
import trellis.subscriptions.Receiver.Event;

/// Whose a Subscription is when others write it, when it is deleted and another gets its id, and when a token reaches less far.
class SubscriptionOwnersIT {
    private static final String ANY = "urn:trellis:topic:record-change";

    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_SUBSCRIPTIONS_TO", "any"));

    private static final Wire WIRE = new Wire(server);
    private static final Asking MACHINE = new Asking(server, WIRE.machine());

    private final Receiver receiver = new Receiver();

    @BeforeAll
    static void fill() {
        MACHINE.keep("Organization/ZR1", "{'resourceType':'Organization','id':'ZR1','name':'T'}");
        MACHINE.patient("near");
        MACHINE.keep(
                "Patient/far", "{'resourceType':'Patient','id':'far','name':[{'family':'F'}]}");
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    private static Asking staff(String name, Role role) {
        return new Asking(server, WIRE.account(name, role, "ZR1"));
    }

    private static void condition(String id, String patient) {
        MACHINE.keep(
                "Condition/" + id,
                "{'resourceType':'Condition','id':'%s','code':{'text':'C'},'subject':{'reference':'Patient/%s'}}"
                        .formatted(id, patient));
    }

    private List<Event> told(int least) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> receiver.events().size() >= least);
        return receiver.events();
    }

    @Test
    void a_websocket_is_not_told_what_another_asks_for_under_the_same_id() throws Exception {
        var first = staff("board-first", Role.CLINICIAN);
        var second = staff("board-second", Role.GP);
        var board = filtered(wanted("board", ANY, "websocket", "", "id-only"), "Condition?");
        first.begin(board);
        var mine = new Listener();
        mine.bind(first, "board");
        assertThat(mine.next()).contains("handshake");
        assertThat(first.delete("Subscription/board").statusCode()).isEqualTo(204);
        second.begin(board);
        condition("board-1", "near");
        assertThat(mine.next()).isEqualTo("closed");
        var theirs = new Listener();
        theirs.bind(second, "board");
        assertThat(theirs.next()).contains("handshake");
        assertThat(theirs.next()).contains("Condition/board-1");
        assertThat(first.get("Subscription/board/$status").statusCode()).isEqualTo(404);
    }

    @Test
    void what_the_machine_writes_stays_with_whoever_asked_for_it() {
        var clinician = staff("kept-owner", Role.CLINICIAN);
        var wanted =
                filtered(
                        wanted("kept", ANY, "rest-hook", receiver.url("/k"), "full-resource"),
                        "Condition?");
        clinician.begin(wanted);
        MACHINE.begin(wanted.put("reason", "put right by whoever runs the server"));
        await().until(() -> receiver.taken("handshake").size() >= 2);
        condition("kept-far", "far");
        condition("kept-near", "near");
        assertThat(told(1)).containsExactly(new Event(1, "Condition/kept-near"));
        assertThat(clinician.get("Subscription/kept/$status").statusCode()).isEqualTo(200);
        assertThat(clinician.put(wanted).statusCode()).isEqualTo(200);
    }

    @Test
    void one_that_is_deleted_and_put_again_tells_what_is_asked_for_now() {
        var clinician = staff("again-owner", Role.CLINICIAN);
        clinician.begin(
                filtered(
                        wanted("again", ANY, "rest-hook", receiver.url("/a"), "id-only"),
                        "Condition?_id=again-1"));
        assertThat(clinician.delete("Subscription/again").statusCode()).isEqualTo(204);
        clinician.begin(
                filtered(
                        wanted("again", ANY, "rest-hook", receiver.url("/a"), "id-only"),
                        "Condition?_id=again-2"));
        condition("again-1", "near");
        condition("again-2", "near");
        assertThat(told(1)).containsExactly(new Event(1, "Condition/again-2"));
    }

    @Test
    void one_that_has_ended_is_taken_up_again() {
        var clinician = staff("end-owner", Role.CLINICIAN);
        var wanted =
                filtered(
                        wanted("ended", ANY, "rest-hook", receiver.url("/e"), "id-only"),
                        "Condition?_id=ended-1");
        clinician.begin(wanted.deepCopy().put("end", Instant.now().plusSeconds(8).toString()));
        clinician.awaitStatus("ended", "off");
        clinician.begin(wanted);
        condition("ended-1", "near");
        assertThat(told(1)).containsExactly(new Event(1, "Condition/ended-1"));
    }

    @Test
    void a_token_that_reaches_less_far_is_told_nothing() {
        var app = BackendClient.registered(server, "owners", "system/*.cruds", Purpose.CARE);
        var wide = new Asking(server, app.token("system/Subscription.cruds system/Condition.rs"));
        var narrow = new Asking(server, app.token("system/Subscription.rs"));
        wide.begin(filtered(wanted("wide", ANY, "websocket", "", "id-only"), "Condition?"));
        condition("wide-1", "near");
        for (var operation : List.of("$status", "$events", "$get-ws-binding-token")) {
            assertThat(wide.get("Subscription/wide/" + operation).statusCode())
                    .as(operation)
                    .isEqualTo(200);
            assertThat(narrow.get("Subscription/wide/" + operation).statusCode())
                    .as(operation)
                    .isEqualTo(404);
        }
        assertThat(narrow.get("Subscription/$status").body()).doesNotContain("Subscription/wide");
    }
}
