package trellis.profiles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Account;
import trellis.access.Level;
import trellis.access.Role;
import trellis.fhir.Json;
import trellis.fhir.xml.FhirXml;

/// Each line of docs/api/validate.md over real HTTP, and UK Core's own examples.
class ValidateIT {
    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_VALIDATION_SECONDS", "60"));

    private static final Path EXAMPLES = Path.of("../../shared/data/uk-core/examples");
    private static final Path TYPES =
            Path.of("../../shared/data/conformance/fhir-test-cases/r4/examples");
    private static final String UK = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-";
    private static final String PATIENT = UK + "Patient";
    private static final Wire wire = new Wire(server);

    /// Published examples that break what is published, each with why.
    private static final Map<String, String> BROKEN =
            Map.of(
                    "Extension-UKCore-ConditionEpisode-Example.xml",
                    "its extension takes a CodeableConcept, and it is sent a code under a name that is none",
                    "UKCore-Bundle-NEWS2Observations-Example.xml",
                    "fullUrl is not absolute",
                    "UKCore-Provenance-RARecordConsent-Example.xml",
                    "a reference to a StructureDefinition where an Organization is meant");

    private static HttpResponse<String> post(String path, String json) {
        return Wire.send(
                wire.request(wire.machine(), "/fhir/" + path)
                        .timeout(Duration.ofMinutes(3))
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofString(json)));
    }

    private static ObjectNode outcome(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var outcome = Wire.json(answer);
        assertThat(outcome.path("resourceType").asString("")).isEqualTo("OperationOutcome");
        return outcome;
    }

    private static List<String> errors(JsonNode outcome) {
        return of(outcome, "error");
    }

    private static List<String> of(JsonNode outcome, String severity) {
        var found = new ArrayList<String>();
        for (var issue : outcome.path("issue")) {
            if (issue.path("severity").asString("").equals(severity)) {
                found.add(
                        issue.path("expression").path(0).asString("")
                                + ": "
                                + issue.path("diagnostics").asString(""));
            }
        }
        return found;
    }

    private static List<String> errors(String path, String json) {
        return errors(outcome(post(path, json)));
    }

    private static void refused(
            HttpResponse<String> answer, int status, String code, String where, String says) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var issue = Wire.json(answer).path("issue").path(0);
        assertThat(issue.path("code").asString("")).isEqualTo(code);
        assertThat(issue.path("expression").path(0).asString("")).isEqualTo(where);
        assertThat(issue.path("diagnostics").asString("")).contains(says);
    }

    @BeforeAll
    static void keep() {
        wire.keep(
                "Patient/val-rose",
                """
                {"resourceType":"Patient","id":"val-rose","name":[{"family":"Rose"}],"gender":"female"}
                """);
        wire.keep(
                "Condition/val-cough",
                """
                {"resourceType":"Condition","id":"val-cough","subject":{"reference":"Patient/val-rose"}}
                """);
    }

    @Test
    void the_examples_of_uk_core_are_what_they_say_they_are_and_nobody_else_is_asked(
            @TempDir Path folder) throws IOException {
        var found = new TreeMap<String, List<String>>();
        var addresses = new ArrayList<String>();
        try (var recording = new Recording();
                var files = Files.list(EXAMPLES)) {
            recording.enable("jdk.SocketRead").withThreshold(Duration.ZERO);
            recording.enable("jdk.SocketWrite").withThreshold(Duration.ZERO);
            recording.start();
            for (var file : files.sorted().toList()) {
                var json = FhirXml.parse(Files.readAllBytes(file));
                var type = json.path("resourceType").asString("");
                if (type.equals("AuditEvent")) {
                    continue; // is kept by the server itself and not sent
                }
                var profiled = PublishedReads.ukCore().has("StructureDefinition", UK + type);
                var answer =
                        post(
                                type + "/$validate" + (profiled ? "?profile=" + UK + type : ""),
                                new String(Json.write(json), UTF_8));
                var errors = errors(outcome(answer));
                if (!errors.isEmpty()) {
                    found.put(file.getFileName().toString(), errors);
                }
            }
            recording.stop();
            var dump = folder.resolve("sockets.jfr");
            recording.dump(dump);
            for (var event : RecordingFile.readAllEvents(dump)) {
                if (event.hasField("address")) {
                    addresses.add(event.getString("address"));
                }
            }
        }
        assertThat(found.keySet()).as(found.toString()).isEqualTo(BROKEN.keySet());
        assertThat(addresses)
                .isNotEmpty()
                .allMatch(one ->
                        one == null
                                || one.isEmpty()
                                || InetAddress.ofLiteral(one).isLoopbackAddress());
    }

    /// One example of each type that HL7 has published, profiles and terminology among them, some of them wrong: whatever is in it, the
    /// validator has what it needs.
    @Test
    void every_type_is_within_its_reach() throws IOException {
        var beyond = new ArrayList<String>();
        try (var files = Files.list(TYPES)) {
            for (var file :
                    files.filter(one -> one.toString().endsWith(".json")).sorted().toList()) {
                var type = Json.parse(Files.readAllBytes(file)).path("resourceType").asString("");
                var answer = post(type + "/$validate", Files.readString(file));
                for (var one :
                        answer.statusCode() == 200
                                ? Wire.json(answer).path("issue")
                                : Json.parse("{}".getBytes(UTF_8))) {
                    if (one.path("code").asString("").equals("processing")
                            && one.path("diagnostics").asString("").contains("validator")) {
                        beyond.add(file.getFileName() + ": " + one.path("diagnostics"));
                    }
                }
                if (answer.statusCode() >= 500) {
                    beyond.add(file.getFileName() + ": " + answer.body());
                }
            }
        }
        assertThat(beyond).isEmpty();
    }

    @Test
    void what_a_profile_forbids_is_found_at_its_place() {
        var wrong =
                Map.of(
                        """
                        {"resourceType":"Patient","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number"}]}\
                        """,
                        "Patient.identifier[0]",
                        """
                        {"resourceType":"Patient","gender":"Female"}\
                        """,
                        "Patient.gender",
                        """
                        {"resourceType":"Patient","extension":[
                          {"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BirthSex","valueString":"F"}]}\
                        """,
                        "Patient.extension[0]",
                        """
                        {"resourceType":"Patient","extension":[
                          {"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BirthSex","valueCodeableConcept":
                            {"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-PersonStatedGender","code":"purple"}]}},
                          {"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BirthSex","valueCodeableConcept":
                            {"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-PersonStatedGender","code":"purple"}]}}]}\
                        """,
                        "Patient");
        wrong.forEach((json, place) ->
                assertThat(errors("Patient/$validate?profile=" + PATIENT, json))
                        .as(json)
                        .anyMatch(one -> one.startsWith(place)));
    }

    @Test
    void when_there_is_nothing_to_say_that_is_said() {
        var answer =
                outcome(
                        post(
                                "Organization/$validate",
                                """
                                {"resourceType":"Organization","name":"A practice",
                                 "text":{"status":"generated","div":"<div xmlns='http://www.w3.org/1999/xhtml'>A practice</div>"}}
                                """));

        assertThat(answer.toString())
                .isEqualTo(
                        "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"information\",\"code\":\"informational\","
                                + "\"diagnostics\":\"All is well.\"}]}");
    }

    @Test
    void what_is_stored_is_validated_where_it_is() {
        var stored =
                Wire.send(
                        wire.request(
                                wire.machine(),
                                "/fhir/Patient/val-rose/$validate?profile=" + PATIENT));

        assertThat(errors(outcome(stored))).isEmpty();
        assertThat(
                        errors(
                                outcome(
                                        post(
                                                "Patient/val-rose/$validate",
                                                """
                                                {"resourceType":"Parameters","parameter":[
                                                  {"name":"mode","valueCode":"profile"},{"name":"profile","valueUri":"%s"}]}
                                                """
                                                        .formatted(PATIENT)))))
                .isEmpty();
        assertThat(
                        Wire.send(wire.request(wire.machine(), "/fhir/Patient/val-none/$validate"))
                                .statusCode())
                .isEqualTo(404);
    }

    @Test
    void create_says_whether_a_write_would_be_accepted_and_stores_nothing() {
        var lost =
                """
                {"resourceType":"Condition","subject":{"reference":"Patient/val-nobody"}}
                """;

        assertThat(errors("Condition/$validate", lost)).isEmpty();
        assertThat(errors("Condition/$validate?mode=create", lost))
                .contains(
                        "Condition.subject: The reference leads to a Patient that is not here; create it first, or send both in"
                                + " one transaction");
        assertThat(errors("Condition/$validate?mode=create", lost.replace("nobody", "rose")))
                .isEmpty();
        assertThat(
                        wire.kept("Condition?subject=Patient/val-rose&_summary=count")
                                .path("total")
                                .asInt(-1))
                .isEqualTo(1);
    }

    @Test
    void update_wants_the_id_and_delete_says_who_refers() {
        var rose =
                """
                {"resourceType":"Patient","id":"val-rose","name":[{"family":"Rose-Hill"}]}
                """;
        assertThat(errors("Patient/val-rose/$validate?mode=update", rose)).isEmpty();
        refused(
                post("Patient/val-fern/$validate?mode=update", rose),
                400,
                "value",
                "Patient.id",
                "is not the id of the address");
        refused(
                post("Patient/$validate?mode=update", "{\"resourceType\":\"Patient\"}"),
                400,
                "required",
                "Patient.id",
                "has the id under which");
        assertThat(errors("Patient/val-rose/$validate?mode=delete", ""))
                .containsExactly(
                        "Patient/val-rose: 1 resource refers to it; change or delete them first");
        assertThat(
                        of(
                                outcome(post("Condition/val-cough/$validate?mode=delete", "")),
                                "information"))
                .containsExactly(": It may be deleted.");
    }

    @Test
    void whoever_writes_nothing_of_a_type_may_not_ask_whether_a_write_would_be_accepted() {
        var self = new Account.Self("val-rose", Level.P9, Account.Profile.NONE);
        var rose = wire.account(new Account.Person("val-self", "Rose", Role.PATIENT, "", "", self));
        for (var mode : List.of("update", "delete")) {
            var asked = "Patient/val-rose/$validate?mode=" + mode;
            refused(sentBy(rose, asked), 403, "forbidden", "", "");
        }
        assertThat(sentBy(rose, "Patient/val-rose/$validate").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> sentBy(String token, String path) {
        return Wire.send(
                wire.request(token, "/fhir/" + path)
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.noBody()));
    }

    @Test
    void what_cannot_be_understood_is_refused() {
        var patient = "{\"resourceType\":\"Patient\"}";
        refused(
                post("Patient/$validate?profile=http://example.org/none", patient),
                422,
                "not-found",
                "profile",
                "Held are " + PATIENT);
        refused(
                post("Patient/$validate?profile=" + UK + "Encounter", patient),
                422,
                "not-found",
                "profile",
                "No profile of Patient");
        refused(
                post("Patient/$validate?usageContext=x", patient),
                400,
                "not-supported",
                "usageContext",
                "name them with profile");
        refused(post("Patient/$validate?mode=try", patient), 400, "value", "mode", "mode is");
        refused(
                post("Patient/$validate?mode=profile", patient),
                400,
                "required",
                "profile",
                "name a profile");
        refused(
                post("Patient/$validate?mode=delete", ""),
                400,
                "invalid",
                "mode",
                "Patient/[id]/$validate");
        refused(
                post("Patient/val-rose/$validate?mode=create", patient),
                400,
                "invalid",
                "mode",
                "Patient/$validate");
        refused(
                post("Patient/$validate", "{\"resourceType\":\"Condition\"}"),
                400,
                "structure",
                "resourceType",
                "not of the type of the address");
        refused(post("Patient/$validate", ""), 400, "required", "resource", "Send a resource");
        refused(
                post(
                        "Patient/$validate?"
                                + "profile=http://example.org/p&".repeat(11).replaceAll("p&", "p&")
                                + "x=1",
                        patient),
                400,
                "not-supported",
                "\"x\"",
                "takes mode");
    }

    @Test
    void a_structure_that_is_broken_is_found_and_not_refused() {
        assertThat(
                        errors(
                                "Patient/$validate",
                                "{\"resourceType\":\"Patient\",\"birthDate\":\"yesterday\",\"colour\":\"red\"}"))
                .anyMatch(one -> one.startsWith("Patient.birthDate"))
                .anyMatch(one -> one.contains("colour"));
    }

    @Test
    void xml_is_read_and_answered() {
        var answer =
                Wire.send(
                        wire.request(wire.machine(), "/fhir/Patient/$validate?profile=" + PATIENT)
                                .header("Content-Type", "application/fhir+xml")
                                .header("Accept", "application/fhir+xml")
                                .POST(
                                        BodyPublishers.ofString(
                                                "<Patient xmlns=\"http://hl7.org/fhir\"><gender value=\"Female\"/></Patient>")));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("<OperationOutcome xmlns=\"http://hl7.org/fhir\">")
                .contains("<expression value=\"Patient.gender\"/>");
        var entity =
                Wire.send(
                        wire.request(wire.machine(), "/fhir/Patient/$validate")
                                .header("Content-Type", "application/fhir+xml")
                                .POST(
                                        BodyPublishers.ofString(
                                                "<!DOCTYPE p [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Patient"
                                                        + " xmlns=\"http://hl7.org/fhir\"><language value=\"&e;\"/></Patient>")));
        assertThat(entity.statusCode()).isEqualTo(400);
    }

    @Test
    void it_is_an_entry_of_a_batch() {
        var answer =
                post(
                        "",
                        """
                        {"resourceType":"Bundle","type":"batch","entry":[
                         {"request":{"method":"POST","url":"Patient/$validate?profile=%s"},
                          "resource":{"resourceType":"Patient","gender":"Female"}},
                         {"request":{"method":"GET","url":"Patient/val-rose/$validate"}}]}
                        """
                                .formatted(PATIENT));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var entries = Wire.json(answer).path("entry");
        assertThat(errors(entries.path(0).path("resource"))).isNotEmpty();
        assertThat(errors(entries.path(1).path("resource"))).isEmpty();
    }

    private static String profile(String id, String url, String constraint, int most) {
        return """
        {"resourceType":"StructureDefinition","id":"%s","url":"%s","name":"Own","status":"active","kind":"resource",
         "abstract":false,"type":"Patient","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
         "derivation":"constraint","differential":{"element":[{"id":"Patient","path":"Patient"%s},
         {"id":"Patient.name","path":"Patient.name","max":"%d"}]}}
        """
                .formatted(id, url, constraint, most);
    }

    private static String constraint(String expression) {
        return ",\"constraint\":[{\"key\":\"own-1\",\"severity\":\"error\",\"human\":\"An own rule\",\"expression\":\""
                + expression.replace("\\", "\\\\")
                + "\"}]";
    }

    @Test
    void a_profile_that_is_stored_here_counts_at_once_and_so_does_its_change() {
        var url = "http://example.org/StructureDefinition/one-name";
        var two = "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"A\"},{\"family\":\"B\"}]}";
        var ask = "Patient/$validate?profile=" + url;
        assertThat(post(ask, two).statusCode()).isEqualTo(422);

        wire.keep("StructureDefinition/val-own", profile("val-own", url, "", 1));
        assertThat(errors(ask, two)).anyMatch(one -> one.contains("max allowed = 1"));

        wire.keep("StructureDefinition/val-own", profile("val-own", url, "", 2));
        assertThat(errors(ask, two)).isEmpty();

        wire.keep(
                "StructureDefinition/val-own",
                profile("val-own", url, constraint("birthDate.exists()"), 2));
        assertThat(errors(ask, two)).anyMatch(one -> one.contains("own-1"));

        var gone =
                Wire.send(
                        wire.request(wire.machine(), "/fhir/StructureDefinition/val-own").DELETE());
        assertThat(gone.statusCode()).isEqualTo(204);
        assertThat(post(ask, two).statusCode()).isEqualTo(422);
    }

    @Test
    void codes_are_answered_by_what_is_stored_here() {
        wire.keep(
                "CodeSystem/val-moods",
                """
                {"resourceType":"CodeSystem","id":"val-moods","url":"http://example.org/moods","status":"active","content":"complete",
                 "concept":[{"code":"calm"}]}
                """);
        wire.keep(
                "ValueSet/val-moods",
                """
                {"resourceType":"ValueSet","id":"val-moods","url":"http://example.org/vs/moods","status":"active",
                 "compose":{"include":[{"system":"http://example.org/moods"}]}}
                """);
        wire.keep(
                "StructureDefinition/val-moody",
                """
                {"resourceType":"StructureDefinition","id":"val-moody","url":"http://example.org/StructureDefinition/moody","name":"Moody",
                 "status":"active","kind":"resource","abstract":false,"type":"Patient",
                 "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient","derivation":"constraint",
                 "differential":{"element":[{"id":"Patient.maritalStatus","path":"Patient.maritalStatus",
                   "binding":{"strength":"required","valueSet":"http://example.org/vs/moods"}}]}}
                """);
        var ask = "Patient/$validate?profile=http://example.org/StructureDefinition/moody";
        var calm =
                """
                {"resourceType":"Patient","maritalStatus":{"coding":[{"system":"http://example.org/moods","code":"calm"}]}}
                """;
        assertThat(errors(ask, calm)).isEmpty();
        assertThat(errors(ask, calm.replace("\"calm\"", "\"wild\"")))
                .anyMatch(one -> one.contains("http://example.org/vs/moods"));
        wire.keep(
                "CodeSystem/val-moods",
                """
                {"resourceType":"CodeSystem","id":"val-moods","url":"http://example.org/moods","status":"active","content":"complete",
                 "concept":[{"code":"calm"},{"code":"wild"}]}
                """);
        assertThat(errors(ask, calm.replace("\"calm\"", "\"wild\""))).isEmpty();

        var unknown = "http://nowhere.example.org/codes";
        var answer =
                outcome(
                        post(
                                "Condition/$validate",
                                """
                                {"resourceType":"Condition","subject":{"display":"x"},"code":{"coding":[{"system":"%s","code":"1"}]}}
                                """
                                        .formatted(unknown)));
        assertThat(errors(answer)).isEmpty();
        assertThat(of(answer, "warning")).anyMatch(one -> one.contains(unknown));
    }

    @Test
    void a_profile_that_would_harm_is_not_followed_there() {
        var long_ = "a".repeat(60) + "!";
        var patient = "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"" + long_ + "\"}]}";
        var began = Instant.now();
        var url = "http://example.org/StructureDefinition/bomb-";
        var bombs =
                List.of(
                        "name.family.matches('^(a+)+$')",
                        "repeat($this)",
                        "name.select(%resource.descendants()).select(%resource.descendants()).exists()",
                        "'a'.replace('a','aaaaaaaaaa').replace('a','aaaaaaaaaa').replace('a','aaaaaaaaaa').exists()");
        for (var i = 0; i < bombs.size(); i++) {
            wire.keep(
                    "StructureDefinition/val-bomb-" + i,
                    profile("val-bomb-" + i, url + i, constraint(bombs.get(i)), 5));
            var answer = outcome(post("Patient/$validate?profile=" + url + i, patient));
            assertThat(of(answer, "warning"))
                    .as(bombs.get(i))
                    .anyMatch(one -> one.contains("The invariant own-1 of " + url));
        }
        for (var pair : List.of("a b", "b a")) {
            var names = pair.split(" ");
            wire.keep(
                    "StructureDefinition/val-circle-" + names[0],
                    profile("val-circle-" + names[0], url + names[0], "", 1)
                            .replace(
                                    "http://hl7.org/fhir/StructureDefinition/Patient",
                                    url + names[1]));
        }
        assertThat(errors("Patient/$validate?profile=" + url + "a", patient))
                .anyMatch(one ->
                        one.contains("its definition is broken")
                                || one.contains("nested too deeply"));
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void a_body_that_is_deep_or_large_harms_nobody() {
        var deep = new StringBuilder("{\"resourceType\":\"Patient\"");
        deep.append(",\"extension\":[{\"url\":\"http://e\"".repeat(90)).append("}]".repeat(90));
        assertThat(post("Patient/$validate", deep.append("}").toString()).statusCode())
                .isIn(200, 400);
        var large =
                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\""
                        + "x".repeat(5 << 20)
                        + "\"}]}";
        assertThat(post("Patient/$validate", large).statusCode()).isEqualTo(413);
        var many =
                "{\"resourceType\":\"Patient\",\"name\":["
                        + String.join(",", Collections.nCopies(10_000, "{\"family\":\"x\"}"))
                        + "]}";
        refused(
                post("Patient/$validate", many),
                422,
                "too-costly",
                "Patient",
                "more than 20000 elements");
    }

    @Test
    void many_at_once_are_answered_or_told_to_come_again_and_reads_go_on() throws Exception {
        var asked = new ArrayList<Callable<HttpResponse<String>>>();
        var people = new ArrayList<String>();
        for (var i = 0; i < 12; i++) {
            people.add(wire.account("val-many-" + i, Role.CLINICIAN, "RZ1"));
        }
        for (var i = 0; i < 24; i++) {
            var who = people.get(i % people.size());
            asked.add(() ->
                    Wire.send(
                            wire.request(who, "/fhir/Patient/$validate?profile=" + PATIENT)
                                    .header("Content-Type", "application/fhir+json")
                                    .POST(
                                            BodyPublishers.ofString(
                                                    "{\"resourceType\":\"Patient\"}"))));
            asked.add(() -> Wire.send(wire.request(wire.machine(), "/fhir/Patient/val-rose")));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(asked);
            var validated = 0;
            for (var i = 0; i < answers.size(); i++) {
                var answer = answers.get(i).get();
                if (i % 2 == 1) {
                    assertThat(answer.statusCode()).isEqualTo(200);
                } else if (answer.statusCode() == 503) {
                    assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
                } else {
                    outcome(answer);
                    validated++;
                }
            }
            assertThat(validated).isPositive();
        }
    }

    @Test
    void a_reference_tells_nobody_what_they_may_not_see() {
        var stranger = wire.account("val-stranger", Role.CLINICIAN, "RZ9");
        var asked = new ArrayList<String>();
        for (var id : List.of("val-cough", "val-none")) {
            var answer =
                    Wire.send(
                            wire.request(stranger, "/fhir/Encounter/$validate?mode=create")
                                    .header("Content-Type", "application/fhir+json")
                                    .POST(
                                            BodyPublishers.ofString(
                                                    """
                                                    {"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},
                                                     "reasonReference":[{"reference":"Condition/%s"}]}
                                                    """
                                                            .formatted(id))));
            asked.add(answer.statusCode() + answer.body().replace(id, "ID"));
        }
        assertThat(asked.getFirst()).startsWith("200").isEqualTo(asked.getLast());
    }

    @Test
    void the_server_says_that_it_does_it_and_by_which_profiles() {
        var patient =
                wire.kept("metadata")
                        .path("rest")
                        .path(0)
                        .path("resource")
                        .valueStream()
                        .filter(one -> one.path("type").asString("").equals("Patient"))
                        .findFirst()
                        .orElseThrow();

        assertThat(patient.path("operation").toString()).contains("\"name\":\"validate\"");
        assertThat(patient.path("supportedProfile").toString()).isEqualTo("[\"" + PATIENT + "\"]");
        assertThat(wire.kept("api-docs").toString()).contains("/Patient/$validate");
    }
}
