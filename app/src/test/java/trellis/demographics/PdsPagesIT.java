package trellis.demographics;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.Wire.json;
import static trellis.Wire.send;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Browser;
import trellis.access.Role;

/// Tracing somebody on a page, and who somebody is and was.
final class PdsPagesIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Wire WIRE = new Wire(server);
    private static String nurse;
    private static Browser browser;

    @BeforeAll
    static void fill() {
        WIRE.keep(
                "Organization/ZR1",
                """
                {"resourceType":"Organization","id":"ZR1","name":"The One Trust","identifier":[{
                 "system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"ZR1"}]}\
                """);
        person("alder", "9693632109", "Alder", "Maryam", "");
        person("older", "9693632117", "Alder", "Miriam", "");
        person("elder", "9693632125", "Elder", "Maryam", "");
        person(
                "secret",
                "9693632133",
                "Secret",
                "Sana",
                "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"R\"}]},");
        nurse = WIRE.account("nurse", Role.CLINICIAN, "ZR1");
        WIRE.account("stranger", Role.CLINICIAN, "ZR9");
        WIRE.account("clerk", Role.WARD_CLERK, "ZR1");
        WIRE.account("checker", Role.AUDITOR, "ZR1");
        browser = WIRE.browser("nurse");
    }

    private static void person(String id, String number, String family, String given, String more) {
        WIRE.keep(
                "Patient/" + id,
                """
                {"resourceType":"Patient","id":"%s",%s"gender":"female","birthDate":"1980-05-06",
                 "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}],
                 "name":[{"id":"1","use":"usual","family":"%s","given":["%s"]}],
                 "telecom":[{"system":"phone","value":"01632960587","use":"home","period":{"start":"2020-01-01"}}],
                 "address":[{"id":"7","use":"home","line":["1 Way","Leeds"],"postalCode":"LS1 6AE","period":{"start":"2020-01-01"}}],
                 "generalPractitioner":[{"reference":"Organization/ZR1"}]}\
                """
                        .formatted(id, more, number, family, given));
    }

    private static String traced(Map<String, String> fields) {
        var answer = browser.post("/trace", fields);
        assertThat(answer.statusCode()).isEqualTo(303);
        var location = answer.headers().firstValue("Location").orElseThrow();
        assertThat(location).matches("/trace/[0-9a-f]{24}");
        var page = browser.get(location);
        assertThat(page.statusCode()).isEqualTo(200);
        return page.body();
    }

    private static String fits(String page) {
        return page.substring(page.indexOf("id=\"fits\""), page.indexOf("id=\"others\""));
    }

    private static String others(String page) {
        return page.substring(page.indexOf("id=\"others\""));
    }

    @Test
    void somebody_is_traced_by_all_that_is_known_with_who_else_it_may_be() {
        var page =
                traced(
                        Map.of(
                                "family",
                                "Alder",
                                "given",
                                "Maryam",
                                "born",
                                "06-May-1980",
                                "gender",
                                "female",
                                "postcode",
                                "ls16ae",
                                "phone",
                                "01632960587"));
        assertThat(fits(page))
                .contains("ALDER, Maryam", "969\u00a0363\u00a02109", "LS1 6AE", "1.00");
        assertThat(fits(page)).doesNotContain("ELDER", "Miriam");
        assertThat(others(page)).contains("ALDER, Miriam").doesNotContain("969\u00a0363\u00a02109");
        assertThat(others(page)).containsPattern("0\\.\\d\\d");
        assertThat(page).doesNotContain("family=Alder");

        var number = traced(Map.of("nhsNumber", "969 363 2125"));
        assertThat(fits(number)).contains("ELDER, Maryam");
        assertThat(fits(number)).contains("By number").doesNotContain("1.00", "Different");
        var other =
                traced(
                        Map.of(
                                "nhsNumber", "969 363 2125",
                                "family", "Nobody",
                                "given", "maryam",
                                "born", "07-May-1980",
                                "postcode", "LS1 6AE"));
        assertThat(fits(other))
                .contains("By number. Different: family name and date of birth")
                .doesNotContain("1.00");
        assertThat(traced(Map.of("nhsNumber", "9111231130"))).contains("Nobody fits all of it");
    }

    @Test
    void what_says_too_little_is_told_at_its_field() {
        assertThat(traced(Map.of())).contains("Error: Trace a patient", "Enter the date of birth");
        assertThat(traced(Map.of("family", "Alder", "born", "1980")))
                .contains("Enter a whole date", "value=\"Alder\"");
        assertThat(traced(Map.of("born", "06-May-1980"))).contains("Enter the family name");
        assertThat(traced(Map.of("nhsNumber", "123"))).contains("Enter an NHS number");
        assertThat(browser.get("/trace/0123").body()).contains("no longer kept");
        try (var checker = WIRE.browser("checker")) {
            assertThat(checker.get("/trace").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void a_restricted_person_shows_no_address_and_is_not_found_by_one() {
        var named = traced(Map.of("family", "Secret", "given", "Sana", "born", "06-May-1980"));
        assertThat(fits(named)).contains("SECRET, Sana", "Restricted").doesNotContain("LS1 6AE");
        var placed =
                traced(
                        Map.of(
                                "family",
                                "Secret",
                                "given",
                                "Sana",
                                "born",
                                "06-May-1980",
                                "gender",
                                "female",
                                "postcode",
                                "LS1 6AE"));
        assertThat(placed).doesNotContain("SECRET, Sana");
        change(
                "9693632133",
                "[{\"op\":\"replace\",\"path\":\"/gender\",\"value\":\"other\"}]",
                403);
        var page = browser.get("/patients/secret/demographics").body();
        assertThat(page)
                .contains("SECRET, Sana", "Restricted: not shown")
                .doesNotContain("LS1 6AE", "01632960587", "The One Trust</dd>", "1 Way");
    }

    private static void change(String number, String patches, int status) {
        var path = "/personal-demographics/FHIR/R4/Patient/" + number;
        var version =
                send(WIRE.request(nurse, path).header("X-Request-ID", UUID.randomUUID().toString()))
                        .headers()
                        .firstValue("ETag")
                        .orElseThrow();
        var answer =
                send(
                        WIRE.request(nurse, path)
                                .header("X-Request-ID", UUID.randomUUID().toString())
                                .header("If-Match", version)
                                .header("Content-Type", "application/json-patch+json")
                                .method(
                                        "PATCH",
                                        BodyPublishers.ofString("{\"patches\":" + patches + "}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).has("resourceType")).isTrue();
    }

    @Test
    void every_change_says_what_it_was_what_it_is_when_and_who() {
        person("changes", "9693632141", "Before", "Cleo", "");
        change(
                "9693632141",
                """
                [{"op":"replace","path":"/address/0/id","value":"7"},
                 {"op":"replace","path":"/address/0/postalCode","value":"YO1 7HH"},
                 {"op":"add","path":"/name/-","value":{"use":"old","family":"Former","given":["Cleo"],"period":{"start":"2000-01-01"}}}]\
                """,
                200);
        change(
                "9693632141",
                "[{\"op\":\"add\",\"path\":\"/deceasedDateTime\",\"value\":\"2025-02-03T00:00:00+00:00\"}]",
                200);
        var page = browser.get("/patients/changes/demographics").body();
        assertThat(page)
                .contains(
                        "Address", "1 Way, Leeds, LS1 6AE - home", "1 Way, Leeds, YO1 7HH - home");
        assertThat(page).contains("Other names", "FORMER, Cleo - old", "Died", "03-Feb-2025");
        assertThat(page).contains("Dr nurse, The Trust", "Record made");
        var changes = page.substring(page.indexOf("id=\"changes\""));
        assertThat(changes.indexOf("Died")).isLessThan(changes.indexOf("Address"));
        assertThat(changes.indexOf("Address")).isLessThan(changes.indexOf("Record made"));
    }

    @Test
    void whoever_has_nothing_to_do_with_somebody_says_first_why_they_look() {
        try (var stranger = WIRE.browser("stranger");
                var clerk = WIRE.browser("clerk")) {
            var answer = stranger.get("/patients/alder/demographics");
            assertThat(answer.statusCode()).isIn(302, 303);
            assertThat(answer.headers().firstValue("Location").orElse("")).endsWith("/open");
            assertThat(clerk.get("/patients/alder/demographics").body()).contains("ALDER, Maryam");
        }
    }
}
