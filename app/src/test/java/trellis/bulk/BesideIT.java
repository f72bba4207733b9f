package trellis.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.Wire;
import trellis.fhir.Json;
import trellis.store.Foreground;

/// What is done later while others are served without a pause, by a server whose background may take next to nothing.
class BesideIT {
    private static final int OBSERVATIONS = 400;

    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_BACKGROUND_SHARE", "1"));

    private static final Wire WIRE = new Wire(server);
    private static final Exported MACHINE = new Exported(server, WIRE.machine());

    @FunctionalInterface
    private interface Work {
        void done();
    }

    @BeforeAll
    static void fill() {
        WIRE.keep("Patient/ann", "{\"resourceType\":\"Patient\",\"id\":\"ann\"}");
        var entries =
                IntStream.range(0, OBSERVATIONS)
                        .mapToObj(n ->
                                """
                                {"resource":{"resourceType":"Observation","id":"o%1$s","status":"final","code":{"text":"x"},
                                 "subject":{"reference":"Patient/ann"}},
                                 "request":{"method":"PUT","url":"Observation/o%1$s"}}\
                                """
                                        .formatted(n))
                        .collect(Collectors.joining(","));
        var answer =
                MACHINE.send(
                        "POST",
                        "/fhir",
                        Map.of("Content-Type", "application/fhir+json"),
                        "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
                                + entries
                                + "]}");
        assertThat(answer.statusCode()).as(Exported.text(answer)).isEqualTo(200);
    }

    /// Does work while somebody reads one resource after the other.
    private static void besideReads(Work work) {
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var reading =
                    threads.submit(() -> {
                        var read = 0;
                        while (!over.get()) {
                            var answer = MACHINE.send("GET", "/fhir/Observation/o1", Map.of(), "");
                            assertThat(answer.statusCode()).isEqualTo(200);
                            read++;
                        }
                        return read;
                    });
            await().until(() -> server.bean(Foreground.class).busy());
            try {
                work.done();
            } finally {
                over.set(true);
            }
            assertThat(reading).succeedsWithin(Duration.ofSeconds(10)).isNotEqualTo(0);
        }
    }

    @Test
    void an_export_comes_to_its_end_while_others_read() {
        besideReads(() -> {
            var manifest = MACHINE.export("/fhir/$export?_type=Observation,Patient");

            assertThat(MACHINE.lines(manifest, "output", "Observation")).hasSize(OBSERVATIONS);
            assertThat(MACHINE.lines(manifest, "output", "Patient")).hasSize(1);
        });
    }

    @Test
    void what_is_answered_later_is_answered_while_others_read() {
        besideReads(() -> {
            var answer = MACHINE.done(MACHINE.taken("GET", "/fhir/Patient/ann/$everything", ""));

            assertThat(answer.at("/entry/0/resource/entry")).hasSize(OBSERVATIONS + 1);
        });
    }

    @Test
    void a_new_search_parameter_is_gone_through_while_others_read() {
        besideReads(() -> {
            WIRE.keep(
                    "SearchParameter/own",
                    """
                    {"resourceType":"SearchParameter","id":"own","url":"urn:own","name":"Own","status":"active",
                     "description":"x","code":"own","base":["Observation"],"type":"token","expression":"Observation.status"}
                    """);

            var found =
                    await().atMost(Duration.ofMinutes(1))
                            .until(
                                    () ->
                                            MACHINE.send(
                                                    "GET",
                                                    "/fhir/Observation?own=final&_summary=count",
                                                    Map.of(),
                                                    ""),
                                    answer -> answer.statusCode() == 200);
            assertThat(Json.parse(found.body()).path("total").asInt(0)).isEqualTo(OBSERVATIONS);
        });
    }

    @Test
    void who_asks_how_far_it_is_makes_nothing_wait() {
        await().atMost(Duration.ofSeconds(10)).until(() -> !server.bean(Foreground.class).busy());

        MACHINE.send("GET", "/fhir/_jobs/none", Map.of(), "");
        MACHINE.send("GET", "/actuator/health", Map.of(), "");

        assertThat(server.bean(Foreground.class).busy()).isFalse();
        MACHINE.send("GET", "/fhir/Observation/o1", Map.of(), "");
        await().atMost(Duration.ofSeconds(10)).until(() -> !server.bean(Foreground.class).busy());
    }
}
