package trellis.federation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.TestServer;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Level;
import trellis.access.Role;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Write;

/// A member of the public comes by NHS login as its documents say it speaks: `private_key_jwt` with RS512, `vtr`, `vot`, and
/// the claims of the scope `profile`.
class NhsLoginIT {
    private static final String NUMBER = "9990548609";
    private static TestIssuer issuer;
    private static TestServer server;
    private static RSAKey ours;
    private static final Map<String, String> ASKED = new LinkedHashMap<>();
    private static final Map<String, Object> SAID = new LinkedHashMap<>();

    @TempDir static Path folder;

    @BeforeAll
    static void open() throws Exception {
        ours = new RSAKeyGenerator(2048).generate();
        var pem = folder.resolve("key.pem");
        Files.writeString(
                pem,
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(ours.toPrivateKey().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        issuer = TestIssuer.start();
        issuer.serve("/token", NhsLoginIT::token);
        issuer.serve("/userinfo", _ -> claims());
        server =
                TestServer.start(
                        Map.of(
                                "TRELLIS_OIDC_ISSUER", issuer.address(),
                                "TRELLIS_OIDC_NAME", "NHS login",
                                "TRELLIS_OIDC_CLIENT_ID", "our-client",
                                "TRELLIS_OIDC_CLIENT_KEY", pem.toString(),
                                "TRELLIS_OIDC_PEOPLE", "nhs-login",
                                "TRELLIS_OIDC_ALGORITHM", "RS512"));
        var patient =
                """
                {"resourceType": "Patient", "id": "the-person", "birthDate": "1970-02-03",
                 "name": [{"family": "FERNANDEZ", "given": ["Andre"]}],
                 "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "%s"}]}
                """
                        .formatted(NUMBER);
        var resource = Resource.of(Json.parse(patient.getBytes(StandardCharsets.UTF_8)));
        var change = Change.Put.of(server.bean(Preparation.class).prepare(resource));
        server.bean(Store.class)
                .write(new Write(List.of(change), Write.References.UNCHECKED, List.of()));
    }

    @AfterAll
    static void close() {
        server.close();
        issuer.close();
    }

    private static String claims() {
        var claims = new LinkedHashMap<String, Object>(SAID);
        claims.put("sub", "person-1");
        return JSONObjectUtils.toJSONString(claims);
    }

    /// As the token endpoint answers; what it was sent must be as NHS login wants it.
    private static String token(Map<String, String> sent) {
        try {
            var proof =
                    SignedJWT.parse(requireNonNull(sent.get("client_assertion"), sent::toString));
            assertThat(proof.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.RS512);
            assertThat(proof.verify(new RSASSAVerifier(ours.toRSAPublicKey()))).isTrue();
            assertThat(proof.getJWTClaimsSet().getSubject()).isEqualTo("our-client");
            assertThat(proof.getJWTClaimsSet().getAudience())
                    .containsExactly(issuer.address() + "/token");
            assertThat(sent).containsKey("code_verifier");
            var claims =
                    new JWTClaimsSet.Builder()
                            .issuer(issuer.address())
                            .subject("person-1")
                            .audience("our-client")
                            .claim("nonce", ASKED.get("nonce"))
                            .claim("vot", SAID.get("vot"))
                            .issueTime(Date.from(Instant.now()))
                            .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                            .build();
            var header = new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("one").build();
            var identity = new SignedJWT(header, claims);
            identity.sign(new RSASSASigner(issuer.key()));
            return """
            {"access_token": "opaque", "token_type": "Bearer", "expires_in": 60,
             "id_token": "%s", "scope": "openid profile"}
            """
                    .formatted(identity.serialize());
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Signs in by NHS login.
    private static HttpResponse<String> arrive(Browser browser, Map<String, Object> said) {
        SAID.clear();
        SAID.putAll(said);
        var there =
                browser.get("/sign-in/with/issuer").headers().firstValue("Location").orElseThrow();
        assertThat(there).startsWith(issuer.address() + "/auth?");
        ASKED.clear();
        ASKED.putAll(TestIssuer.fields(String.valueOf(URI.create(there).getRawQuery())));
        assertThat(ASKED).containsEntry("code_challenge_method", "S256");
        assertThat(ASKED.get("vtr")).contains("P9.Cp.Cd");
        return browser.get("/sign-in/back?code=abc&state=" + state());
    }

    private static String state() {
        return java.net.URLEncoder.encode(
                requireNonNull(ASKED.get("state")), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> person(String vector, String born) {
        return Map.of(
                "vot", vector,
                "identity_proofing_level", vector.substring(0, 2),
                "nhs_number", NUMBER,
                "birthdate", born,
                "family_name", "Fernandez");
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("none");
    }

    @Test
    void who_has_proved_who_they_are_gets_an_account_of_their_own_record() {
        try (var browser = new Browser(server)) {
            browser.get("/me");
            var before = browser.session();
            var arrived = arrive(browser, person("P9.Cp.Cd", "1970-02-03"));
            assertThat(location(arrived)).endsWith("/me?continue");
            assertThat(browser.session()).as("a new session").isNotEqualTo(before);
            assertThat(browser.get("/me").statusCode()).isEqualTo(200);
        }
        var account = server.bean(Accounts.class).ofPatient("the-person").orElseThrow();
        assertThat(account.person().role()).isEqualTo(Role.PATIENT);
        assertThat(account.person().self().level()).isEqualTo(Level.P9);
        try (var browser = new Browser(server)) {
            arrive(browser, person("P5.Cp.Cd", "1970-02-03"));
        }
        var again = server.bean(Accounts.class).ofPatient("the-person").orElseThrow();
        assertThat(again.id()).as("the same account").isEqualTo(account.id());
        assertThat(again.person().self().level()).as("less well proved").isEqualTo(Level.P5);
    }

    @Test
    void who_has_not_or_is_somebody_else_is_told_so() {
        try (var browser = new Browser(server)) {
            assertThat(location(arrive(browser, person("P0.Cp.Cd", "1970-02-03"))))
                    .endsWith("/sign-in?refused=level");
            assertThat(browser.get("/sign-in?refused=level").body())
                    .contains("not proved well enough there");
            assertThat(location(arrive(browser, person("P9.Cp.Cd", "1971-02-03"))))
                    .as("another birth date")
                    .endsWith("/sign-in?refused=unknown");
            assertThat(browser.get("/me").statusCode()).isEqualTo(302);
        }
    }

    @Test
    void a_code_is_no_use_to_somebody_elses_browser_nor_twice() {
        try (var browser = new Browser(server);
                var thief = new Browser(server)) {
            thief.get("/sign-in/with/issuer");
            SAID.clear();
            var there =
                    browser.get("/sign-in/with/issuer")
                            .headers()
                            .firstValue("Location")
                            .orElseThrow();
            ASKED.clear();
            ASKED.putAll(TestIssuer.fields(String.valueOf(URI.create(there).getRawQuery())));
            SAID.putAll(person("P9.Cp.Cd", "1970-02-03"));
            var back = "/sign-in/back?code=abc&state=" + state();
            assertThat(location(thief.get(back))).endsWith("/sign-in?refused=failed");
            var nonce = requireNonNull(ASKED.put("nonce", "another"));
            assertThat(location(browser.get(back)))
                    .as("an answer to another request")
                    .endsWith("/sign-in?refused=failed");
            ASKED.put("nonce", nonce);
            assertThat(location(browser.get(back))).as("twice").endsWith("/sign-in?refused=failed");
        }
    }

    @Test
    void an_issuer_that_is_away_is_said_on_the_page() {
        try (var away =
                        TestServer.start(
                                Map.of(
                                        "TRELLIS_OIDC_ISSUER", "http://127.0.0.1:9",
                                        "TRELLIS_OIDC_CLIENT_SECRET", "x"));
                var browser = new Browser(away)) {
            assertThat(location(browser.get("/sign-in/with/issuer")))
                    .endsWith("/sign-in?refused=away");
            assertThat(browser.get("/sign-in?refused=away").body())
                    .contains("does not answer just now");
            assertThat(browser.get("/sign-in?refused=nonsense").body())
                    .doesNotContain("There is a problem");
        }
    }
}
