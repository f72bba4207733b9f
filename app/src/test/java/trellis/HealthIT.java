package trellis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.access.Tokens;
import trellis.settings.Settings;

/// The whole program on its own PostgreSQL, which is taken away under it.
class HealthIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir private Path home;

    @Test
    void without_postgres_the_server_stays_alive_and_is_ready_again_when_it_is_back()
            throws Exception {
        var environment = Map.of("TRELLIS_HOME", home.toString(), "TRELLIS_PORT", "0");
        try (var running = TestServer.started(Settings.read(environment, Trellis.SETTINGS))) {
            var health = Trellis.address(running).resolve("/actuator/health/");
            await(() -> status(health.resolve("readiness")) == 200);
            var fhir = Trellis.address(running).resolve("/fhir/");
            var token =
                    running.getBean(Tokens.class)
                            .issue(Optional.empty(), Duration.ofHours(1))
                            .secret();
            assertThat(create(fhir, token).statusCode()).isEqualTo(201);
            // Stopped rather than killed: PostgreSQL does not answer, and does not go away either.
            signal("STOP");
            try {
                await(() -> status(health.resolve("readiness")) == 503);
                assertThat(status(health.resolve("liveness"))).isEqualTo(200);
                var refused = create(fhir, token);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0))
                        .isPositive();
                assertThat(refused.body())
                        .contains(
                                "\"resourceType\":\"OperationOutcome\"",
                                "\"transient\"",
                                "The database");
            } finally {
                signal("CONT");
            }
            await(() -> status(health.resolve("readiness")) == 200);
            var killed = server();
            signal("KILL");
            await(() -> !server().equals(killed));
            await(() -> status(health.resolve("readiness")) == 200);
            assertThat(status(health.resolve("liveness"))).isEqualTo(200);
            assertThat(create(fhir, token).statusCode()).isEqualTo(201);
        }
        assertThat(home.resolve("database/postmaster.pid")).doesNotExist();
    }

    private static HttpResponse<String> create(URI fhir, String token) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(fhir.resolve("Patient"))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/fhir+json")
                            .POST(BodyPublishers.ofString("{\"resourceType\":\"Patient\"}"))
                            .build();
            return client.send(request, BodyHandlers.ofString());
        }
    }

    private int status(URI address) {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60)).build();
            return client.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// The process of PostgreSQL, or nothing while it is away.
    private String server() {
        try {
            return Files.readAllLines(home.resolve("database/postmaster.pid")).getFirst();
        } catch (IOException | NoSuchElementException e) {
            return "away";
        }
    }

    /// To the server, which is there, and to every process it has made, of which one or the other may just have ended.
    private void signal(String name) throws Exception {
        var postgres = ProcessHandle.of(Long.parseLong(server())).orElseThrow();
        var children = postgres.children().toList();
        assertThat(kill(name, postgres)).isZero();
        for (var child : children) {
            kill(name, child);
        }
    }

    private static int kill(String name, ProcessHandle process) throws Exception {
        return new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private static void await(BooleanSupplier condition) {
        var until = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("waited in vain").isBefore(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}
