package trellis.portal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.access.Account.Person;
import trellis.access.Account.Profile;
import trellis.access.Account.Self;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Level;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.consents.Consents;
import trellis.fhir.Json;

/// A person's own pages: who looked, what they choose and what that changes, and who acts for them.
class PersonIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final String PASSWORD = "correct horse battery";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static String machine = "";
    private static String specialist = "";
    private static String practice = "";

    @BeforeAll
    static void fill() {
        var tokens = server.bean(Tokens.class);
        machine = tokens.issue(Optional.empty(), Duration.ofHours(1)).secret();
        for (var id : List.of("ZR1", "ZR2", "Z80012")) {
            put(
                    "Organization/" + id,
                    "{'resourceType':'Organization','id':'" + id + "','name':'x'}");
        }
        for (var one : List.of("ann", "bob", "cat", "dee")) {
            var number =
                    switch (one) {
                        case "ann" -> "9000000009";
                        case "bob" -> "9000000017";
                        case "cat" -> "9000000025";
                        default -> "9000000033";
                    };
            put(
                    "Patient/" + one,
                    ("{'resourceType':'Patient','id':'%s','identifier':[{'system':'https://fhir.nhs.uk/Id/nhs-number','value':'%s'}],'name':[{'family':'Reed','given':['%s']}],'birthDate':'1980-01-01',"
                                    + "'generalPractitioner':[{'reference':'Organization/Z80012'}]}")
                            .formatted(one, number, one));
            put(
                    "Condition/" + one,
                    "{'resourceType':'Condition','id':'%s','code':{'text':'of-%s'},'subject':{'reference':'Patient/%s'}}"
                            .formatted(one, one, one));
            put(
                    "ServiceRequest/" + one,
                    "{'resourceType':'ServiceRequest','id':'%s','status':'active','intent':'order','subject':{'reference':'Patient/%s'},'authoredOn':'2020-01-01','performer':[{'reference':'Organization/ZR1'}]}"
                            .formatted(one, one));
            person(one, one, Level.P9);
        }
        person("newcomer", "dee", Level.P0);
        specialist = staff("specialist", Role.CLINICIAN, "ZR1");
        practice = staff("practice", Role.GP, "Z80012");
        staff("auditor", Role.AUDITOR, "ZR1");
    }

    private static String staff(String signIn, Role role, String odsCode) {
        var accounts = server.bean(Accounts.class);
        accounts.add(new Person(signIn, "Dr " + signIn, role, "The Trust", odsCode), PASSWORD);
        return server.bean(Tokens.class)
                .issue(accounts.named(signIn), Duration.ofHours(1))
                .secret();
    }

    private static void person(String signIn, String patient, Level level) {
        server.bean(Accounts.class)
                .add(
                        new Person(
                                signIn,
                                signIn + " Reed",
                                Role.PATIENT,
                                "",
                                "",
                                new Self(patient, level, Profile.NONE)),
                        PASSWORD);
    }

    private static void put(String path, String json) {
        var answer = fhir(machine, "PUT", path, json.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static HttpResponse<String> get(String token, String path) {
        return fhir(token, "GET", path, "");
    }

    private static HttpResponse<String> fhir(
            String token, String method, String path, String content) {
        var request =
                HttpRequest.newBuilder(server.at("/fhir/" + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/fhir+json")
                        .method(
                                method,
                                content.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(content));
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Browser signedIn(String who) {
        return Browser.signedIn(server, who, PASSWORD);
    }

    @Test
    void a_person_sees_at_once_who_looked_and_asks_about_it() {
        assertThat(get(specialist, "Condition/ann").statusCode()).isEqualTo(200);
        try (var ann = signedIn("ann");
                var officer = signedIn("auditor")) {
            var page = ann.get("/me/looked").body();
            assertThat(page)
                    .contains("Clinician, The Trust", "Read your health problems", "For your care")
                    .doesNotContain("Dr specialist");
            var link =
                    page.replaceAll(
                            "(?s).*Read your health problems.*?href=\"(/me/looked/\\d+)\".*", "$1");
            assertThat(ann.get(link).body()).contains("What do you want to know?");
            assertThat(ann.post(link, Map.of("words", " ")).body()).contains("There is a problem");
            var sent = ann.post(link, Map.of("words", "Why did they look?"));
            assertThat(sent.statusCode()).isEqualTo(303);
            assertThat(ann.get("/me/looked").body()).contains("You have asked");
            var queue = officer.get("/privacy").body();
            assertThat(queue).contains("Why did they look?", "Dr specialist");
            var review = queue.replaceAll("(?s).*action=\"(/privacy/\\d+)\".*", "$1");
            assertThat(
                            officer.post(review, Map.of("outcome", "right", "note", "Referred"))
                                    .statusCode())
                    .isEqualTo(303);
            assertThat(officer.get("/privacy?view=reviewed").body())
                    .contains("Why did they look?", "It was for care", "Referred");
        }
    }

    @Test
    void dissent_from_sharing_hides_the_record_where_nobody_has_seen_them() {
        assertThat(get(specialist, "Condition/bob").statusCode()).isEqualTo(200);
        try (var bob = signedIn("bob")) {
            var made = bob.post("/me/choices/sharing", Map.of("choice", "no"));
            assertThat(made.statusCode()).as(made.body()).isEqualTo(303);
            assertThat(get(specialist, "Condition/bob").statusCode()).isEqualTo(404);
            assertThat(get(practice, "Condition/bob").statusCode()).isEqualTo(200);
            bob.post("/me/choices/sharing", Map.of("choice", "yes"));
            assertThat(get(specialist, "Condition/bob").statusCode()).isEqualTo(200);
            var page = bob.get("/me/choices").body();
            assertThat(page)
                    .contains(
                            "With everybody who cares for you",
                            "Only where you are registered or have been seen",
                            "Said by: The patient");
        }
        var consent = get(machine, "Consent?patient=Patient/bob&category=sharing-dissent").body();
        assertThat(consent).contains("\"inactive\"");
    }

    @Test
    void leave_to_see_the_record_makes_a_relationship_until_it_is_taken_back() {
        var second = staff("second", Role.CLINICIAN, "ZR2");
        assertThat(get(second, "Condition/cat").statusCode()).isEqualTo(404);
        try (var cat = signedIn("cat")) {
            var wrong =
                    cat.post(
                            "/me/choices/share",
                            Map.of("choice", "yes", "organisation", "nonsense", "until", "soon"));
            assertThat(wrong.body())
                    .contains("Enter the code of an organisation", "Enter the last day");
            var fields = Map.of("choice", "yes", "organisation", "ZR2", "until", "31/12/2090");
            assertThat(cat.post("/me/choices/share", fields).statusCode()).isEqualTo(303);
            assertThat(get(second, "Condition/cat").statusCode()).isEqualTo(200);
            assertThat(cat.get("/me/choices").body())
                    .contains("ZR2 may see your record until 31 December 2090");
            cat.post(
                    "/me/choices/share",
                    Map.of("choice", "no", "organisation", "ZR2", "until", ""));
            assertThat(get(second, "Condition/cat").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void the_list_check_leaves_out_who_has_opted_out() {
        try (var cat = signedIn("cat")) {
            cat.post("/me/choices/opt-out", Map.of("choice", "out"));
            var consents = server.bean(Consents.class);
            assertThat(consents.check("9000000025,\n9000000017,\n9999999999,\n"))
                    .isEqualTo("9000000017,\n9999999999,\n");
            assertThat(consents.check("9000000025,\n9000000000,\n")).startsWith("ERROR");
            cat.post("/me/choices/opt-out", Map.of("choice", "in"));
            assertThat(consents.check("9000000025,\n")).isEqualTo("9000000025,\n");
        }
    }

    @Test
    void every_kind_of_choice_is_a_valid_consent() {
        try (var dee = signedIn("dee")) {
            put(
                    "ResearchStudy/study",
                    "{'resourceType':'ResearchStudy','id':'study','status':'active'}");
            assertThat(dee.post("/me/choices/opt-out", Map.of("choice", "out")).statusCode())
                    .isEqualTo(303);
            assertThat(dee.post("/me/choices/sharing", Map.of("choice", "no")).statusCode())
                    .isEqualTo(303);
            assertThat(dee.post("/me/choices/summary", Map.of("choice", "FULL")).statusCode())
                    .isEqualTo(303);
            assertThat(dee.post("/me/choices/reach", Map.of("choice", "BRAILLE")).statusCode())
                    .isEqualTo(303);
            assertThat(
                            dee.post(
                                            "/me/choices/project",
                                            Map.of("choice", "yes", "study", "study"))
                                    .statusCode())
                    .isEqualTo(303);
            assertThat(
                            dee.post(
                                            "/me/choices/share",
                                            Map.of("choice", "yes", "organisation", "ZR2"))
                                    .statusCode())
                    .isEqualTo(303);
            assertThat(dee.post("/me/choices/summary", Map.of()).body())
                    .contains("Choose one of these");
            var page = dee.get("/me/choices").body();
            assertThat(page)
                    .contains(
                            "Your information is not used for research and planning",
                            "Medicines, allergies and additional information",
                            "Letters in braille",
                            "ZR2 may see your record");
        }
        var found =
                Json.parse(
                        get(machine, "Consent?patient=Patient/dee")
                                .body()
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(found.path("entry")).hasSize(6);
        for (var entry : found.path("entry")) {
            var consent = entry.path("resource");
            var again =
                    fhir(
                            machine,
                            "PUT",
                            "Consent/" + consent.path("id").asString(),
                            consent.toString());
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        }
    }

    @Test
    void who_has_not_proved_who_they_are_chooses_nothing() {
        try (var newcomer = signedIn("newcomer")) {
            assertThat(newcomer.post("/me/choices/opt-out", Map.of("choice", "out")).statusCode())
                    .isEqualTo(403);
            assertThat(
                            newcomer.post("/me/acting", Map.of("name", "ann", "scope", "full"))
                                    .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void a_carer_acts_until_it_is_taken_back() {
        try (var ann = signedIn("ann");
                var bob = signedIn("bob")) {
            assertThat(bob.get("/me/choices?for=ann").statusCode()).isEqualTo(403);
            assertThat(
                            ann.post("/me/acting", Map.of("name", "nobody-here", "scope", "full"))
                                    .body())
                    .contains("There is no account of a person");
            assertThat(ann.post("/me/acting", Map.of("name", "bob", "scope", "full")).statusCode())
                    .isEqualTo(303);
            var page = bob.get("/me/choices?for=ann");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("Acting for");
            assertThat(
                            bob.post("/me/choices/reach?for=ann", Map.of("choice", "LETTER"))
                                    .statusCode())
                    .isEqualTo(303);
            assertThat(ann.get("/me/choices").body()).contains("Said by: bob Reed, Carer");
            var acting = ann.get("/me/acting").body();
            var take = acting.replaceAll("(?s).*action=\"(/me/acting/\\d+/take-back)\".*", "$1");
            assertThat(ann.post(take, Map.of()).statusCode()).isEqualTo(303);
            assertThat(bob.get("/me/choices?for=ann").statusCode()).isEqualTo(403);
            assertThat(bob.get("/me").body()).contains("It has been taken back.");
        }
    }

    @Test
    void a_person_is_told_when_their_record_was_opened_with_a_reason() {
        var second = "emergency-doctor";
        staff(second, Role.CLINICIAN, "ZR2");
        try (var doctor = signedIn(second);
                var cat = signedIn("cat")) {
            var opened = doctor.post("/patients/cat/open", Map.of("reason", "emergency"));
            assertThat(opened.statusCode()).isEqualTo(303);
            assertThat(cat.get("/me").body())
                    .contains("Your record was opened with a reason", "Emergency care");
            assertThat(cat.get("/me/looked").body()).contains("Their reason: emergency");
        }
    }

    @Test
    void staff_do_not_open_their_own_record_and_a_colleagues_only_with_a_reason() {
        var accounts = server.bean(Accounts.class);
        accounts.add(
                new Person(
                        "worker",
                        "Dr Worker",
                        Role.CLINICIAN,
                        "The Practice",
                        "Z80012",
                        new Self("dee", Level.P0, Profile.NONE)),
                PASSWORD);
        var worker =
                server.bean(Tokens.class)
                        .issue(accounts.named("worker"), Duration.ofHours(1))
                        .secret();
        var other = staff("other-worker", Role.CLINICIAN, "Z80012");
        assertThat(get(worker, "Condition/dee").statusCode()).isEqualTo(404);
        assertThat(get(worker, "Condition/ann").statusCode()).isEqualTo(200);
        try (var own = signedIn("worker");
                var colleague = signedIn("other-worker")) {
            var refused = own.post("/patients/dee/open", Map.of("reason", "emergency"));
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("your own record");
            // Who works together is believed for a minute, so this one is asked for the first time
            // here.
            colleague.post("/patients/dee/open", Map.of("reason", "emergency"));
            assertThat(get(other, "Condition/dee").statusCode()).isEqualTo(200);
        }
    }
}
