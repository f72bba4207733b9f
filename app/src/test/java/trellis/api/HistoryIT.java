package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.access.Role;

/// Histories over HTTP (docs/api/history.md).
class HistoryIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    @Test
    void a_history_of_a_type_tells_what_became_of_each_resource() {
        var first = basic("a");
        var since = "_since=" + first.at("/meta/lastUpdated");
        wire().put("/Basic/" + first.id(), content(first.id(), "b")).is(200);
        wire().delete("/Basic/" + first.id()).is(204);

        var page = wire().get("/Basic/_history?_count=1000&" + since).is(200);

        assertThat(page.at("/type")).isEqualTo("history");
        assertThat(page.json().has("total")).isFalse();
        var own = new ArrayList<String>();
        for (var entry : page.json().path("entry")) {
            if (entry.path("fullUrl").asString("").endsWith("/" + first.id())) {
                own.add(
                        entry.at("/request/method").asString("")
                                + " "
                                + entry.at("/request/url").asString("").replace(first.id(), "ID")
                                + " "
                                + entry.at("/response/status").asString("")
                                + " "
                                + entry.at("/response/etag").asString("")
                                + (entry.has("resource") ? " resource" : ""));
            }
        }
        assertThat(own)
                .containsExactly(
                        "DELETE Basic/ID 204 W/\"3\"",
                        "PUT Basic/ID 200 W/\"2\" resource",
                        "POST Basic 201 W/\"1\" resource");
    }

    @Test
    void pages_follow_one_another_by_an_address_that_tells_nothing() {
        var since = "_since=" + basic("x").at("/meta/lastUpdated");
        var ids = new ArrayList<String>();
        for (var i = 0; i < 5; i++) {
            ids.add(basic("x" + i).id());
        }
        for (var path : new String[] {"/Basic/_history?", "/_history?"}) {
            var found = new ArrayList<String>();
            var at = path + since + "&_count=2";
            for (var pages = 0; !at.isEmpty() && pages < 1000; pages++) {
                var page = wire().get(at).is(200);
                page.json()
                        .path("entry")
                        .forEach(entry -> found.add(entry.at("/resource/id").asString("")));
                assertThat(page.json().path("entry").size()).isLessThanOrEqualTo(2);
                at = page.at("/link/1/url");
                assertThat(at).doesNotContain("_since");
                at = at.isEmpty() ? "" : at.substring(wire().base().toString().length());
            }
            assertThat(found).containsSubsequence(ids.reversed());
        }
    }

    @Test
    void a_page_belongs_to_the_history_that_it_was_made_for() {
        basic("x");
        basic("y");
        var page = wire().get("/Basic/_history?_count=1").is(200).at("/link/1/url");
        var query = page.substring(page.indexOf('?'));
        wire().get("/Flag/_history" + query).is(400);
        wire().get("/_history" + query).is(400);
        wire().get("/Basic" + query).is(400);
        wire().get("/Basic/_history" + query + "&_since=2026-01-01").is(400);
        wire().get("/Basic/_history" + query + "&_pretty=true").is(200);
        wire().get("/Basic/_history?_cursor=made-up").is(400);
    }

    @Test
    void what_was_current_at_a_moment_is_found() {
        var made = basic("first");
        var id = made.id();
        var second = wire().put("/Basic/" + id, content(id, "second")).is(200);
        wire().put("/Basic/" + id, content(id, "third")).is(200);
        var at = "_at=" + made.at("/meta/lastUpdated");
        var of = wire().get("/Basic/" + id + "/_history?" + at).is(200);
        assertThat(of.json().path("entry")).isNotEmpty();
        assertThat(of.json().path("entry"))
                .allMatch(entry -> !entry.at("/resource/meta/versionId").asString("").equals("9"));
        assertThat(of.text()).contains("first");
        var year = wire().get("/Basic/" + id + "/_history?_at=1999").is(200);
        assertThat(year.json().path("entry")).isEmpty();
        assertThat(second.id()).isEqualTo(id);
    }

    @Test
    void bad_parameters_are_refused_by_name() {
        wire().get("/Basic/_history?_at=gt2026")
                .refused(
                        400,
                        "value",
                        "_at must be a date or a time such as 2026-11-01 or 2026-11-01T09:30:00Z,"
                                + " without a prefix.",
                        "_at");
        wire().get("/_history?_since=soon").is(400);
        wire().get("/_history?_count=many").is(400);
        wire().get("/Basic/_history?_list=42")
                .refused(
                        400,
                        "not-supported",
                        "A history takes _count, _since and _at, not \"_list\". Leave it out, or send"
                                + " Prefer: handling=lenient.",
                        "\"_list\"");
        wire().get("/Basic/_history?_sort=_lastUpdated").is(400);
        wire().get("/Basic/_history?_list=42", "Prefer", "handling=lenient").is(200);
        wire().get("/Nothing/_history").is(404);
        assertThat(wire().get("/Basic/_history?_count=0").is(200).json().has("entry")).isFalse();
    }

    @Test
    void a_part_of_each_version_may_be_asked_for() {
        var id = basic("x").id();
        var page = wire().get("/Basic/" + id + "/_history?_elements=id").is(200);
        assertThat(page.text()).contains("SUBSETTED");
    }

    @Test
    void histories_need_the_right_to_search() {
        server.as(Role.WARD_CLERK).get("/Condition/_history").is(403);
    }

    @Test
    void whoever_saw_a_history_is_in_the_audit() {
        var tag = UUID.randomUUID().toString();
        wire().get("/Basic/_history?_count=1", "X-Request-Id", tag).is(200);
        assertThat(AuditLines.of(server.server(), tag)).containsExactly("E history-type Basic 200");
        wire().get("/_history?_count=1", "X-Request-Id", tag + "s").is(200);
        assertThat(AuditLines.of(server.server(), tag + "s"))
                .containsExactly("E history-system  200");
    }

    private static Wire.Reply basic(String text) {
        return wire().post("/Basic", content("", text).replace("\"id\":\"\",", "")).is(201);
    }

    private static String content(String id, String text) {
        return "{\"resourceType\":\"Basic\",\"id\":\"%s\",\"code\":{\"text\":\"%s\"}}"
                .formatted(id, text);
    }

    private static Wire wire() {
        return server.wire();
    }
}
