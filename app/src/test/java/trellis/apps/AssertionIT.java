package trellis.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.apps.AppFlow.json;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;
import trellis.access.Tokens;

/// Apps that act by themselves: the NHS's application-restricted pattern, with its refusals, and SMART's
/// backend services.
class AssertionIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final AppFlow FLOW = new AppFlow(server, "nhs");
    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static final RSAKey RSA = rsa("test-1");
    private static final RSAKey OTHER = rsa("test-1");
    private static final ECKey CURVE = curve();

    @BeforeAll
    static void fill() {
        var apps = server.bean(Apps.class);
        apps.register(app("nhs", App.Kind.RESTRICTED, RSA.toPublicJWK(), Purpose.CARE));
        apps.register(app("smart", App.Kind.BACKEND, CURVE.toPublicJWK(), Purpose.CARE));
        apps.register(app("planner", App.Kind.BACKEND, CURVE.toPublicJWK(), Purpose.PLANNING));
        apps.register(
                new App(
                        "keyless",
                        "Keyless",
                        App.Kind.RESTRICTED,
                        App.Keys.NONE,
                        List.of(),
                        "",
                        Scopes.parse("system/*.rs"),
                        works(Purpose.CARE),
                        false));
        var machine =
                server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        for (var one : List.of("in", "out")) {
            put(machine, "Patient/" + one, "{'resourceType':'Patient','id':'" + one + "'}");
            put(
                    machine,
                    "Condition/" + one,
                    "{'resourceType':'Condition','id':'"
                            + one
                            + "','code':{'text':'x'},'subject':{'reference':'Patient/"
                            + one
                            + "'}}");
        }
        put(
                machine,
                "Consent/out",
                "{'resourceType':'Consent','id':'out','status':'active','scope':{'text':'x'},'category':[{'coding':[{'code':'national-data-opt-out'}]}],'patient':{'reference':'Patient/out'},'policyRule':{'text':'x'}}");
    }

    private static void put(String token, String path, String json) {
        var answer = FLOW.fhir(token, "PUT", path, json.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static App.Works works(Purpose purpose) {
        return new App.Works(Role.SYSTEM, "Trust", "ZR1", purpose, "");
    }

    private static App app(String id, App.Kind kind, JWK key, Purpose purpose) {
        return new App(
                id,
                "The " + id,
                kind,
                new App.Keys(new JWKSet(key).toString(), "", ""),
                List.of(),
                "",
                Scopes.parse("system/*.rs"),
                works(purpose),
                false);
    }

    private static RSAKey rsa(String kid) {
        try {
            return new RSAKeyGenerator(2048).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey curve() {
        try {
            return new ECKeyGenerator(Curve.P_384).keyID("curve").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> claims(String app) {
        var claims = new HashMap<String, Object>();
        claims.put("iss", app);
        claims.put("sub", app);
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("aud", server.at("/oauth2/token").toString());
        claims.put("exp", Instant.now().getEpochSecond() + 240);
        return claims;
    }

    private static String signed(JWSHeader header, Map<String, Object> claims, RSAKey key) {
        try {
            var jws = new JWSObject(header, new Payload(claims));
            jws.sign(new RSASSASigner(key));
            return jws.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSHeader.Builder header(JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm).keyID("test-1").type(JOSEObjectType.JWT);
    }

    private static String good(Map<String, Object> claims) {
        return signed(header(JWSAlgorithm.RS512).build(), claims, RSA);
    }

    private static HttpResponse<String> send(String assertion) {
        return FLOW.token(fields(assertion));
    }

    private static Map<String, String> fields(String assertion) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("grant_type", "client_credentials");
        fields.put("client_assertion_type", TYPE);
        fields.put("client_assertion", assertion);
        return fields;
    }

    private static void refused(HttpResponse<String> answer, int status, String description) {
        refused(answer, status, "invalid_request", description);
    }

    private static void refused(
            HttpResponse<String> answer, int status, String error, String description) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).path("error").asString()).isEqualTo(error);
        assertThat(json(answer).path("error_description").asString()).isEqualTo(description);
        assertThat(json(answer).path("message_id").asString()).isNotEmpty();
    }

    private static void refusedWith(
            Consumer<Map<String, Object>> change, int status, String description) {
        var claims = claims("nhs");
        change.accept(claims);
        refused(send(good(claims)), status, description);
    }

    @Test
    void a_good_assertion_gets_a_token_for_ten_minutes() {
        var answer = send(good(claims("nhs")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).path("expires_in").asInt()).isEqualTo(599);
        assertThat(json(answer).path("token_type").asString()).isEqualTo("Bearer");
        var token = json(answer).path("access_token").asString();
        assertThat(FLOW.fhir(token, "Condition/in").statusCode()).isEqualTo(200);
    }

    @Test
    void an_assertion_is_good_once() {
        var assertion = good(claims("nhs"));
        assertThat(send(assertion).statusCode()).isEqualTo(200);
        refused(send(assertion), 400, "Non-unique 'jti' claim in client_assertion JWT");
    }

    @Test
    void other_algorithms_are_refused() throws Exception {
        var why =
                "Invalid 'alg' header in client_assertion JWT - unsupported JWT algorithm - must be 'RS512'";
        for (var algorithm :
                List.of(
                        JWSAlgorithm.RS256,
                        JWSAlgorithm.RS384,
                        JWSAlgorithm.PS256,
                        JWSAlgorithm.PS384,
                        JWSAlgorithm.PS512)) {
            refused(send(signed(header(algorithm).build(), claims("nhs"), RSA)), 400, why);
        }
        // The public key as if it were a shared secret.
        for (var algorithm : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS512)) {
            var jws = new JWSObject(header(algorithm).build(), new Payload(claims("nhs")));
            jws.sign(new MACSigner(RSA.toRSAPublicKey().getEncoded()));
            refused(send(jws.serialize()), 400, why);
        }
        refused(send(unsigned("none")), 400, why);
    }

    private static String unsigned(String algorithm) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        var header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"test-1\",\"typ\":\"JWT\"}";
        return encoder.encodeToString(header.getBytes(StandardCharsets.UTF_8))
                + "."
                + encoder.encodeToString(
                        new Payload(claims("nhs")).toString().getBytes(StandardCharsets.UTF_8))
                + ".";
    }

    @Test
    void headers_that_are_missing_or_wrong_are_refused() {
        var bare = new JWSHeader.Builder(JWSAlgorithm.RS512).type(JOSEObjectType.JWT).build();
        refused(
                send(signed(bare, claims("nhs"), RSA)),
                400,
                "Missing 'kid' header in client_assertion JWT");
        var wrong = header(JWSAlgorithm.RS512).keyID("invalid").build();
        refused(
                send(signed(wrong, claims("nhs"), RSA)),
                401,
                "Invalid 'kid' header in client_assertion JWT - no matching public key");
        for (var type : new JOSEObjectType[] {new JOSEObjectType("invalid"), null}) {
            var other = header(JWSAlgorithm.RS512).type(type).build();
            refused(
                    send(signed(other, claims("nhs"), RSA)),
                    400,
                    "Invalid 'typ' header in client_assertion JWT - must be 'JWT'");
        }
    }

    @Test
    void claims_that_are_missing_or_wrong_are_refused() {
        refusedWith(
                claims -> {
                    claims.put("iss", "invalid");
                    claims.put("sub", "invalid");
                },
                401,
                "Invalid 'iss'/'sub' claims in client_assertion JWT");
        var apart = "Missing or non-matching 'iss'/'sub' claims in client_assertion JWT";
        refusedWith(claims -> claims.put("sub", "invalid"), 400, apart);
        refusedWith(claims -> claims.remove("sub"), 400, apart);
        refusedWith(claims -> claims.put("iss", "invalid"), 400, apart);
        refusedWith(claims -> claims.remove("iss"), 400, apart);
        refusedWith(
                claims -> claims.put("jti", 1234567890),
                400,
                "Invalid 'jti' claim in client_assertion JWT - must be a unique string value such as a GUID");
        refusedWith(
                claims -> claims.remove("jti"), 400, "Missing 'jti' claim in client_assertion JWT");
        var audience = "Missing or invalid 'aud' claim in client_assertion JWT";
        refusedWith(claims -> claims.put("aud", "invalid"), 401, audience);
        refusedWith(claims -> claims.remove("aud"), 401, audience);
        var now = Instant.now().getEpochSecond();
        refusedWith(
                claims -> claims.put("exp", Long.toString(now + 300)),
                400,
                "Invalid 'exp' claim in client_assertion JWT - must be an integer");
        refusedWith(
                claims -> claims.put("exp", now - 20),
                400,
                "Invalid 'exp' claim in client_assertion JWT - JWT has expired");
        refusedWith(
                claims -> claims.put("exp", now + 360),
                400,
                "Invalid 'exp' claim in client_assertion JWT - more than 5 minutes in future");
        refusedWith(
                claims -> claims.remove("exp"), 400, "Missing 'exp' claim in client_assertion JWT");
    }

    @Test
    void fields_that_are_missing_or_wrong_are_refused() {
        var type = "Missing or invalid client_assertion_type - must be '" + TYPE + "'";
        refusedFields(fields -> fields.put("client_assertion_type", "invalid"), 400, type);
        refusedFields(fields -> fields.remove("client_assertion_type"), 400, type);
        refusedFields(
                fields -> fields.put("client_assertion", "invalid"),
                400,
                "Malformed JWT in client_assertion");
        refusedFields(fields -> fields.remove("client_assertion"), 400, "Missing client_assertion");
        refusedFields(fields -> fields.remove("grant_type"), 400, "grant_type is missing");
        var fields = fields(good(claims("nhs")));
        fields.put("grant_type", "invalid");
        refused(FLOW.token(fields), 400, "unsupported_grant_type", "grant_type is invalid");
    }

    private static void refusedFields(
            Consumer<Map<String, String>> change, int status, String description) {
        var fields = fields(good(claims("nhs")));
        change.accept(fields);
        refused(FLOW.token(fields), status, description);
    }

    @Test
    void a_forged_signature_and_an_app_without_key_are_refused() {
        refused(
                send(signed(header(JWSAlgorithm.RS512).build(), claims("nhs"), OTHER)),
                401,
                "public_key error",
                "JWT signature verification failed");
        refused(
                send(good(claims("keyless"))),
                403,
                "public_key error",
                "You need to register a public key to use this authentication method - please contact support to configure");
    }

    private static String token(String app) {
        try {
            var header =
                    new JWSHeader.Builder(JWSAlgorithm.ES384)
                            .keyID("curve")
                            .type(JOSEObjectType.JWT)
                            .build();
            var jws = new JWSObject(header, new Payload(claims(app)));
            jws.sign(new ECDSASigner(CURVE));
            var fields = fields(jws.serialize());
            fields.put("scope", "system/Condition.rs");
            var answer = FLOW.token(fields);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(json(answer).path("scope").asString()).isEqualTo("system/Condition.rs");
            return json(answer).path("access_token").asString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void smart_backend_services_get_what_they_ask_for_and_no_more() {
        var token = token("smart");
        assertThat(FLOW.fhir(token, "Condition/out").statusCode()).isEqualTo(200);
        assertThat(FLOW.fhir(token, "Patient/out").statusCode()).isEqualTo(403);
        assertThat(FLOW.fhir(token, "Condition?subject:Patient._id=out").statusCode())
                .isEqualTo(403);
    }

    @Test
    void a_use_beyond_care_finds_nobody_who_has_opted_out() {
        var token = token("planner");
        assertThat(FLOW.fhir(token, "Condition/in").statusCode()).isEqualTo(200);
        assertThat(FLOW.fhir(token, "Condition/out").statusCode()).isEqualTo(404);
        assertThat(json(FLOW.fhir(token, "Condition?_total=accurate")).path("total").asInt())
                .isEqualTo(1);
    }

    @Test
    void an_app_that_is_disabled_is_refused() throws Exception {
        server.bean(Apps.class)
                .register(app("short", App.Kind.BACKEND, CURVE.toPublicJWK(), Purpose.CARE));
        var token = token("short");
        assertThat(FLOW.fhir(token, "Condition/in").statusCode()).isEqualTo(200);
        server.bean(Apps.class).disable("short", true);
        Thread.sleep(5_100);
        assertThat(FLOW.fhir(token, "Condition/in").statusCode()).isEqualTo(401);
    }
}
