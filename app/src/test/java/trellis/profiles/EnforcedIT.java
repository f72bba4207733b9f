package trellis.profiles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Role;
import trellis.api.Intake;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.settings.SettingsRefused;

/// Profiles that hold on every road in.
class EnforcedIT {
    private static final String PATIENT =
            "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient";

    @RegisterExtension
    static final TestServer server =
            TestServer.start(
                    Map.of(
                            "TRELLIS_PROFILES",
                            "Patient=" + PATIENT,
                            "TRELLIS_PROFILE_CLAIMS",
                            "known",
                            "TRELLIS_VALIDATION_SECONDS",
                            "60"));

    private static final Wire wire = new Wire(server);

    private static final String GOOD =
            """
            {"resourceType":"Patient","id":"enf-good","name":[{"family":"Rose"}],
             "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9449304130"}]}
            """;

    /// Sound R4, but UK Core wants the value of an NHS number.
    private static final String BAD =
            """
            {"resourceType":"Patient","id":"enf-bad","name":[{"family":"Xylophonia"}],
             "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number"}]}
            """;

    private static HttpResponse<String> send(
            String method, String path, String json, String... headers) {
        var request =
                wire.request(wire.machine(), "/fhir/" + path)
                        .method(method, BodyPublishers.ofString(json));
        request.header(
                "Content-Type",
                method.equals("PATCH") ? "application/json-patch+json" : "application/fhir+json");
        for (var i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return Wire.send(request);
    }

    private static String entry(String method, String url, String resource) {
        return "{\"request\":{\"method\":\"%s\",\"url\":\"%s\"},\"resource\":%s}"
                .formatted(method, url, resource);
    }

    private static String bundle(String type, String entry) {
        return "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s]}"
                .formatted(type, entry);
    }

    private static void refused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body())
                .contains("Patient.identifier[0]")
                .contains("UKCore-Patient")
                .doesNotContain("Xylophonia");
    }

    @Test
    void no_road_leads_in_for_what_breaks_a_profile() {
        wire.keep("Patient/enf-good", GOOD);
        refused(send("POST", "Patient", BAD));
        refused(send("PUT", "Patient/enf-bad", BAD));
        refused(send("PUT", "Patient?family=nobody-has-this", BAD));
        refused(send("POST", "Patient", BAD, "If-None-Exist", "family=nobody-has-this"));
        refused(
                send(
                        "PATCH",
                        "Patient/enf-good",
                        "[{\"op\":\"remove\",\"path\":\"/identifier/0/value\"}]"));
        var transaction =
                send("POST", "", bundle("transaction", entry("PUT", "Patient/enf-bad", BAD)));
        assertThat(transaction.statusCode()).as(transaction.body()).isEqualTo(422);
        assertThat(transaction.body()).contains("Bundle.entry[0].resource.identifier[0]");
        var batch = send("POST", "", bundle("batch", entry("PUT", "Patient/enf-bad", BAD)));
        assertThat(Wire.json(batch).at("/entry/0/response/status").asString("")).startsWith("422");
        // The way of imports and of services.
        assertThatThrownBy(() ->
                        server.bean(Intake.class)
                                .ready(
                                        trellis.access.Caller.command("import"),
                                        Json.parse(BAD.getBytes(UTF_8))))
                .isInstanceOfSatisfying(
                        Refused.class,
                        e -> assertThat(e.problem()).isInstanceOf(Problem.Invalid.class));
        assertThat(send("GET", "Patient/enf-bad", "").statusCode()).isEqualTo(404);
        assertThat(wire.kept("Patient/enf-good").at("/meta/versionId").asString("")).isEqualTo("1");
    }

    @Test
    void other_types_are_left_alone_and_a_claim_that_is_known_is_checked() {
        var condition =
                """
                {"resourceType":"Organization","id":"enf-org","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code"}],
                 "name":"x"%s}
                """;
        assertThat(send("PUT", "Organization/enf-org", condition.formatted("")).statusCode())
                .isEqualTo(201);
        var claimed =
                send(
                        "PUT",
                        "Organization/enf-org",
                        condition.formatted(
                                ",\"meta\":{\"profile\":[\"https://fhir.hl7.org.uk/StructureDefinition/UKCore-Organization\"]}"));
        assertThat(claimed.statusCode()).as(claimed.body()).isEqualTo(422);
        assertThat(
                        send(
                                        "PUT",
                                        "Organization/enf-org",
                                        condition.formatted(
                                                ",\"meta\":{\"profile\":[\"http://example.org/none\"]}"))
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_trial_says_the_same_as_the_write() {
        var answer = send("POST", "Patient/$validate?mode=create", BAD);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("Patient.identifier[0]").contains("\"error\"");
    }

    @Test
    void the_server_names_the_one_profile() {
        var patient =
                wire.kept("metadata")
                        .path("rest")
                        .path(0)
                        .path("resource")
                        .valueStream()
                        .filter(one -> one.path("type").asString("").equals("Patient"))
                        .findFirst()
                        .orElseThrow();

        assertThat(patient.path("profile").asString("")).isEqualTo(PATIENT);
    }

    @Test
    void a_profile_that_is_not_held_refuses_the_start() {
        assertThatThrownBy(() ->
                        TestServer.start(
                                Map.of("TRELLIS_PROFILES", "Patient=http://example.org/none")))
                .rootCause()
                .isInstanceOf(SettingsRefused.class)
                .hasMessage(
                        "TRELLIS_PROFILES names http://example.org/none, which is neither a profile of UK Core nor a"
                                + " StructureDefinition stored here");
        assertThatThrownBy(
                        () -> TestServer.start(Map.of("TRELLIS_PROFILES", "Encounter=" + PATIENT)))
                .rootCause()
                .isInstanceOf(SettingsRefused.class)
                .hasMessage(
                        "TRELLIS_PROFILES names "
                                + PATIENT
                                + " for Encounter, but it is a profile of Patient");
    }

    private static String definition(String id, String url, String element) {
        return """
        {"resourceType":"StructureDefinition","id":"%s","url":"%s","version":"99.0.0","name":"Own","status":"active",
         "kind":"resource","abstract":false,"type":"Patient","derivation":"constraint",
         "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Patient",
         "differential":{"element":[{"id":"Patient.name","path":"Patient.name"%s}]}}
        """
                .formatted(id, url, element);
    }

    private static HttpResponse<String> by(Wire there, String who, String path, String json) {
        return Wire.send(
                there.request(who, "/fhir/" + path)
                        .header("Content-Type", "application/fhir+json")
                        .PUT(BodyPublishers.ofString(json)));
    }

    @Test
    void what_is_published_counts_before_what_is_stored() {
        var clinician = wire.account("enf-clinician", Role.CLINICIAN, "RZ1");
        var weak = definition("enf-weak", PATIENT, "");
        assertThat(by(wire, clinician, "StructureDefinition/enf-weak", weak).statusCode())
                .isEqualTo(403);
        wire.keep("StructureDefinition/enf-weak", weak);
        wire.keep(
                "ValueSet/enf-genders",
                """
                {"resourceType":"ValueSet","id":"enf-genders","url":"http://hl7.org/fhir/ValueSet/administrative-gender",
                 "version":"4.0.1","status":"active","compose":{"include":[{"system":"http://example.org/none"}]}}
                """);
        wire.keep(
                "CodeSystem/enf-genders",
                """
                {"resourceType":"CodeSystem","id":"enf-genders","url":"http://hl7.org/fhir/administrative-gender",
                 "version":"4.0.1","status":"active","content":"complete","concept":[{"code":"none"}]}
                """);

        refused(send("PUT", "Patient/enf-bad", BAD));
        wire.keep(
                "Patient/enf-counted",
                GOOD.replace("enf-good", "enf-counted")
                        .replace("\"name\"", "\"gender\":\"female\",\"name\""));
    }

    @Test
    void a_stored_profile_that_is_enforced_is_changed_by_whoever_runs_the_server() {
        var url = "http://example.org/StructureDefinition/named";
        try (var before = TestServer.start()) {
            new Wire(before)
                    .keep("StructureDefinition/enf-own", definition("enf-own", url, ",\"min\":1"));
            before.stop();
            var settings = new HashMap<>(before.database().environment());
            settings.put("TRELLIS_PROFILES", "Patient=" + url);
            settings.put("TRELLIS_VALIDATION_SECONDS", "60");
            try (var after = TestServer.start(settings)) {
                var there = new Wire(after);
                var clinician = there.account("enf-keeper", Role.CLINICIAN, "RZ1");
                var nameless = "{\"resourceType\":\"Patient\",\"id\":\"enf-nameless\"}";
                var path = "StructureDefinition/enf-own";
                for (var change :
                        List.of(
                                by(there, clinician, path, definition("enf-own", url, "")),
                                by(
                                        there,
                                        clinician,
                                        path,
                                        definition("enf-own", "http://example.org/else", "")),
                                by(
                                        there,
                                        clinician,
                                        "StructureDefinition/enf-newer",
                                        definition("enf-newer", url, "")),
                                Wire.send(there.request(clinician, "/fhir/" + path).DELETE()))) {
                    assertThat(change.statusCode()).as(change.body()).isEqualTo(403);
                    assertThat(change.body()).contains("TRELLIS_PROFILES");
                }
                assertThat(
                                by(
                                                there,
                                                clinician,
                                                "StructureDefinition/enf-other",
                                                definition(
                                                        "enf-other", "http://example.org/else", ""))
                                        .statusCode())
                        .isEqualTo(201);
                assertThat(by(there, clinician, "Patient/enf-nameless", nameless).statusCode())
                        .isEqualTo(422);
                there.keep(path, definition("enf-own", url, ""));
                there.keep("Patient/enf-nameless", nameless);
            }
        }
    }

    /// A code system of as many codes as are validated takes longer than a second, since R4 compares each with each.
    @Test
    void what_takes_too_long_is_told_to_come_again_and_others_go_on() {
        try (var hasty =
                TestServer.start(
                        Map.of(
                                "TRELLIS_PROFILES",
                                "CodeSystem=http://hl7.org/fhir/StructureDefinition/CodeSystem",
                                "TRELLIS_VALIDATION_SECONDS",
                                "1"))) {
            var there = new Wire(hasty);
            var codes =
                    IntStream.range(0, 9_900)
                            .mapToObj(i -> "{\"code\":\"c" + i + "\"}")
                            .collect(Collectors.joining(","));
            var system =
                    """
                    {"resourceType":"CodeSystem","id":"enf-slow","url":"http://example.org/slow","status":"active",
                     "content":"complete","concept":[%s]}
                    """;
            var slow = system.formatted(codes);
            var written = by(there, there.machine(), "CodeSystem/enf-slow", slow);
            assertThat(written.statusCode()).as(written.body()).isEqualTo(503);
            assertThat(written.headers().firstValue("Retry-After")).isPresent();
            assertThat(written.body()).contains("TRELLIS_VALIDATION_SECONDS");
            var asked =
                    Wire.send(
                            there.request(there.machine(), "/fhir/CodeSystem/$validate")
                                    .timeout(Duration.ofMinutes(2))
                                    .header("Content-Type", "application/fhir+json")
                                    .POST(BodyPublishers.ofString(slow)));
            assertThat(asked.statusCode()).as(asked.body()).isEqualTo(200);
            assertThat(asked.body()).contains("\"timeout\"");

            await().atMost(Duration.ofMinutes(2))
                    .until(() ->
                            by(
                                                    there,
                                                    there.machine(),
                                                    "CodeSystem/enf-slow",
                                                    system.formatted("{\"code\":\"one\"}"))
                                            .statusCode()
                                    == 201);
        }
    }

    @Test
    void reported_is_stored_and_all_claims_can_be_wanted() {
        try (var other =
                TestServer.start(
                        Map.of(
                                "TRELLIS_PROFILES",
                                "Patient=" + PATIENT,
                                "TRELLIS_PROFILES_MODE",
                                "report",
                                "TRELLIS_PROFILE_CLAIMS",
                                "all"))) {
            var there = new Wire(other);
            there.keep("Patient/enf-bad", BAD);
            there.keep(
                    "Organization/enf-org",
                    """
                    {"resourceType":"Organization","id":"enf-org","name":"x","meta":{"profile":["http://example.org/none"]}}
                    """);
        }
    }
}
