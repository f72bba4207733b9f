package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.access.Tokens;

/// A server that is set otherwise than usual: apps of one site alone, conditional deletes of several resources.
class AllowedElsewhereIT {
    @RegisterExtension
    static final TestServer server =
            TestServer.start(
                    Map.of(
                            "TRELLIS_CORS_ORIGINS", "https://app.example",
                            "TRELLIS_CONDITIONAL_DELETE", "multiple"));

    @Test
    void only_the_sites_of_the_list_are_let_in() {
        var allowed = asked("https://app.example").is(204);
        assertThat(allowed.header("Access-Control-Allow-Origin")).isEqualTo("https://app.example");
        assertThat(allowed.header("Vary")).contains("Origin");
        var other = asked("https://evil.example").is(403);
        assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
        var read = wire().get("/metadata", "Origin", "https://evil.example").is(200);
        assertThat(read.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void several_are_deleted_together_or_none() {
        assertThat(wire().get("/metadata").text()).contains("\"conditionalDelete\":\"multiple\"");
        for (var i = 0; i < 3; i++) {
            wire().post("/Basic", basic("a")).is(201);
        }
        wire().delete("/Basic?code=urn:test%7Ca", "If-Match", "W/\"1\"").is(412);
        var deleted = wire().delete("/Basic?code=urn:test%7Ca").is(200);
        assertThat(deleted.at("/issue/0/diagnostics")).isEqualTo("3 resources were deleted.");
        assertThat(
                        wire().get("/Basic?code=urn:test%7Ca&_summary=count")
                                .json()
                                .path("total")
                                .asInt(9))
                .isZero();
        wire().delete("/Basic?code=urn:test%7Ca").is(204);
    }

    @Test
    void more_than_a_hundred_are_left() {
        var bundle =
                new StringBuilder("{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[");
        for (var i = 0; i < 101; i++) {
            bundle.append(i == 0 ? "" : ",")
                    .append("{\"resource\":")
                    .append(basic("many"))
                    .append(",\"request\":{\"method\":\"POST\",\"url\":\"Basic\"}}");
        }
        wire().post("", bundle.append("]}").toString()).is(200);
        wire().delete("/Basic?code=urn:test%7Cmany").is(412);
        assertThat(
                        wire().get("/Basic?code=urn:test%7Cmany&_summary=count")
                                .json()
                                .path("total")
                                .asInt(0))
                .isEqualTo(101);
    }

    private static Wire.Reply asked(String origin) {
        return wire().send(
                        "OPTIONS",
                        "/Patient",
                        BodyPublishers.noBody(),
                        "Origin",
                        origin,
                        "Access-Control-Request-Method",
                        "GET");
    }

    private static String basic(String code) {
        return "{\"resourceType\":\"Basic\",\"code\":{\"coding\":[{\"system\":\"urn:test\",\"code\":\"%s\"}]}}"
                .formatted(code);
    }

    private static Wire wire() {
        var token = server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        return new Wire(server.at("/fhir"), token);
    }
}
