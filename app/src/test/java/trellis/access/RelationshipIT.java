package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.access.Account.Person;
import trellis.fhir.Json;

/// Whose records a person's programs find: by registration, encounter, referral and team, while they
/// last, and nobody else's by any count.
class RelationshipIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String SECRET = "http://example.org/secret|1";

    private static String machine = "";
    private static String clinician = "";

    @BeforeAll
    static void fill() {
        var tokens = server.bean(Tokens.class);
        var accounts = server.bean(Accounts.class);
        accounts.add(
                new Person("osei", "Dr Osei", Role.CLINICIAN, "Trust", "ZT1"),
                "correct horse battery");
        machine = tokens.issue(Optional.empty(), Duration.ofHours(1)).secret();
        clinician = tokens.issue(accounts.named("osei"), Duration.ofHours(1)).secret();
        organisation("ZT1", "");
        organisation("ZT101", "ZT1");
        organisation("ZICB", "");
        organisation("ZT2", "ZICB");
        for (var id : List.of("registered", "seen", "long-ago", "referred", "team", "stranger")) {
            put("Patient", id, "");
            put(
                    "Condition",
                    "of-" + id,
                    ",'clinicalStatus':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/condition-clinical','code':'active'}]},"
                            + "'code':{'coding':[{'system':'http://example.org/secret','code':'1'}]},'subject':{'reference':'Patient/"
                            + id
                            + "'}");
        }
        put("Patient", "registered", ",'managingOrganization':{'reference':'Organization/ZT1'}");
        var today = LocalDate.now(Clock.systemUTC());
        encounter("seen", "finished", "ZT101", today.minusDays(30));
        encounter("long-ago", "finished", "ZT101", today.minusDays(400));
        encounter("stranger", "finished", "ZT2", today.minusDays(30));
        encounter("stranger", "entered-in-error", "ZT1", today.minusDays(30));
        put(
                "ServiceRequest",
                "referral",
                ",'status':'active','intent':'order','subject':{'reference':'Patient/referred'},"
                        + "'authoredOn':'2026-01-01','performer':[{'reference':'Organization/ZT1'}]");
        put(
                "CareTeam",
                "team",
                ",'status':'active','subject':{'reference':'Patient/team'},'period':{'start':'2026-01-01'},"
                        + "'participant':[{'member':{'reference':'Organization/ZT1'}}]");
    }

    @Test
    void only_people_the_organisation_has_to_do_with_are_found_and_counted() {
        assertThat(total("Condition?code=" + SECRET)).isEqualTo(4);
        assertThat(found("Condition/of-registered")).isEqualTo(200);
        assertThat(found("Condition/of-seen")).isEqualTo(200);
        assertThat(found("Condition/of-referred")).isEqualTo(200);
        assertThat(found("Condition/of-team")).isEqualTo(200);
        assertThat(found("Condition/of-long-ago")).isEqualTo(404);
        assertThat(found("Condition/of-stranger")).isEqualTo(404);
    }

    @Test
    void no_way_round_tells_that_there_is_something() {
        for (var search :
                List.of(
                        "Condition?subject=Patient/stranger",
                        "Condition?patient=stranger&code=" + SECRET,
                        "Condition?_id=of-stranger",
                        "Condition?subject:Patient._id=stranger",
                        "Patient?_has:Condition:subject:code=" + SECRET + "&_id=stranger",
                        "Encounter?patient=stranger",
                        "Encounter?subject:Patient._has:Condition:subject:_id=of-stranger")) {
            assertThat(total(search)).as(search).isZero();
            assertThat(get(machine, "/fhir/" + search + "&_summary=count").body())
                    .as("there is something: %s", search)
                    .doesNotContain("\"total\":0");
        }
        assertThat(
                        get(clinician, "/fhir/Patient?_id=stranger&_revinclude=Condition:subject")
                                .body())
                .doesNotContain("of-stranger");
        assertThat(get(clinician, "/fhir/Condition/of-stranger").body())
                .isEqualTo(
                        get(clinician, "/fhir/Condition/nowhere-else")
                                .body()
                                .replace("nowhere-else", "of-stranger"));
    }

    @Test
    void a_patient_whom_nobody_sees_is_opened_with_a_reason_until_it_is_left() {
        var caller =
                server.bean(Accounts.class).named("osei").orElseThrow().caller(Caller.Came.TOKEN);
        var openings = server.bean(Openings.class);
        openings.open(caller, "long-ago", Reason.ASKED, "");

        assertThat(found("Condition/of-long-ago")).isEqualTo(200);
        assertThat(openings.some(false, Long.MAX_VALUE, 10))
                .extracting(Opening::patient)
                .contains("long-ago");

        openings.leave(caller, "long-ago");
        assertThat(found("Condition/of-long-ago")).isEqualTo(404);
    }

    @Test
    void nothing_is_written_about_a_stranger_but_what_makes_them_none() {
        var note =
                "{'resourceType':'Basic','code':{'text':'x'},'subject':{'reference':'Patient/%s'}}";

        assertThat(send("POST", "/fhir/Basic", note.formatted("stranger")).statusCode())
                .isEqualTo(403);
        assertThat(send("POST", "/fhir/Basic", note.formatted("seen")).statusCode()).isEqualTo(201);
        assertThat(send("DELETE", "/fhir/Condition/of-stranger", "").statusCode()).isEqualTo(404);
    }

    private static void organisation(String id, String partOf) {
        put(
                "Organization",
                id,
                ",'name':'x'"
                        + (partOf.isEmpty()
                                ? ""
                                : ",'partOf':{'reference':'Organization/" + partOf + "'}"));
    }

    private static void encounter(String patient, String status, String where, LocalDate start) {
        put(
                "Encounter",
                patient + "-" + status,
                ",'status':'%s','class':{'code':'AMB'},'subject':{'reference':'Patient/%s'},'serviceProvider':{'reference':'Organization/%s'},'period':{'start':'%s','end':'%s'}"
                        .formatted(status, patient, where, start, start.plusDays(2)));
    }

    private static void put(String type, String id, String rest) {
        var json = "{'resourceType':'" + type + "','id':'" + id + "'" + rest + "}";
        var answer = call(machine, "PUT", "/fhir/" + type + "/" + id, json);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    private static int total(String search) {
        var answer = get(clinician, "/fhir/" + search + "&_summary=count");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .path("total")
                .asInt(-1);
    }

    private static int found(String what) {
        return get(clinician, "/fhir/" + what).statusCode();
    }

    private static HttpResponse<String> get(String token, String path) {
        return call(token, "GET", path, "");
    }

    private static HttpResponse<String> send(String method, String path, String content) {
        return call(clinician, method, path, content);
    }

    private static HttpResponse<String> call(
            String token, String method, String path, String content) {
        var request =
                HttpRequest.newBuilder(server.at(path.replace("|", "%7C")))
                        .method(method, BodyPublishers.ofString(content.replace('\'', '"')))
                        .header("Content-Type", "application/fhir+json")
                        .header("Authorization", "Bearer " + token)
                        .build();
        try {
            return CLIENT.send(request, BodyHandlers.ofString());
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
