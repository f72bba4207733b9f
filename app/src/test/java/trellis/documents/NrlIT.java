package trellis.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.Wire.json;
import static trellis.Wire.send;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.Contract;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Role;
import trellis.apps.AloneApp;

/// The record locator over the wire, both sides, held against its published contract.
final class NrlIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Contract CONTRACT = Contract.of("NRLF/swagger");
    private static final Wire WIRE = new Wire(server);
    private static final String PRODUCER = "/record-locator/producer/FHIR/R4/DocumentReference";
    private static final String CONSUMER = "/record-locator/consumer/FHIR/R4/DocumentReference";
    private static final String KNOWN = "9000000009";

    private static String hospital;
    private static String other;
    private static String treats;
    private static String stranger;
    private static String clerk;

    @BeforeAll
    static void fill() {
        hospital = AloneApp.token(server, "hospital", Role.SYSTEM, "Y05868");
        other = AloneApp.token(server, "other", Role.SYSTEM, "X26");
        WIRE.keep(
                "Organization/ZR1",
                "{\"resourceType\":\"Organization\",\"id\":\"ZR1\",\"name\":\"One\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\",\"value\":\"ZR1\"}]}");
        WIRE.keep(
                "Patient/known",
                "{\"resourceType\":\"Patient\",\"id\":\"known\",\"managingOrganization\":{\"reference\":\"Organization/ZR1\"},\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"%s\"}]}"
                        .formatted(KNOWN));
        treats = WIRE.account("treats", Role.CLINICIAN, "ZR1");
        stranger = WIRE.account("stranger", Role.CLINICIAN, "ZR9");
        clerk = WIRE.account("clerk", Role.WARD_CLERK, "ZR1");
    }

    private static HttpResponse<String> call(
            String token, String method, String path, String body) {
        return send(
                WIRE.request(token, path)
                        .header("X-Request-ID", UUID.randomUUID().toString())
                        .header("Content-Type", "application/fhir+json")
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> get(String token, String path) {
        return call(token, "GET", path, "");
    }

    private static String subject(String number) {
        return "?subject:identifier="
                + URLEncoder.encode(
                        "https://fhir.nhs.uk/Id/nhs-number|" + number, StandardCharsets.UTF_8);
    }

    private static String pointer(String number) {
        return """
        {"resourceType":"DocumentReference","status":"current",
         "type":{"coding":[{"system":"http://snomed.info/sct","code":"736253002","display":"Mental health crisis plan"}]},
         "category":[{"coding":[{"system":"http://snomed.info/sct","code":"734163000","display":"Care plan"}]}],
         "subject":{"identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}},
         "author":[{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y05868"}}],
         "custodian":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y05868"}},
         "content":[{"attachment":{"contentType":"application/pdf","url":"https://provider.example/plan.pdf"},
           "extension":[{"url":"https://fhir.nhs.uk/England/StructureDefinition/Extension-England-ContentStability",
             "valueCodeableConcept":{"coding":[{"system":"https://fhir.nhs.uk/England/CodeSystem/England-NRLContentStability","code":"static","display":"Static"}]}}],
           "format":{"system":"https://fhir.nhs.uk/England/CodeSystem/England-NRLFormatCode","code":"urn:nhs-ic:unstructured","display":"Unstructured Document"}}]}\
        """
                .formatted(number);
    }

    private static String create(String number) {
        var answer = call(hospital, "POST", PRODUCER, pointer(number));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.headers().firstValue("Location").orElseThrow().replaceFirst(".*/", "");
    }

    private static void refused(
            HttpResponse<String> answer, int status, String code, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var outcome = json(answer);
        assertThat(outcome.at("/issue/0/details/coding/0/code").asString("")).isEqualTo(code);
        assertThat(outcome.at("/issue/0/details/coding/0/system").asString(""))
                .isEqualTo("https://fhir.nhs.uk/ValueSet/Spine-ErrorOrWarningCode-1");
        assertThat(outcome.at("/issue/0/diagnostics").asString("")).startsWith(words);
        assertThat(faults("OperationOutcome", outcome)).isEmpty();
    }

    private static List<String> faults(String schema, JsonNode json) {
        return CONTRACT.faults("producer.yaml#/components/schemas/" + schema, json);
    }

    // --- the life of a pointer -------------------------------------------------------------------

    @Test
    void a_pointer_is_made_found_changed_superseded_and_taken_away() {
        var number = "9449304130";
        var made = call(hospital, "POST", PRODUCER, pointer(number));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(json(made).at("/issue/0/details/coding/0/code").asString(""))
                .isEqualTo("RESOURCE_CREATED");
        assertThat(faults("OperationOutcome", json(made))).isEmpty();
        var location = made.headers().firstValue("Location").orElseThrow();
        assertThat(location).matches(PRODUCER + "/Y05868-[0-9a-f-]{36}");
        var id = location.substring(location.lastIndexOf('/') + 1);

        var found = json(get(other, CONSUMER + subject(number)));
        assertThat(faults("Bundle", found)).isEmpty();
        assertThat(found.path("total").intValue()).isEqualTo(1);
        var document = found.at("/entry/0/resource");
        assertThat(document.path("id").asString("")).isEqualTo(id);
        assertThat(document.path("date").asString("")).isNotEmpty();
        assertThat(document.at("/meta/lastUpdated").asString("")).isNotEmpty();
        assertThat(json(get(other, CONSUMER + "/" + id))).isEqualTo(document);
        assertThat(json(get(hospital, location))).isEqualTo(document);
        assertThat(json(get(hospital, PRODUCER + subject(number))).path("total").intValue())
                .isEqualTo(1);
        assertThat(json(get(other, PRODUCER + subject(number))).path("total").intValue()).isZero();
        var count = json(get(other, CONSUMER + "/_count" + subject(number)));
        assertThat(count.path("total").intValue()).isEqualTo(1);
        assertThat(count.has("entry")).isFalse();

        var changed = ((ObjectNode) document.deepCopy()).put("description", "Newer");
        var updated = call(hospital, "PUT", location, changed.toString());
        assertThat(updated.statusCode()).as(updated.body()).isEqualTo(200);
        assertThat(json(updated).at("/issue/0/details/coding/0/code").asString(""))
                .isEqualTo("RESOURCE_UPDATED");
        var after = json(get(hospital, location));
        assertThat(after.path("description").asString("")).isEqualTo("Newer");
        assertThat(after.path("date")).isEqualTo(document.path("date"));

        var next =
                pointer(number)
                        .replace(
                                "\"status\"",
                                "\"relatesTo\":[{\"code\":\"replaces\",\"target\":{\"identifier\":{\"value\":\""
                                        + id
                                        + "\"}}}],\"status\"");
        var superseded = call(hospital, "POST", PRODUCER, next);
        assertThat(superseded.statusCode()).as(superseded.body()).isEqualTo(201);
        assertThat(json(superseded).at("/issue/0/details/coding/0/code").asString(""))
                .isEqualTo("RESOURCE_SUPERSEDED");
        refused(
                get(other, CONSUMER + "/" + id),
                404,
                "NO_RECORD_FOUND",
                "The requested DocumentReference could not be found");
        assertThat(json(get(other, CONSUMER + subject(number))).path("total").intValue())
                .isEqualTo(1);

        var last = superseded.headers().firstValue("Location").orElseThrow();
        var deleted = call(hospital, "DELETE", last, "");
        assertThat(json(deleted).at("/issue/0/details/coding/0/code").asString(""))
                .isEqualTo("RESOURCE_DELETED");
        assertThat(json(get(other, CONSUMER + subject(number))).path("total").intValue()).isZero();
        assertThat(call(hospital, "DELETE", last, "").statusCode()).isEqualTo(404);
    }

    @Test
    void a_pointer_may_bring_its_id_once() {
        var sent = pointer("9693632109").replace("\"status\"", "\"id\":\"Y05868-my.1\",\"status\"");
        assertThat(call(hospital, "PUT", PRODUCER, sent).statusCode()).isEqualTo(201);
        refused(
                call(hospital, "PUT", PRODUCER, sent),
                409,
                "DUPLICATE_REJECTED",
                "There is a pointer");
        refused(
                call(hospital, "PUT", PRODUCER, sent.replace("Y05868-my", "X26-my")),
                400,
                "BAD_REQUEST",
                "The id of the provided DocumentReference does not include the expected ODS code");
        refused(
                call(hospital, "PUT", PRODUCER, pointer("9693632109")),
                400,
                "INVALID_RESOURCE",
                "The required field 'id' is missing");
    }

    @Test
    void a_search_is_narrowed_by_type_and_custodian_and_may_be_posted() {
        var number = "9912003888";
        create(number);
        var news =
                pointer(number)
                        .replace("736253002", "1363501000000100")
                        .replace(
                                "734163000\",\"display\":\"Care plan",
                                "1102421000000108\",\"display\":\"Observations");
        assertThat(call(hospital, "POST", PRODUCER, news).statusCode()).isEqualTo(201);
        assertThat(json(get(other, CONSUMER + subject(number))).path("total").intValue())
                .isEqualTo(2);
        var type =
                "&type="
                        + URLEncoder.encode(
                                "http://snomed.info/sct|736253002", StandardCharsets.UTF_8);
        assertThat(json(get(other, CONSUMER + subject(number) + type)).path("total").intValue())
                .isEqualTo(1);
        for (var code : List.of("Y05868", "X26")) {
            var custodian =
                    "&custodian:identifier="
                            + URLEncoder.encode(
                                    "https://fhir.nhs.uk/Id/ods-organization-code|" + code,
                                    StandardCharsets.UTF_8);
            assertThat(
                            json(get(other, CONSUMER + subject(number) + custodian))
                                    .path("total")
                                    .intValue())
                    .isEqualTo(code.equals("X26") ? 0 : 2);
        }
        var posted =
                send(
                        HttpRequest.newBuilder(server.at(CONSUMER + "/_search"))
                                .header("Authorization", "Bearer " + other)
                                .header("X-Request-ID", UUID.randomUUID().toString())
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofString(subject(number).substring(1))));
        assertThat(json(posted).path("total").intValue()).isEqualTo(2);
    }

    // --- whose it is -----------------------------------------------------------------------------

    @Test
    void what_belongs_to_another_organisation_is_not_touched() {
        var id = create("9693633679");
        var words = "The requested DocumentReference cannot be ";
        refused(get(other, PRODUCER + "/" + id), 403, "AUTHOR_CREDENTIALS_ERROR", words + "read");
        refused(
                call(other, "DELETE", PRODUCER + "/" + id, ""),
                403,
                "AUTHOR_CREDENTIALS_ERROR",
                words + "deleted");
        var body = json(get(hospital, PRODUCER + "/" + id));
        refused(
                call(other, "PUT", PRODUCER + "/" + id, body.toString()),
                403,
                "AUTHOR_CREDENTIALS_ERROR",
                "The id of the provided DocumentReference");
        refused(
                call(other, "POST", PRODUCER, pointer("9693633679")),
                400,
                "BAD_REQUEST",
                "The custodian of the provided DocumentReference does not match");
        for (var change :
                List.of(
                        "\"status\":\"current\"|\"status\":\"superseded\"",
                        "736253002|736373009")) {
            var parts = change.split("\\|");
            refused(
                    call(
                            hospital,
                            "PUT",
                            PRODUCER + "/" + id,
                            body.toString().replace(parts[0], parts[1])),
                    400,
                    "BAD_REQUEST",
                    "The field '");
        }
        refused(
                call(hospital, "PUT", PRODUCER + "/Y05868-else", body.toString()),
                400,
                "BAD_REQUEST",
                "The document id in the path does not match");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X26-none|The relatesTo target identifier value does not include the expected ODS code",
                "Y05868-none|The relatesTo target document does not exist",
                "PERSON|The relatesTo target document NHS number does not match",
                "TYPE|The relatesTo target document type does not match",
            })
    void only_an_own_pointer_of_the_same_person_and_type_is_superseded(
            String target, String words) {
        var id =
                switch (target) {
                    case "PERSON" -> create("9693633687");
                    case "TYPE" -> {
                        var made =
                                call(
                                        hospital,
                                        "POST",
                                        PRODUCER,
                                        pointer("9693633695").replace("736253002", "736373009"));
                        yield made.headers()
                                .firstValue("Location")
                                .orElseThrow()
                                .replaceFirst(".*/", "");
                    }
                    default -> target;
                };
        var before = pointers();
        refused(
                call(
                        hospital,
                        "POST",
                        PRODUCER,
                        pointer("9693633695")
                                .replace(
                                        "\"status\"",
                                        "\"relatesTo\":[{\"code\":\"replaces\",\"target\":{\"identifier\":{\"value\":\""
                                                + id
                                                + "\"}}}],\"status\"")),
                400,
                "BAD_REQUEST",
                words);
        assertThat(pointers()).isEqualTo(before);
    }

    private static long pointers() {
        return JdbcClient.create(server.database().dataSource())
                .sql("select count(*) from pointer")
                .query(Long.class)
                .single();
    }

    @Test
    void of_many_who_supersede_one_pointer_at_once_one_does() throws Exception {
        var id = create("9693633709");
        var next =
                pointer("9693633709")
                        .replace(
                                "\"status\"",
                                "\"relatesTo\":[{\"code\":\"replaces\",\"target\":{\"identifier\":{\"value\":\""
                                        + id
                                        + "\"}}}],\"status\"");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var work = new ArrayList<Callable<Integer>>();
            for (var i = 0; i < 8; i++) {
                work.add(() -> call(hospital, "POST", PRODUCER, next).statusCode());
            }
            var statuses = new ArrayList<Integer>();
            for (var one : threads.invokeAll(work)) {
                statuses.add(one.get());
            }
            assertThat(statuses).containsOnlyOnce(201).isSubsetOf(201, 400, 409);
        }
        assertThat(json(get(other, CONSUMER + subject("9693633709"))).path("total").intValue())
                .isEqualTo(1);
    }

    // --- what is wrong ---------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"status\":\"current\",|''|INVALID_RESOURCE|The required field 'status' is missing",
                "\"custodian\"|\"x\"|MESSAGE_NOT_WELL_FORMED|Request body could not be parsed",
                "9000000009|9000000000|INVALID_NHS_NUMBER|Invalid NHS number",
                "https://fhir.nhs.uk/Id/nhs-number|https://fhir.nhs.uk/Id/else|INVALID_IDENTIFIER_SYSTEM|Provided subject identifier system",
                "\"custodian\":{\"identifier\":{\"system\":\"https://fhir.nhs.uk/Id/ods-organization-code\"|\"custodian\":{\"identifier\":{\"system\":\"https://fhir.nhs.uk/Id/else\"|INVALID_IDENTIFIER_SYSTEM|Provided custodian identifier system",
                "734163000|999|INVALID_RESOURCE|Invalid category code: 999",
                "\"Care plan\"|\"Careplan\"|INVALID_RESOURCE|category code '734163000' must have a display value of 'Care plan'",
                "734163000\",\"display\":\"Care plan|1102421000000108\",\"display\":\"Observations|INVALID_RESOURCE|The Category code of the provided document",
                "736253002|12345|AUTHOR_CREDENTIALS_ERROR|The type of the provided DocumentReference is not in the list",
                "\"static\"|\"fluid\"|INVALID_RESOURCE|Invalid content extension code: fluid",
                "\"Static\"|\"Dynamic\"|INVALID_RESOURCE|Invalid content extension display",
                "https://provider.example|ssp://provider.example|INVALID_RESOURCE|Missing context.related",
                "\"status\"|\"relatesTo\":[{\"code\":\"eats\",\"target\":{\"identifier\":{\"value\":\"x\"}}}],\"status\"|MESSAGE_NOT_WELL_FORMED|Request body could not be parsed",
                "\"status\"|\"relatesTo\":[{\"code\":\"replaces\",\"target\":{\"display\":\"x\"}}],\"status\"|INVALID_IDENTIFIER_VALUE|relatesTo code 'replaces' must have",
                "\"status\"|\"context\":{\"related\":[{\"identifier\":{\"system\":\"https://fhir.nhs.uk/Id/nhsSpineASID\",\"value\":\"1\"}}]},\"status\"|INVALID_IDENTIFIER_VALUE|Invalid ASID value '1'",
                "\"status\"|\"pets\":1,\"status\"|MESSAGE_NOT_WELL_FORMED|Request body could not be parsed (pets",
                "DocumentReference|Patient|MESSAGE_NOT_WELL_FORMED|Request body could not be parsed (resourceType",
            })
    void each_mistake_in_a_pointer_has_its_error(
            String part, String wrong, String code, String words) {
        var before = pointers();
        var answer = call(hospital, "POST", PRODUCER, pointer(KNOWN).replace(part, wrong));
        refused(answer, code.equals("AUTHOR_CREDENTIALS_ERROR") ? 403 : 400, code, words);
        assertThat(pointers()).isEqualTo(before);
    }

    @Test
    void each_mistake_in_a_search_has_its_error() {
        refused(
                get(other, CONSUMER),
                400,
                "INVALID_PARAMETER",
                "Invalid query parameter (subject:identifier: field required)");
        refused(
                get(other, CONSUMER + subject("1")),
                400,
                "INVALID_NHS_NUMBER",
                "A valid NHS number");
        refused(
                get(other, CONSUMER + "?subject:identifier=9000000009"),
                400,
                "INVALID_PARAMETER",
                "Invalid query parameter (subject");
        refused(
                get(other, CONSUMER + subject(KNOWN) + "&extra=1"),
                400,
                "INVALID_PARAMETER",
                "Invalid query parameter (extra");
        refused(
                get(other, CONSUMER + subject(KNOWN) + "&type=http://else%7C1"),
                400,
                "INVALID_CODE_SYSTEM",
                "Invalid query parameter (The provided type system");
        refused(
                get(other, CONSUMER + subject(KNOWN) + "&custodian:identifier=X26"),
                400,
                "INVALID_PARAMETER",
                "Invalid query parameter (custodian");
        refused(
                get(other, CONSUMER + "/_count" + subject(KNOWN) + "&type=x"),
                400,
                "INVALID_PARAMETER",
                "Invalid query parameter (type");
    }

    @Test
    void headers_methods_and_bodies_that_are_none_have_their_answer() {
        var bare =
                HttpRequest.newBuilder(server.at(CONSUMER + subject(KNOWN)))
                        .header("Authorization", "Bearer " + other);
        refused(send(bare), 400, "MISSING_OR_INVALID_HEADER", "The X-Request-Id header");
        refused(
                get(WIRE.machine(), CONSUMER + subject(KNOWN)),
                400,
                "MISSING_OR_INVALID_HEADER",
                "The NHSD-End-User-Organisation-ODS header");
        refused(
                send(
                        HttpRequest.newBuilder(server.at(CONSUMER + subject(KNOWN)))
                                .header("Authorization", "Bearer " + other)
                                .header("X-Request-ID", UUID.randomUUID().toString())
                                .header("NHSD-End-User-Organisation-ODS", "Y05868")),
                403,
                "ACCESS DENIED",
                "The token is of the organisation 'X26'");
        assertThat(call(other, "DELETE", CONSUMER, "").statusCode()).isEqualTo(405);
        refused(
                call(hospital, "POST", PRODUCER, ""),
                400,
                "BAD_REQUEST",
                "Request body is required");
        refused(
                call(hospital, "POST", PRODUCER, "{"),
                400,
                "MESSAGE_NOT_WELL_FORMED",
                "Request body");
        refused(get("nonsense", CONSUMER + subject(KNOWN)), 401, "ACCESS DENIED", "Invalid");
        assertThat(get(other, "/record-locator/else").statusCode()).isEqualTo(404);
        assertThat(get(other, CONSUMER + "/a/b").statusCode()).isEqualTo(404);
    }

    @Test
    void who_is_of_no_organisation_speaks_for_none() {
        var nowhere = WIRE.account("nowhere", Role.CLINICIAN, "");
        var id = create(KNOWN);
        var changed = json(get(hospital, PRODUCER + "/" + id)).toString();
        var before = pointers();
        refused(as(nowhere, "POST", PRODUCER, pointer(KNOWN)), 403, "ACCESS DENIED", NOWHERE);
        refused(as(nowhere, "PUT", PRODUCER + "/" + id, changed), 403, "ACCESS DENIED", NOWHERE);
        refused(as(nowhere, "DELETE", PRODUCER + "/" + id, ""), 403, "ACCESS DENIED", NOWHERE);
        refused(as(nowhere, "GET", CONSUMER + subject(KNOWN), ""), 403, "ACCESS DENIED", NOWHERE);
        assertThat(pointers()).isEqualTo(before);
        assertThat(as(WIRE.machine(), "DELETE", PRODUCER + "/" + id, "").statusCode())
                .as("the machine speaks for any")
                .isEqualTo(200);
    }

    private static final String NOWHERE = "The token is of no organisation";

    /// A request that names an organisation itself.
    private static HttpResponse<String> as(String token, String method, String path, String body) {
        return send(
                WIRE.request(token, path)
                        .header("X-Request-ID", UUID.randomUUID().toString())
                        .header("NHSD-End-User-Organisation-ODS", "Y05868")
                        .header("Content-Type", "application/fhir+json")
                        .method(
                                method,
                                body.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body)));
    }

    // --- who may find it -------------------------------------------------------------------------

    @Test
    void staff_find_pointers_of_people_whom_they_treat() {
        var id = create(KNOWN);
        assertThat(json(get(treats, CONSUMER + subject(KNOWN))).path("total").intValue())
                .isPositive();
        assertThat(get(treats, CONSUMER + "/" + id).statusCode()).isEqualTo(200);
        for (var number : List.of(KNOWN, "9111231130")) {
            refused(
                    get(stranger, CONSUMER + subject(number)),
                    403,
                    "ACCESS DENIED",
                    "Your organisation has nothing to do with this person");
        }
        refused(get(stranger, CONSUMER + "/" + id), 404, "NO_RECORD_FOUND", "The requested");
        assertThat(get(clerk, CONSUMER + subject(KNOWN)).statusCode()).isEqualTo(403);
        assertThat(call(clerk, "POST", PRODUCER, pointer(KNOWN)).statusCode()).isEqualTo(403);
        // The FHIR API shows none of this: pointers are an index of their own.
        assertThat(get(stranger, "/fhir/DocumentReference?_summary=count").body())
                .contains("\"total\":0");
    }

    @Test
    void whoever_sees_or_changes_a_pointer_is_written_down_once() {
        var id = create(KNOWN);
        get(treats, CONSUMER + "/" + id);
        get(stranger, CONSUMER + "/" + id);
        call(hospital, "DELETE", PRODUCER + "/" + id, "");
        var lines =
                JdbcClient.create(server.database().dataSource())
                        .sql("select what from audit where query = ? order by seq")
                        .param("pointer=" + id)
                        .query(String.class)
                        .list();
        assertThat(lines).containsExactly("pointer made", "pointer read", "pointer deleted");
        var patients =
                JdbcClient.create(server.database().dataSource())
                        .sql("select count(*) from audit where query = ? and patient <> 0")
                        .param("pointer=" + id)
                        .query(Long.class)
                        .single();
        assertThat(patients).isEqualTo(3);
    }

    @Test
    void a_fault_inside_the_server_is_said_in_the_words_of_the_service() {
        var id = create("9693632966");
        JdbcClient.create(server.database().dataSource())
                .sql("update pointer set type = 'unheard|of' where id = ?")
                .param(id)
                .update();
        refused(
                get(hospital, PRODUCER + "/" + id),
                500,
                "INTERNAL_SERVER_ERROR",
                "An unknown server-side error occurred");
    }
}
