package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Role;
import trellis.api.AuditLines.Line;
import trellis.fhir.Json;
import trellis.store.Keys;

class PatchIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static final String TYPE = "application/json-patch+json";
    private static final String FEMALE =
            "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"female\"}]";

    private static Wire wire() {
        return server.wire();
    }

    private static String patient() {
        return wire().patient("{\"resourceType\":\"Patient\",\"gender\":\"male\",\"active\":true}");
    }

    private static String identified(String value) {
        return wire().patient(
                        "{\"resourceType\":\"Patient\",\"gender\":\"male\",\"identifier\":[{\"system\":\"https://x.example\",\"value\":\"%s\"}]}"
                                .formatted(value));
    }

    private static String own() {
        return UUID.randomUUID().toString();
    }

    private static Wire.Reply patch(String path, String json, String... headers) {
        return patch(wire(), path, json, headers);
    }

    private static Wire.Reply patch(Wire caller, String path, String json, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        if (!all.contains("Content-Type")) {
            all.addAll(List.of("Content-Type", TYPE));
        }
        return caller.send(
                "PATCH", path, BodyPublishers.ofString(json), all.toArray(String[]::new));
    }

    /// A FHIRPath Patch of one operation that replaces.
    private static String replacing(String path, String value) {
        return """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[
         {"name":"type","valueCode":"replace"},
         {"name":"path","valueString":"%s"},
         {"name":"value","valueCode":"%s"}]}]}
        """
                .formatted(path, value);
    }

    private static Wire.Reply fhirPatch(String path, String parameters, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("Content-Type", "application/fhir+json"));
        return patch(path, parameters, all.toArray(String[]::new));
    }

    @Test
    void a_json_patch_makes_the_next_version() {
        var id = patient();

        var patched = patch("/Patient/" + id, FEMALE).is(200);

        assertThat(patched.at("/gender")).isEqualTo("female");
        assertThat(patched.at("/active")).isEqualTo("true");
        assertThat(patched.header("ETag")).isEqualTo("W/\"2\"");
        assertThat(patched.header("Content-Location")).endsWith("/Patient/" + id + "/_history/2");
        assertThat(patched.json()).isEqualTo(wire().get("/Patient/" + id).json());
        assertThat(wire().get("/Patient/" + id + "/_history/1").at("/gender")).isEqualTo("male");
    }

    @Test
    void a_fhirpath_patch_makes_the_next_version_in_json_and_in_xml() {
        var id = patient();

        var patched = fhirPatch("/Patient/" + id, replacing("Patient.gender", "female")).is(200);
        var xml =
                "<Parameters xmlns=\"http://hl7.org/fhir\"><parameter><name value=\"operation\"/>"
                        + "<part><name value=\"type\"/><valueCode value=\"delete\"/></part>"
                        + "<part><name value=\"path\"/><valueString value=\"Patient.gender\"/></part>"
                        + "</parameter></Parameters>";
        var deleted = patch("/Patient/" + id, xml, "Content-Type", "application/fhir+xml").is(200);

        assertThat(patched.at("/gender")).isEqualTo("female");
        assertThat(deleted.json().has("gender")).isFalse();
        assertThat(deleted.header("ETag")).isEqualTo("W/\"3\"");
    }

    @Test
    void a_patch_is_answered_as_was_preferred() {
        var id = patient();

        var minimal = patch("/Patient/" + id, FEMALE, "Prefer", "return=minimal").is(200);
        var outcome = patch("/Patient/" + id, FEMALE, "Prefer", "return=OperationOutcome").is(200);

        assertThat(minimal.bytes()).isEmpty();
        assertThat(minimal.header("ETag")).isEqualTo("W/\"2\"");
        assertThat(outcome.at("/issue/0/diagnostics"))
                .isEqualTo("The content is the same as before; no new version was made.");
    }

    @Test
    void numbers_that_are_not_patched_keep_their_text() {
        var observation =
                wire().post(
                                "/Observation",
                                "{\"resourceType\":\"Observation\",\"status\":\"preliminary\",\"code\":{\"text\":\"c\"},\"valueQuantity\":{\"value\":1.50}}")
                        .is(201);

        var patched =
                fhirPatch(
                                "/Observation/" + observation.id(),
                                replacing("Observation.status", "final"))
                        .is(200);

        assertThat(patched.text()).contains("\"value\":1.50");
    }

    @Test
    void a_patch_of_a_version_that_is_not_the_current_one_is_refused() {
        var id = patient();
        patch("/Patient/" + id, FEMALE, "If-Match", "W/\"1\"").is(200);

        patch("/Patient/" + id, FEMALE, "If-Match", "W/\"1\"")
                .refused(
                        412,
                        "conflict",
                        "You sent version 1 of Patient/"
                                + id
                                + ", it is now 2. Read it again and repeat your change on it.",
                        "");
        patch("/Patient/" + id, FEMALE, "If-Match", "x").is(400);
    }

    @Test
    void what_is_not_there_is_not_patched() {
        var id = patient();
        wire().delete("/Patient/" + id).is(204);

        patch("/Patient/" + own(), FEMALE).is(404);
        patch("/Patient/" + id, FEMALE).is(410);
        patch("/Patients/" + id, FEMALE).is(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"op\":\"remove\",\"path\":\"/birthDate\"}]",
                "[{\"op\":\"test\",\"path\":\"/gender\",\"value\":\"female\"}]",
                "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"unheard-of\"}]",
                "[{\"op\":\"replace\",\"path\":\"/id\",\"value\":\"other\"}]",
                "[{\"op\":\"replace\",\"path\":\"/resourceType\",\"value\":\"Group\"}]",
                "[{\"op\":\"add\",\"path\":\"/generalPractitioner\",\"value\":[{\"reference\":\"Practitioner/nobody-at-all\"}]}]",
                "[{\"op\":\"add\",\"path\":\"/meta/tag\",\"value\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\",\"code\":\"SUBSETTED\"}]}]",
            })
    void a_patch_that_cannot_be_applied_or_breaks_a_rule_changes_nothing(String operations) {
        var id = patient();

        patch("/Patient/" + id, operations).is(422);

        assertThat(wire().get("/Patient/" + id).header("ETag")).isEqualTo("W/\"1\"");
    }

    @Test
    void the_operation_that_fails_is_named_and_no_value_told() {
        var id = patient();

        patch("/Patient/" + id, "[{\"op\":\"test\",\"path\":\"/gender\",\"value\":\"female\"}]")
                .refused(
                        422,
                        "processing",
                        "Operation 0 of the JSON Patch (test at /gender) cannot be done: the value there"
                                + " is another one.",
                        "[0]");
        fhirPatch("/Patient/" + id, replacing("Patient.photo", "x"))
                .refused(
                        422,
                        "processing",
                        "Operation 0 of the patch (replace at Patient.photo) cannot be done: there is"
                                + " nothing at the path.",
                        "Parameters.parameter[0]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{}",
                "[{\"op\":\"erase\",\"path\":\"/gender\"}]",
                "[{\"op\":\"add\",\"path\":\"/surname\",\"value\":\"x\"}]",
                "",
            })
    void what_is_no_patch_of_a_resource_is_refused(String operations) {
        patch("/Patient/" + patient(), operations).is(400);
    }

    @Test
    void a_fhirpath_patch_whose_path_is_none_is_refused() {
        var id = patient();

        fhirPatch("/Patient/" + id, replacing("Patient.surname", "x"))
                .refused(
                        400,
                        "invalid",
                        "FHIRPath: there is no element surname in Patient, in: Patient.surname",
                        "Parameters.parameter[0]");
        fhirPatch("/Patient/" + id, "{\"resourceType\":\"Patient\"}").is(400);
        patch("/Patient/" + id, "<a/>", "Content-Type", "application/xml-patch+xml").is(415);
    }

    @Test
    void what_a_patch_empties_is_taken_away() {
        var id =
                wire().patient(
                                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"F\"}],\"contact\":[{\"name\":{\"family\":\"C\"}}]}");

        var patched =
                patch(
                                "/Patient/" + id,
                                "[{\"op\":\"remove\",\"path\":\"/name/0\"},{\"op\":\"remove\",\"path\":\"/contact/0/name/family\"}]")
                        .is(200);

        assertThat(patched.json().has("name")).isFalse();
        assertThat(patched.json().has("contact")).isFalse();
    }

    @Test
    void a_patch_with_criteria_is_done_to_the_one_that_matches() {
        var value = own();
        var address = "/Patient?identifier=https://x.example%7C" + value;
        patch(address, FEMALE).is(404);
        var id = identified(value);

        assertThat(patch(address, FEMALE).is(200).id()).isEqualTo(id);
        patch(address, FEMALE, "If-Match", "W/\"1\"").is(412);
        patch("/Patient", FEMALE).is(400);
        patch("/Patient?nonsense=1", FEMALE).is(400);
        identified(value);
        patch(address, FEMALE).is(412);
    }

    @Test
    void a_role_that_may_not_write_or_read_does_not_patch() {
        var id = patient();

        patch(server.as(Role.AUDITOR), "/Patient/" + id, FEMALE).is(403);
        patch(server.as(Role.WARD_CLERK), "/Condition/" + own(), FEMALE).is(403);
        patch("/AuditEvent/1", FEMALE).is(405);
    }

    @Test
    void patches_at_once_are_all_done() throws Exception {
        var id = patient();
        var counting = new ArrayList<Callable<Integer>>();
        for (var i = 0; i < 3; i++) {
            var one =
                    "[{\"op\":\"add\",\"path\":\"/photo\",\"value\":[{\"title\":\"t%d\"}]}]"
                            .formatted(i);
            counting.add(() -> patch("/Patient/" + id, one).status());
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var status : threads.invokeAll(counting)) {
                assertThat(status.get()).isEqualTo(200);
            }
        }
        assertThat(wire().get("/Patient/" + id).header("ETag")).isEqualTo("W/\"4\"");
    }

    private static ObjectNode bundle(String type, String method, String url, ObjectNode resource) {
        var bundle =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("resourceType", "Bundle")
                        .put("type", type);
        var entry = bundle.putArray("entry").addObject();
        entry.set("resource", resource);
        entry.putObject("request").put("method", method).put("url", url);
        return bundle;
    }

    private static ObjectNode binary(String operations) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("resourceType", "Binary")
                .put("contentType", TYPE)
                .put("data", Base64.getEncoder().encodeToString(operations.getBytes(UTF_8)));
    }

    private static ObjectNode parameters(String path, String value) {
        return Json.parse(replacing(path, value).getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "transaction"})
    void a_bundle_patches_with_either_form(String type) {
        var id = patient();

        var json = wire().post("", bundle(type, "PATCH", "Patient/" + id, binary(FEMALE))).is(200);
        var path =
                wire().post(
                                "",
                                bundle(
                                        type,
                                        "PATCH",
                                        "Patient/" + id,
                                        parameters("Patient.gender", "other")))
                        .is(200);

        assertThat(json.at("/entry/0/response/status")).startsWith("200");
        assertThat(json.at("/entry/0/response/etag")).isEqualTo("W/\"2\"");
        assertThat(path.at("/entry/0/response/etag")).isEqualTo("W/\"3\"");
        assertThat(wire().get("/Patient/" + id).at("/gender")).isEqualTo("other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch", "transaction"})
    void a_bundle_patches_what_matches_a_condition(String type) {
        var value = own();
        var id = identified(value);

        var url = "Patient?identifier=https://x.example|" + value;
        wire().post("", bundle(type, "PATCH", url, binary(FEMALE))).is(200);

        assertThat(wire().get("/Patient/" + id).at("/gender")).isEqualTo("female");
    }

    @Test
    void a_batch_tells_of_a_patch_that_fails_and_a_transaction_is_refused_whole() {
        var id = patient();
        var wrong = binary("[{\"op\":\"remove\",\"path\":\"/birthDate\"}]");
        var batch = wire().post("", bundle("batch", "PATCH", "Patient/" + id, wrong)).is(200);
        assertThat(batch.at("/entry/0/response/status")).startsWith("422");

        var transaction = bundle("transaction", "PATCH", "Patient/" + id, wrong);
        var other = own();
        var entry = transaction.withArray("entry").addObject();
        entry.putObject("resource").put("resourceType", "Patient").put("id", other);
        entry.putObject("request").put("method", "PUT").put("url", "Patient/" + other);

        assertThat(wire().post("", transaction).is(422).expression())
                .isEqualTo("Bundle.entry[0].resource");
        wire().get("/Patient/" + other).is(404);
    }

    @Test
    void a_transaction_patches_only_the_version_it_names_and_links_its_entries() {
        var id = patient();
        var stale = bundle("transaction", "PATCH", "Patient/" + id, binary(FEMALE));
        ((ObjectNode) stale.at("/entry/0/request")).put("ifMatch", "W/\"7\"");
        wire().post("", stale).is(412);

        var urn = "urn:uuid:" + own();
        var linking =
                bundle(
                        "transaction",
                        "PATCH",
                        "Patient/" + id,
                        binary(
                                "[{\"op\":\"add\",\"path\":\"/managingOrganization\",\"value\":{\"reference\":\"%s\"}}]"
                                        .formatted(urn)));
        var entry = linking.withArray("entry").addObject().put("fullUrl", urn);
        entry.putObject("resource").put("resourceType", "Organization").put("name", "O");
        entry.putObject("request").put("method", "POST").put("url", "Organization");
        wire().post("", linking).is(200);

        assertThat(wire().get("/Patient/" + id).at("/managingOrganization/reference"))
                .startsWith("Organization/");
    }

    @Test
    void a_bundle_says_where_an_entry_is_no_patch() {
        var id = patient();

        assertThat(
                        wire().post("", bundle("transaction", "PATCH", "Patient", binary(FEMALE)))
                                .is(400)
                                .expression())
                .isEqualTo("Bundle.entry[0].request.url");
        var other = JsonNodeFactory.instance.objectNode().put("resourceType", "Patient");
        assertThat(
                        wire().post("", bundle("transaction", "PATCH", "Patient/" + id, other))
                                .is(400)
                                .expression())
                .isEqualTo("Bundle.entry[0].resource");
        wire().post(
                        "",
                        bundle(
                                "transaction",
                                "PATCH",
                                "Patient/" + id,
                                binary(FEMALE).put("contentType", "text/plain")))
                .is(415);
        wire().post("", bundle("transaction", "PATCH", "Patient/" + own(), binary(FEMALE))).is(404);
    }

    private static List<Line> lines(String request) {
        return AuditLines.whole(server.server(), request);
    }

    private static List<Long> patients(String request) {
        return AuditLines.patients(server.server(), request);
    }

    @Test
    void a_patch_leaves_a_line_and_so_does_one_that_cannot_be_applied() {
        var id = patient();
        var done = own();
        var failed = own();

        patch("/Patient/" + id, FEMALE, "X-Request-Id", done).is(200);
        patch(
                        "/Patient/" + id,
                        "[{\"op\":\"test\",\"path\":\"/active\",\"value\":false}]",
                        "X-Request-Id",
                        failed)
                .is(422);

        var whole = own();
        wire().post(
                        "",
                        bundle(
                                        "transaction",
                                        "PATCH",
                                        "Patient/" + id,
                                        binary(
                                                "[{\"op\":\"test\",\"path\":\"/active\",\"value\":false}]"))
                                .toString(),
                        "X-Request-Id",
                        whole)
                .is(422);

        assertThat(lines(whole))
                .containsExactly(new Line("U", 422, 2, "refused: patch", "Patient", id));
        assertThat(lines(done)).containsExactly(new Line("U", 200, 2, "update", "Patient", id));
        assertThat(lines(failed))
                .containsExactly(new Line("U", 422, 2, "refused: patch", "Patient", id));
        assertThat(patients(failed)).containsExactly(Keys.resource("Patient", id));
    }

    @Test
    void the_capability_statement_says_so() {
        var statement = wire().get("/metadata").is(200).json();

        assertThat(statement.path("patchFormat").valueStream().map(n -> n.stringValue()))
                .containsExactly(TYPE, "application/fhir+json", "application/fhir+xml");
        assertThat(statement.at("/rest/0/resource/0/interaction").toString()).contains("\"patch\"");
    }
}
