package trellis.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Criterion;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;

/// Pairs of records that may be one person, over the pages and over the wire, and merging them.
final class MatchingIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String PASSWORD = "quiet-harbour-lantern-42";
    private static final List<String> NUMBERS =
            List.of(
                    "9990548609",
                    "9693633709",
                    "9912003888",
                    "9000000009",
                    "9000000017",
                    "9000000025");
    private static final List<String> TYPES =
            List.of("Observation", "AllergyIntolerance", "Encounter", "Appointment");

    private static String machine;
    private static Browser clerk;
    private static Browser stranger;

    @BeforeAll
    static void fill() {
        machine = server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        keep("Organization/ZR1", "\"name\":\"One\"");
        clerk = browser("clerk", Role.WARD_CLERK, "ZR1");
        stranger = browser("stranger", Role.CLINICIAN, "ZR9");
    }

    @AfterAll
    static void close() {
        clerk.close();
        stranger.close();
    }

    private static Browser browser(String name, Role role, String ods) {
        server.bean(Accounts.class)
                .add(new Account.Person(name, "Sam " + name, role, "Trust", ods), PASSWORD);
        return Browser.signedIn(server, name, PASSWORD);
    }

    // --- what is there ---------------------------------------------------------------------------

    private static void keep(String path, String json) {
        var answer =
                send(
                        "PUT",
                        "/fhir/" + path,
                        "{\"resourceType\":\"%s\",\"id\":\"%s\",%s}"
                                .formatted(path.split("/")[0], path.split("/")[1], json));
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    private static HttpResponse<String> send(String method, String path, String body) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(server.at(path))
                            .header("Authorization", "Bearer " + machine)
                            .header("Content-Type", "application/fhir+json")
                            .header("X-Request-ID", UUID.randomUUID().toString())
                            .method(
                                    method,
                                    body.isEmpty()
                                            ? BodyPublishers.noBody()
                                            : BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String patient(
            String family, String given, String born, String home, String number) {
        var identifier =
                number.isEmpty()
                        ? ""
                        : ",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"%s\"}]"
                                .formatted(number);
        return ("\"managingOrganization\":{\"reference\":\"Organization/ZR1\"},\"gender\":\"female\","
                        + "\"name\":[{\"use\":\"official\",\"family\":\"%s\",\"given\":[\"%s\"]}],\"birthDate\":\"%s\","
                        + "\"address\":[{\"line\":[\"%s\"],\"postalCode\":\"%s\"}]%s")
                .formatted(
                        family,
                        given,
                        born,
                        home.split(",")[0],
                        home.split(",")[1].strip(),
                        identifier);
    }

    /// Two records of one person, each with a record of care.
    private static void twice(String key, String family, int number) {
        keep(
                "Patient/" + key + "-1",
                patient(
                        family,
                        "Elizabeth",
                        "1961-05-06",
                        "1 Mill Lane, ZZ" + (10 + number) + " 1AA",
                        NUMBERS.get(number)));
        keep(
                "Patient/" + key + "-2",
                patient(
                        family,
                        "Beth",
                        "1961-05-06",
                        "1 Mill Lane, ZZ" + (10 + number) + " 1AA",
                        ""));
        for (var which : List.of("1", "2")) {
            var subject = "{\"reference\":\"Patient/" + key + "-" + which + "\"}";
            keep(
                    "Observation/" + key + "-o" + which,
                    "\"status\":\"final\",\"subject\":"
                            + subject
                            + ",\"code\":{\"text\":\"Pulse\"},\"valueQuantity\":{\"value\":7.50}");
            keep(
                    "AllergyIntolerance/" + key + "-a" + which,
                    "\"patient\":"
                            + subject
                            + ",\"code\":{\"text\":\"Dust\"},"
                            + "\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]}");
            keep(
                    "Encounter/" + key + "-e" + which,
                    "\"status\":\"finished\",\"class\":{\"code\":\"AMB\"},\"subject\":" + subject);
            keep(
                    "Appointment/" + key + "-p" + which,
                    "\"status\":\"proposed\",\"participant\":[{\"actor\":"
                            + subject
                            + ",\"status\":\"accepted\"}]");
        }
        untilFound(key);
    }

    /// Looks until there is a pair: while the server itself looks, nobody else does.
    private static void untilFound(String key) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> {
                    look();
                    return !address(clerk, key, false).isEmpty();
                });
    }

    private static void look() {
        server.bean(Matching.class).look(Instant.now().plusSeconds(5));
    }

    private static ObjectNode held(String type, String id) {
        return server.bean(Store.class).read(type, id).orElseThrow().json();
    }

    /// Everything in somebody's record, by id, without version and time.
    private static Map<String, JsonNode> timeline(String patient) {
        var all = new TreeMap<String, JsonNode>();
        for (var type : TYPES) {
            server.bean(Store.class)
                    .search(
                            SearchQuery.of(
                                    type, 100, new Criterion.OfPatients(java.util.Set.of(patient))))
                    .matches()
                    .forEach(one -> all.put(type + "/" + one.id(), bare(one.json())));
        }
        all.put("Patient", bare(held("Patient", patient)));
        return all;
    }

    private static JsonNode bare(ObjectNode json) {
        json.remove("meta");
        return json;
    }

    // --- pages -----------------------------------------------------------------------------------

    private static String address(Browser who, String key, boolean answered) {
        var body = who.get("/matching" + (answered ? "?view=answered" : "")).body();
        for (var link : body.split("href=\"")) {
            var address = link.split("\"", 2)[0];
            if (address.matches("/matching/\\d+") && who.get(address).body().contains(key + "-1")) {
                return address;
            }
        }
        return "";
    }

    private static String field(String page, String name) {
        return page.split("name=\"" + name + "\" value=\"", 2)[1].split("\"", 2)[0];
    }

    private static HttpResponse<String> answer(String address, Map<String, String> more) {
        var page = clerk.get(address).body();
        var fields = new TreeMap<>(more);
        fields.putIfAbsent("first", field(page, "first"));
        fields.putIfAbsent("second", field(page, "second"));
        return clerk.post(address, fields);
    }

    private static String merged(String key) {
        var answered =
                answer(
                        address(clerk, key, false),
                        Map.of("answer", "same", "stays", key + "-1", "why", "She says so"));
        assertThat(answered.statusCode()).as(answered.body()).isEqualTo(303);
        return answered.headers().firstValue("Location").orElseThrow();
    }

    @Test
    void a_pair_is_found_explained_and_answered_with_a_reason() {
        twice("pair", "Quillfeather", 0);
        var address = address(clerk, "pair", false);
        var page = clerk.get(address);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains(
                        "Is this one person?",
                        "Quillfeather",
                        "A short form or another form of the same name",
                        "bits in sum");
        assertThat(answer(address, Map.of("answer", "different")).body())
                .contains("Say what makes you think so");
        assertThat(answer(address, Map.of("why", "x")).body())
                .contains("Choose whether they are one person");
        var done = answer(address, Map.of("answer", "different", "why", "They came together"));
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(address(clerk, "pair", false)).isEmpty();
        look();
        assertThat(address(clerk, "pair", false)).as("an answer stands").isEmpty();
        assertThat(clerk.get(address(clerk, "pair", true)).body())
                .contains("Different people, says Sam clerk", "They came together");
    }

    @Test
    void nobody_sees_a_pair_that_does_not_concern_their_organisation() {
        twice("private", "Marchbanks", 1);
        var address = address(clerk, "private", false);
        assertThat(stranger.get("/matching").body()).doesNotContain("MARCHBANKS");
        assertThat(stranger.get(address).statusCode()).isEqualTo(404);
        assertThat(stranger.post(address, Map.of("answer", "different", "why", "x")).statusCode())
                .isEqualTo(404);
        assertThat(address(clerk, "private", false)).isEqualTo(address);
    }

    @Test
    void both_timelines_are_what_they_were_after_a_merge_is_undone() {
        twice("undo", "Featherstonehaugh", 2);
        var one = timeline("undo-1");
        var other = timeline("undo-2");
        assertThat(one).hasSize(5);
        assertThat(other).hasSize(5);
        var page = merged("undo");
        assertThat(timeline("undo-1")).hasSize(9);
        assertThat(timeline("undo-2").keySet()).containsExactly("Patient");
        assertThat(clerk.get(page).body()).contains("4 items", "Sam clerk", "She says so");
        assertThat(clerk.post(page, Map.of("why", "It was her sister")).statusCode())
                .isEqualTo(303);
        assertThat(timeline("undo-1")).isEqualTo(one);
        assertThat(timeline("undo-2")).isEqualTo(other);
        assertThat(
                        server.bean(Store.class)
                                .history(
                                        "Observation",
                                        "undo-o2",
                                        Long.MAX_VALUE,
                                        10,
                                        Sight.everything()))
                .as("history keeps all")
                .hasSize(3);
        assertThat(clerk.get(page).body()).contains("one for a while", "It was her sister");
        assertThat(clerk.post(page, Map.of("why", "again")).body())
                .contains("has been undone already");
    }

    @Test
    void what_was_changed_between_is_kept_and_what_was_written_between_is_listed() {
        twice("between", "Thistlewood", 3);
        var page = merged("between");
        keep(
                "Observation/between-o2",
                "\"status\":\"amended\",\"subject\":{\"reference\":\"Patient/between-1\"},\"code\":{\"text\":\"Pulse\"}");
        keep(
                "Observation/between-new",
                "\"status\":\"final\",\"subject\":{\"reference\":\"Patient/between-1\"},\"code\":{\"text\":\"Weight\"}");
        var stays = held("Patient", "between-1");
        stays.put("gender", "unknown");
        assertThat(send("PUT", "/fhir/Patient/between-1", stays.toString()).statusCode())
                .isEqualTo(200);
        assertThat(clerk.get(page).body())
                .contains("Observation between-new", "Observation between-o2");
        assertThat(clerk.post(page, Map.of("why", "two people")).statusCode()).isEqualTo(303);
        var moved = held("Observation", "between-o2");
        assertThat(moved.at("/subject/reference").asString()).isEqualTo("Patient/between-2");
        assertThat(moved.path("status").asString()).isEqualTo("amended");
        assertThat(held("Observation", "between-new").at("/subject/reference").asString())
                .isEqualTo("Patient/between-1");
        assertThat(held("Patient", "between-1").path("gender").asString()).isEqualTo("unknown");
        assertThat(held("Patient", "between-1").has("link")).isFalse();
        assertThat(held("Patient", "between-2").has("active")).isFalse();
        assertThat(clerk.get(page).body()).contains("Observation between-new");
    }

    @Test
    void a_record_that_was_changed_meanwhile_is_not_merged() {
        twice("stale", "Cholmondeley", 4);
        var address = address(clerk, "stale", false);
        var page = clerk.get(address).body();
        keep(
                "Patient/stale-2",
                patient("Cholmondeley", "Bess", "1961-05-06", "1 Mill Lane, ZZ14 1AA", ""));
        var answered =
                answer(
                        address,
                        Map.of(
                                "answer",
                                "same",
                                "stays",
                                "stale-1",
                                "why",
                                "x",
                                "first",
                                field(page, "first"),
                                "second",
                                field(page, "second")));
        assertThat(answered.statusCode()).isEqualTo(200);
        assertThat(answered.body()).contains("has been changed", "Nothing was done");
        assertThat(held("Patient", "stale-1").has("link")).isFalse();
        assertThat(timeline("stale-2")).hasSize(5);
    }

    @Test
    void the_record_with_the_number_stays_and_the_old_address_leads_to_it() {
        twice("lead", "Winterbottom", 5);
        var address = address(clerk, "lead", false);
        assertThat(answer(address, Map.of("answer", "same", "stays", "lead-2", "why", "x")).body())
                .contains("The record with the NHS number must stay");
        merged("lead");
        var old = held("Patient", "lead-2");
        assertThat(old.path("active").asBoolean(true)).isFalse();
        assertThat(old.at("/link/0/type").asString()).isEqualTo("replaced-by");
        assertThat(held("Patient", "lead-1").at("/link/0/type").asString()).isEqualTo("replaces");
        var view = clerk.get("/patients/lead-2");
        assertThat(view.statusCode()).isEqualTo(303);
        assertThat(view.headers().firstValue("Location")).hasValue("/patients/lead-1");
    }

    @Test
    void the_number_of_a_record_that_was_replaced_leads_to_the_one_that_stays() {
        var number = "9000000033";
        var other = "9999999999";
        keep(
                "Patient/numbers-1",
                patient("Ravenscroft", "Nora", "1950-02-03", "9 Mill Lane, ZZ20 1AA", number));
        keep(
                "Patient/numbers-2",
                patient("Ravenscroft", "Nora", "1950-02-03", "9 Mill Lane, ZZ20 1AA", other));
        keep(
                "AllergyIntolerance/numbers-a",
                "\"patient\":{\"reference\":\"Patient/numbers-2\"},\"code\":{\"text\":\"Penicillin\"},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]}");
        untilFound("numbers");
        var page = clerk.get(address(clerk, "numbers", false));
        assertThat(page.body()).contains("They have two different valid NHS numbers.");
        merged("numbers");
        var read = send("GET", "/personal-demographics/FHIR/R4/Patient/" + other, "");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(Json.parse(read.body().getBytes(StandardCharsets.UTF_8)).path("id").asString())
                .isEqualTo(number);
        var summary =
                send(
                        "GET",
                        "/summary-care-record/FHIR/R4/DocumentReference?patient=https://fhir.nhs.uk/Id/nhs-number%7C"
                                + other,
                        "");
        assertThat(summary.statusCode()).as(summary.body()).isEqualTo(200);
        assertThat(
                        Json.parse(summary.body().getBytes(StandardCharsets.UTF_8))
                                .path("total")
                                .asInt())
                .isEqualTo(1);
    }

    @Test
    void who_has_been_merged_on_is_not_parted_before_the_later_merge() {
        var matching = server.bean(Matching.class);
        for (var which : List.of("1", "2", "3")) {
            keep(
                    "Patient/chain-" + which,
                    "\"managingOrganization\":{\"reference\":\"Organization/ZR1\"}");
        }
        var caller =
                server.bean(Accounts.class)
                        .named("clerk")
                        .orElseThrow()
                        .caller(trellis.access.Caller.Came.SESSION);
        var asker = new Matching.Asker(caller, trellis.audit.AuditEntry.Source.HERE);
        var first =
                matching.merge(
                        asker,
                        new Matching.Seen("chain-1", 1),
                        new Matching.Seen("chain-2", 1),
                        "one");
        var second =
                matching.merge(
                        asker,
                        new Matching.Seen("chain-3", 1),
                        new Matching.Seen("chain-1", 2),
                        "two");
        assertThat(refusal(() -> matching.undo(asker, matching.merge(caller, first), "no")))
                .contains("Undo the later merge first");
        matching.undo(asker, matching.merge(caller, second), "no");
        matching.undo(asker, matching.merge(caller, first), "no");
        assertThat(held("Patient", "chain-1").has("link")).isFalse();
    }

    private static String refusal(Runnable work) {
        try {
            work.run();
        } catch (Refused e) {
            return e.problem() instanceof Problem.Conflict(var why, _) ? why : "";
        }
        return "";
    }

    @Test
    void match_ranks_who_somebody_may_be_and_says_why() {
        keep(
                "Patient/match-1",
                patient("Attenborough", "Mary", "1972-11-12", "4 Mill Lane, ZZ30 1AA", ""));
        keep(
                "Patient/match-2",
                patient("Attenborough", "Moira", "1972-11-12", "4 Mill Lane, ZZ30 1AA", ""));
        var sent =
                "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"resource\",\"resource\":{\"resourceType\":\"Patient\",%s}}]}"
                        .formatted(
                                patient(
                                        "ATTENBOROUGH",
                                        "Mary",
                                        "1972-12-11",
                                        "4 Mill Ln, zz301aa",
                                        ""));
        var answer = send("POST", "/fhir/Patient/$match", sent);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var bundle = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(bundle.at("/entry/0/resource/id").asString()).isEqualTo("match-1");
        assertThat(bundle.at("/entry/0/search/score").asDouble()).isGreaterThan(0.9);
        assertThat(bundle.at("/entry/0/search/extension/0/valueCode").asString())
                .isIn("certain", "probable");
        assertThat(bundle.at("/entry/0/search/extension").toString())
                .contains("Date of birth: One digit differs, or two parts are exchanged");
        assertThat(
                        send("POST", "/fhir/Patient/$match", "{\"resourceType\":\"Parameters\"}")
                                .statusCode())
                .isEqualTo(400);
        assertThat(send("GET", "/fhir/Patient/$match", "").statusCode()).isEqualTo(405);
    }
}
