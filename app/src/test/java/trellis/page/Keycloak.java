package trellis.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// Keycloak from its published distribution, on a free port, with its own database in memory: an issuer that is none
/// of ours.
final class Keycloak implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final Duration PATIENCE_WITH_AN_ANSWER = Duration.ofSeconds(10);
    private static final Path LOG = Path.of("target/keycloak.log");
    private static final String ADMIN = "admin";
    private static final String PASSWORD = "only-for-this-test-7";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final int port;

    private Keycloak(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static Keycloak start() throws IOException, InterruptedException {
        var port = free();
        var started = start(port);
        var end = Instant.now().plus(PATIENCE);
        while (!started.answers()) {
            if (Instant.now().isAfter(end) || !started.process.isAlive()) {
                started.close();
                fail("Keycloak did not start; it said:\n" + Files.readString(LOG));
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
        return started;
    }

    private static Keycloak start(int port) throws IOException {
        var home = home();
        var script = home.resolve("bin/kc.sh");
        var builder =
                new ProcessBuilder(
                                "sh",
                                script.toString(),
                                "start-dev",
                                "--db=dev-mem",
                                "--http-host=127.0.0.1",
                                "--http-port=" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(LOG.toFile());
        var environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx400m");
        environment.put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
        environment.put("KC_BOOTSTRAP_ADMIN_PASSWORD", PASSWORD);
        return new Keycloak(builder.start(), port);
    }

    private static Path home() throws IOException {
        try (var folders = Files.list(Path.of("target/keycloak"))) {
            return folders.filter(Files::isDirectory).findFirst().orElseThrow().toAbsolutePath();
        }
    }

    private static int free() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() throws InterruptedException {
        try {
            return client.send(
                                    HttpRequest.newBuilder(
                                                    at(
                                                            "/realms/master/.well-known/openid-configuration"))
                                            .timeout(PATIENCE_WITH_AN_ANSWER)
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /// Makes something by the administrator's interface.
    String make(String path, String json) {
        var token =
                token(
                        "master",
                        Map.of("client_id", "admin-cli", "username", ADMIN, "password", PASSWORD));
        var answer =
                send(
                        HttpRequest.newBuilder(at("/admin/realms" + path))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(json)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    /// An access token for a name and a password.
    String token(String realm, Map<String, String> fields) {
        var body =
                fields.entrySet().stream()
                        .map(field ->
                                field.getKey()
                                        + "="
                                        + URLEncoder.encode(
                                                field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&", "grant_type=password&", ""));
        var answer =
                send(
                        HttpRequest.newBuilder(
                                        at("/realms/" + realm + "/protocol/openid-connect/token"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        ObjectNode said = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
        return said.path("access_token").stringValue();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        client.close();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
