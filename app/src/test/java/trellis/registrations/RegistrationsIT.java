package trellis.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.Wire.json;
import static trellis.Wire.send;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Browser;
import trellis.access.Role;

/// Registering with a practice, on the pages and in what follows from it.
final class RegistrationsIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Wire WIRE = new Wire(server);
    private static final LocalDate DAY = LocalDate.of(2024, 3, 4);

    private static String anna;
    private static String ben;
    private static Browser atOld;
    private static Browser atNew;

    @BeforeAll
    static void fill() {
        practice("A81001", "A81001", "The Old Practice");
        practice("B82002", "B82002", "The New Practice");
        anna = WIRE.account("anna", Role.GP, "A81001");
        ben = WIRE.account("ben", Role.GP, "B82002");
        WIRE.account("ward", Role.WARD_CLERK, "B82002");
        WIRE.account("lost", Role.GP, "Z99999");
        atOld = WIRE.browser("anna");
        atNew = WIRE.browser("ben");
    }

    private static void practice(String id, String ods, String name) {
        WIRE.keep(
                "Organization/" + id,
                """
                {"resourceType":"Organization","id":"%s","name":"%s","identifier":[{
                 "system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"%s"}]}\
                """
                        .formatted(id, name, ods));
    }

    private static void person(String id, String number, String more) {
        WIRE.keep(
                "Patient/" + id,
                """
                {"resourceType":"Patient","id":"%s",%s"gender":"female","birthDate":"1980-05-06",
                 "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"%s"}],
                 "name":[{"use":"usual","family":"Mover","given":["Una"]}],
                 "address":[{"use":"home","line":["1 Way"],"postalCode":"LS1 6AE"}],
                 "managingOrganization":{"reference":"Organization/A81001"},
                 "generalPractitioner":[{"reference":"Organization/A81001"}]}\
                """
                        .formatted(id, more, number));
        WIRE.keep(
                "AllergyIntolerance/" + id,
                """
                {"resourceType":"AllergyIntolerance","id":"%s","patient":{"reference":"Patient/%s"},
                 "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},
                 "code":{"text":"Nuts"}}\
                """
                        .formatted(id, id));
    }

    private static int seen(String token, String patient) {
        return json(send(
                        WIRE.request(token, "/fhir/AllergyIntolerance?patient=Patient/" + patient)))
                .path("entry")
                .size();
    }

    private static ObjectNode demographics(String number) {
        return json(
                send(
                        WIRE.request(ben, "/personal-demographics/FHIR/R4/Patient/" + number)
                                .header("X-Request-ID", UUID.randomUUID().toString())));
    }

    private static List<JsonNode> episodes(String patient) {
        return WIRE.kept("EpisodeOfCare?patient=Patient/" + patient)
                .path("entry")
                .valueStream()
                .map(entry -> entry.path("resource"))
                .toList();
    }

    private static String page(String patient) {
        return "/patients/" + patient + "/registration";
    }

    private static int done(Browser browser, String patient, Map<String, String> fields) {
        return browser.post(page(patient), fields).statusCode();
    }

    @Test
    void a_practice_takes_somebody_on_and_the_one_before_is_told_and_sees_them_no_more() {
        person("mover", "9693632109", "");
        assertThat(seen(anna, "mover")).isEqualTo(1);
        assertThat(seen(ben, "mover")).isZero();

        var form = atNew.get(page("mover"));
        assertThat(form.body()).contains("Register with The New Practice");
        var check = atNew.post(page("mover"), Map.of("day", DAY.toString()));
        assertThat(check.statusCode()).isEqualTo(200);
        assertThat(check.body())
                .contains(
                        "MOVER, Una", "06-May-1980", "Female", "969\u00a0363\u00a02109", "LS1 6AE");
        assertThat(seen(ben, "mover")).as("nothing is done before it is confirmed").isZero();
        var confirmed = Map.of("day", DAY.toString(), "confirmed", "register");
        assertThat(done(atNew, "mover", confirmed)).isEqualTo(303);
        assertThat(
                        done(
                                atNew,
                                "mover",
                                Map.of("day", DAY.toString(), "confirmed", "register", "why", "")))
                .as("again it asks why the patient should leave, and changes nothing")
                .isEqualTo(200);

        assertThat(seen(ben, "mover")).isEqualTo(1);
        assertThat(seen(anna, "mover")).isZero();
        var person = demographics("9693632109");
        assertThat(person.at("/generalPractitioner/0/identifier/value").asString(""))
                .isEqualTo("B82002");
        assertThat(person.at("/generalPractitioner/0/identifier/period/start").asString(""))
                .isEqualTo(DAY.toString());
        var patient = WIRE.kept("Patient/mover");
        assertThat(patient.at("/managingOrganization/reference").asString(""))
                .isEqualTo("Organization/B82002");

        assertThat(episodes("mover"))
                .extracting(one ->
                        one.path("status").asString("")
                                + " "
                                + one.at("/managingOrganization/identifier/value").asString("")
                                + " "
                                + one.at("/period/start").asString("-")
                                + " "
                                + one.at("/period/end").asString("-"))
                .containsExactlyInAnyOrder(
                        "active B82002 " + DAY + " -", "finished A81001 - " + DAY);
        assertThat(atNew.get(page("mover") + "?done").body())
                .contains("The patient is registered with The New Practice", "The Old Practice");
        assertThat(atOld.get("/registrations").body())
                .contains(
                        "MOVER, Una", "969\u00a0363\u00a02109", "Registered with The New Practice");
        assertThat(atNew.get("/registrations").body()).doesNotContain("MOVER");
        assertThat(lines("registered with a practice")).isEqualTo(1);
    }

    private static long lines(String what) {
        return JdbcClient.create(server.database().dataSource())
                .sql("select count(*) from audit where what = ?")
                .param(what)
                .query(Long.class)
                .single();
    }

    @Test
    void somebody_leaves_the_country_and_no_practice_has_them() {
        person("leaver", "9693632117", "");
        var page = atOld.get(page("leaver")).body();
        assertThat(page).contains("Take the patient off the list", "Embarkation");
        var without = atOld.post(page("leaver"), Map.of("day", DAY.toString()));
        assertThat(without.body()).contains("Error:", "Choose why the patient leaves");
        var fields = Map.of("day", DAY.toString(), "why", "SCT");
        assertThat(atOld.post(page("leaver"), fields).body())
                .contains("Transferred to Scotland", "no longer sees");
        assertThat(
                        done(
                                atOld,
                                "leaver",
                                Map.of("day", DAY.toString(), "why", "SCT", "confirmed", "remove")))
                .isEqualTo(303);
        assertThat(seen(anna, "leaver")).isZero();
        var person = demographics("9693632117");
        assertThat(person.has("generalPractitioner")).isFalse();
        assertThat(person.toString())
                .contains("Extension-PDS-RemovalFromRegistration", "\"SCT\"", DAY + "T00:00:00");
        assertThat(atOld.get("/registrations").body()).contains("Transferred to Scotland");

        assertThat(done(atNew, "leaver", Map.of("day", DAY.toString(), "confirmed", "register")))
                .isEqualTo(303);
        assertThat(demographics("9693632117").toString()).doesNotContain("RemovalFromRegistration");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|Enter a date",
                "yesterday|Enter a date",
                "2199-01-01|The date must be today or in the past",
                "1970-01-01|The date must not be before the patient was born",
            })
    void a_day_that_cannot_be_is_told_at_its_field(String day, String words) {
        person("careful", "9693632125", "");
        var answer = atNew.post(page("careful"), Map.of("day", day));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("Error: Registration", words, "day-error");
        assertThat(episodes("careful")).isEmpty();
    }

    @Test
    void who_is_dead_is_registered_nowhere_and_other_roles_register_nobody() {
        person("dead", "9693632133", "\"deceasedDateTime\":\"2024-01-01\",");
        assertThat(atNew.get(page("dead")).body()).contains("recorded as dead");
        assertThat(done(atNew, "dead", Map.of("day", DAY.toString(), "confirmed", "register")))
                .isEqualTo(200);
        assertThat(
                        demographics("9693632133")
                                .at("/generalPractitioner/0/identifier/value")
                                .asString(""))
                .isEqualTo("A81001");
        for (var name : List.of("ward", "lost")) {
            try (var browser = WIRE.browser(name)) {
                assertThat(browser.get(page("dead")).statusCode()).isEqualTo(403);
                assertThat(browser.get("/registrations").statusCode()).isEqualTo(403);
            }
        }
    }

    @Test
    void of_a_restricted_person_the_address_is_not_shown() {
        person(
                "hidden",
                "9693632141",
                "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"R\"}]},");
        var check = atNew.post(page("hidden"), Map.of("day", DAY.toString()));
        assertThat(check.body()).contains("MOVER, Una", "Restricted").doesNotContain("LS1 6AE");
        var confirmed = Map.of("day", DAY.toString(), "confirmed", "register");
        assertThat(done(atNew, "hidden", confirmed)).isEqualTo(303);
        for (var browser : List.of(atNew, atOld)) {
            assertThat(browser.get(page("hidden")).body())
                    .contains("Restricted: registrations are not shown")
                    .doesNotContain("Practice (A81001)", "Practice (B82002)");
        }
        assertThat(row(atOld.get("/registrations").body(), "hidden"))
                .contains("Restricted: not shown")
                .doesNotContain("The New Practice");
    }

    /// The row of somebody in the list of those who left.
    private static String row(String page, String patient) {
        return page.split("/patients/" + patient + "/registration", 2)[1].split("</tr>", 2)[0];
    }

    @Test
    void who_was_where_is_shown_to_a_practice_that_has_the_patient() {
        person("roamer", "9693632176", "");
        var confirmed = Map.of("day", DAY.toString(), "confirmed", "register");
        assertThat(done(atNew, "roamer", confirmed)).isEqualTo(303);
        assertThat(atNew.get(page("roamer")).body())
                .contains("Practice (A81001)", "Practice (B82002)");
        assertThat(atOld.get(page("roamer")).body())
                .contains("Registrations are shown to practices that have the patient")
                .doesNotContain("Practice (B82002)");
    }

    @Test
    void nothing_begins_before_the_last_registration_ended() {
        person("backdated", "9693632184", "");
        var left = Map.of("day", DAY.toString(), "why", "SCT", "confirmed", "remove");
        assertThat(done(atOld, "backdated", left)).isEqualTo(303);
        var early = Map.of("day", DAY.minusDays(1).toString(), "confirmed", "register");
        assertThat(atNew.post(page("backdated"), early).body())
                .contains("when the last registration began or ended");
        var later = Map.of("day", DAY.toString(), "confirmed", "register");
        assertThat(done(atNew, "backdated", later)).isEqualTo(303);
    }

    @Test
    void those_who_left_come_page_by_page_also_where_a_record_is_there_no_more() {
        practice("D84004", "D84004", "The Large Practice");
        WIRE.account("dora", Role.GP, "D84004");
        JdbcClient.create(server.database().dataSource())
                .sql(
                        """
                        insert into departure (practice, patient, left_on, told, why)
                        select 'D84004', 'nobody-' || n, current_date, current_date, 'Reason ' || n || '.'
                          from generate_series(1, 60) n
                        """)
                .update();
        try (var large = WIRE.browser("dora")) {
            var first = large.get("/registrations").body();
            assertThat(first)
                    .contains("50 of 60 shown", "The record is not there any more", "Reason 60.")
                    .doesNotContain("Reason 10.");
            var next = first.split("href=\"/registrations\\?older=", 2)[1].split("\"", 2)[0];
            assertThat(large.get("/registrations?older=" + next).body())
                    .contains("Reason 10.", "Reason 1.")
                    .doesNotContain("Reason 60.", "?older=");
        }
    }

    @Test
    void a_change_of_practice_by_demographics_moves_the_registration() {
        person("patched", "9693632192", "");
        var path = "/personal-demographics/FHIR/R4/Patient/9693632192";
        var read =
                send(WIRE.request(anna, path).header("X-Request-ID", UUID.randomUUID().toString()));
        var id = json(read).at("/generalPractitioner/0/id").asString("");
        var patch =
                """
                {"patches":[{"op":"replace","path":"/generalPractitioner/0","value":{"id":"%s","type":"Organization",
                 "identifier":{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"B82002","period":{"start":"%s"}}}}]}\
                """
                        .formatted(id, DAY);
        var answer =
                send(
                        WIRE.request(anna, path)
                                .header("X-Request-ID", UUID.randomUUID().toString())
                                .header("If-Match", read.headers().firstValue("ETag").orElseThrow())
                                .header("Content-Type", "application/json-patch+json")
                                .method("PATCH", BodyPublishers.ofString(patch)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).at("/generalPractitioner/0/identifier/value").asString(""))
                .isEqualTo("B82002");
        assertThat(seen(ben, "patched")).isEqualTo(1);
        assertThat(seen(anna, "patched")).isZero();
        assertThat(episodes("patched"))
                .extracting(one ->
                        one.path("status").asString("")
                                + " "
                                + one.at("/managingOrganization/identifier/value").asString(""))
                .containsExactlyInAnyOrder("active B82002", "finished A81001");
        assertThat(row(atOld.get("/registrations").body(), "patched"))
                .contains("Registered with The New Practice");
    }

    @Test
    void of_two_practices_that_take_somebody_on_at_once_one_has_them_in_the_end() throws Exception {
        person("wanted", "9693632168", "");
        practice("C83003", "C83003", "The Third Practice");
        WIRE.account("cara", Role.GP, "C83003");
        try (var third = WIRE.browser("cara");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var fields = Map.of("day", DAY.toString(), "confirmed", "register");
            var tasks = new ArrayList<Callable<Integer>>();
            tasks.add(() -> done(third, "wanted", fields));
            tasks.add(() -> done(atNew, "wanted", fields));
            for (var one : threads.invokeAll(tasks)) {
                assertThat(one.get()).isEqualTo(303);
            }
        }
        var lasting =
                episodes("wanted").stream()
                        .filter(one -> one.path("status").asString("").equals("active"))
                        .toList();
        assertThat(lasting).hasSize(1);
        assertThat(demographics("9693632168").at("/generalPractitioner/0/identifier/value"))
                .isEqualTo(lasting.getFirst().at("/managingOrganization/identifier/value"));
        assertThat(episodes("wanted")).hasSize(3);
    }
}
