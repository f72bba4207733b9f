package trellis.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import trellis.TestServer;
import trellis.access.Account.Person;
import trellis.access.Accounts;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.fhir.Json;

/// Five thousand mixed calls, and for each answer with something of a patient exactly one line; and the
/// log itself as AuditEvents.
class ReplayIT {
    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_RATE", "0"));

    private static final int CALLS = 5_000;
    private static final int PEOPLE = 20;

    /// Stands in everything about a patient, and nowhere else.
    private static final String WORD = "Archaeopteryx";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Map<String, String> TOKENS = new HashMap<>();

    private record Call(String token, String method, String path, String content) {}

    private record Answered(String id, Call call, int status, boolean data) {}

    @BeforeAll
    static void fill() {
        var accounts = server.bean(Accounts.class);
        var tokens = server.bean(Tokens.class);
        for (var role : List.of(Role.CLINICIAN, Role.GP, Role.WARD_CLERK, Role.AUDITOR)) {
            var name = role.name().toLowerCase(Locale.ROOT);
            accounts.add(
                    new Person(name, "Dr Some", role, "Trust", "ZR1"), "correct horse battery");
            TOKENS.put(name, tokens.issue(accounts.named(name), Duration.ofHours(1)).secret());
        }
        TOKENS.put("machine", tokens.issue(Optional.empty(), Duration.ofHours(1)).secret());
        TOKENS.put("nobody", "trellis_" + "z".repeat(43));
        for (var i = 0; i < PEOPLE; i++) {
            put("Patient/r" + i, patient("r" + i));
            put("Condition/r" + i, condition("r" + i, "r" + i));
        }
    }

    private static String patient(String id) {
        return "{\"resourceType\":\"Patient\",\"id\":\""
                + id
                + "\",\"name\":[{\"family\":\""
                + WORD
                + "\"}],\"managingOrganization\":{\"reference\":\"Organization/ZR1\"}}";
    }

    private static String condition(String id, String patient) {
        return "{\"resourceType\":\"Condition\",\"id\":\""
                + id
                + "\",\"code\":{\"text\":\""
                + WORD
                + "\"},\"subject\":{\"reference\":\"Patient/"
                + patient
                + "\"}}";
    }

