package trellis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/// Several nodes of the application on one database, under load: each version once, what was acknowledged by one is there at the other
/// at once, work that is ordered is done once. (Subscriptions: `SubscriptionDeliveryIT`. What is kept: `KeptIT`.)
class SeveralNodesIT {
    @RegisterExtension static final TestServer first = TestServer.start();

    private static final String JSON = "application/fhir+json";
    private static final List<Wire> NODES = new ArrayList<>();
    private static TestServer second;

    @BeforeAll
    static void another() {
        second = first.beside();
        NODES.add(new Wire(first));
        NODES.add(new Wire(second));
        NODES.getFirst().keep("Patient/n", "{\"resourceType\":\"Patient\",\"id\":\"n\"}");
    }

    @AfterAll
    static void close() {
        second.close();
    }

    @Test
    void writers_on_both_give_each_version_once_and_none_is_lost() throws Exception {
        put(NODES.getFirst(), "one", 0, "");
        var accepted = new ConcurrentLinkedQueue<Long>();
        everywhere(
                8,
                (wire, _) -> {
                    for (var i = 0; i < 10; i++) {
                        HttpResponse<String> answer;
                        do {
                            var version = version(get(wire, "/fhir/Observation/one"));
                            answer = put(wire, "one", version, "W/\"" + version + "\"");
                            assertThat(answer.statusCode()).isIn(200, 412);
                        } while (answer.statusCode() == 412);
                        accepted.add(version(answer));
                    }
                });
        assertThat(accepted)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(2, 161).boxed().toList());
        var history = Wire.json(get(NODES.getLast(), "/fhir/Observation/one/_history?_count=500"));
        assertThat(entries(history).map(entry -> entry.at("/resource/meta/versionId").asLong()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 161).map(i -> 162 - i).boxed().toList());
        // Each was made from the one before it.
        assertThat(entries(history).map(entry -> entry.at("/resource/valueInteger").asLong()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 161).map(i -> 161 - i).boxed().toList());
    }

    @Test
    void what_one_has_acknowledged_the_other_shows_at_once() throws Exception {
        put(NODES.getFirst(), "seen", 0, "");
        var acknowledged = new AtomicInteger();
        var done = new AtomicBoolean();
        var behind = new ConcurrentLinkedQueue<String>();
        everywhere(
                4,
                (wire, number) -> {
                    if (number == 0) {
                        for (var value = 1; value <= 60; value++) {
                            put(NODES.get(value % 2), "seen", value, "");
                            acknowledged.set(value);
                        }
                        done.set(true);
                    }
                    while (!done.get()) {
                        var least = acknowledged.get();
                        var byId = number % 2 == 0;
                        var answer =
                                Wire.json(
                                        get(
                                                wire,
                                                byId
                                                        ? "/fhir/Observation/seen"
                                                        : "/fhir/Observation?patient=n&code=seen"));
                        var seen =
                                answer.at((byId ? "" : "/entry/0/resource") + "/valueInteger")
                                        .asInt(-1);
                        if (seen < least) {
                            behind.add(seen + " after " + least + " by " + number);
                        }
                    }
                });
        assertThat(behind).isEmpty();
    }

    @Test
    void a_value_set_that_is_changed_at_one_counts_at_the_other() {
        var first = NODES.getFirst();
        first.keep("ValueSet/v", valueSet("early"));
        put(first, "early", 1, "");
        put(first, "late", 1, "");
        var search = "/fhir/Observation?patient=n&code:in=ValueSet/v";
        for (var i = 0; i < 3; i++) {
            assertThat(found(first, search)).containsExactly("early");
        }
        NODES.getLast().keep("ValueSet/v", valueSet("late"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(found(first, search)).containsExactly("late"));
    }

    private static List<String> found(Wire wire, String search) {
        return entries(Wire.json(get(wire, search)))
                .map(entry -> entry.at("/resource/id").asString())
                .toList();
    }

    private static String valueSet(String code) {
        return "{\"resourceType\":\"ValueSet\",\"id\":\"v\",\"status\":\"active\",\"url\":\"urn:v\",\"compose\":{\"include\":[{\"system\":\"urn:codes\",\"concept\":[{\"code\":\"%s\"}]}]}}"
                .formatted(code);
    }

    @Test
    void a_conditional_create_on_both_makes_one() throws Exception {
        var ids = new ConcurrentLinkedQueue<String>();
        everywhere(
                6,
                (wire, _) -> {
                    var body =
                            "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"urn:n\",\"value\":\"only\"}]}";
                    var answer =
                            Wire.send(
                                    wire.request(wire.machine(), "/fhir/Patient")
                                            .header("Content-Type", JSON)
                                            .header("If-None-Exist", "identifier=urn:n|only")
                                            .POST(BodyPublishers.ofString(body)));
                    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
                    ids.add(Wire.json(answer).path("id").asString());
                });
        assertThat(new HashSet<>(ids)).hasSize(1);
    }

    @Test
    void resources_made_on_both_each_have_a_place_of_their_own_in_the_order_of_creation()
            throws Exception {
        everywhere(
                6,
                (wire, number) -> {
                    for (var i = 0; i < 20; i++) {
                        put(wire, "made-" + number + "-" + wire.hashCode() + "-" + i, i, "");
                    }
                });
        var db = JdbcClient.create(first.database().dataSource());
        assertThat(
                        db.sql(
                                        "select count(*) from (select rid from res group by rid having count(*) > 1) twice")
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void an_export_ordered_at_one_is_done_once_and_can_be_fetched_from_the_other() {
        var wire = NODES.getFirst();
        var ordered =
                Wire.send(
                        wire.request(wire.machine(), "/fhir/$export?_type=Patient")
                                .header("Accept", JSON)
                                .header("Prefer", "respond-async"));
        assertThat(ordered.statusCode()).as(ordered.body()).isEqualTo(202);
        var address = ordered.headers().firstValue("Content-Location").orElseThrow();
        var there = address.substring(address.indexOf("/fhir"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> get(NODES.getLast(), there).statusCode() == 200);
        var manifest = Wire.json(get(NODES.getLast(), there));
        var files = StreamSupport.stream(manifest.path("output").spliterator(), false).toList();
        var lines = 0;
        for (var file : files) {
            var url = file.path("url").asString();
            var text = get(NODES.getLast(), url.substring(url.indexOf("/fhir"))).body();
            lines += (int) text.lines().filter(line -> !line.isBlank()).count();
        }
        var patients = Wire.json(get(wire, "/fhir/Patient?_summary=count")).path("total").asInt();
        assertThat(lines).isEqualTo(patients);
    }

    private interface Work {
        void done(Wire wire, int number);
    }

    /// So many workers on each node at once.
    private static void everywhere(int workers, Work work) throws Exception {
        var all = new ArrayList<Future<Boolean>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var wire : NODES) {
                for (var i = 0; i < workers; i++) {
                    var number = wire == NODES.getFirst() ? i : i + workers;
                    all.add(
                            threads.submit(() -> {
                                work.done(wire, number);
                                return true;
                            }));
                }
            }
            for (var one : all) {
                one.get();
            }
        }
    }

    private static HttpResponse<String> get(Wire wire, String path) {
        return Wire.send(wire.request(wire.machine(), path));
    }

    private static HttpResponse<String> put(Wire wire, String id, long value, String match) {
        var body =
                "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:codes\",\"code\":\"%s\"}]},\"subject\":{\"reference\":\"Patient/n\"},\"valueInteger\":%d}"
                        .formatted(id, id, value);
        var request =
                wire.request(wire.machine(), "/fhir/Observation/" + id)
                        .header("Content-Type", JSON)
                        .PUT(BodyPublishers.ofString(body));
        if (!match.isEmpty()) {
            request.header("If-Match", match);
        }
        return Wire.send(request);
    }

    private static long version(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201, 412);
        return Long.parseLong(
                answer.headers().firstValue("ETag").orElse("W/\"0\"").replaceAll("[^0-9]", ""));
    }

    private static Stream<JsonNode> entries(JsonNode bundle) {
        return StreamSupport.stream(bundle.path("entry").spliterator(), false);
    }
}
