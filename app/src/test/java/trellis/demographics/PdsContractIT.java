package trellis.demographics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static trellis.Wire.json;
import static trellis.Wire.send;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.Contract;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Account;
import trellis.access.Level;
import trellis.access.Role;
import trellis.fhir.Json;

/// The published contract of the personal demographics service as a whole: each of its examples, and each of its errors.
final class PdsContractIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Contract CONTRACT =
            Contract.of("personal-demographics-service-api/specification");
    private static final Wire WIRE = new Wire(server);
    private static final String BASE = "/personal-demographics/FHIR/R4/";
    private static final String EXAMPLES = "components/examples/";
    private static final String CARDS = "Coverage?subscriber:identifier=";
    private static final String HELD = "9000000009";

    private static String staff;
    private static String holder;

    @BeforeAll
    static void fill() {
        staff = WIRE.account("nurse", Role.CLINICIAN, "ZR1");
        person("holder", HELD, "Smith", "");
        holder = self("holder");
    }

    private static String self(String patient) {
        var self = new Account.Self(patient, Level.P9, Account.Profile.NONE);
        return WIRE.account(
                new Account.Person("self-" + patient, patient, Role.PATIENT, "", "", self));
    }

    /// Somebody with the ids and the order of extensions that the published changes speak of.
    private static void person(String id, String number, String family, String more) {
        WIRE.keep(
                "Patient/" + id,
                """
                {"resourceType":"Patient","id":"%s",%s
                 "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}],
                 "name":[{"id":"123","use":"usual","period":{"start":"2020-01-01","end":"2021-12-31"},
                    "given":["Jane"],"family":"%s","prefix":["Mrs"],"suffix":["MBE"]}],
                 "gender":"female","birthDate":"1982-07-10",
                 "address":[{"id":"456","use":"home","period":{"start":"2020-01-01"},"line":["1 Trevelyan Square","Leeds"],"postalCode":"LS1 6AE"}],
                 "extension":[
                   {"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSCommunication",
                    "extension":[{"url":"interpreterRequired","valueBoolean":true}]},
                   {"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-PreferredDispenserOrganization",
                    "valueReference":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y23456"}}},
                   {"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicalApplianceSupplier",
                    "valueReference":{"identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y34567"}}},
                   {"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
                    "extension":[{"url":"deathNotificationStatus","valueCodeableConcept":{"coding":[{
                      "system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus","version":"1.0.0","code":"1"}]}}]}]}\
                """
                        .formatted(id, more, number, family));
    }

    private static HttpRequest.Builder request(String token, String path) {
        return WIRE.request(token, BASE + path)
                .header("X-Request-ID", UUID.randomUUID().toString());
    }

    private static HttpResponse<String> get(String token, String path) {
        return send(request(token, path));
    }

    private static HttpResponse<String> post(
            String token, String path, String version, String body) {
        var request = request(token, path).header("Content-Type", "application/fhir+json");
        if (!version.isEmpty()) {
            request.header("If-Match", version);
        }
        return send(request.POST(BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> patch(String number, String body) {
        var version =
                get(staff, "Patient/" + number).headers().firstValue("ETag").orElse("W/\"1\"");
        return send(
                request(staff, "Patient/" + number)
                        .header("If-Match", version)
                        .header("Content-Type", "application/json-patch+json")
                        .method("PATCH", BodyPublishers.ofString(body)));
    }

    private static String text(String file) {
        try {
            return Files.readString(CONTRACT.file(EXAMPLES + file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String code(HttpResponse<String> answer) {
        return json(answer).at("/issue/0/details/coding/0/code").asString("");
    }

    private static void refused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(code(answer)).as(answer.body()).isEqualTo(code);
        assertThat(CONTRACT.faults("components/schemas/OperationOutcome.yaml", json(answer)))
                .isEmpty();
    }

    // --- each published example of a request -----------------------------------------------------

    /// The two removals of what may not be removed (gender, a usual name) are answered as the contract's text says.
    @ParameterizedTest
    @CsvSource({
        "add-deceased-date-time, 9690937278, 200, ''",
        "add-extension, 9690937286, 200, ''",
        "add-name, 9690937294, 200, ''",
        "delete-extension, 9690937308, 200, ''",
        "delete-gender, 9690937316, 403, FORBIDDEN_UPDATE",
        "delete-name, 9690937324, 403, FORBIDDEN_UPDATE",
        "delete-name-alternative, 9690937332, 403, FORBIDDEN_UPDATE",
        "update-address, 9690937340, 200, ''",
        "update-address-alternative, 9690937359, 200, ''",
        "update-extension, 9690937367, 200, ''",
        "update-gender, 9690937375, 200, ''",
    })
    void each_published_change_has_its_answer(String file, String number, int status, String code) {
        person(file, number, "Smith", "");
        var sent = text("requests/PatientPatch/" + file + ".json");
        var answer = patch(number, sent);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status != 200) {
            refused(answer, status, code);
            assertThat(json(get(staff, "Patient/" + number)).at("/meta/versionId").asString(""))
                    .isEqualTo("1");
            return;
        }
        // The key of an address in one example has seven digits where the schema wants eight.
        assertThat(CONTRACT.faults("components/schemas/Patient.yaml", json(answer)))
                .allMatch(fault ->
                        file.equals("update-address-alternative")
                                && fault.contains("/address/0/extension"));
        var whole = json(answer).toString();
        for (var change : parsed(sent).path("patches")) {
            switch (change.path("op").asString("")) {
                case "add", "replace" ->
                        texts(change.path("value"))
                                .forEach(text -> assertThat(whole).contains(text));
                case "test" -> assertThat(whole).doesNotContain(change.path("value").asString(""));
                default -> assertThat(change.path("op").asString("")).isEqualTo("remove");
            }
        }
    }

    private static ObjectNode parsed(String text) {
        return Json.parse(text.getBytes(UTF_8));
    }

    private static Set<String> texts(JsonNode value) {
        var all = new TreeSet<String>();
        if (value.isString()) {
            all.add(value.stringValue());
        }
        value.forEach(one -> all.addAll(texts(one)));
        return all;
    }

    /// A published name that is no longer the usual one goes as published.
    @Test
    void a_former_name_is_removed_by_its_id_as_published() {
        person("former", "9690937383", "Smith", "");
        var both = WIRE.kept("Patient/former");
        var first = ((ObjectNode) both.path("name").path(0)).put("use", "old");
        both.withArray("name").add(first.deepCopy().put("id", "124").put("use", "usual"));
        WIRE.keep("Patient/former", both.toString());
        var answer = patch("9690937383", text("requests/PatientPatch/delete-name.json"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).path("name").size()).isEqualTo(1);
        assertThat(json(answer).at("/name/0/id").asString("")).isEqualTo("124");
    }

    @Test
    void each_published_new_person_has_its_answer() {
        var allocated =
                post(staff, "Patient", "", text("requests/PatientCreate/Allocate_NHS_Number.json"));
        assertThat(allocated.statusCode()).as(allocated.body()).isEqualTo(201);
        assertThat(CONTRACT.faults("components/schemas/Patient.yaml", json(allocated))).isEmpty();

        var single = text("requests/PatientCreate/Single_Match_found.json");
        var first = post(staff, "Patient", "", single);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        var again = post(staff, "Patient", "", single);
        refused(again, 200, "SINGLE_MATCH");
        assertThat(json(again).at("/issue/0/diagnostics").asString(""))
                .contains(json(first).path("id").asString(""));

        var several = text("requests/PatientCreate/Multi_Match_found.json");
        var person = parsed(several);
        for (var twin : Map.of("m1", "9690937391", "m2", "9690937405").entrySet()) {
            var kept = person.deepCopy().put("resourceType", "Patient").put("id", twin.getKey());
            kept.remove("extension");
            kept.putArray("identifier")
                    .addObject()
                    .put("system", "https://fhir.nhs.uk/Id/nhs-number")
                    .put("value", twin.getValue());
            WIRE.keep("Patient/" + twin.getKey(), kept.toString());
        }
        refused(post(staff, "Patient", "", several), 200, "MULTIPLE_MATCHES");
    }

    // --- the card --------------------------------------------------------------------------------

    @Test
    void the_published_card_is_kept_shown_and_replaced() {
        var none = get(holder, CARDS + HELD);
        assertThat(none.statusCode()).as(none.body()).isEqualTo(200);
        assertThat(none.headers().firstValue("ETag")).hasValue("W/\"0\"");
        assertThat(json(none).path("total").intValue()).isZero();
        assertThat(CONTRACT.faults("components/schemas/CoverageSearch.yaml", json(none))).isEmpty();

        var id = UUID.randomUUID().toString();
        var request =
                request(holder, "Coverage")
                        .setHeader("X-Request-ID", id)
                        .header("Content-Type", "application/json")
                        .header("If-Match", "W/\"0\"")
                        .POST(BodyPublishers.ofString(text("Coverage.json")));
        var made = send(request);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.headers().firstValue("ETag")).hasValue("W/\"1\"");
        var shown = json(made);
        assertThat(CONTRACT.faults("components/schemas/CoverageSearch.yaml", shown)).isEmpty();
        assertThat(shown.path("entry"))
                .isEqualTo(parsed(text("CoverageSearch.json")).path("entry"));
        var again = json(send(request));
        // Each says when it was answered.
        again.set("timestamp", shown.path("timestamp"));
        assertThat(again).as("sent again").isEqualTo(shown);

        var other = text("Coverage.json").replace("FRA", "DEU").replace("2030", "2031");
        refused(post(holder, "Coverage", "W/\"0\"", other), 409, "RESOURCE_VERSION_MISMATCH");
        refused(post(holder, "Coverage", "", other), 412, "PRECONDITION_FAILED");
        var replaced = post(holder, "Coverage", "W/\"1\"", other);
        assertThat(replaced.statusCode()).as(replaced.body()).isEqualTo(201);
        assertThat(replaced.headers().firstValue("ETag")).hasValue("W/\"2\"");
        var now = json(get(holder, CARDS + HELD));
        assertThat(now.at("/entry/0/resource/identifier/0/assigner/display").asString(""))
                .isEqualTo("Germany");
        assertThat(now.path("total").intValue()).isEqualTo(1);
        assertThat(WIRE.kept("Coverage?beneficiary=Patient/holder").path("entry").size())
                .isEqualTo(1);
        assertThat(
                        JdbcClient.create(server.database().dataSource())
                                .sql(
                                        "select count(*) from audit where what like '%insurance card%'")
                                .query(Long.class)
                                .single())
                .isEqualTo(4);
    }

    @Test
    void a_card_is_its_holders_alone() {
        refused(get(staff, CARDS + HELD), 403, "ACCESS_DENIED");
        refused(post(staff, "Coverage", "W/\"0\"", text("Coverage.json")), 403, "ACCESS_DENIED");
        person("somebody", "9690937413", "Other", "");
        refused(get(self("somebody"), CARDS + HELD), 403, "ACCESS_DENIED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Coverage",
                "Coverage?subscriber:identifier=",
                "Coverage?subscriber:identifier=9000000009&year=2003",
                "Coverage?subscriber:identifier=9000000009&subscriber:identifier=9000000017",
            })
    void a_card_is_asked_for_by_its_holders_number_alone(String path) {
        refused(get(holder, path), 400, "INVALID_SEARCH_DATA");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/status|''|MISSING_VALUE",
                "/status|\"cancelled\"|INVALID_VALUE",
                "/subscriber/identifier/value|''|MISSING_VALUE",
                "/subscriber/identifier/value|\"9000000000\"|INVALID_RESOURCE_ID",
                "/subscriber/identifier/system|\"x\"|INVALID_VALUE",
                "/identifier|''|MISSING_VALUE",
                "/identifier|[]|TOO_FEW_VALUES_SUBMITTED",
                "/identifier|[1,2]|TOO_MANY_VALUES_SUBMITTED",
                "/identifier/0/value|''|MISSING_VALUE",
                "/identifier/0/value|\"12345678901234567890123456\"|INVALID_VALUE",
                "/identifier/0/assigner/identifier/value|\"FR\"|INVALID_VALUE",
                "/identifier/0/assigner/identifier/value|\"ZZZ\"|INVALID_VALUE",
                "/payor|\"x\"|INVALID_VALUE",
                "/payor/0/identifier/value|\"<b>\"|INVALID_VALUE",
                "/beneficiary/identifier/value|''|MISSING_VALUE",
                "/period/end|\"2030-02-31\"|INVALID_VALUE",
                "/period/end|\"1830-02-01\"|INVALID_VALUE",
            })
    void what_is_wrong_with_a_card_is_named(String place, String value, String code) {
        var card = parsed(text("Coverage.json"));
        var parent = (ObjectNode) card.at(place.substring(0, place.lastIndexOf('/')));
        var field = place.substring(place.lastIndexOf('/') + 1);
        parent.remove(field);
        if (!value.isEmpty()) {
            parent.set(field, parsed("{\"one\":" + value + "}").path("one"));
        }
        refused(post(holder, "Coverage", "W/\"0\"", card.toString()), 400, code);
    }

    // --- each documented error -------------------------------------------------------------------

    @Test
    void each_error_of_the_contract_is_answered() throws IOException {
        person("gone", "9690937421", "Gone", "\"active\":false,");
        var errors = new LinkedHashMap<String, Supplier<HttpResponse<String>>>();
        errors.put("ACCESS_DENIED", () -> get("none", "Patient/" + HELD));
        errors.put("ADDITIONAL_PROPERTIES", () -> get(staff, "Patient?pets=1"));
        errors.put(
                "FORBIDDEN_UPDATE",
                () -> patch(HELD, "{\"patches\":[{\"op\":\"remove\",\"path\":\"/gender\"}]}"));
        errors.put("INVALIDATED_RESOURCE", () -> get(staff, "Patient/9690937421"));
        errors.put("INVALID_RESOURCE_ID", () -> get(staff, "Patient/9000000000"));
        errors.put(
                "INVALID_SEARCH_DATA",
                () -> get(staff, "Patient?family=S*&birthdate=eq2010-10-22"));
        errors.put("INVALID_UPDATE", () -> patch(HELD, "{\"patches\":[]}"));
        errors.put("INVALID_VALUE", () -> get(staff, "Patient?family=Smith&birthdate=1"));
        errors.put("MISSING_VALUE", () -> get(staff, "Patient?gender=female"));
        errors.put("PRECONDITION_FAILED", () -> post(holder, "Coverage", "", "{}"));
        errors.put("RESOURCE_NOT_FOUND", () -> get(staff, "Patient/9111231130"));
        errors.put(
                "RESOURCE_VERSION_MISMATCH",
                () -> post(holder, "Coverage", "W/\"77\"", text("Coverage.json")));
        errors.put("TOO_FEW_VALUES_SUBMITTED", () -> created("\"name\":[]"));
        errors.put(
                "TOO_MANY_VALUES_SUBMITTED",
                () ->
                        created(
                                "\"name\":[{\"use\":\"usual\",\"family\":\"A\"},{\"use\":\"old\",\"family\":\"B\"}]"));
        errors.put(
                "UNSUPPORTED_CHARACTERS_IN_FIELD",
                () ->
                        created(
                                "\"name\":[{\"use\":\"usual\",\"family\":\"A|B\",\"period\":{\"start\":\"2020-01-01\"}}]"));
        errors.put("UNSUPPORTED_SERVICE", () -> get(staff, "Patient"));
        errors.put("UNSUPPORTED_VALUE", PdsContractIT::notified);
        errors.put("VALIDATION_ERROR", PdsContractIT::unvalidated);
        errors.put("SINGLE_MATCH", () -> twice(1));
        errors.put("MULTIPLE_MATCHES", () -> twice(2));
        errors.put(
                "TOO_MANY_MATCHES",
                () -> get(staff, "Patient?family=Twin*&birthdate=eq1960-01-02&_max-results=1"));
        errors.put("TOO_MANY_REQUESTS", PdsContractIT::throttled);
        errors.put("UNABLE_TO_CALL_SERVICE", PdsContractIT::late);
        errors.put("SERVICE_UNAVAILABLE", PdsContractIT::away);
        assertThat(errors.keySet()).containsAll(documented());
        errors.forEach((code, ask) -> assertThat(code(ask.get())).isEqualTo(code));
    }

    /// The codes that the contract's tables of errors name.
    private static Set<String> documented() throws IOException {
        var row = Pattern.compile("\\|\\s*\\d{3}\\s*\\|\\s*([A-Z]+(?:_[A-Z]+)+)\\s*\\|");
        var all = new TreeSet<String>();
        try (var files = Files.list(CONTRACT.file("components/paths"))) {
            for (var file : files.toList()) {
                var text = Files.readString(file);
                row.matcher(text).results().forEach(found -> all.add(found.group(1)));
                if (text.contains("Error code: `SERVICE_UNAVAILABLE`")) {
                    all.add("SERVICE_UNAVAILABLE");
                }
            }
        }
        assertThat(all).hasSizeGreaterThan(20);
        return all;
    }

    private static HttpResponse<String> created(String member) {
        var body = parsed(text("requests/PatientCreate/Single_Match_found.json"));
        var other = parsed("{" + member + "}");
        body.setAll(other);
        return post(staff, "Patient", "", body.toString());
    }

    private static HttpResponse<String> notified() {
        var removed =
                text("requests/PatientPatch/update-extension.json")
                        .replace("\"code\": \"1\"", "\"code\": \"U\"");
        return patch(HELD, removed);
    }

    /// What the service's own rules let pass and FHIR does not.
    private static HttpResponse<String> unvalidated() {
        return patch(
                HELD,
                "{\"patches\":[{\"op\":\"replace\",\"path\":\"/address/0/id\",\"value\":\"456\"},"
                        + "{\"op\":\"add\",\"path\":\"/address/0/type\",\"value\":\"cave\"}]}");
    }

    private static HttpResponse<String> twice(int others) {
        var number = new String[] {"9690937448", "9690937456", "9690937464"};
        for (var at = others - 1; at < 2 * others - 1; at++) {
            WIRE.keep(
                    "Patient/twin" + at,
                    "{\"resourceType\":\"Patient\",\"id\":\"twin%d\",\"identifier\":[{\"system\":\"https://fhir.nhs.uk/Id/nhs-number\",\"value\":\"%s\"}],\"name\":[{\"use\":\"usual\",\"family\":\"Twin%d\",\"given\":[\"Ann\"]}],\"gender\":\"female\",\"birthDate\":\"1960-01-02\",\"address\":[{\"use\":\"home\",\"postalCode\":\"LS1 6AE\"}]}"
                            .formatted(at, number[at], others));
        }
        return created(
                "\"birthDate\":\"1960-01-02\",\"name\":[{\"use\":\"usual\",\"family\":\"Twin%d\",\"given\":[\"Ann\"],\"period\":{\"start\":\"2020-01-01\"}}],\"address\":[{\"use\":\"home\",\"line\":[\"1 Way\"],\"postalCode\":\"LS1 6AE\",\"period\":{\"start\":\"2020-01-01\"}}]"
                        .formatted(others));
    }

    private static HttpResponse<String> throttled() {
        var answer = get("wrong", "Patient/" + HELD);
        for (var tries = 0; tries < 5_000 && answer.statusCode() != 429; tries++) {
            answer = get("wrong", "Patient/" + HELD);
        }
        return answer;
    }

    /// A statement that is ended because it took too long.
    private static HttpResponse<String> late() {
        try (var busy = server.database().dataSource().getConnection();
                var statement = busy.createStatement()) {
            busy.setAutoCommit(false);
            statement.execute("lock table res in access exclusive mode");
            var answer = CompletableFuture.supplyAsync(() -> get(staff, "Patient/" + HELD));
            var waiting =
                    JdbcClient.create(server.database().dataSource())
                            .sql(
                                    """
                                    select pg_cancel_backend(l.pid) from pg_locks l
                                     where not l.granted and l.relation = 'res'::regclass
                                    """);
            while (waiting.query(Boolean.class).list().isEmpty()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            busy.rollback();
            return answer.join();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A table that is away stands for a database that is.
    private static HttpResponse<String> away() {
        var database = JdbcClient.create(server.database().dataSource());
        database.sql("alter table demographics_request rename to demographics_request_away")
                .update();
        try {
            return created("\"birthDate\":\"1971-02-03\"");
        } finally {
            database.sql("alter table demographics_request_away rename to demographics_request")
                    .update();
        }
    }
}