    private static void put(String path, String content) {
        var organisation = "{\"resourceType\":\"Organization\",\"id\":\"ZR1\",\"name\":\"Trust\"}";
        send(new Call("machine", "PUT", "/fhir/Organization/ZR1", organisation), "seed");
        var answer = send(new Call("machine", "PUT", "/fhir/" + path, content), "seed");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static HttpResponse<String> send(Call call, String id) {
        var request =
                HttpRequest.newBuilder(server.at(call.path()))
                        .header("Authorization", "Bearer " + TOKENS.get(call.token()))
                        .header("Content-Type", "application/fhir+json")
                        .header("X-Request-Id", id)
                        .method(
                                call.method(),
                                call.content().isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(call.content()));
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Call call(Random random) {
        var who = List.of("machine", "clinician", "gp", "ward_clerk", "auditor", "nobody");
        var token = who.get(random.nextInt(who.size()));
        var one = "r" + random.nextInt(PEOPLE + 2);
        var type = random.nextBoolean() ? "Patient" : "Condition";
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> new Call(token, "GET", "/fhir/" + type + "/" + one, "");
            case 3 -> new Call(token, "GET", "/fhir/" + type + "/" + one + "/_history", "");
            case 4 -> new Call(token, "GET", "/fhir/" + type + "/" + one + "/_history/1", "");
            case 5 -> new Call(token, "GET", "/fhir/Condition?subject=Patient/" + one, "");
            case 6 -> new Call(token, "GET", "/fhir/Patient?family=" + WORD + "&_count=3", "");
            case 7 ->
                    new Call(
                            token,
                            "GET",
                            "/fhir/Patient?_id=" + one + "&_revinclude=Condition:subject",
                            "");
            case 8 -> new Call(token, "PUT", "/fhir/Condition/" + one, condition(one, one));
            case 9 -> new Call(token, "POST", "/fhir/Condition", condition("x", one));
            case 10 -> new Call(token, "GET", "/fhir/metadata", "");
            default -> new Call(token, "GET", "/fhir/Nonsense/" + one, "");
        };
    }

    @Test
    void each_answer_with_something_of_a_patient_has_exactly_one_line() throws Exception {
        var random = new Random(20_261_127);
        var calls = new ArrayList<Call>();
        for (var i = 0; i < CALLS; i++) {
            calls.add(call(random));
        }
        var answered = Collections.synchronizedList(new ArrayList<Answered>());
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var i = 0; i < CALLS; i++) {
                var id = "replay-" + i;
                var call = calls.get(i);
                threads.execute(() -> {
                    var answer = send(call, id);
                    var data = answer.statusCode() < 300 && answer.body().contains(WORD);
                    answered.add(new Answered(id, call, answer.statusCode(), data));
                });
            }
        }
        var lines = lines();
        assertThat(answered).hasSize(CALLS);
        assertThat(answered.stream().filter(Answered::data).count()).isGreaterThan(1_500);
        assertThat(answered).noneMatch(one -> one.status() >= 500);
        for (var one : answered) {
            var count = lines.getOrDefault(one.id(), 0);
            if (one.data()) {
                assertThat(count).as(one.toString()).isEqualTo(1);
            } else {
                assertThat(count).as(one.toString()).isLessThanOrEqualTo(1);
            }
            if (one.call().path().equals("/fhir/metadata") || one.status() == 401) {
                assertThat(count).as(one.toString()).isZero();
            }
        }
    }

    /// How many lines each request has, by its id.
    private static Map<String, Integer> lines() {
        var trail = server.bean(AuditTrail.class);
        var counts = new HashMap<String, Integer>();
        var older = Optional.<AuditQuery.Place>empty();
        while (true) {
            var page =
                    trail.find(
                            new AuditQuery(
                                    0,
                                    0,
                                    Optional.empty(),
                                    Instant.EPOCH,
                                    Instant.parse("9000-01-01T00:00:00Z"),
                                    older),
                            1_000);
            page.forEach(line -> counts.merge(line.source().request(), 1, Integer::sum));
            if (page.size() < 1_000) {
                return counts;
            }
            older = Optional.of(page.getLast().place());
        }
    }

    @Test
    void the_log_can_be_read_as_audit_events() {
        send(new Call("gp", "GET", "/fhir/Condition/r1", ""), "as-an-event");
        var found =
                json(
                        send(
                                new Call(
                                        "auditor",
                                        "GET",
                                        "/fhir/AuditEvent?patient=Patient/r1&action=R&_count=500",
                                        ""),
                                "x"));
        var event = Optional.<JsonNode>empty();
        for (var entry : found.path("entry")) {
            if (entry.toString().contains("as-an-event")) {
                event = Optional.of(entry.path("resource"));
            }
        }
        var one = event.orElseThrow();
        assertThat(one.at("/agent/0/who/display").asString()).isEqualTo("Dr Some");
        assertThat(one.at("/agent/1/who/identifier/value").asString()).isEqualTo("ZR1");
        assertThat(one.at("/entity/0/what/reference").asString()).isEqualTo("Patient/r1");
        assertThat(one.at("/entity/1/what/reference").asString())
                .startsWith("Condition/r1/_history/");
        assertThat(one.at("/meta/profile/0").asString()).endsWith("IHE.BasicAudit.PatientRead");
        var id = one.path("id").asString();
        var read = send(new Call("auditor", "GET", "/fhir/AuditEvent/" + id, ""), "x");
        assertThat(json(read)).isEqualTo(one);
        for (var token : List.of("gp", "clinician", "ward_clerk")) {
            assertThat(send(new Call(token, "GET", "/fhir/AuditEvent/" + id, ""), "x").statusCode())
                    .isEqualTo(403);
        }
        assertThat(
                        send(
                                        new Call(
                                                "machine",
                                                "PUT",
                                                "/fhir/AuditEvent/" + id,
                                                one.toString()),
                                        "x")
                                .statusCode())
                .isEqualTo(405);
        assertThat(
                        send(new Call("auditor", "GET", "/fhir/AuditEvent?nonsense=1", ""), "x")
                                .statusCode())
                .isEqualTo(400);
        var page = json(send(new Call("auditor", "GET", "/fhir/AuditEvent?_count=2", ""), "x"));
        assertThat(page.path("entry")).hasSize(2);
        var next = page.at("/link/1/url").asString();
        var second =
                json(
                        send(
                                new Call(
                                        "auditor",
                                        "GET",
                                        next.substring(next.indexOf("/fhir")),
                                        ""),
                                "x"));
        assertThat(second.at("/entry/0/resource/id").asInt())
                .isLessThan(page.at("/entry/1/resource/id").asInt());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
