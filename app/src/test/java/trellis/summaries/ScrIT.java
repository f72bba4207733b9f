package trellis.summaries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static trellis.Wire.json;
import static trellis.Wire.send;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.Contract;
import trellis.Joined;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Openings;
import trellis.access.Role;
import trellis.consents.Consents;
import trellis.consents.Made;
import trellis.fhir.Json;

/// The Summary Care Record service over the wire, held against its published contract.
final class ScrIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Contract CONTRACT =
            Contract.of("summary-care-record-api/specification/components");
    private static final Wire WIRE = new Wire(server);
    private static final String BASE = "/summary-care-record/FHIR/R4";

    /// The person of the published examples.
    private static final String SMITH = "9000000009";

    /// With a record of their own here.
    private static final String FIELD = "9990548609";

    private static final String RACE = "9693633709";
    private static final String SAYS_NO = "9912003888";
    private static final String POINTS = "9990007101";

    private static String treats;
    private static String stranger;
    private static String clerk;
    private static String tower;
    private static String practice;
    private static String elsewhere;

    @BeforeAll
    static void fill() {
        keep(
                "Organization/ZR1",
                "\"name\":\"One\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\",\"value\":\"ZR1\"}]");
        patient("smith", SMITH);
        patient("field", FIELD);
        patient("race", RACE);
        patient("saysno", SAYS_NO);
        keep(
                "AllergyIntolerance/a1",
                "\"patient\":{\"reference\":\"Patient/field\"},\"recordedDate\":\"2020-05-12\",\"code\":{\"text\":\"Penicillin <V>\"},\"verificationStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification\",\"code\":\"confirmed\"}]},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]},\"reaction\":[{\"severity\":\"severe\",\"manifestation\":[{\"text\":\"Rash\"}]}]");
        keep(
                "MedicationRequest/m1",
                "\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/field\"},\"authoredOn\":\"2024-01-05\",\"medicationCodeableConcept\":{\"text\":\"Ramipril 5 mg capsules\"},\"dosageInstruction\":[{\"text\":\"one each morning\"}]");
        keep(
                "Condition/c1",
                "\"subject\":{\"reference\":\"Patient/field\"},\"onsetDateTime\":\"2019\",\"code\":{\"text\":\"Hypertension\"},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]}");
        treats = WIRE.account("treats", Role.CLINICIAN, "ZR1");
        stranger = WIRE.account("stranger", Role.CLINICIAN, "ZR9");
        clerk = WIRE.account("clerk", Role.WARD_CLERK, "ZR1");
        elsewhere = WIRE.account("elsewhere", Role.GP, "ZR8");
        practice = WIRE.account("practice", Role.GP, "ZR1");
        tower = WIRE.account("tower", Role.GP, "T10101");
    }

    private static void patient(String id, String number) {
        keep(
                "Patient/" + id,
                "\"generalPractitioner\":[{\"reference\":\"Organization/ZR1\"}],\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"%s\"}]"
                        .formatted(number));
    }

    private static void keep(String path, String members) {
        WIRE.keep(
                path,
                "{\"resourceType\":\"%s\",\"id\":\"%s\",%s}"
                        .formatted(path.split("/")[0], path.split("/")[1], members));
    }

    private static HttpResponse<String> get(String token, String path) {
        return send(
                WIRE.request(token, BASE + path)
                        .header("X-Correlation-ID", "11C46F5F-CDEF-4865-94B2-0EE0EDCC26DA"));
    }

    private static HttpResponse<String> post(String token, String path, JsonNode body) {
        return send(
                WIRE.request(token, BASE + path)
                        .header("X-Request-ID", UUID.randomUUID().toString())
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofString(body.toString())));
    }

    private static ObjectNode example(String name) {
        try {
            return Json.parse(Files.readAllBytes(CONTRACT.file("examples/" + name + ".json")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(String number) {
        return URLEncoder.encode("https://fhir.nhs.uk/Id/nhs-number|" + number, UTF_8);
    }

    private static HttpResponse<String> ask(String token, String number) {
        return get(token, "/DocumentReference?patient=" + encoded(number));
    }

    private static String latest(String number) {
        var answer = ask(WIRE.machine(), number);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var json = json(answer);
        // The published schema has one coding of a label where FHIR, and the published example,
        // have a list of them.
        var schema = "schemas/DocumentReferenceBundle.yaml";
        assertThat(CONTRACT.faults(schema, json))
                .isEqualTo(
                        json.path("total").asInt() == 0
                                ? List.of()
                                : CONTRACT.faults(schema, example("DocumentReferenceBundle")));
        return json.at("/entry/0/resource/masterIdentifier/value").asString("");
    }

    private static ObjectNode read(String token, String number, String uuid) {
        var answer = bundle(token, number, uuid);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var json = json(answer);
        assertThat(CONTRACT.faults("schemas/GetScrBundle.yaml", json)).isEmpty();
        return json;
    }

    private static HttpResponse<String> bundle(String token, String number, String uuid) {
        return get(
                token,
                "/Bundle?composition.identifier="
                        + uuid
                        + "&composition.subject:Patient.identifier="
                        + encoded(number));
    }

    private static void refused(HttpResponse<String> answer, int status, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var json = json(answer);
        assertThat(CONTRACT.faults("schemas/OperationOutcome.yaml", json)).isEmpty();
        assertThat(json.at("/issue/0/details/text").asString("")).contains(words);
    }

    /// The published summary, of another person and with other numbers.
    private static ObjectNode summary(String number, String uuid, String replaces) {
        var text = example("UploadScrBundle").toString().replace(SMITH, number);
        var json = Json.parse(text.getBytes(UTF_8));
        var composition = (ObjectNode) json.at("/entry/0/resource");
        ((ObjectNode) composition.path("identifier")).put("value", uuid);
        if (replaces.isEmpty()) {
            composition.remove("relatesTo");
        } else {
            ((ObjectNode) composition.at("/relatesTo/0/targetIdentifier")).put("value", replaces);
        }
        return json;
    }

    private static String fresh() {
        return UUID.randomUUID().toString().toUpperCase(Locale.ROOT);
    }

    private static JsonNode permission(String number, String code) {
        return Json.parse(
                example("SetPermission")
                        .toString()
                        .replace(SMITH, number)
                        .replace("\"Ask\"", "\"" + code + "\"")
                        .getBytes(UTF_8));
    }

    // --- the published examples ------------------------------------------------------------------

    @Test
    void the_published_summary_is_sent_found_read_and_replaced() {
        assertThat(latest(SMITH)).isEmpty();
        says("smith", Made.Scr.FULL);
        var before = "D18B57ED-992E-45A2-A6AF-55200D20F48E";
        assertThat(post(WIRE.machine(), "/Bundle", summary(SMITH, before, "")).statusCode())
                .isEqualTo(201);
        assertThat(latest(SMITH)).isEqualTo(before);

        var answer = post(WIRE.machine(), "/Bundle", example("UploadScrBundle"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body()).isEmpty();
        var uuid =
                example("UploadScrBundle")
                        .at("/entry/0/resource/identifier/value")
                        .asString("")
                        .toUpperCase(Locale.ROOT);
        assertThat(latest(SMITH)).isEqualTo(uuid);

        var whole = read(treats, SMITH, uuid);
        assertThat(whole.path("entry")).isEqualTo(example("UploadScrBundle").path("entry"));
        assertThat(whole.path("total").asInt()).isEqualTo(whole.path("entry").size());

        var stale = read(treats, SMITH, before);
        assertThat(stale.path("entry").size()).isZero();
        assertThat(stale.path("total").asInt()).isZero();

        refused(
                post(WIRE.machine(), "/Bundle", example("UploadScrBundle")),
                400,
                "[PSIS-30134] - Duplicate event with eventId " + uuid + " and nhsNumber " + SMITH);
        refused(post(WIRE.machine(), "/Bundle", summary(SMITH, uuid, uuid)), 400, "[PSIS-30134]");
        refused(
                post(WIRE.machine(), "/Bundle", summary(SMITH, fresh(), before)),
                400,
                "replace the latest summary");
        says("smith", Made.Scr.CORE);
    }

    /// What a person allows, on their own pages.
    private static void says(String patient, Made.Scr what) {
        server.bean(Consents.class)
                .told(
                        new trellis.access.Caller(
                                0,
                                "",
                                Role.SYSTEM,
                                "",
                                "",
                                trellis.access.Caller.Came.TOKEN,
                                Optional.empty()),
                        trellis.audit.AuditEntry.Source.HERE,
                        patient,
                        new Made.Summary(what));
    }

    @Test
    void of_what_a_practice_sent_everybody_sees_what_the_person_and_their_role_allow() {
        var number = "9693633679";
        patient("part", number);
        var pharmacist = WIRE.account("pharmacist", Role.PHARMACIST, "ZR1");
        says("part", Made.Scr.FULL);
        var first = fresh();
        assertThat(post(WIRE.machine(), "/Bundle", summary(number, first, "")).statusCode())
                .isEqualTo(201);
        assertThat(read(treats, number, first).toString())
                .contains("AllergiesHeader", "DiagnosesHeader", "\"Condition\"", "ResultsHeader");
        var less = read(pharmacist, number, first);
        assertThat(less.toString()).contains("AllergiesHeader", "RepeatMedsHeader");
        onlyCore(less);

        says("part", Made.Scr.CORE);
        onlyCore(read(treats, number, first));
        var second = fresh();
        assertThat(post(WIRE.machine(), "/Bundle", summary(number, second, first)).statusCode())
                .isEqualTo(201);
        says("part", Made.Scr.FULL);
        onlyCore(read(treats, number, second));
    }

    /// A medicine of the core may say why it is taken, and lead to what else is known.
    @Test
    void why_a_medicine_is_taken_and_what_it_leads_to_are_no_part_of_the_core() {
        var number = "9693632249";
        patient("why", number);
        var uuid = fresh();
        var sent = summary(number, uuid, "");
        var condition =
                sent.path("entry")
                        .valueStream()
                        .map(entry -> entry.path("resource"))
                        .filter(one -> one.path("resourceType").asString("").equals("Condition"))
                        .map(one -> "Condition/" + one.path("id").asString(""))
                        .findFirst()
                        .orElseThrow();
        var author = sent.at("/entry/0/resource/author/0/reference").asString("");
        var medicine =
                """
                {"resource":{"resourceType":"MedicationStatement","id":"why-1","status":"active","text":{"status":"generated","div":"<div xmlns=\\"http://www.w3.org/1999/xhtml\\">Ramipril for the kidneys</div>"},
                 "contained":[{"resourceType":"Observation","id":"o","status":"final","code":{"text":"Creatinine raised"}},{"resourceType":"Medication","id":"m","code":{"text":"Ramipril 5 mg capsules"}}],
                 "extension":[{"url":"https://example.org/problem","valueReference":{"reference":"%1$s","display":"Failing kidneys"}}],
                 "medicationReference":{"reference":"#m"},"informationSource":{"reference":"%2$s"},
                 "dosage":[{"text":"one each morning"}],
                 "reasonCode":[{"text":"Failing kidneys"}],"reasonReference":[{"reference":"%1$s"},{"display":"Failing kidneys"}],
                 "derivedFrom":[{"reference":"#o"}],"context":{"reference":"Encounter/DE2F2DAB-5BB1-480C-AA67-A2A68D06620D"}}}\
                """
                        .formatted(condition, author);
        ((ArrayNode) sent.path("entry")).add(Json.parse(medicine.getBytes(UTF_8)));
        for (var section : sent.at("/entry/0/resource/section")) {
            if (section.toString().contains("RepeatMedsHeader")) {
                var entries = ((ObjectNode) section).putArray("entry");
                entries.addObject().put("reference", "MedicationStatement/why-1");
                entries.addObject().put("reference", condition);
            }
        }
        says("why", Made.Scr.FULL);
        assertThat(post(WIRE.machine(), "/Bundle", sent).statusCode()).isEqualTo(201);
        assertThat(bundle(treats, number, uuid).body())
                .contains("Failing kidneys", "Ramipril for the kidneys", "Creatinine raised");

        says("why", Made.Scr.CORE);
        var core = json(bundle(treats, number, uuid));
        onlyCore(core);
        assertThat(core.toString())
                .contains("\"MedicationStatement\"", "Ramipril 5 mg capsules", "one each morning")
                .contains("\"informationSource\":{\"reference\":\"" + author)
                .doesNotContain("kidneys", "Creatinine", condition);
        assertThat(AdditionalRules.any(core)).isFalse();
    }

    @Test
    void a_summary_that_went_with_its_person_names_them_by_the_number_that_counts() {
        var stays = "9693632206";
        var goes = "9693632214";
        patient("went-1", stays);
        patient("went-2", goes);
        var uuid = fresh();
        assertThat(post(WIRE.machine(), "/Bundle", summary(goes, uuid, "")).statusCode())
                .isEqualTo(201);
        try (var browser = WIRE.browser("clerk")) {
            var joined = Joined.of(server, browser, "went-1", "went-2");
            assertThat(latest(stays)).isEqualTo(uuid);
            assertThat(read(treats, stays, uuid).toString()).contains(stays).doesNotContain(goes);
            joined.undo();
            assertThat(read(treats, goes, uuid).toString()).contains(goes).doesNotContain(stays);
        }
    }

    private static void onlyCore(ObjectNode summary) {
        assertThat(summary.toString())
                .contains("AllergiesHeader", "AcuteMedsHeader", "\"Practitioner\"")
                .doesNotContain(
                        "DiagnosesHeader",
                        "ProblemsHeader",
                        "ResultsHeader",
                        "PreferencesHeader",
                        "\"Condition\"",
                        "\"Observation\"",
                        "\"Encounter\"",
                        "\"RelatedPerson\"");
    }

    @Test
    void the_permission_is_set_by_the_practice_of_the_person_alone() {
        patient("theirs", "9693633687");
        server.bean(Openings.class)
                .open(
                        server.bean(trellis.access.Accounts.class)
                                .named("elsewhere")
                                .orElseThrow()
                                .caller(trellis.access.Caller.Came.TOKEN),
                        "theirs",
                        trellis.access.Reason.EMERGENCY,
                        "");
        assertThat(ask(elsewhere, "9693633687").statusCode()).isEqualTo(200);
        refused(
                post(elsewhere, "/$setPermission", permission("9693633687", "No")),
                403,
                "the practice that the person is registered with");
        assertThat(server.bean(Consents.class).of("theirs").scr()).isEqualTo(Made.Scr.CORE);
        assertThat(post(practice, "/$setPermission", permission("9693633687", "No")).statusCode())
                .isEqualTo(201);
    }

    @Test
    void the_published_alert_opens_the_record_and_waits_for_somebody_to_look() {
        var alert = example("AuditEvent");
        refused(ask(tower, SMITH), 420, "[PSIS-30418] - ACF does not permit access to resource");

        var answer = post(tower, "/AuditEvent", alert);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(ask(tower, SMITH).statusCode()).isEqualTo(200);
        assertThat(server.bean(Openings.class).about("smith", 10))
                .anySatisfy(opening ->
                        assertThat(opening.words())
                                .isEqualTo("Access made in the public interest: a test alert"));

        refused(post(WIRE.machine(), "/AuditEvent", alert), 403, "somebody who has signed in");
        refused(post(treats, "/AuditEvent", alert), 403, "organisation 'T10101'");
    }

    @ParameterizedTest
    @CsvSource({
        "1,1,201", "1,2,201", "1,3,201", "1,4,201", "1,5,400", "1,6,201", "2,1,201", "2,2,201",
        "2,3,201", "2,4,400", "2,5,201", "2,6,400", "3,1,400", "1,7,400"
    })
    void of_types_and_reasons_of_alerts_those_that_go_together_are_taken(
            String type, String reason, int status) {
        var alert = example("AuditEvent");
        ((ObjectNode) alert.path("type")).put("code", type);
        ((ObjectNode) alert.at("/subtype/0")).put("code", reason);
        var answer = post(tower, "/AuditEvent", alert);
        if (status == 201) {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        } else {
            refused(answer, 400, "is not a permitted combination");
        }
    }

    // --- from the record -------------------------------------------------------------------------

    @Test
    void what_nobody_sent_is_made_from_the_record_and_follows_it_at_once() {
        var first = latest(FIELD);
        var whole = read(treats, FIELD, first);
        var text = whole.toString();
        assertThat(text)
                .contains(
                        "12-May-2020",
                        "Penicillin &lt;V&gt;",
                        "severe",
                        "Rash",
                        "Ramipril 5 mg capsules",
                        "one each morning",
                        "Current Repeat Medications")
                .doesNotContain("Hypertension");
        assertThat(latest(FIELD)).isEqualTo(first);

        var today = LocalDate.now(java.time.ZoneOffset.UTC);
        keep(
                "MedicationRequest/m2",
                "\"status\":\"completed\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/field\"},\"authoredOn\":\"%s\",\"medicationCodeableConcept\":{\"text\":\"Amoxicillin 500 mg\"}"
                        .formatted(today));
        var second = latest(FIELD);
        assertThat(second).isNotEqualTo(first);
        assertThat(read(treats, FIELD, first).path("entry").size()).isZero();
        assertThat(read(treats, FIELD, second).toString()).contains("Amoxicillin 500 mg", "Acute");

        says("field", Made.Scr.FULL);
        assertThat(read(treats, FIELD, latest(FIELD)).toString())
                .contains("Problems and Issues", "Hypertension");
    }

    /// What a summary was made from before lies outside the record here.
    @Test
    void a_medicine_that_the_record_points_to_is_shown_as_it_is_now() {
        patient("points", POINTS);
        keep("Medication/outside", "\"code\":{\"text\":\"Warfarin 1 mg\"}");
        keep(
                "MedicationRequest/p1",
                "\"status\":\"active\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/points\"},\"medicationReference\":{\"reference\":\"Medication/outside\"}");
        assertThat(read(treats, POINTS, latest(POINTS)).toString()).contains("Warfarin 1 mg");
        var first = latest(POINTS);

        keep("Medication/outside", "\"code\":{\"text\":\"Warfarin 3 mg\"}");
        assertThat(latest(POINTS)).isNotEqualTo(first);
        assertThat(read(treats, POINTS, latest(POINTS)).toString())
                .contains("Warfarin 3 mg")
                .doesNotContain("Warfarin 1 mg");
    }

    @Test
    void who_says_no_has_no_summary_until_they_say_otherwise() {
        keep(
                "AllergyIntolerance/n1",
                "\"patient\":{\"reference\":\"Patient/saysno\"},\"code\":{\"text\":\"Latex\"},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]}");
        var uuid = latest(SAYS_NO);
        assertThat(uuid).isNotEmpty();
        assertThat(post(practice, "/$setPermission", permission(SAYS_NO, "No")).statusCode())
                .isEqualTo(201);
        refused(ask(treats, SAYS_NO), 403, "There's no patient's consent to store SCR");
        refused(bundle(treats, SAYS_NO, uuid), 403, "There's no patient's consent to store SCR");
        refused(
                post(WIRE.machine(), "/Bundle", summary(SAYS_NO, fresh(), "")),
                403,
                "There's no patient's consent to store SCR");
        assertThat(server.bean(Consents.class).of("saysno").scr()).isEqualTo(Made.Scr.NO);

        assertThat(post(practice, "/$setPermission", permission(SAYS_NO, "Yes")).statusCode())
                .isEqualTo(201);
        assertThat(latest(SAYS_NO)).isEqualTo(uuid);
        assertThat(server.bean(Consents.class).history("saysno").getFirst().by())
                .isEqualTo("The patient, as Dr practice was told");
    }

    @Test
    void the_published_permission_is_set() {
        assertThat(post(practice, "/$setPermission", example("SetPermission")).statusCode())
                .isEqualTo(201);
        assertThat(server.bean(Consents.class).of("smith").scr()).isEqualTo(Made.Scr.CORE);
    }

    @Test
    void of_many_who_replace_one_summary_at_once_one_does() throws Exception {
        var first = fresh();
        assertThat(post(WIRE.machine(), "/Bundle", summary(RACE, first, "")).statusCode())
                .isEqualTo(201);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = new ArrayList<Callable<Integer>>();
            for (var i = 0; i < 8; i++) {
                var next = summary(RACE, fresh(), first);
                work.add(() -> post(WIRE.machine(), "/Bundle", next).statusCode());
            }
            var statuses = new ArrayList<Integer>();
            for (var one : threads.invokeAll(work)) {
                statuses.add(one.get());
            }
            assertThat(statuses).containsOnlyOnce(201).isSubsetOf(201, 400);
        }
    }

    // --- who may, and what is wrong --------------------------------------------------------------

    @Test
    void only_whoever_treats_the_person_sees_it() {
        assertThat(ask(treats, FIELD).statusCode()).isEqualTo(200);
        refused(ask(stranger, FIELD), 420, "[PSIS-30418]");
        refused(ask(stranger, "9449304130"), 420, "[PSIS-30418]");
        refused(post(elsewhere, "/$setPermission", permission(FIELD, "No")), 420, "[PSIS-30418]");
        refused(post(treats, "/$setPermission", permission(FIELD, "No")), 403, "practice");
        refused(post(WIRE.machine(), "/$setPermission", permission(FIELD, "No")), 403, "practice");
        refused(ask(clerk, FIELD), 403, "");
        refused(get("none", "/DocumentReference"), 401, "Invalid Access Token");
        assertThat(json(ask(WIRE.machine(), "9449304130")).path("total").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/DocumentReference",
                "/DocumentReference?patient=9000000009",
                "/DocumentReference?patient=https://fhir.nhs.uk/Id/nhs-number%7C9000000008",
                "/DocumentReference?patient=https://fhir.nhs.uk/Id/nhs-number%7C9000000009&_sort=type",
                "/DocumentReference?patient=https://fhir.nhs.uk/Id/nhs-number%7C9000000009&_count=2",
                "/DocumentReference?patient=https://fhir.nhs.uk/Id/nhs-number%7C9000000009&type=x",
                "/Bundle?composition.identifier=INVALID&composition.subject:Patient.identifier=https://fhir.nhs.uk/Id/nhs-number%7C9000000009",
                "/Bundle?composition.identifier=FA60BE64-1F34-11EB-A2A8-000C29A364EB"
            })
    void a_question_that_is_none_is_refused(String path) {
        refused(get(WIRE.machine(), path), 400, "");
    }

    @Test
    void what_is_allowed_of_a_question_is_answered() {
        var answer =
                get(
                        WIRE.machine(),
                        "/DocumentReference?patient="
                                + encoded(FIELD)
                                + "&_sort=date&_count=1&type=http://snomed.info/sct%7C196981000000101");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Correlation-ID"))
                .hasValue("11C46F5F-CDEF-4865-94B2-0EE0EDCC26DA");
    }

    @Test
    void what_is_sent_must_be_what_it_says() {
        for (var path : List.of("/Bundle", "/$setPermission", "/AuditEvent")) {
            refused(
                    send(
                            HttpRequest.newBuilder(server.at(BASE + path))
                                    .header("Authorization", "Bearer " + tower)
                                    .header("Content-Type", "text/plain")
                                    .POST(BodyPublishers.ofString("{}"))),
                    415,
                    "Content type 'text/plain' not supported");
            refused(
                    post(tower, path, Json.parse("{\"resourceType\":\"Basic\"}".getBytes(UTF_8))),
                    400,
                    "The body is a");
            assertThat(
                            send(HttpRequest.newBuilder(server.at(BASE + path))
                                            .header("Authorization", "Bearer " + tower)
                                            .DELETE())
                                    .statusCode())
                    .isEqualTo(405);
        }
        refused(
                post(practice, "/$setPermission", permission("9000000008", "Ask")),
                400,
                "Invalid NHS number");
        refused(
                post(practice, "/$setPermission", permission(FIELD, "Perhaps")),
                400,
                "Yes, No or Ask");
        refused(
                post(practice, "/$setPermission", permission("9449304130", "Ask")),
                400,
                "Patient not found");
        var nobody = example("AuditEvent");
        nobody.putArray("agent");
        refused(post(tower, "/AuditEvent", nobody), 400, "NHS number missing");
        var headless = summary(SMITH, fresh(), "");
        ((ObjectNode) headless.at("/entry/0/resource")).put("resourceType", "Basic");
        refused(post(WIRE.machine(), "/Bundle", headless), 400, "its Composition");
        refused(post(WIRE.machine(), "/Bundle", summary(SMITH, "one", "")), 400, "is no UUID");
        var runs = summary(SMITH, fresh(), "");
        ((ObjectNode) runs.at("/entry/0/resource/section/1/text"))
                .put(
                        "div",
                        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert(1)</script></div>");
        refused(post(WIRE.machine(), "/Bundle", runs), 400, "div");
        refused(get(WIRE.machine(), "/Nothing"), 404, "nothing at this address");
    }

    @Test
    void a_fault_inside_the_server_is_said_in_the_words_of_the_service() {
        patient("spoiled", "9693632966");
        keep(
                "AllergyIntolerance/spoiled-allergy",
                "\"patient\":{\"reference\":\"Patient/spoiled\"},\"clinicalStatus\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]},\"code\":{\"text\":\"Nuts\"}");
        WIRE.spoil("spoiled-allergy");
        var answer = ask(treats, "9693632966");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(500);
        var schema = "schemas/OperationOutcomeInternalServerError.yaml";
        assertThat(CONTRACT.faults(schema, json(answer))).isEmpty();
        var issue = json(answer).at("/issue/0");
        assertThat(issue.path("code").asString("")).isEqualTo("unknown");
        assertThat(issue.at("/details/coding/0/code").asString("")).isEqualTo("UNKNOWN_ERROR");
    }
}
