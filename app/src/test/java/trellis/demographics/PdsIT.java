package trellis.demographics;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.Wire.json;
import static trellis.Wire.send;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.text.Normalizer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;
import trellis.Contract;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Account;
import trellis.access.Level;
import trellis.access.Role;
import trellis.apps.AloneApp;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Write;

/// The personal demographics service over the wire, held against its published contract.
final class PdsIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Contract CONTRACT =
            Contract.of("personal-demographics-service-api/specification");
    private static final Wire WIRE = new Wire(server);
    private static final String BASE = "/personal-demographics/FHIR/R4/";
    private static final String NUMBERS = "https://fhir.nhs.uk/Id/nhs-number";
    private static final String WHOLE = "9000000009";
    private static final String RESTRICTED = "9000000025";
    private static final String MINIMAL = "9000000033";
    private static final String PHARMACY =
            "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NominatedPharmacy";

    private static String staff;
    private static String auditor;
    private static String alone;
    private static String patient;
    private static String unproved;

    @BeforeAll
    static void fill() {
        WIRE.keep(
                "Organization/practice",
                """
                {"resourceType":"Organization","id":"practice","name":"The Practice","identifier":[{
                 "system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y12345"}]}\
                """);
        WIRE.keep("Patient/whole", whole("whole", WHOLE, "U"));
        WIRE.keep(
                "Patient/restricted",
                whole("restricted", RESTRICTED, "R")
                        .replace("Marsh", "Hidden")
                        .replace("Fenwick", "Former"));
        WIRE.keep(
                "Patient/minimal",
                """
                {"resourceType":"Patient","id":"minimal","identifier":[{"system":"%s","value":"%s"}]}\
                """
                        .formatted(NUMBERS, MINIMAL));
        staff = WIRE.account("nurse", Role.CLINICIAN, "ZR1");
        auditor = WIRE.account("auditor", Role.AUDITOR, "ZR1");
        patient = self("own", "whole", Level.P9);
        unproved = self("half", "whole", Level.P5);
        alone = AloneApp.token(server, "tracer", Role.SYSTEM, "Y12345");
    }

    private static String self(String name, String patient, Level level) {
        var self = new Account.Self(patient, level, Account.Profile.NONE);
        return WIRE.account(new Account.Person(name, name, Role.PATIENT, "", "", self));
    }

    /// A person with everything that the service knows.
    private static String whole(String id, String number, String label) {
        return """
        {"resourceType":"Patient","id":"%s","meta":{"security":[{
          "system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"%s"}]},
         "identifier":[{"system":"%s","value":"%s","extension":[{
           "url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
           "valueCodeableConcept":{"coding":[{
             "system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus",
             "version":"1.0.0","code":"01","display":"Number present and verified"}]}}]},
           {"system":"https://hospital.example/numbers","value":"H-1"}],
         "name":[{"id":"123","use":"usual","prefix":["Ms"],"given":["Rowan","Elke"],"family":"Marsh","period":{"start":"2001-01-01"}},
                 {"use":"old","given":["Rowan"],"family":"Fenwick"}],
         "gender":"female","birthDate":"2001-04-09","multipleBirthInteger":1,
         "telecom":[{"system":"phone","value":"01632 960587","use":"home","period":{"start":"2020-01-01"}},
                    {"id":"790","system":"email","value":"rowan.old@example.com","use":"home","period":{"start":"2019-01-01","end":"2020-12-31"}},
                    {"system":"email","value":"rowan@example.com","use":"home","period":{"start":"2021-01-01"}}],
         "address":[{"id":"456","use":"home","line":["1 Boar Lane"],"city":"Leeds","postalCode":"LS1 6AE","period":{"start":"2020-01-01"}},
                    {"use":"temp","text":"Student Accommodation","line":["Hall 3"],"postalCode":"YO1 7HH","period":{"start":"2021-01-01"}},
                    {"use":"old","line":["9 Far Street"],"postalCode":"HU1 1AA"}],
         "contact":[{"id":"C123","relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0131","code":"C","display":"Emergency Contact"}]}],
                     "telecom":[{"system":"phone","value":"01632960999"}],"period":{"start":"2020-01-01"}},
                    {"relationship":[{"coding":[{"code":"N"}]}],"name":{"family":"Kin"}}],
         "generalPractitioner":[{"reference":"Organization/practice"}],
         "extension":[{"url":"%s","valueReference":{"identifier":{
                        "system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y99999"}}},
                      {"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"Hull"}},
                      {"url":"https://hospital.example/of-ours","valueString":"kept"}]}
        """
                .formatted(id, label, NUMBERS, number, PHARMACY);
    }

    private static HttpRequest.Builder request(String token, String path) {
        return WIRE.request(token, BASE + path)
                .header("X-Request-ID", UUID.randomUUID().toString());
    }

    private static HttpResponse<String> get(String token, String path) {
        return send(request(token, path));
    }

    private static HttpResponse<String> post(String token, String body) {
        return send(
                request(token, "Patient")
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> patch(
            String token, String number, String version, String patches) {
        return send(patching(token, number, version, patches));
    }

    private static HttpRequest.Builder patching(
            String token, String number, String version, String patches) {
        return request(token, "Patient/" + number)
                .header("If-Match", version)
                .header("Content-Type", "application/json-patch+json")
                .method("PATCH", BodyPublishers.ofString("{\"patches\":" + patches + "}"));
    }

    private static void refused(
            HttpResponse<String> answer, int status, String code, String diagnostics) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var outcome = json(answer);
        assertThat(outcome.at("/issue/0/details/coding/0/code").asString("")).isEqualTo(code);
        assertThat(outcome.at("/issue/0/diagnostics").asString("")).isEqualTo(diagnostics);
        assertThat(CONTRACT.faults("components/schemas/OperationOutcome.yaml", outcome)).isEmpty();
    }

    private static long lines() {
        return JdbcClient.create(server.database().dataSource())
                .sql("select count(*) from audit where what like 'demographics%'")
                .query(Long.class)
                .single();
    }

    // --- reading ---------------------------------------------------------------------------------

    @Test
    void a_person_is_read_by_number_in_the_shape_of_the_contract() {
        var before = lines();
        var answer =
                send(
                        HttpRequest.newBuilder(server.at(BASE + "Patient/" + WHOLE))
                                .header("Authorization", "Bearer " + staff)
                                .header("X-Request-ID", "60E0B220-8136-4CA5-AE46-1D97EF59D068")
                                .header("X-Correlation-ID", "11C46F5F-any"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("ETag").orElse("")).matches("W/\"\\d+\"");
        assertThat(answer.headers().firstValue("X-Request-ID"))
                .hasValue("60E0B220-8136-4CA5-AE46-1D97EF59D068");
        assertThat(answer.headers().firstValue("X-Correlation-ID")).hasValue("11C46F5F-any");
        var person = json(answer);
        assertThat(CONTRACT.faults("components/schemas/Patient.yaml", person)).isEmpty();
        assertThat(person.path("id").asString("")).isEqualTo(WHOLE);
        assertThat(person.path("identifier").size()).isEqualTo(1);
        assertThat(person.at("/meta/security/0/code").asString("")).isEqualTo("U");
        assertThat(person.path("name").size()).isEqualTo(2);
        assertThat(person.at("/address/0/line/1").asString("")).isEqualTo("Leeds");
        assertThat(person.path("address").size()).isEqualTo(2);
        assertThat(person.path("contact").size()).isEqualTo(1);
        assertThat(person.at("/generalPractitioner/0/identifier/value").asString(""))
                .isEqualTo("Y12345");
        assertThat(person.path("extension").size()).isEqualTo(2);
        for (var list : List.of("name", "address", "telecom", "contact", "generalPractitioner")) {
            for (var item : person.path(list)) {
                assertThat(item.path("id").asString("")).as(list).isNotEmpty();
            }
        }
        assertThat(json(get(staff, "Patient/" + WHOLE))).isEqualTo(person);
        assertThat(lines()).isEqualTo(before + 2);
    }

    @Test
    void of_a_restricted_person_nothing_tells_where_they_are() {
        var person = json(get(staff, "Patient/" + RESTRICTED));
        assertThat(CONTRACT.faults("components/schemas/Patient.yaml", person)).isEmpty();
        assertThat(person.at("/meta/security/0/code").asString("")).isEqualTo("R");
        assertThat(person.has("name")).isTrue();
        assertThat(person.toString())
                .doesNotContain("Leeds", "LS1", "01632", "example.com", "Y12345", "Y99999", "Hull");
        var minimal = json(get(staff, "Patient/" + MINIMAL));
        assertThat(CONTRACT.faults("components/schemas/Patient.yaml", minimal)).isEmpty();
    }

    @Test
    void a_replaced_number_leads_to_who_took_its_place_and_one_out_of_use_to_nobody() {
        WIRE.keep(
                "Patient/kept",
                """
                {"resourceType":"Patient","id":"kept","identifier":[{"system":"%s","value":"9693632109"}],
                 "name":[{"use":"usual","family":"Stays","given":["Ash"]}],"birthDate":"1970-02-03","gender":"male"}\
                """
                        .formatted(NUMBERS));
        WIRE.keep(
                "Patient/replaced",
                """
                {"resourceType":"Patient","id":"replaced","active":false,
                 "identifier":[{"system":"%s","value":"9449304130"}],
                 "name":[{"use":"usual","family":"Gone","given":["Ash"]}],"birthDate":"1970-02-03","gender":"male",
                 "link":[{"type":"replaced-by","other":{"reference":"Patient/kept"}}]}\
                """
                        .formatted(NUMBERS));
        WIRE.keep(
                "Patient/redacted",
                """
                {"resourceType":"Patient","id":"redacted","meta":{"security":[{"code":"REDACTED"}]},
                 "name":[{"use":"usual","family":"Stays","given":["Ash"]}],"birthDate":"1970-02-03",
                 "identifier":[{"system":"%s","value":"9912003888"}]}\
                """
                        .formatted(NUMBERS));
        assertThat(json(get(staff, "Patient/9449304130")).path("id").asString(""))
                .isEqualTo("9693632109");
        refused(get(staff, "Patient/9912003888"), 404, "INVALIDATED_RESOURCE", "");
        var found = json(get(staff, "Patient?family=Gone&birthdate=eq1970-02-03"));
        assertThat(found.path("total").intValue()).isEqualTo(1);
        assertThat(found.at("/entry/0/resource/id").asString("")).isEqualTo("9693632109");
        assertThat(
                        json(get(staff, "Patient?family=Stays&birthdate=eq1970-02-03"))
                                .path("total")
                                .intValue())
                .isEqualTo(1);
    }

    @Test
    void what_is_no_number_or_nobodys_has_its_error() {
        for (var wrong : List.of("9000000000", "1234567890", "900000000", "abc")) {
            refused(get(staff, "Patient/" + wrong), 400, "INVALID_RESOURCE_ID", "");
        }
        refused(get(staff, "Patient/9111231130"), 404, "RESOURCE_NOT_FOUND", "");
        refused(get(staff, "Patient/9111231130/RelatedPerson"), 404, "RESOURCE_NOT_FOUND", "");
        refused(get(staff, "Nonsense"), 400, "UNSUPPORTED_SERVICE", "");
        WIRE.keep(
                "Patient/twice1",
                "{\"resourceType\":\"Patient\",\"id\":\"twice1\",\"identifier\":[{\"system\":\"%s\",\"value\":\"9999999999\"}]}"
                        .formatted(NUMBERS));
        WIRE.keep(
                "Patient/twice2",
                "{\"resourceType\":\"Patient\",\"id\":\"twice2\",\"identifier\":[{\"system\":\"%s\",\"value\":\"9999999999\"}]}"
                        .formatted(NUMBERS));
        refused(get(staff, "Patient/9999999999"), 404, "RESOURCE_NOT_FOUND", "");
    }

    // --- who asks --------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|Missing Authorization header",
                "' '|Empty Authorization header",
                "Bearer|Missing access token",
                "Bearer abcdef123456789|Invalid Access Token",
                "Basic YTpi|Invalid Access Token",
            })
    void without_a_good_token_nothing_is_answered(String header, String diagnostics) {
        for (var path : List.of("Patient/" + WHOLE, "Patient?family=Marsh&birthdate=2001-04-09")) {
            var request =
                    HttpRequest.newBuilder(server.at(BASE + path))
                            .header("X-Request-ID", UUID.randomUUID().toString());
            if (!header.isEmpty()) {
                request.header("Authorization", header);
            }
            refused(send(request), 401, "ACCESS_DENIED", diagnostics);
        }
    }

    @Test
    void headers_are_asked_for() {
        var bare =
                HttpRequest.newBuilder(server.at(BASE + "Patient/" + WHOLE))
                        .header("Authorization", "Bearer " + staff);
        refused(
                send(bare),
                400,
                "MISSING_VALUE",
                "Invalid request with error - X-Request-ID header must be supplied to access this"
                        + " resource");
        refused(
                send(bare.copy().header("X-Request-ID", "1234")),
                400,
                "INVALID_VALUE",
                "Invalid value - '1234' in header 'X-Request-ID'");
        refused(
                send(request(staff, "Patient/" + WHOLE).header("NHSD-Session-URID", "invalid")),
                400,
                "INVALID_VALUE",
                "Invalid value - 'invalid' in header 'NHSD-Session-URID'. Refer to the guidance for"
                        + " this header in our API Specification"
                        + " https://digital.nhs.uk/developer/api-catalogue/personal-demographics-service-fhir");
        assertThat(
                        send(request(staff, "Patient/" + WHOLE)
                                        .header("NHSD-Session-URID", "555254240100"))
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void people_read_their_own_record_alone_and_only_when_proved() {
        assertThat(get(patient, "Patient/" + WHOLE).statusCode()).isEqualTo(200);
        var diagnostics =
                "Your access token has insufficient permissions. See documentation regarding Patient"
                        + " access restrictions https://digital.nhs.uk/developer/api-catalogue/personal-demographics-service-fhir";
        for (var path : List.of("Patient/" + RESTRICTED, "Patient/9111231130")) {
            refused(get(patient, path), 403, "ACCESS_DENIED", diagnostics);
        }
        refused(get(unproved, "Patient/" + WHOLE), 403, "ACCESS_DENIED", diagnostics);
        refused(
                get(patient, "Patient?family=Marsh&birthdate=2001-04-09"),
                403,
                "ACCESS_DENIED",
                diagnostics);
        refused(post(patient, "{}"), 403, "ACCESS_DENIED", diagnostics);
    }

    @Test
    void an_app_by_itself_finds_one_person_and_changes_nothing() {
        assertThat(get(alone, "Patient/" + WHOLE).statusCode()).isEqualTo(200);
        assertThat(
                        json(get(alone, "Patient?family=Marsh&birthdate=eq2001-04-09"))
                                .path("total")
                                .intValue())
                .isEqualTo(1);
        refused(
                get(alone, "Patient?family=Marsh&birthdate=eq2001-04-09&_max-results=2"),
                403,
                "INVALID_VALUE",
                "Your app has insufficient permissions to perform this search. Please contact"
                        + " support.");
        var created = post(alone, "{}");
        assertThat(created.statusCode()).isEqualTo(403);
        assertThat(json(created).at("/issue/0/details/coding/0/display").asString(""))
                .isEqualTo("Cannot create resource with application-restricted access token");
        var changed = patch(alone, WHOLE, "W/\"1\"", "[{\"op\":\"remove\",\"path\":\"/gender\"}]");
        assertThat(changed.statusCode()).isEqualTo(403);
        assertThat(json(changed).at("/issue/0/details/coding/0/code").asString(""))
                .isEqualTo("INVALID_METHOD");
    }

    @Test
    void a_role_that_writes_nothing_writes_nothing_here() {
        assertThat(get(auditor, "Patient/" + WHOLE).statusCode()).isEqualTo(200);
        var answer =
                patch(
                        auditor,
                        WHOLE,
                        version(WHOLE),
                        "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"male\"}]");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(post(auditor, newborn("Quill", "2020-01-01", "AB1 2CD")).statusCode())
                .isEqualTo(403);
    }

    // --- finding ---------------------------------------------------------------------------------

    private static String query(String... parts) {
        var all = new ArrayList<String>();
        for (var i = 0; i < parts.length; i += 2) {
            all.add(parts[i] + "=" + URLEncoder.encode(parts[i + 1], StandardCharsets.UTF_8));
        }
        return "Patient?" + String.join("&", all);
    }

    private static List<String> numbers(String... parts) {
        var answer = get(staff, query(parts));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var bundle = json(answer);
        assertThat(bundle.path("resourceType").asString("")).as(answer.body()).isEqualTo("Bundle");
        assertThat(CONTRACT.faults("components/schemas/PatientSearch.yaml", bundle)).isEmpty();
        assertThat(bundle.path("total").intValue()).isEqualTo(bundle.path("entry").size());
        return bundle.path("entry")
                .valueStream()
                .map(entry -> entry.at("/resource/id").asString(""))
                .toList();
    }

    @Test
    void a_person_is_found_by_what_is_known_of_them() {
        var born = "eq2001-04-09";
        assertThat(numbers("family", "MARSH", "birthdate", born)).containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "birthdate", "2001-04-09", "gender", "female"))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "birthdate", born, "gender", "male")).isEmpty();
        assertThat(
                        numbers(
                                "family",
                                "Marsh",
                                "birthdate",
                                "ge2001-04-08",
                                "birthdate",
                                "le2001-04-10"))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "birthdate", "ge2001-04-10")).isEmpty();
        assertThat(numbers("family", "Ma*h", "birthdate", born)).containsExactly(WHOLE);
        assertThat(numbers("family", "Mar*", "given", "Ro*", "birthdate", born))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Mar*", "given", "El*", "birthdate", born)).isEmpty();
        assertThat(numbers("family", "Marsh", "given", "Elke", "birthdate", born))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "given", "Rowan", "given", "Elke", "birthdate", born))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "birthdate", born, "address-postalcode", "ls16ae"))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "birthdate", born, "address-postcode", "LS*"))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "birthdate", born, "general-practitioner", "y12345"))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "birthdate", born, "general-practitioner", "Y9"))
                .isEmpty();
        assertThat(
                        numbers(
                                "family",
                                "Marsh",
                                "birthdate",
                                born,
                                "phone",
                                "01632960587",
                                "email",
                                "ROWAN@example.com"))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "birthdate", born, "phone", "0163")).isEmpty();
        assertThat(numbers("family", "Marsh", "birthdate", born, "death-date", "ge2000-01-01"))
                .isEmpty();
    }

    @Test
    void history_is_searched_when_asked_and_what_is_shown_is_of_today() {
        var born = "eq2001-04-09";
        assertThat(numbers("family", "Fenwick", "birthdate", born)).isEmpty();
        assertThat(numbers("family", "Fenwick", "birthdate", born, "_history", "true"))
                .containsExactly(WHOLE);
        assertThat(numbers("family", "Marsh", "birthdate", born, "email", "rowan.old@example.com"))
                .isEmpty();
        assertThat(
                        numbers(
                                "family",
                                "Marsh",
                                "birthdate",
                                born,
                                "email",
                                "rowan.old@example.com",
                                "_history",
                                "true"))
                .containsExactly(WHOLE);
        var found =
                json(get(staff, query("family", "Fenwick", "birthdate", born, "_history", "true")));
        assertThat(found.at("/entry/0/search/score").doubleValue()).isLessThan(1);
        assertThat(found.at("/entry/0/resource").toString())
                .contains("Marsh", "LS1 6AE")
                .doesNotContain("Fenwick", "YO1", "Hull", "Y99999", "H-1");
    }

    @Test
    void a_fuzzy_search_finds_what_sounds_alike_or_is_exchanged() {
        var born = "2001-04-09";
        assertThat(
                        numbers(
                                "_fuzzy-match",
                                "true",
                                "family",
                                "Mersh",
                                "given",
                                "Rowan",
                                "birthdate",
                                born))
                .containsExactly(WHOLE);
        assertThat(
                        numbers(
                                "_fuzzy-match",
                                "true",
                                "family",
                                "Rowan",
                                "given",
                                "Marsh",
                                "birthdate",
                                born))
                .containsExactly(WHOLE);
        assertThat(
                        numbers(
                                "_fuzzy-match",
                                "true",
                                "family",
                                "Fenwyck",
                                "given",
                                "Rowan",
                                "birthdate",
                                "ge2001-04-01"))
                .containsExactly(WHOLE);
        assertThat(
                        numbers(
                                "_fuzzy-match",
                                "true",
                                "family",
                                "Zulu",
                                "given",
                                "Rowan",
                                "birthdate",
                                born))
                .isEmpty();
        assertThat(numbers("_exact-match", "true", "family", "Marsh", "birthdate", born))
                .containsExactly(WHOLE);
        assertThat(
                        numbers(
                                "_exact-match",
                                "true",
                                "_fuzzy-match",
                                "true",
                                "family",
                                "Mersh",
                                "given",
                                "Rowan",
                                "birthdate",
                                born))
                .isEmpty();
    }

    @Test
    void a_restricted_person_is_found_but_not_by_where_they_are() {
        assertThat(numbers("family", "Hidden", "birthdate", "2001-04-09"))
                .containsExactly(RESTRICTED);
        assertThat(
                        numbers(
                                "family",
                                "Hidden",
                                "birthdate",
                                "2001-04-09",
                                "address-postalcode",
                                "LS1 6AE"))
                .isEmpty();
        assertThat(
                        numbers(
                                "family",
                                "Hidden",
                                "birthdate",
                                "2001-04-09",
                                "general-practitioner",
                                "Y12345"))
                .isEmpty();
    }

    @Test
    void more_than_were_asked_for_are_too_many() {
        for (var i = 0; i < 3; i++) {
            WIRE.keep(
                    "Patient/many" + i,
                    """
                    {"resourceType":"Patient","id":"many%d","identifier":[{"system":"%s","value":"%s"}],
                     "name":[{"use":"usual","family":"Youds","given":["Ann"]}],"gender":"female","birthDate":"1970-01-24"}\
                    """
                            .formatted(
                                    i,
                                    NUMBERS,
                                    List.of("9693633679", "9693633687", "9693633695").get(i)));
        }
        assertThat(numbers("family", "Youds", "birthdate", "1970-01-24"))
                .containsExactly("9693633679", "9693633687", "9693633695");
        var answer =
                get(
                        staff,
                        query("family", "Youds", "birthdate", "1970-01-24", "_max-results", "2"));
        refused(answer, 200, "TOO_MANY_MATCHES", "");
        assertThat(json(answer).at("/issue/0/severity").asString("")).isEqualTo("information");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|UNSUPPORTED_SERVICE|''",
                "family=Smith&birthdate=eq2010-10-22&year=2003|ADDITIONAL_PROPERTIES|Invalid request with error - Additional properties are not allowed ('year' was unexpected)",
                "manufacturer=Ford&model=focus|ADDITIONAL_PROPERTIES|Invalid request with error - Additional properties are not allowed ('manufacturer', 'model' were unexpected)",
                "email=j.smith@example.com&phone=0163|MISSING_VALUE|Missing value - 'birth_date/birth_date_range_start/birth_date_range_end'",
                "gender=female|MISSING_VALUE|Missing value - 'birth_date/birth_date_range_start/birth_date_range_end'",
                "family=Smith&given=jane&gender=female&birthdate=20101022|INVALID_VALUE|Invalid value - '20101022' in field 'birthdate'",
                "family=Smith&birthdate=eq2010-02-30|INVALID_VALUE|Invalid value - 'eq2010-02-30' in field 'birthdate'",
                "family=Smith&given=jane&gender=female&death-date=20101022|INVALID_VALUE|Invalid value - '20101022' in field 'death-date'",
                "family=Smith&birthdate=2010-10-22&gender=mal|INVALID_VALUE|Invalid value - 'mal' in field 'gender'",
                "family=Smith&birthdate=2010-10-22&_max-results=51|INVALID_VALUE|Invalid value - '51' in field '_max-results'",
                "family=Smith&birthdate=2010-10-22&_history=maybe|INVALID_VALUE|Invalid value - 'maybe' in field '_history'",
                "birthdate=eq2010-10-22|INVALID_SEARCH_DATA|Invalid search data provided - 'No searches were performed as the search criteria did not meet the minimum requirements'",
                "given=Jane&birthdate=eq2010-10-22|INVALID_SEARCH_DATA|Invalid search data provided - 'No searches were performed as the search criteria did not meet the minimum requirements'",
                "_fuzzy-match=true&family=Smith&birthdate=eq2010-10-22|INVALID_SEARCH_DATA|Invalid search data provided - 'No searches were performed as the search criteria did not meet the minimum requirements'",
                "family=S*&birthdate=eq2010-10-22|INVALID_SEARCH_DATA|Invalid search data provided - 'wildcards must come after at least two characters'",
                "_fuzzy-match=true&family=Smi*&given=Jane&birthdate=eq2010-10-22|INVALID_SEARCH_DATA|Invalid search data provided - 'wildcards cannot be used in a fuzzy search'",
                "family=Smith&birthdate=eq2010-10-22&address-postcode=LS1&address-postalcode=LS1|INVALID_SEARCH_DATA|Invalid search data provided - 'address-postalcode and address-postcode cannot be used together'",
                "family=Smith&birthdate=le2010-10-22&birthdate=ge2011-10-22|INVALID_SEARCH_DATA|Invalid search data provided - 'birthdate is one day, or from (ge) one to (le) another'",
            })
    void each_mistake_in_a_search_has_its_error(String query, String code, String diagnostics) {
        refused(get(staff, "Patient?" + query), 400, code, diagnostics);
    }

    // --- a new person ----------------------------------------------------------------------------

    private static String newborn(String family, String born, String postcode) {
        return """
        {"resourceType":"Patient","name":[{"use":"usual","given":["Imogen"],"family":"%s","prefix":["Mrs"],
           "period":{"start":"2020-07-01"}}],
         "address":[{"use":"home","line":["1 Trevelyan Square","","Leeds"],"postalCode":"%s","period":{"start":"2020-01-01"}}],
         "gender":"female","birthDate":"%s",
         "telecom":[{"use":"home","system":"phone","value":"123342","period":{"start":"2020-01-02","end":"2021-01-02"}}],
         "extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-RegisteringAuthority","extension":[]}]}\
        """
                .formatted(family, postcode, born);
    }

    @Test
    void the_published_example_of_a_new_person_gets_a_number_and_then_is_known()
            throws IOException {
        var sent =
                Files.readString(
                        CONTRACT.file(
                                "components/examples/requests/PatientCreate/Allocate_NHS_Number.json"));
        var answer = post(staff, sent);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var person = json(answer);
        assertThat(CONTRACT.faults("components/schemas/Patient.yaml", person)).isEmpty();
        var number = person.path("id").asString("");
        assertThat(number).startsWith("999");
        assertThat(
                        person.at("/identifier/0/extension/0/valueCodeableConcept/coding/0/code")
                                .asString(""))
                .isEqualTo("01");
        assertThat(json(get(staff, "Patient/" + number))).isEqualTo(person);
        assertThat(person.has("extension")).isFalse();

        var again = post(staff, sent);
        refused(
                again,
                200,
                "SINGLE_MATCH",
                "Unable to create new patient. NHS number "
                        + number
                        + " found for supplied demographic data.");
    }

    @Test
    void the_same_request_sent_again_makes_one_person() {
        var id = UUID.randomUUID().toString();
        var body = newborn("Again", "2020-02-02", "AB1 2CD");
        var first = send(create(id, body));
        var second = send(create(id, body));
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        var other = send(create(id, newborn("Other", "2020-02-02", "AB1 2CD")));
        assertThat(other.statusCode()).isEqualTo(400);
    }

    private static HttpRequest.Builder create(String id, String body) {
        return HttpRequest.newBuilder(server.at(BASE + "Patient"))
                .header("Authorization", "Bearer " + staff)
                .header("X-Request-ID", id)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    @Test
    void of_two_who_make_the_same_person_at_once_one_does() throws Exception {
        var body = newborn("Twain", "2019-05-05", "AB1 2CD");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = new ArrayList<Integer>();
            for (var one :
                    threads.invokeAll(
                            Collections.nCopies(
                                    6, (Callable<HttpResponse<String>>) () -> post(staff, body)))) {
                statuses.add(one.get().statusCode());
            }
            assertThat(statuses).containsOnlyOnce(201).containsOnly(200, 201);
        }
    }

    @Test
    void twins_are_two_and_several_alike_are_several() {
        var one = newborn("Gemini", "2018-06-06", "AB1 2CD");
        assertThat(post(staff, one).statusCode()).isEqualTo(201);
        var twin = post(staff, one.replace("Imogen", "Isobel"));
        assertThat(twin.statusCode()).as(twin.body()).isEqualTo(201);
        WIRE.keep(
                "Patient/gemini",
                """
                {"resourceType":"Patient","id":"gemini","identifier":[{"system":"%s","value":"9693633121"}],
                 "name":[{"use":"usual","family":"Gemini","given":["Imogen"]}],"gender":"female","birthDate":"2018-06-06",
                 "address":[{"use":"home","postalCode":"AB1 2CD"}]}\
                """
                        .formatted(NUMBERS));
        refused(
                post(staff, one),
                200,
                "MULTIPLE_MATCHES",
                "Unable to create new patient. Multiple matches found for supplied demographic data.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'bananas':'in pyjamas'}|MISSING_VALUE|Missing value - 'name'",
                "{'name':{'family':'Smith'}}|MISSING_VALUE|Missing value - 'address'",
                "{'name':{'family':'Smith'},'address':[{'line':['1']}]}|MISSING_VALUE|Missing value - 'gender'",
                "{'name':{'family':'Smith'},'address':[{'line':['1']}],'gender':'male'}|MISSING_VALUE|Missing value - 'birthDate'",
            })
    void what_a_new_person_lacks_is_named(String body, String code, String diagnostics) {
        refused(post(staff, body.replace('\'', '"')), 400, code, diagnostics);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[\"Imogen\"]|\"not an array\"|INVALID_VALUE|Invalid value - 'not an array' in field 'name/0/given'",
                "\"gender\":\"female\"|\"gender\":\"notAValidOption\"|INVALID_VALUE|Invalid value - 'notAValidOption' in field 'gender'",
                "\"2020-03-03\"|\"not-a-date\"|INVALID_VALUE|Invalid value - 'not-a-date' in field 'birthDate'",
                "\"2020-03-03\"|\"2999-03-03\"|INVALID_VALUE|Invalid value - '2999-03-03' in field 'birthDate'",
                "\"2021-01-02\"|\"2019-01-02\"|INVALID_UPDATE|Invalid update with error - start date is after end date in field 'telecom/0/period'",
                "Imogen|<b>|UNSUPPORTED_CHARACTERS_IN_FIELD|Unsupported characters in field 'name/0/given/0'",
                "\"resourceType\":\"Patient\"|\"pets\":1|ADDITIONAL_PROPERTIES|Invalid update with error - Additional properties are not allowed ('pets' was unexpected)",
                "[\"Imogen\"]|[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]|TOO_MANY_VALUES_SUBMITTED|Too many values submitted - 6 in field 'name/0/given'",
            })
    void what_is_wrong_with_a_new_person_is_named(
            String part, String wrong, String code, String diagnostics) {
        var body = newborn("Wrong", "2020-03-03", "AB1 2CD").replace(part, wrong);
        refused(post(staff, body), 400, code, diagnostics);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Zo\u00eb-N\u00fa\u00f1ez",
                "\u0141ukaszewicz",
                "O\u2019Brien",
                "Nguye\u0302\u0303n",
                "\u015e\u00fckr\u00fc",
                "\u0645\u062d\u0645\u062f",
                "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
                "\u738b",
                "\ud842\udfb7\u7530",
                "\u0915\u094d\u200d\u0937",
                "\u1e9e\u00e6\u00f8\u00fe",
                "I\u015f\u0131k",
            })
    void a_name_of_any_script_is_kept_as_it_was_sent_and_found(String family) {
        var born = "19%02d-06-07".formatted(10 + Math.floorMod(family.hashCode(), 80));
        var answer = post(staff, newborn(family, born, "AB1 2CD"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var number = json(answer).path("id").asString("");
        assertThat(json(get(staff, "Patient/" + number)).at("/name/0/family").asString(""))
                .isEqualTo(family);
        assertThat(numbers("family", family, "birthdate", born)).contains(number);
        assertThat(
                        numbers(
                                "family",
                                Normalizer.normalize(family, Normalizer.Form.NFC),
                                "birthdate",
                                born))
                .contains(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\u0085", "\u2028", "\ue000",
                "\uffff", "\\u0000", "\\u001b", "\\n"
            })
    void a_name_with_what_cannot_be_seen_or_turns_the_rest_is_refused(String surprise) {
        var born = "1999-12-%02d".formatted(1 + Math.floorMod(surprise.hashCode(), 28));
        var answer = post(staff, newborn("Sur" + surprise + "prise", born, "AB1 2CD"));
        refused(
                answer,
                400,
                "UNSUPPORTED_CHARACTERS_IN_FIELD",
                "Unsupported characters in field 'name/0/family'");
        assertThat(numbers("family", "Sur*", "birthdate", born)).isEmpty();
    }

    @Test
    void half_a_character_in_a_name_is_no_text() {
        var answer = post(staff, newborn("Sur\\ud800prise", "1999-11-30", "AB1 2CD"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(numbers("family", "Sur*", "birthdate", "1999-11-30")).isEmpty();
    }

    // --- changes ---------------------------------------------------------------------------------

    private static String fresh(String family) {
        var answer =
                post(
                        staff,
                        newborn(
                                family,
                                "2017-0" + (1 + Math.floorMod(family.hashCode(), 9)) + "-11",
                                "AB1 2CD"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).path("id").asString("");
    }

    private static String version(String number) {
        return get(staff, "Patient/" + number).headers().firstValue("ETag").orElseThrow();
    }

    private static ObjectNode patched(String number, String patches) {
        var answer = patch(staff, number, version(number), patches);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var person = json(answer);
        assertThat(CONTRACT.faults("components/schemas/Patient.yaml", person)).isEmpty();
        assertThat(json(get(staff, "Patient/" + number))).isEqualTo(person);
        return person;
    }

    @Test
    void a_person_is_changed_piece_by_piece() {
        var number = fresh("Pieces");
        var added =
                patched(
                        number,
                        """
                        [{"op":"add","path":"/name/-","value":{"use":"old","period":{"start":"2019-12-31"},
                          "prefix":["Dr"],"given":["Joe","Horation"],"family":"Bloggs","suffix":["PhD"]}}]\
                        """);
        assertThat(added.path("name").size()).isEqualTo(2);
        var id = added.at("/name/1/id").asString("");
        assertThat(id).matches("[0-9A-F]{8}");
        var usual = added.at("/name/0/id").asString("");
        var suffixed =
                patched(
                        number,
                        """
                        [{"op":"add","path":"/name/0/id","value":"%s"},
                         {"op":"add","path":"/name/0/suffix","value":["PhD","MBBS"]},
                         {"op":"add","path":"/name/0/suffix/0","value":"Esq"}]\
                        """
                                .formatted(usual));
        assertThat(suffixed.at("/name/0/suffix").toString())
                .isEqualTo("[\"Esq\",\"PhD\",\"MBBS\"]");
        var removed =
                patched(
                        number,
                        """
                        [{"op":"test","path":"/name/1/id","value":"%s"},{"op":"remove","path":"/name/1"},
                         {"op":"test","path":"/name/0/id","value":"%s"},{"op":"remove","path":"/name/0/suffix"}]\
                        """
                                .formatted(id, usual));
        assertThat(removed.path("name").size()).isEqualTo(1);
        assertThat(removed.at("/name/0").has("suffix")).isFalse();
        assertThat(
                        patched(
                                        number,
                                        "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"male\"}]")
                                .path("gender")
                                .asString(""))
                .isEqualTo("male");
        var pharmacy =
                """
                [{"op":"add","path":"/extension/-","value":{"url":"%s","valueReference":{"identifier":{
                  "system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Y12345"}}}}]\
                """
                        .formatted(PHARMACY);
        assertThat(patched(number, pharmacy).at("/extension/0/url").asString(""))
                .isEqualTo(PHARMACY);
        var gone =
                patched(
                        number,
                        """
                        [{"op":"test","path":"/extension/0/url","value":"%s"},{"op":"remove","path":"/extension/0"}]\
                        """
                                .formatted(PHARMACY));
        assertThat(gone.has("extension")).isFalse();
    }

    @Test
    void what_the_service_does_not_know_of_a_person_stays() {
        WIRE.keep(
                "Patient/stays",
                whole("stays", "9693633148", "U")
                        .replace("Marsh", "Unchanged")
                        .replace("Fenwick", "Former"));
        var before = WIRE.kept("Patient/stays");
        patched("9693633148", "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"other\"}]");
        var address = json(get(staff, "Patient/9693633148")).at("/address/0/id").asString("");
        patched(
                "9693633148",
                """
                [{"op":"replace","path":"/address/0/id","value":"%s"},
                 {"op":"replace","path":"/address/0/postalCode","value":"LS1 4BU"}]\
                """
                        .formatted(address));
        var after = WIRE.kept("Patient/stays");
        assertThat(after.path("gender").asString("")).isEqualTo("other");
        assertThat(after.path("identifier")).isEqualTo(before.path("identifier"));
        assertThat(after.path("name")).isEqualTo(before.path("name"));
        assertThat(after.path("telecom")).isEqualTo(before.path("telecom"));
        assertThat(after.path("contact")).isEqualTo(before.path("contact"));
        assertThat(after.path("extension")).isEqualTo(before.path("extension"));
        assertThat(after.path("generalPractitioner")).isEqualTo(before.path("generalPractitioner"));
        assertThat(after.toString())
                .contains("LS1 4BU", "HU1 1AA", "YO1 7HH")
                .doesNotContain("LS1 6AE");
    }

    @Test
    void a_version_that_is_not_the_last_changes_nothing() {
        var number = fresh("Version");
        var change = "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"male\"}]";
        refused(patch(staff, number, "W/\"7\"", change), 409, "RESOURCE_VERSION_MISMATCH", "");
        var noMatch =
                request(staff, "Patient/" + number)
                        .header("Content-Type", "application/json-patch+json")
                        .method("PATCH", BodyPublishers.ofString("{\"patches\":" + change + "}"));
        var missing =
                "Invalid request with error - If-Match header must be supplied to update this"
                        + " resource";
        refused(send(noMatch), 412, "PRECONDITION_FAILED", missing);
        refused(patch(staff, number, "7", change), 412, "PRECONDITION_FAILED", missing);
        refused(
                send(
                        request(staff, "Patient/" + number)
                                .header("If-Match", "W/\"1\"")
                                .header("Content-Type", "application/bananas")
                                .method("PATCH", BodyPublishers.ofString("{}"))),
                400,
                "UNSUPPORTED_SERVICE",
                "");
        refused(patch(staff, "9000000000", "W/\"1\"", change), 400, "INVALID_RESOURCE_ID", "");
        refused(patch(staff, "9111231130", "W/\"1\"", change), 404, "RESOURCE_NOT_FOUND", "");
        assertThat(version(number)).isEqualTo("W/\"1\"");
    }

    @Test
    void a_change_sent_again_is_made_once() {
        var number = fresh("Twice");
        var id = UUID.randomUUID().toString();
        var change = "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"male\"}]";
        var first = send(patching(staff, number, "W/\"1\"", change).setHeader("X-Request-ID", id));
        var second = send(patching(staff, number, "W/\"1\"", change).setHeader("X-Request-ID", id));
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(version(number)).isEqualTo("W/\"2\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|400|INVALID_UPDATE|Invalid update with error - No patches found",
                "[{'op':'bad_value','path':'not a path'}]|400|INVALID_VALUE|Invalid value - 'bad_value' in field '0/op'",
                "[{'op':'add','path':'/pets/-','value':1}]|400|INVALID_UPDATE|Invalid update with error - Update unsupported for resource - 'pets'",
                "[{'op':'remove','path':'/gender'}]|403|FORBIDDEN_UPDATE|Forbidden update with error - gender cannot be removed",
                "[{'op':'add','path':'/name/-','value':{'use':'usual','family':'Bloggs'}}]|403|FORBIDDEN_UPDATE|Forbidden update with error - multiple usual names cannot be added",
                "[{'op':'test','path':'/name/0/id','value':'123'},{'op':'remove','path':'/name/0'}]|403|FORBIDDEN_UPDATE|Forbidden update with error - usual name cannot be removed",
                "[{'op':'remove','path':'/name/1'}]|400|INVALID_UPDATE|Invalid update with error - removal '/name/1' is not immediately preceded by equivalent test - instead it is the first item",
                "[{'op':'test','path':'/name/7/id','value':'1'},{'op':'remove','path':'/name/7'}]|400|INVALID_UPDATE|Invalid update with error - Invalid patch - index '7' is out of bounds",
                "[{'op':'test','path':'/name/0/id','value':'123'},{'op':'remove','path':'/name/0/suffix/0'}]|400|INVALID_UPDATE|Invalid update with error - Invalid patch - can't remove non-existent object '0'",
                "[{'op':'replace','path':'/address/0/line/0','value':'x'}]|400|INVALID_UPDATE|Invalid update with error - no id or url found for path with root /address/0",
                "[{'op':'replace','path':'/address/0/id','value':'123456'},{'op':'replace','path':'/address/0/line/0','value':'x'}]|400|INVALID_UPDATE|Invalid update with error - no 'address' resources with object id '123456'",
                "[{'op':'replace','path':'/address/0/id','value':'456'},{'op':'replace','path':'/address/0/state','value':'x'}]|400|INVALID_UPDATE|Invalid update with error - Invalid patch - can't replace non-existent object 'state'",
                "[{'op':'replace','path':'/address/0/id','value':'456'},{'op':'replace','path':'/address/0/use','value':'cottage'}]|400|INVALID_VALUE|Invalid value - 'cottage' in field 'address/0/use'",
                "[{'op':'add','path':'/name/0','value':{'use':'old','family':'X'}}]|400|INVALID_UPDATE|Invalid update with error - Invalid patch - an item is added at the end of its list: '/name/-'",
                "[{'op':'replace','path':'/birthDate','value':'2001-02-30'}]|400|INVALID_VALUE|Invalid value - '2001-02-30' in field 'birthDate'",
                "[{'op':'add','path':'/telecom/-','value':{'system':'phone','period':{'start':'2020-01-01'}}}]|400|MISSING_VALUE|Missing value - 'telecom/3/value'",
            })
    void each_mistake_in_a_change_has_its_error_and_changes_nothing(
            String patches, int status, String code, String diagnostics) {
        var before = version(WHOLE);
        refused(
                patch(
                        staff,
                        WHOLE,
                        before,
                        patches.replace("can't", "can\u2019t")
                                .replace('\'', '"')
                                .replace("can\u2019t", "can't")),
                status,
                code,
                diagnostics);
        assertThat(version(WHOLE)).isEqualTo(before);
    }

    @Test
    void death_is_recorded_once_and_formal_notice_is_the_registrars() {
        var number = fresh("Mortal");
        var formal =
                """
                [{"op":"add","path":"/extension/-","value":{
                  "url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
                  "extension":[{"url":"deathNotificationStatus","valueCodeableConcept":{"coding":[{
                    "system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-DeathNotificationStatus","code":"%s"}]}}]}}]\
                """;
        var refused = patch(staff, number, version(number), formal.formatted("2"));
        assertThat(refused.statusCode()).isEqualTo(403);
        patched(number, formal.formatted("1"));
        patched(
                number,
                "[{\"op\":\"add\",\"path\":\"/deceasedDateTime\",\"value\":\"2020-10-22T00:00:00+00:00\"}]");
        refused(
                patch(
                        staff,
                        number,
                        version(number),
                        "[{\"op\":\"replace\",\"path\":\"/deceasedDateTime\",\"value\":\"2021-10-22\"}]"),
                403,
                "FORBIDDEN_UPDATE",
                "Forbidden update with error - date of death cannot be changed once it is set");
        var sensitive =
                patch(
                        staff,
                        RESTRICTED,
                        version(RESTRICTED),
                        "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"male\"}]");
        assertThat(sensitive.statusCode()).isEqualTo(403);
    }

    @Test
    void people_change_how_they_are_reached_and_nothing_else() {
        WIRE.keep(
                "Patient/mine",
                whole("mine", "9693632125", "U")
                        .replace("Marsh", "Mine")
                        .replace("Fenwick", "Former"));
        var mine = self("mine", "mine", Level.P9);
        var mobile =
                "[{\"op\":\"add\",\"path\":\"/telecom/-\",\"value\":{\"system\":\"phone\",\"use\":\"mobile\",\"value\":\"07700900000\",\"period\":{\"start\":\"2022-01-01\"}}}]";
        var done = patch(mine, "9693632125", version("9693632125"), mobile);
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        refused(
                patch(
                        mine,
                        "9693632125",
                        version("9693632125"),
                        "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"male\"}]"),
                403,
                "FORBIDDEN_UPDATE",
                "Forbidden update with error - a patient cannot change 'gender'");
        assertThat(patch(mine, WHOLE, version(WHOLE), mobile).statusCode()).isEqualTo(403);
    }

    @Test
    void what_cannot_be_read_is_refused() {
        for (var body : List.of("", "{", "[]", "null", "{\"patches\":{}}", "{}")) {
            var answer =
                    send(
                            request(staff, "Patient/" + WHOLE)
                                    .header("If-Match", version(WHOLE))
                                    .header("Content-Type", "application/json-patch+json")
                                    .method("PATCH", BodyPublishers.ofString(body)));
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(json(answer).at("/issue/0/details/coding/0/code").asString(""))
                    .isEqualTo("INVALID_UPDATE");
        }
        var large =
                send(
                        request(staff, "Patient")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("\"" + "x".repeat(1_000_001))));
        assertThat(large.statusCode()).isEqualTo(413);
    }

    // --- people around them ----------------------------------------------------------------------

    @Test
    void the_people_around_somebody_are_read() {
        WIRE.keep(
                "RelatedPerson/kin",
                """
                {"resourceType":"RelatedPerson","id":"kin","active":true,"patient":{"reference":"Patient/whole"},
                 "relationship":[{"coding":[{"system":"https://fhir.nhs.uk/R4/CodeSystem/UKCore-AdditionalRelatedPersonRole","code":"Guardian","display":"Guardian of patient"}]}],
                 "name":[{"use":"usual","family":"Marsh","given":["Una"]}],"telecom":[{"system":"phone","value":"01632960111"}]}\
                """);
        var bundle = json(get(staff, "Patient/" + WHOLE + "/RelatedPerson"));
        assertThat(bundle.path("total").intValue()).isEqualTo(1);
        var person = bundle.at("/entry/0/resource");
        assertThat(CONTRACT.faults("components/schemas/RelatedPerson.yaml", person)).isEmpty();
        assertThat(person.at("/patient/identifier/value").asString("")).isEqualTo(WHOLE);
        assertThat(
                        json(get(staff, "Patient/" + MINIMAL + "/RelatedPerson"))
                                .path("total")
                                .intValue())
                .isZero();
    }

    @Test
    void nothing_but_answers_with_people_in_them_is_written_down() {
        var before = lines();
        get(staff, "Patient/9111231130");
        get(staff, "Patient/1");
        get(staff, "Patient?family=Nobody");
        patch(staff, WHOLE, "W/\"99\"", "[{\"op\":\"remove\",\"path\":\"/gender\"}]");
        assertThat(lines()).isEqualTo(before);
        get(staff, query("family", "Marsh", "birthdate", "2001-04-09"));
        assertThat(lines()).isEqualTo(before + 1);
        var touched =
                JdbcClient.create(server.database().dataSource())
                        .sql(
                                "select query from audit where what = 'demographics search' order by seq desc limit 1")
                        .query(String.class)
                        .single();
        assertThat(touched).contains("family=Marsh");
    }

    @Test
    void a_fault_inside_the_server_is_said_in_the_words_of_the_service() {
        WIRE.keep(
                "Patient/spoiled",
                whole("spoiled", "9693632966", "U").replace("2001-04-09", "1901-02-03"));
        WIRE.spoil("spoiled");
        var answer = get(staff, "Patient/9693632966");
        assertThat(answer.headers().firstValue("X-Request-ID")).isPresent();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(500);
        var issue = json(answer).at("/issue/0");
        assertThat(issue.at("/details/coding/0/code").asString("")).isEqualTo("UNKNOWN_ERROR");
        assertThat(issue.path("diagnostics").asString("")).contains("Message ID");
        assertThat(CONTRACT.faults("components/schemas/OperationOutcome.yaml", json(answer)))
                .isEmpty();
        assertThat(answer.body()).doesNotContain("packed", "Exception", "9693632966");
    }

    @Test
    void of_a_restricted_person_nobody_around_them_is_told() {
        WIRE.keep(
                "RelatedPerson/hidden-kin",
                """
                {"resourceType":"RelatedPerson","id":"hidden-kin","patient":{"reference":"Patient/restricted"},
                 "name":[{"use":"usual","family":"Nearby","given":["Una"]}]}\
                """);
        var bundle = json(get(staff, "Patient/" + RESTRICTED + "/RelatedPerson"));
        assertThat(bundle.path("total").intValue()).isZero();
        assertThat(bundle.has("entry")).isFalse();
    }

    @Test
    void a_number_that_is_told_because_somebody_is_there_is_written_down() {
        var body = newborn("Revealed", "2017-07-07", "AB1 2CD");
        var number = json(post(staff, body)).path("id").asString("");
        assertThat(post(staff, body).body()).contains("SINGLE_MATCH", number);
        var patients =
                JdbcClient.create(server.database().dataSource())
                        .sql(
                                """
                                select p.patient from audit a join audit_patient p on p.seq = a.seq
                                 where a.what = 'demographics: may be there already'
                                """)
                        .query(Long.class)
                        .list();
        var whose =
                server.bean(Store.class)
                        .search(QueryRules.byNumber(number))
                        .matches()
                        .getFirst()
                        .patient();
        assertThat(patients).contains(whose);
    }

    @Test
    void more_people_than_connections_are_made_at_once() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<HttpResponse<String>>>();
            for (var day = 1; day <= 32; day++) {
                var born = LocalDate.of(2016, 1, 1).plusDays(day).toString();
                tasks.add(() -> post(staff, newborn("Throng", born, "AB1 2CD")));
            }
            for (var one : threads.invokeAll(tasks)) {
                assertThat(one.get().statusCode()).as(one.get().body()).isEqualTo(201);
            }
        }
    }

    @Test
    void the_same_request_twice_at_once_makes_one_person_and_answers_both() throws Exception {
        var id = UUID.randomUUID().toString();
        var body = newborn("Repeated", "2015-05-15", "AB1 2CD");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var numbers = new ArrayList<String>();
            for (var one :
                    threads.invokeAll(
                            Collections.nCopies(
                                    4,
                                    (Callable<HttpResponse<String>>)
                                            () -> send(create(id, body))))) {
                assertThat(one.get().statusCode()).as(one.get().body()).isEqualTo(201);
                numbers.add(json(one.get()).path("id").asString(""));
            }
            assertThat(numbers).containsOnly(numbers.getFirst());
        }
    }

    @Test
    void of_two_spellings_made_at_once_one_is_a_new_person() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = new ArrayList<Integer>();
            var tasks = new ArrayList<Callable<HttpResponse<String>>>();
            for (var family : List.of("Catherwood", "Cathurwood", "Catherwoode", "Catherwod")) {
                tasks.add(() -> post(staff, newborn(family, "2014-04-14", "AB1 2CD")));
            }
            for (var one : threads.invokeAll(tasks)) {
                statuses.add(one.get().statusCode());
            }
            assertThat(statuses).containsOnlyOnce(201);
        }
    }

    @Test
    void on_a_birthday_that_many_share_somebody_is_found_and_not_made_again() {
        var day = "1950-01-01";
        var preparation = new Preparation();
        var changes = new ArrayList<Change>();
        for (var one = 0; one < 2_100; one++) {
            var json =
                    """
                    {"resourceType":"Patient","id":"many-%d","birthDate":"%s","gender":"female",
                     "name":[{"use":"usual","family":"%sanders","given":["Ivo%d"]}],
                     "identifier":[{"system":"%s","value":"1"}]}\
                    """
                            .formatted(one, day, "ABCDEFGH".charAt(one % 8), one, NUMBERS);
            changes.add(
                    Change.Put.of(
                            preparation.prepare(
                                    Resource.of(
                                            Json.parse(json.getBytes(StandardCharsets.UTF_8))))));
        }
        server.bean(Store.class).write(Write.unchecked(changes));
        var body = newborn("Quartermaine", day, "AB1 2CD");
        assertThat(post(staff, body).statusCode()).isEqualTo(201);
        refused(
                post(staff, body.replace("Quartermaine", "Quatermaine")),
                200,
                "SINGLE_MATCH",
                "Unable to create new patient. NHS number "
                        + json(get(staff, query("family", "Quartermaine", "birthdate", day)))
                                .at("/entry/0/resource/id")
                                .asString("")
                        + " found for supplied demographic data.");
        assertThat(
                        json(get(
                                        staff,
                                        query(
                                                "family",
                                                "Quatermaine",
                                                "given",
                                                "Imogen",
                                                "birthdate",
                                                day,
                                                "_fuzzy-match",
                                                "true")))
                                .path("total")
                                .intValue())
                .isEqualTo(1);
    }

    @Test
    void what_the_record_holds_in_another_shape_does_not_stand_in_the_way_of_a_change() {
        WIRE.keep(
                "Patient/odd",
                """
                {"resourceType":"Patient","id":"odd","birthDate":"1961",
                 "identifier":[{"system":"%s","value":"9693632206"}],
                 "name":[{"use":"official","family":"Odd [of a list]","given":["A","B","C","D","E","F"]}],
                 "telecom":[{"system":"pager","value":"7"},{"system":"phone","value":"01632960587"}],
                 "contact":[{"name":{"family":"Kin"},"relationship":[{"coding":[{"code":"C"}]}],
                             "telecom":[{"system":"phone","value":"01632960999"}]}],
                 "extension":[%s,%s]}\
                """
                        .formatted(NUMBERS, speaks("de"), speaks("fr")));
        var shown = json(get(staff, "Patient/9693632206"));
        assertThat(shown.path("extension").size()).as("two languages").isEqualTo(2);
        var changed =
                patch(
                        staff,
                        "9693632206",
                        version("9693632206"),
                        "[{\"op\":\"add\",\"path\":\"/telecom/-\",\"value\":{\"system\":\"email\",\"use\":\"home\",\"value\":\"odd@example.com\",\"period\":{\"start\":\"2024-01-01\"}}},"
                                + "{\"op\":\"add\",\"path\":\"/extension/-\",\"value\":{\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthPlace\",\"valueAddress\":{\"city\":\"Hull\"}}}]");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        var held = WIRE.kept("Patient/odd");
        assertThat(held.path("telecom").size()).isEqualTo(3);
        assertThat(held.path("extension").toString()).contains("\"de\"", "\"fr\"", "Hull");
        assertThat(held.at("/contact/0/name/family").asString("")).isEqualTo("Kin");
        assertThat(held.at("/name/0/given").size()).isEqualTo(6);
    }

    private static String speaks(String language) {
        return """
        {"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSCommunication","extension":[
         {"url":"language","valueCodeableConcept":{"coding":[{"code":"%s"}]}}]}\
        """
                .formatted(language);
    }

    @Test
    void a_new_person_has_no_formal_notice_of_death() {
        var body =
                newborn("Late", "2013-03-13", "AB1 2CD")
                        .replace(
                                "\"extension\":[{",
                                """
                                "extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus",
                                 "extension":[{"url":"deathNotificationStatus","valueCodeableConcept":{"coding":[{"code":"2"}]}}]},{\
                                """);
        refused(
                post(staff, body),
                403,
                "FORBIDDEN_UPDATE",
                "Forbidden update with error - not permitted to add a formal death notification");
    }

    @Test
    void a_confidential_reason_to_leave_a_practice_is_told_as_another_reason() {
        WIRE.keep(
                "Patient/confidential",
                """
                {"resourceType":"Patient","id":"confidential","identifier":[{"system":"%s","value":"9693632214"}],
                 "extension":[{"url":"https://fhir.nhs.uk/StructureDefinition/Extension-PDS-RemovalFromRegistration","extension":[
                  {"url":"removalFromRegistrationCode","valueCodeableConcept":{"coding":[{
                   "system":"https://fhir.nhs.uk/CodeSystem/PDS-RemovalReasonExitCode","code":"AFN","display":"AF Enlistment (Notified by Services)"}]}}]}]}\
                """
                        .formatted(NUMBERS));
        assertThat(get(staff, "Patient/9693632214").body())
                .contains("\"ORR\"", "Other reason")
                .doesNotContain("AFN", "Enlistment");
    }

    @Test
    void people_whose_record_was_replaced_read_the_one_that_stays_and_none_that_is_withdrawn() {
        WIRE.keep(
                "Patient/stayer",
                whole("stayer", "9693632222", "U").replace("2001-04-09", "1941-04-09"));
        WIRE.keep(
                "Patient/leaver",
                whole("leaver", "9693632230", "U")
                        .replace("2001-04-09", "1941-04-09")
                        .replace(
                                "\"gender\"",
                                "\"active\":false,\"link\":[{\"type\":\"replaced-by\",\"other\":{\"reference\":\"Patient/stayer\"}}],\"gender\""));
        WIRE.keep(
                "Patient/withdrawn",
                whole("withdrawn", "9693632249", "U")
                        .replace("\"gender\"", "\"active\":false,\"gender\""));
        var leaver = self("leaver", "leaver", Level.P9);
        assertThat(json(get(leaver, "Patient/9693632230")).path("id").asString(""))
                .isEqualTo("9693632222");
        var withdrawn = self("withdrawn", "withdrawn", Level.P9);
        assertThat(get(withdrawn, "Patient/9693632249").statusCode()).isEqualTo(403);
    }
}
