package trellis.federation;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Role;
import trellis.page.DemoServer;

/// What somebody might send who has stolen a token of an issuer, or made one up. The issuer here is the test: it
/// signs whatever is asked.
class TokenTheftIT {
    private static final String AUDIENCE = "https://trellis.example/fhir";

    private static TestIssuer issuer;
    private static RSAKey key;
    private static TestServer server;

    @BeforeAll
    static void open() throws Exception {
        issuer = TestIssuer.start();
        key = issuer.key();
        server =
                TestServer.start(
                        Map.of(
                                "TRELLIS_OIDC_ISSUER",
                                issuer.address(),
                                "TRELLIS_OIDC_CLIENT_SECRET",
                                "a-secret-of-this-test",
                                "TRELLIS_OIDC_AUDIENCE",
                                AUDIENCE));
        var accounts = server.bean(Accounts.class);
        accounts.add(
                new Account.Person("osei", "Dr Amina Osei", Role.CLINICIAN, "Rowan Vale", "ZR9"),
                DemoServer.PASSWORD);
        accounts.add(
                new Account.Person("other", "Dr Other", Role.CLINICIAN, "Rowan Vale", "ZR9"),
                DemoServer.PASSWORD);
    }

    @AfterAll
    static void close() {
        server.close();
        issuer.close();
    }

