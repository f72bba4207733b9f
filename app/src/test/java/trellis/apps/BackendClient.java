package trellis.apps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;

/// A backend service of SMART, for tests: it has a key, and knows nothing of the server but its base
/// (https://hl7.org/fhir/smart-app-launch/backend-services.html).
public final class BackendClient {
    private static final ECKey KEY = key();

    private final TestServer server;
    private final String id;

    private BackendClient(TestServer server, String id) {
        this.server = server;
        this.id = id;
    }

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_384).keyID("backend-1").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Registers one.
    ///
    /// @param scopes that it may ask for
    public static BackendClient registered(
            TestServer server, String id, String scopes, Purpose purpose) {
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
        return new BackendClient(server, id);
    }

    /// What the server says of itself to apps.
    public ObjectNode smart() {
        return Wire.json(
                Wire.send(
                        HttpRequest.newBuilder(
                                server.at("/fhir/.well-known/smart-configuration"))));
    }

    /// Gets a token with its key.
    public String token(String scopes) {
        var endpoint = smart().path("token_endpoint").asString("");
        var answer =
                Wire.send(
                        HttpRequest.newBuilder(URI.create(endpoint))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(
                                        BodyPublishers.ofString(
                                                "grant_type=client_credentials&scope="
                                                        + URLEncoder.encode(scopes, UTF_8)
                                                        + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
                                                        + "&client_assertion="
                                                        + assertion(endpoint))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Wire.json(answer).path("access_token").asString("");
    }

    private String assertion(String endpoint) {
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
}
