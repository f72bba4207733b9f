package trellis.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static trellis.bulk.Exported.ids;
import static trellis.bulk.Exported.types;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Purpose;
import trellis.apps.Apps;
import trellis.apps.BackendClient;

/// A backend client of Bulk Data, from the registration of its key to the files (SMART backend services:
/// https://hl7.org/fhir/smart-app-launch/backend-services.html).
class BackendIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Wire WIRE = new Wire(server);

    @BeforeAll
    static void fill() {
        for (var one : List.of("in", "out")) {
            WIRE.keep(
                    "Patient/" + one,
                    "{\"resourceType\":\"Patient\",\"id\":\""
                            + one
                            + "\",\"name\":[{\"family\":\"F\"}]}");
            for (var code : List.of("lab", "other")) {
                WIRE.keep(
                        "Condition/" + one + "-" + code,
                        ("{'resourceType':'Condition','id':'%s-%s','code':{'coding':[{'system':'http://example.org','code':'%s'}]},"
                                        + "'subject':{'reference':'Patient/%s'}}")
                                .formatted(one, code, code, one)
                                .replace('\'', '"'));
            }
        }
        WIRE.keep(
                "Consent/out",
                ("{'resourceType':'Consent','id':'out','status':'active','scope':{'text':'x'},'category':[{'coding':"
                                + "[{'code':'national-data-opt-out'}]}],'patient':{'reference':'Patient/out'},'policyRule':{'text':'x'}}")
                        .replace('\'', '"'));
    }

    private static BackendClient register(String id, String scopes, Purpose purpose) {
        return BackendClient.registered(server, id, scopes, purpose);
    }

    private static Exported client(BackendClient app, String scopes) {
        return new Exported(server, app.token(scopes));
    }

    @Test
    void the_server_tells_backend_clients_how_they_show_who_they_are() {
        var smart = register("reader", "system/*.rs", Purpose.CARE).smart();
        assertThat(smart.path("grant_types_supported").toString()).contains("client_credentials");
        assertThat(smart.path("token_endpoint_auth_methods_supported").toString())
                .contains("private_key_jwt");
        assertThat(smart.path("capabilities").toString())
                .contains("client-confidential-asymmetric");
    }

    @Test
    void a_backend_client_gets_its_files_with_its_key_alone() {
        var cohortsApp = register("cohorts", "system/*.rs", Purpose.CARE);
        var client = client(cohortsApp, "system/Patient.rs system/Condition.rs");

        assertThat(client.ask("GET", "/fhir/$export?_type=Consent", "").statusCode())
                .isEqualTo(403);
        var place = client.taken("GET", "/fhir/$export", "");
        var manifest = client.done(place);
        assertThat(types(manifest)).containsExactly("Condition", "Patient");

        // Its token has ended by the time; it gets another.
        var later = client(cohortsApp, "system/Patient.rs system/Condition.rs");
        assertThat(ids(later.lines(manifest, "output", "Patient"))).contains("in", "out");
        var url = manifest.at("/output/0/url").asString("");
        assertThat(new Exported(server, "").send("GET", url, Map.of(), "").statusCode())
                .isEqualTo(401);
        var fewer = client(cohortsApp, "system/Patient.rs");
        assertThat(fewer.send("GET", url, Map.of(), "").statusCode()).isEqualTo(403);
        assertThat(later.send("DELETE", place, Map.of(), "").statusCode()).isEqualTo(202);
        assertThat(later.send("GET", url, Map.of(), "").statusCode()).isEqualTo(404);
    }

    @Test
    void another_client_finds_nothing_of_it() {
        var mineApp = register("mine", "system/*.rs", Purpose.CARE);
        var theirsApp = register("theirs", "system/*.rs", Purpose.CARE);
        var mine = client(mineApp, "system/*.rs");
        var place = mine.taken("GET", "/fhir/Patient/$export?_type=Patient", "");
        mine.done(place);
        var theirs = client(theirsApp, "system/*.rs");
        assertThat(theirs.send("GET", place, Map.of(), "").statusCode()).isEqualTo(404);
        assertThat(theirs.send("DELETE", place, Map.of(), "").statusCode()).isEqualTo(404);
    }

    @Test
    void whoever_has_opted_out_of_research_is_in_no_export_for_it() {
        var researchApp = register("research", "system/*.rs", Purpose.RESEARCH);
        var client = client(researchApp, "system/*.rs");
        var manifest = client.export("/fhir/Patient/$export?_type=Patient,Condition");
        assertThat(ids(client.lines(manifest, "output", "Patient")))
                .contains("in")
                .doesNotContain("out");
        assertThat(ids(client.lines(manifest, "output", "Condition")))
                .contains("in-lab", "in-other")
                .noneMatch(id -> id.startsWith("out"));
    }

    @Test
    void a_scope_that_is_narrowed_by_a_query_narrows_the_export() {
        var labApp =
                register("lab", "system/Condition.rs?code=http://example.org|lab", Purpose.CARE);
        var client = client(labApp, "system/Condition.rs?code=http://example.org|lab");
        var manifest = client.export("/fhir/$export?_type=Condition");
        assertThat(ids(client.lines(manifest, "output", "Condition")))
                .containsExactlyInAnyOrder("in-lab", "out-lab");
    }

    @Test
    void an_app_that_was_disabled_gets_nothing_of_what_it_had_asked() {
        var stoppedApp = register("stopped", "system/*.rs", Purpose.CARE);
        var client = client(stoppedApp, "system/*.rs");
        var place = client.taken("GET", "/fhir/$export?_type=Patient", "");
        client.done(place);
        var apps = server.bean(Apps.class);
        apps.disable("stopped", true);
        var db = JdbcClient.create(server.database().dataSource());
        var id = place.substring(place.lastIndexOf('/') + 1);
        db.sql("update bulk_job set state = 'waiting' where id = ?").param(id).update();
        await().atMost(Duration.ofMinutes(1))
                .until(
                        () ->
                                db.sql("select state from bulk_job where id = ?")
                                        .param(id)
                                        .query(String.class)
                                        .single(),
                        "failed"::equals);
        apps.disable("stopped", false);

        assertThat(client(stoppedApp, "system/*.rs").ended(place).statusCode()).isEqualTo(403);
    }
}
