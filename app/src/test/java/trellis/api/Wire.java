package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// A caller of the API over real HTTP.
///
/// @param base address of the API
/// @param token bearer token
record Wire(URI base, String token) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String JSON = "application/fhir+json";

    /// What came back.
    record Reply(HttpResponse<byte[]> http) {
        int status() {
            return http.statusCode();
        }

        String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }

        byte[] bytes() {
            return http.body();
        }

        String text() {
            return new String(http.body(), UTF_8);
        }

        ObjectNode json() {
            return Json.parse(http.body());
        }

        /// A place in the JSON, such as `/entry/0/resource/id`, as text.
        String at(String pointer) {
            return json().at(pointer).asString("");
        }

        String id() {
            return at("/id");
        }

        /// Asserts a status.
        Reply is(int status) {
            assertThat(status()).as("status of %s: %s", http.uri(), text()).isEqualTo(status);
            return this;
        }

        /// Asserts a refusal, the whole of it.
        ///
        /// @param expression empty for none
        void refused(int status, String code, String diagnostics, String expression) {
            is(status);
            var issue =
                    Json.parse("{\"severity\":\"error\"}".getBytes(UTF_8))
                            .put("code", code)
                            .put("diagnostics", diagnostics);
            if (!expression.isEmpty()) {
                issue.putArray("expression").add(expression);
            }
            var outcome = Json.parse("{\"resourceType\":\"OperationOutcome\"}".getBytes(UTF_8));
            outcome.putArray("issue").add(issue);
            assertThat(text()).isEqualTo(new String(Json.write(outcome), UTF_8));
            assertThat(header("Content-Type")).isEqualTo("application/fhir+json;charset=utf-8");
        }

        /// The first issue's place.
        String expression() {
            return at("/issue/0/expression/0");
        }
    }

    Reply get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    Reply head(String path, String... headers) {
        return send("HEAD", path, BodyPublishers.noBody(), headers);
    }

    Reply delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    Reply post(String path, String json, String... headers) {
        return send("POST", path, BodyPublishers.ofString(json), with(headers));
    }

    Reply post(String path, JsonNode json, String... headers) {
        return post(path, new String(Json.write(json), UTF_8), headers);
    }

    Reply put(String path, String json, String... headers) {
        return send("PUT", path, BodyPublishers.ofString(json), with(headers));
    }

    /// A new Patient's id.
    String patient(String json) {
        return post("/Patient", json).is(201).id();
    }

    private static String[] with(String... headers) {
        for (var i = 0; i < headers.length; i += 2) {
            if (headers[i].equals("Content-Type")) {
                return headers;
            }
        }
        var more = new String[headers.length + 2];
        System.arraycopy(headers, 0, more, 0, headers.length);
        more[headers.length] = "Content-Type";
        more[headers.length + 1] = JSON;
        return more;
    }

    Reply send(String method, String path, BodyPublisher body, String... headers) {
        var request =
                HttpRequest.newBuilder(URI.create(base + path))
                        .timeout(Duration.ofSeconds(60))
                        .header("Authorization", "Bearer " + token)
                        .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Reply(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
