package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.access.Role;
import trellis.api.AuditLines.Line;
import trellis.store.Keys;

class AuditedIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    private static List<Line> lines(String request) {
        return AuditLines.whole(server.server(), request);
    }

    private static List<Long> patients(String request) {
        return AuditLines.patients(server.server(), request);
    }

    private static String request() {
        return UUID.randomUUID().toString();
    }

    @Test
    void a_read_leaves_a_line_that_names_the_patient() {
        var id = wire().patient("{\"resourceType\":\"Patient\"}");
        var request = request();

        wire().get("/Patient/" + id, "X-Request-Id", request).is(200);

        assertThat(lines(request)).containsExactly(new Line("R", 200, 1, "read", "Patient", id));
        assertThat(patients(request)).containsExactly(Keys.resource("Patient", id));
    }

    @Test
    void a_write_is_committed_with_its_line() {
        var request = request();

        var id =
                wire().post("/Patient", "{\"resourceType\":\"Patient\"}", "X-Request-Id", request)
                        .is(201)
                        .id();

        assertThat(lines(request)).containsExactly(new Line("C", 201, 1, "create", "Patient", id));
        assertThat(patients(request)).containsExactly(Keys.resource("Patient", id));
        var deleting = request();
        wire().delete("/Patient/" + id, "X-Request-Id", deleting).is(204);
        assertThat(lines(deleting)).containsExactly(new Line("D", 204, 2, "delete", "Patient", id));
    }

    @Test
    void a_search_leaves_a_line_with_the_patients_it_showed() {
        var family = "F" + request().replace("-", "");
        var id =
                wire().patient(
                                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"%s\"}]}"
                                        .formatted(family));
        var request = request();

        wire().get("/Patient?family=" + family, "X-Request-Id", request).is(200);

        assertThat(lines(request))
                .containsExactly(new Line("E", 200, 0, "search-type", "Patient", ""));
        assertThat(patients(request)).containsExactly(Keys.resource("Patient", id));
    }

    @Test
    void a_refusal_leaves_a_line_too() {
        var missing = request();
        var forbidden = request();

        wire().get("/Patient/nobody", "X-Request-Id", missing).is(404);
        server.as(Role.WARD_CLERK)
                .get("/Observation/1", "X-Request-Id", forbidden)
                .refused(
                        403,
                        "forbidden",
                        "The role Ward clerk may not read Observation, which is clinical information."
                                + " If your work needs it, ask whoever gave you this account for"
                                + " another role.",
                        "");

        assertThat(lines(missing))
                .containsExactly(new Line("R", 404, 0, "refused: get", "Patient", "nobody"));
        assertThat(lines(forbidden))
                .containsExactly(new Line("R", 403, 0, "refused: get", "Observation", "1"));
    }

    @Test
    void each_entry_of_a_bundle_leaves_its_own_line() {
        var request = request();
        var bundle =
                """
                {"resourceType":"Bundle","type":"transaction","entry":[
                 {"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
                 {"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
                 {"request":{"method":"GET","url":"Patient/nobody"}}]}\
                """;

        wire().post("", bundle, "X-Request-Id", request).is(200);

        assertThat(lines(request).stream().map(Line::what))
                .containsExactlyInAnyOrder("create", "create", "transaction", "refused: get");
    }

    @Test
    void a_role_reads_and_searches_what_it_may_and_no_more() {
        var clerk = server.as(Role.WARD_CLERK);
        var auditor = server.as(Role.AUDITOR);

        clerk.get("/Patient?family=x").is(200);
        clerk.get("/Observation?code=1").is(403);
        clerk.get("/Patient?_has:Observation:patient:code=1").is(403);
        clerk.get("/Patient?_revinclude=Observation:patient").is(403);
        clerk.post("/Observation", "{\"resourceType\":\"Observation\"}").is(403);
        auditor.post("/Patient", "{\"resourceType\":\"Patient\"}").is(403);
        var bundle =
                """
                {"resourceType":"Bundle","type":"transaction","entry":[
                 {"resource":{"resourceType":"Basic","code":{"text":"x"}},"request":{"method":"POST","url":"Basic"}}]}\
                """;
        clerk.post("", bundle).is(403);
    }

    @Test
    void nobody_without_a_token_sees_more_than_what_the_server_can_do() {
        var stranger = new Wire(wire().base(), "wrong");

        stranger.get("/Patient/1").is(401);
        stranger.post("", "{}").is(401);
    }
}
