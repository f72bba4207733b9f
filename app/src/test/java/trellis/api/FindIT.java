package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashSet;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Json;

class FindIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    /// So many patients under a family name nobody else has.
    private static String family(int patients) {
        var family = "F" + UUID.randomUUID().toString().replace("-", "");
        for (var i = 0; i < patients; i++) {
            wire().patient(
                            "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"%s\",\"given\":[\"P%d\"]}],\"maritalStatus\":{\"text\":\"m\"}}"
                                    .formatted(family, i));
        }
        return family;
    }

    private static String link(JsonNode bundle, String relation) {
        for (var link : bundle.path("link")) {
            if (link.path("relation").asString("").equals(relation)) {
                return link.path("url").asString("").substring(wire().base().toString().length());
            }
        }
        return "";
    }

    @Test
    void a_search_answers_with_a_bundle_of_matches() {
        var family = family(2);

        var found = wire().get("/Patient?family=" + family + "&_total=accurate").is(200);

        assertThat(found.at("/type")).isEqualTo("searchset");
        assertThat(found.json().path("total").asInt(-1)).isEqualTo(2);
        assertThat(found.at("/entry/0/search/mode")).isEqualTo("match");
        assertThat(found.at("/entry/0/fullUrl"))
                .isEqualTo(wire().base() + "/Patient/" + found.at("/entry/0/resource/id"));
        assertThat(link(found.json(), "self"))
                .isEqualTo("/Patient?family=" + family + "&_total=accurate");
        assertThat(link(found.json(), "next")).isEmpty();
    }

    @Test
    void pages_lead_through_all_matches_once() {
        var family = family(5);
        var seen = new HashSet<String>();
        var address = "/Patient?family=" + family + "&_count=2&_elements=id";

        for (var page = 0; page < 3; page++) {
            var bundle = wire().get(address).is(200).json();
            for (var entry : bundle.path("entry")) {
                assertThat(entry.at("/resource/meta/tag/0/code").asString()).isEqualTo("SUBSETTED");
                assertThat(seen.add(entry.at("/resource/id").asString())).isTrue();
            }
            address = link(bundle, "next");
        }

        assertThat(seen).hasSize(5);
        assertThat(address).isEmpty();
    }

    @Test
    void a_search_by_post_takes_a_form() {
        var family = family(1);

        var found =
                wire().send(
                                "POST",
                                "/Patient/_search?_count=5",
                                BodyPublishers.ofString("family=" + family),
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .is(200);

        assertThat(found.json().path("entry")).hasSize(1);
        wire().post("/Patient/_search", "{}").is(415);
        wire().get("/Patient/_search?family=" + family).is(405);
    }

    @Test
    void a_count_alone_brings_no_entries() {
        var family = family(3);

        var count = wire().get("/Patient?family=" + family + "&_summary=count").is(200).json();

        assertThat(count.path("total").asInt(-1)).isEqualTo(3);
        assertThat(count.has("entry")).isFalse();
    }

    @Test
    void what_refers_to_a_match_comes_along() {
        var family = family(1);
        var id = wire().get("/Patient?family=" + family).at("/entry/0/resource/id");
        wire().post(
                        "/Basic",
                        "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/%s\"}}"
                                .formatted(id))
                .is(201);

        var found = wire().get("/Patient?_id=" + id + "&_revinclude=Basic:patient").is(200);

        assertThat(found.at("/entry/1/resource/resourceType")).isEqualTo("Basic");
        assertThat(found.at("/entry/1/search/mode")).isEqualTo("include");
    }

    @Test
    void a_bar_in_an_address_need_not_be_escaped() throws IOException {
        assertThat(raw("/fhir/Patient?identifier=https://x.example|none", "x"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void what_the_web_server_cannot_read_is_refused_with_an_outcome() throws IOException {
        assertThat(raw("/fhir/Patient?family=%zz", "x"))
                .startsWith("HTTP/1.1 400")
                .contains(OUTCOME);
        assertThat(raw("/fhir/Patient/%00", "x")).startsWith("HTTP/1.1 400").contains(OUTCOME);
        assertThat(raw("/fhir/Patient?family=<a>", "x")).startsWith("HTTP/1.1 400");
        assertThat(raw("/fhir/Patient", "x".repeat(20_000))).startsWith("HTTP/1.1 4");
        assertThat(raw("/%zz", "x")).startsWith("HTTP/1.1 400").doesNotContain("Tomcat");
    }

    private static final String OUTCOME = "\"resourceType\":\"OperationOutcome\"";

    /// The whole answer to a request that no HTTP client would send.
    private static String raw(String address, String header) throws IOException {
        var at = server.server().at("/");
        try (var socket = new java.net.Socket(at.getHost(), at.getPort())) {
            var request =
                    """
                    GET %s HTTP/1.1
                    Host: %s:%d
                    Authorization: Bearer %s
                    X-Note: %s
                    Connection: close

                    """
                            .formatted(address, at.getHost(), at.getPort(), wire().token(), header)
                            .replace("\n", "\r\n");
            socket.getOutputStream()
                    .write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return new String(
                    socket.getInputStream().readAllBytes(),
                    java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Test
    void long_answers_are_packed_when_asked() throws IOException {
        var packed = wire().get("/metadata", "Accept-Encoding", "gzip").is(200);

        assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed.bytes()))) {
            assertThat(Json.parse(in.readAllBytes()).path("fhirVersion").asString())
                    .isEqualTo("4.0.1");
        }
    }

    @Test
    void a_packed_content_is_read() throws IOException {
        var out = new java.io.ByteArrayOutputStream();
        try (var zip = new java.util.zip.GZIPOutputStream(out)) {
            zip.write(
                    "{\"resourceType\":\"Patient\"}"
                            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        wire().send(
                        "POST",
                        "/Patient",
                        BodyPublishers.ofByteArray(out.toByteArray()),
                        "Content-Type",
                        "application/fhir+json",
                        "Content-Encoding",
                        "gzip")
                .is(201);
    }

    @Test
    void the_capability_statement_is_valid_and_tells_what_is_there() {
        var statement = wire().get("/metadata").is(200);
        var resource = statement.json().at("/rest/0/resource");

        assertThat(statement.at("/implementation/url")).isEqualTo(wire().base().toString());
        assertThat(resource).hasSize(145);
        assertThat(
                        trellis.fhir.validation.Validator.r4()
                                .validate(trellis.fhir.Resource.of(statement.json())))
                .isEmpty();
    }
}
