package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.access.Role;

/// SearchParameters that are added to a running server.
class CustomParameterIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static Wire wire() {
        return server.wire();
    }

    private static String code() {
        return "c" + UUID.randomUUID().toString().replace("-", "");
    }

    private static String parameter(String code, String type, String expression) {
        return "{\"resourceType\":\"SearchParameter\",\"id\":\"%s\",\"url\":\"urn:%s\",\"name\":\"%s\",\"status\":\"active\",\"description\":\"x\",\"code\":\"%s\",\"base\":[\"Basic\"],\"type\":\"%s\",\"expression\":\"%s\"}"
                .formatted(code, code, code, code, type, expression);
    }

    private static String basic(String word) {
        return wire().post(
                        "/Basic",
                        "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"%s\"}}".formatted(word))
                .is(201)
                .id();
    }

    /// Asks until it is not told to wait.
    private static Wire.Reply ready(String address) {
        return until(address, CustomParameterIT::isReady).is(200);
    }

    private static boolean isReady(Wire.Reply reply) {
        if (reply.status() == 503) {
            assertThat(reply.at("/issue/0/diagnostics")).contains("is not ready");
            return false;
        }
        return !(reply.status() == 400 && reply.text().contains("not-found"));
    }

    private static Wire.Reply until(String address, Predicate<Wire.Reply> condition) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> wire().get(address), condition);
    }

    @Test
    void what_was_stored_before_and_what_comes_after_is_found() throws Exception {
        var code = code();
        var word = code();
        var before = basic(word);

        wire().put("/SearchParameter/" + code, parameter(code, "string", "Basic.code.text"))
                .is(201);
        var found = ready("/Basic?" + code + "=" + word);
        assertThat(found.at("/entry/0/resource/id")).isEqualTo(before);
        var after = basic(word);
        var both = wire().get("/Basic?" + code + ":exact=" + word + "&_sort=" + code).is(200);
        assertThat(both.at("/entry/0/resource/id")).isEqualTo(after);
        assertThat(both.at("/entry/1/resource/id")).isEqualTo(before);

        wire().put("/SearchParameter/" + code, parameter(code, "token", "Basic.id")).is(200);
        var other = "/Basic?" + code + "=" + before;
        until(other, reply -> reply.status() == 200 && reply.json().has("entry"));
        assertThat(wire().get(other).is(200).at("/entry/0/resource/id")).isEqualTo(before);

        wire().delete("/SearchParameter/" + code).is(204);
        until(other, reply -> reply.status() != 200);
        wire().get(other).is(400);
    }

    @Test
    void what_cannot_be_searched_by_is_refused_when_it_is_written() {
        refused("", "string", "Basic.code.text", "SearchParameter.code");
        refused("patient", "string", "Basic.code.text", "SearchParameter.code");
        refused("author", "reference", "Basic.author", "SearchParameter.code");
        refused(code(), "composite", "Basic", "SearchParameter.type");
        refused(code(), "string", "Basic.nothing", "SearchParameter.expression");
        refused(code(), "string", "Basic.code.where(", "SearchParameter.expression");
        refused(code(), "string", "Patient.name", "SearchParameter.expression");
    }

    @Test
    void whoever_runs_the_server_makes_one_active_and_nobody_else() {
        var clinician = server.as(Role.CLINICIAN);
        var code = code();
        var active = parameter(code, "string", "Basic.code.text");

        clinician.put("/SearchParameter/" + code, active).is(403);
        clinician.put("/SearchParameter/" + code, active.replace("active", "draft")).is(201);
        wire().get("/Basic?" + code + "=x").is(400);

        // Once it counts, nobody else retires, changes or deletes it.
        wire().put("/SearchParameter/" + code, active).is(200);
        clinician.put("/SearchParameter/" + code, active.replace("active", "retired")).is(403);
        clinician.delete("/SearchParameter/" + code).is(403);
        clinician.delete("/SearchParameter?url=urn:" + code).is(403);
        wire().put("/SearchParameter/" + code, active.replace("active", "retired")).is(200);
        clinician.delete("/SearchParameter/" + code).is(204);
    }

    private static void refused(String code, String type, String expression, String place) {
        var id = code();
        var json =
                parameter(id, type, expression)
                        .replace("\"code\":\"" + id + "\"", "\"code\":\"" + code + "\"");
        var reply = wire().put("/SearchParameter/" + id, json);
        assertThat(reply.status()).as(reply.text()).isIn(400, 422);
        if (!code.isEmpty()) {
            assertThat(reply.expression()).isEqualTo(place);
        }
    }
}
