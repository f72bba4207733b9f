package trellis.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static trellis.bulk.Exported.ids;
import static trellis.bulk.Exported.text;
import static trellis.bulk.Exported.types;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;
import trellis.apps.App;
import trellis.apps.Apps;
import trellis.fhir.Json;

/// A backend client of Bulk Data, from the registration of its key to the files (SMART backend services:
/// https://hl7.org/fhir/smart-app-launch/backend-services.html).
class BackendIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Wire WIRE = new Wire(server);
    private static final ECKey KEY = key();

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

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_384).keyID("backend-1").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void register(String id, String scopes, Purpose purpose) {
        server.bean(Apps.class)
                .register(
                        new App(
                                id,
                                "The " + id,
                                App.Kind.BACKEND,
                                new App.Keys(new JWKSet(KEY.toPublicJWK()).toString(), "", ""),
                                List.of(),
                                "",
                                Scopes.parse(scopes),
                                new App.Works(Role.SYSTEM, "Trust", "ZR1", purpose, ""),
                                false));
    }

    /// As a client that knows nothing of this server but its base and its own key.
    private static Exported client(String id, String scopes) {
        var nobody = new Exported(server, "");
        var smart =
                Json.parse(
                        nobody.send("GET", "/fhir/.well-known/smart-configuration", Map.of(), "")
                                .body());
        assertThat(smart.path("grant_types_supported").toString()).contains("client_credentials");
        assertThat(smart.path("token_endpoint_auth_methods_supported").toString())
                .contains("private_key_jwt");
        assertThat(smart.path("capabilities").toString())
                .contains("client-confidential-asymmetric");
        var endpoint = smart.path("token_endpoint").asString("");
        var answer =
                nobody.send(
                        "POST",
                        endpoint,
                        Map.of("Content-Type", "application/x-www-form-urlencoded"),
                        "grant_type=client_credentials&scope="
                                + URLEncoder.encode(scopes, UTF_8)
                                + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                                + "&client_assertion="
                                + assertion(id, endpoint));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
        return new Exported(server, Json.parse(answer.body()).path("access_token").asString(""));
    }

    private static String assertion(String id, String endpoint) {
        try {
            var claims = new HashMap<String, Object>();
            claims.put("iss", id);
            claims.put("sub", id);
            claims.put("aud", endpoint);
            claims.put("jti", UUID.randomUUID().toString());
            claims.put("exp", Instant.now().getEpochSecond() + 240);
            var jws =
                    new JWSObject(
                            new JWSHeader.Builder(JWSAlgorithm.ES384)
                                    .keyID("backend-1")
                                    .type(JOSEObjectType.JWT)
                                    .build(),
                            new Payload(claims));
            jws.sign(new ECDSASigner(KEY));
            return jws.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_backend_client_gets_its_files_with_its_key_alone() {
        register("cohorts", "system/*.rs", Purpose.CARE);
        var client = client("cohorts", "system/Patient.rs system/Condition.rs");

        assertThat(client.ask("GET", "/fhir/$export?_type=Consent", "").statusCode())
                .isEqualTo(403);
        var place = client.taken("GET", "/fhir/$export", "");
        var manifest = client.done(place);
        assertThat(types(manifest)).containsExactly("Condition", "Patient");

        // Its token has ended by the time; it gets another.
        var later = client("cohorts", "system/Patient.rs system/Condition.rs");
        assertThat(ids(later.lines(manifest, "output", "Patient"))).contains("in", "out");
        var url = manifest.at("/output/0/url").asString("");
        assertThat(new Exported(server, "").send("GET", url, Map.of(), "").statusCode())
                .isEqualTo(401);
        var fewer = client("cohorts", "system/Patient.rs");
        assertThat(fewer.send("GET", url, Map.of(), "").statusCode()).isEqualTo(403);
        assertThat(later.send("DELETE", place, Map.of(), "").statusCode()).isEqualTo(202);
        assertThat(later.send("GET", url, Map.of(), "").statusCode()).isEqualTo(404);
    }

    @Test
    void another_client_finds_nothing_of_it() {
        register("mine", "system/*.rs", Purpose.CARE);
        register("theirs", "system/*.rs", Purpose.CARE);
        var mine = client("mine", "system/*.rs");
        var place = mine.taken("GET", "/fhir/Patient/$export?_type=Patient", "");
        mine.done(place);
        var theirs = client("theirs", "system/*.rs");
        assertThat(theirs.send("GET", place, Map.of(), "").statusCode()).isEqualTo(404);
        assertThat(theirs.send("DELETE", place, Map.of(), "").statusCode()).isEqualTo(404);
    }

    @Test
    void whoever_has_opted_out_of_research_is_in_no_export_for_it() {
        register("research", "system/*.rs", Purpose.RESEARCH);
        var client = client("research", "system/*.rs");
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
        register("lab", "system/Condition.rs?code=http://example.org|lab", Purpose.CARE);
        var client = client("lab", "system/Condition.rs?code=http://example.org|lab");
        var manifest = client.export("/fhir/$export?_type=Condition");
        assertThat(ids(client.lines(manifest, "output", "Condition")))
                .containsExactlyInAnyOrder("in-lab", "out-lab");
    }

    @Test
    void an_app_that_was_disabled_gets_nothing_of_what_it_had_asked() {
        register("stopped", "system/*.rs", Purpose.CARE);
        var client = client("stopped", "system/*.rs");
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

        assertThat(client("stopped", "system/*.rs").ended(place).statusCode()).isEqualTo(403);
    }
}
