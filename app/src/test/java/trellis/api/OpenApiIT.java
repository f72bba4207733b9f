package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// docs/api/capabilities.md, OpenAPI.
class OpenApiIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    @Test
    void the_description_says_what_the_capability_statement_says() {
        var docs = wire().get("/api-docs").is(200);
        assertThat(docs.header("Content-Type")).isEqualTo("application/json;charset=utf-8");
        var api = docs.json();
        var statement = wire().get("/metadata").is(200).json();

        assertThat(api.at("/servers/0/url").asString()).isEqualTo(wire().base().toString());
        for (var resource : statement.at("/rest/0/resource")) {
            var type = resource.path("type").asString();
            for (var interaction : resource.path("interaction")) {
                var code = interaction.path("code").asString();
                assertThat(summaries(api.path("paths"), "/" + type))
                        .as("%s of %s", code, type)
                        .contains(code);
            }
            for (var operation : resource.path("operation")) {
                assertThat(summaries(api.path("paths"), "/" + type))
                        .contains("$" + operation.path("name").asString());
            }
        }
        var parameters = new HashSet<String>();
        api.path("paths")
                .path("/Patient")
                .path("get")
                .path("parameters")
                .forEach(one -> parameters.add(one.path("name").asString("")));
        assertThat(parameters).contains("family", "birthdate", "general-practitioner");
    }

    private static Set<String> summaries(JsonNode paths, String prefix) {
        var all = new HashSet<String>();
        for (var path : paths.properties()) {
            if (path.getKey().equals(prefix) || path.getKey().startsWith(prefix + "/")) {
                path.getValue().forEach(operation -> all.add(operation.path("summary").asString()));
            }
        }
        return all;
    }

    @Test
    void references_within_it_lead_somewhere() {
        var api = wire().get("/api-docs").is(200).json();
        for (var reference : api.findValues("$ref")) {
            assertThat(api.at(reference.asString().substring(1)).isObject())
                    .as(reference.asString())
                    .isTrue();
        }
    }

    @Test
    void it_needs_no_token() throws Exception {
        var request = HttpRequest.newBuilder(URI.create(wire().base() + "/api-docs")).build();
        try (var client = HttpClient.newHttpClient()) {
            assertThat(client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
        }
    }
}
