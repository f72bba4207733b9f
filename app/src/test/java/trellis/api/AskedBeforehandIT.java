package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What an address can do, and what browsers ask before a script of another site may use it (docs/api/capabilities.md).
class AskedBeforehandIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String ORIGIN = "https://app.example";

    @Test
    void a_script_of_another_site_may_ask_without_credentials() throws Exception {
        for (var path :
                new String[] {
                    "/fhir",
                    "/fhir/Patient/1",
                    "/fhir/metadata",
                    "/.well-known/smart-configuration",
                    "/fhir/.well-known/smart-configuration",
                    "/oauth2/token",
                    "/userinfo"
                }) {
            var answer = preflight(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(204);
            assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(header(answer, "Access-Control-Allow-Methods")).contains("PUT", "DELETE");
            assertThat(header(answer, "Access-Control-Allow-Headers"))
                    .contains("Authorization", "If-None-Exist", "Prefer");
            assertThat(header(answer, "Access-Control-Allow-Credentials")).isEmpty();
        }
    }

    @Test
    void pages_are_not_for_scripts_of_other_sites() throws Exception {
        var answer = preflight("/patients");
        assertThat(header(answer, "Access-Control-Allow-Origin")).isEmpty();
        assertThat(answer.statusCode()).isNotEqualTo(204);
    }

    @Test
    void the_answer_shows_the_headers_an_app_needs() {
        var read = wire().get("/metadata", "Origin", ORIGIN).is(200);
        assertThat(read.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(read.header("Access-Control-Expose-Headers"))
                .contains(
                        "ETag",
                        "Location",
                        "Content-Location",
                        "Last-Modified",
                        "X-Request-Id",
                        "Retry-After",
                        "X-Progress",
                        "Link");
        assertThat(wire().get("/metadata").header("Access-Control-Allow-Origin")).isEmpty();
        var refused = new Wire(wire().base(), "none").get("/Patient/1", "Origin", ORIGIN).is(401);
        assertThat(refused.header("Access-Control-Allow-Origin")).isEqualTo("*");
    }

    @Test
    void an_address_tells_what_can_be_done_there() {
        assertThat(options("/Patient/1").is(204).header("Allow"))
                .contains("OPTIONS", "GET", "HEAD", "PUT", "DELETE");
        assertThat(options("/Patient").is(204).header("Allow")).contains("POST");
        assertThat(options("/metadata").is(204).header("Allow")).contains("GET");
        options("/Nothing/1").is(404);
    }

    @Test
    void the_statement_has_modes() {
        assertThat(wire().get("/metadata?mode=full").is(200).json().at("/rest/0/resource"))
                .hasSize(145);
        var normative = wire().get("/metadata?mode=normative").is(200);
        assertThat(normative.at("/resourceType")).isEqualTo("CapabilityStatement");
        assertThat(normative.json().at("/rest/0/resource")).hasSize(10);
        var terminology = wire().get("/metadata?mode=terminology").is(200);
        assertThat(terminology.at("/resourceType")).isEqualTo("TerminologyCapabilities");
        assertThat(
                        trellis.fhir.validation.Validator.r4()
                                .validate(trellis.fhir.Resource.of(terminology.json())))
                .isEmpty();
        wire().get("/metadata?mode=all")
                .refused(400, "value", "mode is full, normative or terminology.", "mode");
    }

    @Test
    void the_statement_may_be_kept_and_asked_for_by_its_tag() {
        var first = wire().get("/metadata").is(200);
        assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(first.header("ETag")).startsWith("W/\"");
        // The server is shared: a search parameter that somebody else makes in between is a new
        // statement, so the two are asked for until nothing has come between them.
        await().untilAsserted(() -> {
            var tag = wire().get("/metadata").is(200).header("ETag");
            var again = wire().get("/metadata", "If-None-Match", tag).is(304);
            assertThat(again.bytes()).isEmpty();
        });
        wire().get("/metadata?mode=normative", "If-None-Match", first.header("ETag")).is(200);
        wire().get("/metadata", "If-None-Match", "W/\"other\"").is(200);
    }

    private static Wire.Reply options(String path) {
        return wire().send("OPTIONS", path, BodyPublishers.noBody());
    }

    private static HttpResponse<String> preflight(String path)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(server.server().at(path))
                        .method("OPTIONS", BodyPublishers.noBody())
                        .header("Origin", ORIGIN)
                        .header("Access-Control-Request-Method", "PUT")
                        .header("Access-Control-Request-Headers", "authorization");
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static Wire wire() {
        return server.wire();
    }
}
