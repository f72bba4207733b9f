package trellis.federation;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// An issuer as far as tests need one that says what they want: its metadata and its key.
final class TestIssuer implements AutoCloseable {
    private final HttpServer http;
    private final RSAKey key;

    private TestIssuer(HttpServer http, RSAKey key) {
        this.http = http;
        this.key = key;
    }

    static TestIssuer start() throws IOException, JOSEException {
        var key = new RSAKeyGenerator(2048).keyID("one").generate();
        var at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var issuer = new TestIssuer(HttpServer.create(at, 0), key);
        issuer.serve("/.well-known/openid-configuration", issuer.metadata());
        issuer.serve("/jwks", new JWKSet(key.toPublicJWK()).toString());
        issuer.http.start();
        return issuer;
    }

    String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    RSAKey key() {
        return key;
    }

    private String metadata() {
        return """
        {"issuer": "%1$s", "authorization_endpoint": "%1$s/auth", "token_endpoint": "%1$s/token",
         "userinfo_endpoint": "%1$s/userinfo", "jwks_uri": "%1$s/jwks",
         "subject_types_supported": ["public"], "response_types_supported": ["code"],
         "id_token_signing_alg_values_supported": ["RS256"]}
        """
                .formatted(address());
    }

    /// Serves the same at a path to everybody.
    void serve(String path, String json) {
        serve(path, _ -> json);
    }

    /// Serves what it makes of the fields of a form.
    void serve(String path, Function<Map<String, String>, String> answer) {
        http.createContext(
                path,
                exchange -> {
                    var sent =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    var bytes = answer.apply(fields(sent)).getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
    }

    static Map<String, String> fields(String form) {
        var fields = new LinkedHashMap<String, String>();
        for (var field : form.split("&")) {
            var parts = field.split("=", 2);
            fields.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return fields;
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
