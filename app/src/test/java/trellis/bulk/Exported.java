package trellis.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.fhir.Json;

/// A client of what is done later: asks, waits, fetches.
///
/// @param token what it shows
public record Exported(TestServer server, String token) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// A request, as it is.
    public HttpResponse<byte[]> send(
            String method, String url, Map<String, String> headers, String body) {
        var request =
                HttpRequest.newBuilder(url.startsWith("http") ? URI.create(url) : server.at(url))
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        headers.forEach(request::header);
        try {
            return HTTP.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Asks for something later.
    public HttpResponse<byte[]> ask(String method, String path, String body) {
        return send(
                method,
                path,
                Map.of(
                        "Prefer",
                        "respond-async",
                        "Accept",
                        "application/fhir+json",
                        "Content-Type",
                        "application/fhir+json"),
                body);
    }

    /// Asks for something later that must be taken.
    ///
    /// @return where its state is
    public String taken(String method, String path, String body) {
        var answer = ask(method, path, body);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(202);
        return answer.headers().firstValue("Content-Location").orElseThrow();
    }

    /// Waits for the end, whatever it is.
    public HttpResponse<byte[]> ended(String place) {
        return await("the end of " + place)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> send("GET", place, Map.of(), ""), Exported::isEnded);
    }

    private static boolean isEnded(HttpResponse<byte[]> answer) {
        if (answer.statusCode() == 202) {
            assertThat(answer.headers().firstValue("X-Progress")).isPresent();
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            return false;
        }
        return true;
    }

    /// The manifest of an export that is asked for by GET, when it is done.
    public ObjectNode export(String path) {
        return done(taken("GET", path, ""));
    }

    /// What is done when it is done.
    public ObjectNode done(String place) {
        var answer = ended(place);
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return Json.parse(answer.body());
    }

    /// The lines of one type of a manifest; none without such a file.
    public List<String> lines(ObjectNode manifest, String list, String type) {
        for (JsonNode one : manifest.path(list)) {
            if (one.path("type").asString("").equals(type)) {
                var lines = lines(one.path("url").asString(""));
                assertThat(lines).hasSize(one.path("count").asInt(-1));
                return lines;
            }
        }
        return List.of();
    }

    /// The lines of a file, fetched packed.
    public List<String> lines(String url) {
        var answer = send("GET", url, Map.of("Accept-Encoding", "gzip"), "");
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/fhir+ndjson");
        try (var in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Types of the files of a manifest.
    public static List<String> types(ObjectNode manifest) {
        var types = new java.util.ArrayList<String>();
        manifest.path("output").forEach(one -> types.add(one.path("type").asString("")));
        return types;
    }

    /// Ids of resources, one a line.
    public static List<String> ids(List<String> lines) {
        return lines.stream()
                .map(line -> Json.parse(line.getBytes(UTF_8)).path("id").asString(""))
                .toList();
    }

    /// A body as text.
    public static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }

    /// What an OperationOutcome says.
    public static String why(HttpResponse<byte[]> answer) {
        return Json.parse(answer.body()).at("/issue/0/diagnostics").asString("");
    }
}