    private static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(issuer.address())
                .subject("subject-1")
                .audience(AUDIENCE)
                .claim("preferred_username", "osei")
                .claim("client_id", "reader")
                .claim("scope", "user/Patient.rs")
                .issueTime(Date.from(Instant.now()))
                .expirationTime(Date.from(Instant.now().plusSeconds(120)));
    }

    private static String signed(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
        return signed(header(JWSAlgorithm.RS256).build(), new RSASSASigner(key), change);
    }

    private static JWSHeader.Builder header(JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm).keyID("one").type(JOSEObjectType.JWT);
    }

    private static String signed(
            JWSHeader header, JWSSigner signer, UnaryOperator<JWTClaimsSet.Builder> change)
            throws Exception {
        var jwt = new SignedJWT(header, change.apply(claims()).build());
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static int status(String token) {
        try (var browser = new Browser(server)) {
            return browser.get("/fhir/Patient", "Authorization", "Bearer " + token).statusCode();
        }
    }

    @Test
    void a_good_token_is_taken_within_its_scopes() throws Exception {
        var token = signed(claims -> claims);
        assertThat(status(token)).isEqualTo(200);
        try (var browser = new Browser(server)) {
            var other = browser.get("/fhir/Observation", "Authorization", "Bearer " + token);
            assertThat(other.statusCode()).isEqualTo(403);
            assertThat(other.body()).contains("scopes of this app");
        }
        assertThat(status(signed(claims -> claims.claim("scope", "openid profile"))))
                .isEqualTo(403);
        var typed =
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("one")
                        .type(new JOSEObjectType("at+jwt"))
                        .build();
        assertThat(status(signed(typed, new RSASSASigner(key), claims -> claims))).isEqualTo(200);
    }

    @Test
    void wrong_claims_are_refused() throws Exception {
        var now = Instant.now();
        for (UnaryOperator<JWTClaimsSet.Builder> change :
                List.<UnaryOperator<JWTClaimsSet.Builder>>of(
                        claims -> claims.audience("https://other.example/fhir"),
                        claims -> claims.audience("trellis"),
                        claims -> claims.audience((String) null),
                        claims -> claims.issuer("https://other.example"),
                        claims -> claims.issuer(null),
                        claims -> claims.expirationTime(Date.from(now.minusSeconds(11))),
                        claims -> claims.expirationTime(null),
                        claims -> claims.notBeforeTime(Date.from(now.plusSeconds(60))),
                        claims -> claims.claim("preferred_username", "nobody-here").subject("x"),
                        claims -> claims.claim("preferred_username", null).subject("y"))) {
            var token = signed(change);
            assertThat(status(token)).as(claimsOf(token)).isEqualTo(401);
        }
    }

    @Test
    void other_algorithms_and_keys_are_refused() throws Exception {
        var good = signed(claims -> claims);
        var parts = good.split("\\.");
        var none = base64("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + parts[1] + ".";
        assertThat(status(none)).as("none").isEqualTo(401);
        assertThat(status(none + parts[2])).as("none with a signature").isEqualTo(401);
        var open = key.toRSAPublicKey().getEncoded();
        assertThat(
                        status(
                                signed(
                                        header(JWSAlgorithm.HS256).build(),
                                        new MACSigner(open),
                                        claims -> claims)))
                .as("signed with the public key as if it were a secret")
                .isEqualTo(401);
        assertThat(
                        status(
                                signed(
                                        header(JWSAlgorithm.RS512).build(),
                                        new RSASSASigner(key),
                                        claims -> claims)))
                .as("another algorithm than was agreed")
                .isEqualTo(401);
        var thief = new RSAKeyGenerator(2048).keyID("one").generate();
        assertThat(
                        status(
                                signed(
                                        header(JWSAlgorithm.RS256).build(),
                                        new RSASSASigner(thief),
                                        claims -> claims)))
                .as("somebody else's key under the name of the right one")
                .isEqualTo(401);
        var brings = header(JWSAlgorithm.RS256).jwk(thief.toPublicJWK());
        assertThat(status(signed(brings.build(), new RSASSASigner(thief), claims -> claims)))
                .as("brings its own key")
                .isEqualTo(401);
        issuer.serve("/thief", new JWKSet(thief.toPublicJWK()).toString());
        var leads = header(JWSAlgorithm.RS256).jwkURL(URI.create(issuer.address() + "/thief"));
        assertThat(status(signed(leads.build(), new RSASSASigner(thief), claims -> claims)))
                .as("says where its key is")
                .isEqualTo(401);
        var identity = header(JWSAlgorithm.RS256).type(new JOSEObjectType("logout+jwt"));
        assertThat(status(signed(identity.build(), new RSASSASigner(key), claims -> claims)))
                .as("a token of another kind")
                .isEqualTo(401);
    }

    @Test
    void what_is_broken_or_changed_is_refused() throws Exception {
        var good = signed(claims -> claims);
        var parts = good.split("\\.");
        var changed =
                new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                        .replace("osei", "other");
        assertThat(status(parts[0] + "." + base64(changed) + "." + parts[2])).isEqualTo(401);
        for (var broken :
                List.of(
                        parts[0] + "." + parts[1],
                        parts[0] + "." + parts[1] + ".",
                        good + ".x",
                        good.substring(1),
                        good + "A",
                        "..",
                        "e30.e30.e30",
                        "a".repeat(6_000) + "." + parts[1] + "." + parts[2],
                        good.replace('.', ' '))) {
            assertThat(status(broken)).as(broken).isIn(400, 401);
        }
    }

    @Test
    void a_name_given_to_somebody_else_there_does_not_open_the_first_ones_account()
            throws Exception {
        assertThat(
                        status(
                                signed(claims ->
                                        claims.subject("first")
                                                .claim("preferred_username", "other"))))
                .isEqualTo(200);
        assertThat(
                        status(
                                signed(claims ->
                                        claims.subject("second")
                                                .claim("preferred_username", "other"))))
                .as("the same name, somebody else")
                .isEqualTo(401);
        assertThat(
                        status(
                                signed(claims ->
                                        claims.subject("first")
                                                .claim("preferred_username", "renamed"))))
                .as("the same person, renamed")
                .isEqualTo(200);
        server.bean(Accounts.class).unlink("other");
        assertThat(
                        status(
                                signed(claims ->
                                        claims.subject("second")
                                                .claim("preferred_username", "other"))))
                .isEqualTo(200);
    }

    private static String claimsOf(String token) {
        return new String(
                Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
