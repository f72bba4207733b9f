package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Role;
import trellis.fhir.Json;

/// Updates and deletes of what a search finds (docs/api/update.md, delete.md).
class ConditionalWriteIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    @Test
    void an_update_that_finds_nothing_creates() {
        var mark = mark();
        var made = wire().put(address(mark), content("", mark, "a")).is(201);
        assertThat(made.header("Location")).endsWith("/Basic/" + made.id() + "/_history/1");
        var chosen = mark();
        var own = mark();
        assertThat(wire().put(address(chosen), content(own, chosen, "a")).is(201).id())
                .isEqualTo(own);
    }

    @Test
    void an_update_that_finds_one_makes_its_next_version() {
        var mark = mark();
        var id = wire().put(address(mark), content("", mark, "a")).is(201).id();
        var second = wire().put(address(mark), content("", mark, "b")).is(200);
        assertThat(second.id()).isEqualTo(id);
        assertThat(second.header("ETag")).isEqualTo("W/\"2\"");
        wire().put(address(mark), content(id, mark, "c")).is(200);
        assertThat(wire().put(address(mark), content(id, mark, "c")).is(200).header("ETag"))
                .isEqualTo("W/\"3\"");
        wire().put(address(mark), content("another", mark, "d"))
                .refused(
                        400,
                        "value",
                        "The condition matches a resource with another id than the content's. Leave the"
                                + " id out, or ask for the resource by its id.",
                        "Basic.id");
    }

    @Test
    void an_update_that_finds_several_is_refused() {
        var mark = mark();
        wire().post("/Basic", content("", mark, "a")).is(201);
        wire().post("/Basic", content("", mark, "b")).is(201);
        wire().put(address(mark), content("", mark, "c"))
                .refused(
                        412,
                        "multiple-matches",
                        "The condition of url matches 2 resources or more; it must match one.",
                        "");
        wire().delete(address(mark)).is(412);
    }

    @Test
    void an_id_that_is_taken_by_what_does_not_match_is_not_overwritten() {
        var id = wire().post("/Basic", content("", mark(), "a")).is(201).id();
        var mark = mark();
        wire().put(address(mark), content(id, mark, "b")).is(409);
        wire().delete("/Basic/" + id).is(204);
        wire().put(address(mark), content(id, mark, "b")).is(409);
    }

    @Test
    void conditions_need_criteria_that_are_known() {
        wire().put("/Basic", content("", mark(), "a"))
                .refused(
                        400,
                        "required",
                        "The condition names no criteria; give at least one, such as"
                                + " identifier=system|value.",
                        "url");
        wire().put("/Basic?_format=json", content("", mark(), "a")).is(400);
        wire().put("/Basic?_count=1", content("", mark(), "a")).is(400);
        wire().put("/Basic?colour=red", content("", mark(), "a"), "Prefer", "handling=lenient")
                .is(400);
        wire().delete("/Basic").is(400);
        wire().delete("/Basic?colour=red").is(400);
        wire().put("/Basic?code=a%7Cb", "{\"resourceType\":\"Patient\"}").is(400);
    }

    @Test
    void preconditions_hold_for_what_is_found() {
        var mark = mark();
        wire().put(address(mark), content("", mark, "a"), "If-Match", "W/\"1\"").is(412);
        wire().put(address(mark), content("", mark, "a"), "If-None-Match", "*").is(201);
        wire().put(address(mark), content("", mark, "b"), "If-None-Match", "*").is(412);
        wire().put(address(mark), content("", mark, "b"), "If-Match", "W/\"2\"").is(412);
        wire().put(address(mark), content("", mark, "b"), "If-Match", "W/\"1\"").is(200);
        wire().put(address(mark), content("", mark, "b"), "If-Match", "new").is(400);
        wire().delete(address(mark), "If-Match", "W/\"1\"").is(412);
        wire().delete(address(mark), "If-Match", "W/\"2\"").is(204);
        wire().delete(address(mark), "If-Match", "W/\"2\"").is(412);
    }

    @Test
    void a_delete_ends_what_it_finds_and_nothing_when_it_finds_nothing() {
        var mark = mark();
        wire().delete(address(mark)).is(204);
        var id = wire().post("/Basic", content("", mark, "a")).is(201).id();
        assertThat(wire().delete(address(mark)).is(204).header("ETag")).isEqualTo("W/\"2\"");
        wire().get("/Basic/" + id).is(410);
        wire().delete(address(mark)).is(204);
    }

    @Test
    void what_is_referred_to_stays() {
        var mark = mark();
        var id = wire().post("/Patient", patient(mark)).is(201).id();
        wire().post(
                        "/Basic",
                        "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/"
                                + id
                                + "\"}}")
                .is(201);
        wire().delete("/Patient?identifier=urn:test%7C" + mark).is(409);
    }

    @Test
    void whoever_may_not_search_or_write_may_not_write_by_a_search() {
        var clerk = server.as(Role.WARD_CLERK);
        clerk.put("/Condition?_id=1", "{\"resourceType\":\"Condition\"}").is(403);
        clerk.delete("/Condition?_id=1").is(403);
        clerk.put("/Patient?_has:Condition:subject:code=1", "{\"resourceType\":\"Patient\"}")
                .is(403);
    }

    @Test
    void a_delete_that_finds_nothing_leaves_its_line_too() {
        var request = UUID.randomUUID().toString();
        wire().delete(address(mark()), "X-Request-Id", request).is(204);
        assertThat(AuditLines.of(server.server(), request))
                .containsExactly("D delete: nothing found Basic 204");
        var update = UUID.randomUUID().toString();
        var mark = mark();
        wire().put(address(mark), content("", mark, "a"), "X-Request-Id", update).is(201);
        assertThat(AuditLines.of(server.server(), update)).containsExactly("C create Basic 201");
    }

    @Test
    void they_stand_in_a_batch() {
        var mark = mark();
        var bundle = bundle("batch");
        add(bundle, "", "PUT", "Basic?identifier=urn:test%7C" + mark, content("", mark, "a"));
        add(bundle, "", "PUT", "Basic?identifier=urn:test%7C" + mark, content("", mark, "b"));
        add(bundle, "", "DELETE", "Basic?identifier=urn:test%7C" + mark, "");
        add(bundle, "", "DELETE", "Basic", "");
        var done = wire().post("", bundle).is(200);
        assertThat(statuses(done)).containsExactly("201", "200", "204", "400");
    }

    @Test
    void they_stand_in_a_transaction_and_are_referred_to() {
        var mark = mark();
        var gone = mark();
        wire().post("/Basic", content("", gone, "a")).is(201);
        var made = transaction(mark, gone);
        assertThat(statuses(made)).containsExactly("201", "201", "204", "204");
        var patient = made.at("/entry/0/response/location").split("/")[1];
        assertThat(
                        wire().get("/Basic?identifier=urn:test%7C" + mark)
                                .at("/entry/0/resource/subject/reference"))
                .isEqualTo("Patient/" + patient);

        var again = transaction(mark, gone);

        assertThat(statuses(again)).containsExactly("200", "200", "204", "204");
        assertThat(again.at("/entry/0/response/location"))
                .isEqualTo("Patient/" + patient + "/_history/1");
    }

    private static Wire.Reply transaction(String mark, String gone) {
        var bundle = bundle("transaction");
        add(
                bundle,
                "urn:uuid:" + mark,
                "PUT",
                "Patient?identifier=urn:test%7C" + mark,
                patient(mark));
        var about = Json.parse(content("", mark, "a").getBytes(UTF_8));
        about.putObject("subject").put("reference", "urn:uuid:" + mark);
        add(
                bundle,
                "urn:uuid:" + mark(),
                "PUT",
                "Basic?identifier=urn:test%7C" + mark,
                about.toString());
        add(bundle, "", "DELETE", "Basic?identifier=urn:test%7C" + gone, "");
        add(bundle, "", "DELETE", "Basic?identifier=urn:test%7Cnone-" + gone, "");
        return wire().post("", bundle).is(200);
    }

    @Test
    void a_transaction_is_refused_as_a_whole() {
        var mark = mark();
        wire().post("/Basic", content("", mark, "a")).is(201);
        wire().post("/Basic", content("", mark, "b")).is(201);
        var several = bundle("transaction");
        add(several, "", "PUT", "Basic?identifier=urn:test%7C" + mark, content("", mark, "c"));
        wire().post("", several).is(412);
        var one = mark();
        wire().post("/Basic", content("", one, "a")).is(201);
        var other = bundle("transaction");
        add(other, "", "PUT", "Basic?identifier=urn:test%7C" + one, content("another", one, "c"));
        assertThat(wire().post("", other).is(400).expression())
                .isEqualTo("Bundle.entry[0].resource.id");
        var twice = bundle("transaction");
        add(twice, "", "PUT", "Basic?identifier=urn:test%7C" + one, content("", one, "c"));
        add(twice, "", "DELETE", "Basic?identifier=urn:test%7C" + one, "");
        wire().post("", twice).is(400);
    }

    @Test
    void writers_at_once_create_one() throws Exception {
        var mark = mark();
        var statuses = new ArrayList<Integer>();
        var calls = new ArrayList<Callable<Integer>>();
        for (var i = 0; i < 20; i++) {
            var text = "writer " + i;
            calls.add(() -> wire().put(address(mark), content("", mark, text)).status());
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(calls)) {
                statuses.add(done.get());
            }
        }
        assertThat(statuses).hasSize(20).containsOnlyOnce(201);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(19);
        var found = wire().get("/Basic?identifier=urn:test%7C" + mark);
        assertThat(found.json().path("entry")).hasSize(1);
        assertThat(found.at("/entry/0/resource/meta/versionId")).isEqualTo("20");
    }

    /// One writer takes the identifier away and gives it back; others update whatever bears it. Of what did not bear it
    /// at that moment nothing may have become the others' content.
    @Test
    void what_no_longer_matches_is_not_updated() throws Exception {
        var mark = mark();
        var away = mark();
        var id = wire().post("/Basic", content("", mark, "begin")).is(201).id();
        var calls = new ArrayList<Callable<Integer>>();
        for (var i = 0; i < 30; i++) {
            var bearing = i % 2 == 0 ? away : mark;
            var number = i;
            calls.add(() ->
                    wire().put("/Basic/" + id, content(id, bearing, "plain " + number)).status());
            calls.add(
                    () -> wire().put(address(mark), content("", mark, "found " + number)).status());
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(calls)) {
                assertThat(done.get()).isIn(200, 201, 412, 503);
            }
        }
        var versions = wire().get("/Basic/" + id + "/_history?_count=1000").json().path("entry");
        for (var i = 0; i + 1 < versions.size(); i++) {
            if (versions.get(i).at("/resource/code/text").asString("").startsWith("found")) {
                assertThat(versions.get(i + 1).at("/resource/identifier/0/value").asString(""))
                        .isEqualTo(mark);
            }
        }
    }

    private static List<String> statuses(Wire.Reply bundle) {
        var statuses = new ArrayList<String>();
        bundle.json()
                .path("entry")
                .forEach(entry ->
                        statuses.add(entry.at("/response/status").asString("").substring(0, 3)));
        return statuses;
    }

    private static ObjectNode bundle(String type) {
        return Json.parse(
                ("{\"resourceType\":\"Bundle\",\"type\":\"" + type + "\"}").getBytes(UTF_8));
    }

    private static void add(
            ObjectNode bundle, String fullUrl, String method, String url, String content) {
        var entry = bundle.withArray("entry").addObject();
        if (!fullUrl.isEmpty()) {
            entry.put("fullUrl", fullUrl);
        }
        if (!content.isEmpty()) {
            entry.set("resource", Json.parse(content.getBytes(UTF_8)));
        }
        entry.putObject("request").put("method", method).put("url", url);
    }

    private static String mark() {
        return UUID.randomUUID().toString();
    }

    private static String address(String mark) {
        return "/Basic?identifier=urn:test%7C" + mark;
    }

    private static String patient(String mark) {
        return "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:test\",\"value\":\"%s\"}]}"
                .formatted(mark);
    }

    private static String content(String id, String mark, String text) {
        var own = id.isEmpty() ? "" : "\"id\":\"" + id + "\",";
        return ("{\"resourceType\":\"Basic\"," + own)
                + "\"identifier\":[{\"system\":\"urn:test\",\"value\":\"%s\"}],\"code\":{\"text\":\"%s\"}}"
                        .formatted(mark, text);
    }

    private static Wire wire() {
        return server.wire();
    }
}
