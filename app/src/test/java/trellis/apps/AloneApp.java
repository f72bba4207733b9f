package trellis.apps;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import trellis.TestServer;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;

/// An app that acts by itself (application-restricted access), for tests of services.
public final class AloneApp {
    private AloneApp() {}

    /// Registers an app and gets it a token as such apps do.
    public static String token(TestServer server, String id, Role role, String odsCode) {
        try {
            var key = new RSAKeyGenerator(2048).keyID("test-1").generate();
            server.bean(Apps.class)
                    .register(
                            new App(
                                    id,
                                    "The " + id,
                                    App.Kind.RESTRICTED,
                                    new App.Keys(new JWKSet(key.toPublicJWK()).toString(), "", ""),
                                    List.of(),
                                    "",
                                    Scopes.parse("system/*.cruds"),
                                    new App.Works(role, "Trust", odsCode, Purpose.CARE, ""),
                                    false));
            var claims = new HashMap<String, Object>();
            claims.put("iss", id);
            claims.put("sub", id);
            claims.put("jti", UUID.randomUUID().toString());
            claims.put("aud", server.at("/oauth2/token").toString());
            claims.put("exp", Instant.now().getEpochSecond() + 240);
            var jws =
                    new JWSObject(
                            new JWSHeader.Builder(JWSAlgorithm.RS512)
                                    .keyID("test-1")
                                    .type(JOSEObjectType.JWT)
                                    .build(),
                            new Payload(claims));
            jws.sign(new RSASSASigner(key));
            var fields = new LinkedHashMap<String, String>();
            fields.put("grant_type", "client_credentials");
            fields.put(
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            fields.put("client_assertion", jws.serialize());
            var answer = new AppFlow(server, id).token(fields);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return AppFlow.json(answer).path("access_token").asString("");
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
