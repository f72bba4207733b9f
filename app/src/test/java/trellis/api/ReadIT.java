package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static final String PATIENT =
            """
            {"resourceType":"Patient","name":[{"family":"Okafor","given":["Ada"]}],"gender":"female"}\
            """;

    private static Wire wire() {
        return server.wire();
    }

    @Test
    void a_read_gives_the_current_version_with_its_tag_and_time() {
        var id = wire().patient(PATIENT);

        var read = wire().get("/Patient/" + id).is(200);

        assertThat(read.at("/name/0/family")).isEqualTo("Okafor");
        assertThat(read.at("/meta/versionId")).isEqualTo("1");
        assertThat(read.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(read.header("Last-Modified")).endsWith("GMT");
        assertThat(read.header("Content-Type")).isEqualTo("application/fhir+json;charset=utf-8");
        assertThat(read.header("Content-Location"))
                .isEqualTo(wire().base() + "/Patient/" + id + "/_history/1");
        assertThat(read.header("Cache-Control")).isEqualTo("no-store");
        assertThat(read.header("X-Request-Id")).isNotEmpty();
    }

    @Test
    void a_request_id_comes_back() {
        var read = wire().get("/metadata", "X-Request-Id", "abc-1").is(200);

        assertThat(read.header("X-Request-Id")).isEqualTo("abc-1");
    }

    @Test
    void what_never_was_is_not_found() {
        wire().get("/Patient/nobody")
                .refused(404, "not-found", "Patient/nobody was not found on this server.", "");
    }

    @Test
    void what_was_deleted_is_gone_and_its_versions_stay() {
        var id = wire().patient(PATIENT);
        wire().delete("/Patient/" + id).is(204);

        wire().get("/Patient/" + id)
                .refused(
                        410,
                        "deleted",
                        "Patient/"
                                + id
                                + " has been deleted. Its earlier versions are in its history.",
                        "");
        wire().get("/Patient/" + id + "/_history/1").is(200);
        wire().get("/Patient/" + id + "/_history/2").is(410);
    }

    @Test
    void a_version_that_never_was_is_not_found() {
        var id = wire().patient(PATIENT);

        wire().get("/Patient/" + id + "/_history/7")
                .refused(
                        404,
                        "not-found",
                        "Version \"7\" of Patient/" + id + " was not found on this server.",
                        "");
        wire().get("/Patient/" + id + "/_history/one").is(404);
    }

    @Test
    void an_unknown_type_is_not_found() {
        wire().get("/Patients/1")
                .refused(
                        404,
                        "not-found",
                        "The resource type \"Patients\" (FHIR R4 has none of that name that is"
                                + " stored by itself; names begin with a capital, such as Patient)"
                                + " was not found on this server.",
                        "");
        wire().get("/Parameters/1").is(404);
        wire().get("/").is(400);
    }

    @Test
    void an_id_of_65_characters_is_refused_with_its_length() {
        wire().get("/Patient/" + "x".repeat(65))
                .refused(
                        400,
                        "value",
                        "An id is 1 to 64 letters, digits, hyphens and full stops; this one has 65"
                                + " characters.",
                        "id");
    }

    @Test
    void who_has_the_version_already_gets_304_and_no_content() {
        var id = wire().patient(PATIENT);

        var none = wire().get("/Patient/" + id, "If-None-Match", "W/\"1\"").is(304);

        assertThat(none.bytes()).isEmpty();
        assertThat(none.header("ETag")).isEqualTo("W/\"1\"");
        wire().get("/Patient/" + id, "If-None-Match", "W/\"4\", W/\"1\"").is(304);
        wire().get("/Patient/" + id, "If-None-Match", "W/\"2\"").is(200);
    }

    @Test
    void what_has_not_been_modified_since_is_304() {
        var id = wire().patient(PATIENT);
        var time = wire().get("/Patient/" + id).header("Last-Modified");

        wire().get("/Patient/" + id, "If-Modified-Since", time).is(304);
        wire().get("/Patient/" + id, "If-Modified-Since", "Sat, 01 Jan 2022 00:00:00 GMT").is(200);
        wire().get("/Patient/" + id, "If-Modified-Since", "yesterday").is(200);
    }

    @Test
    void head_gives_the_headers_of_a_read_and_no_content() {
        var id = wire().patient(PATIENT);

        var head = wire().head("/Patient/" + id).is(200);

        assertThat(head.bytes()).isEmpty();
        assertThat(head.header("ETag")).isEqualTo("W/\"1\"");
        wire().head("/Patient/nobody").is(404);
    }

    @Test
    void a_method_that_is_not_done_names_those_that_are() {
        var refused = wire().send("PATCH", "/metadata", BodyPublishers.ofString("[]"));

        refused.refused(
                405,
                "not-supported",
                "PATCH is not done at this address; here it is GET, HEAD.",
                "");
        assertThat(refused.header("Allow")).isEqualTo("GET, HEAD");
    }

    @Test
    void an_operation_that_is_not_there_is_not_found() {
        wire().get("/Patient/$nothing")
                .refused(
                        404,
                        "not-found",
                        "The operation \"$nothing\" was not found on this server.",
                        "");
    }

    @Test
    void pretty_json_is_indented_and_says_the_same() {
        var id = wire().patient(PATIENT);

        var pretty = wire().get("/Patient/" + id + "?_pretty=true").is(200);

        assertThat(pretty.text()).contains("\n");
        assertThat(pretty.json()).isEqualTo(wire().get("/Patient/" + id).json());
    }

    @Test
    void a_summary_keeps_the_summary_elements_and_is_marked() {
        var id =
                wire().patient(
                                """
                                {"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Ada</div>"},
                                 "gender":"female","maritalStatus":{"text":"married"}}\
                                """);

        var summary = wire().get("/Patient/" + id + "?_summary=true").json();
        var text = wire().get("/Patient/" + id + "?_summary=text").json();
        var data = wire().get("/Patient/" + id + "?_summary=data").json();

        assertThat(summary.propertyNames()).containsExactly("resourceType", "id", "meta", "gender");
        assertThat(summary.at("/meta/tag/0/code").asString()).isEqualTo("SUBSETTED");
        assertThat(text.propertyNames()).containsExactly("resourceType", "id", "meta", "text");
        assertThat(data.propertyNames())
                .containsExactly("resourceType", "id", "meta", "gender", "maritalStatus");
        wire().get("/Patient/" + id + "?_summary=some")
                .refused(
                        400,
                        "value",
                        "_summary is one of true, text, data, count and false.",
                        "_summary");
    }

    @Test
    void chosen_elements_come_alone_with_what_is_mandatory() {
        var id = wire().patient(PATIENT);

        var part = wire().get("/Patient/" + id + "?_elements=gender").json();

        assertThat(part.propertyNames()).containsExactly("resourceType", "id", "meta", "gender");
    }
}
