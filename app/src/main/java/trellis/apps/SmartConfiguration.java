package trellis.apps;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `/fhir/.well-known/smart-configuration`: where an app begins, and what this server does of SMART App
/// Launch 2.2 (https://hl7.org/fhir/smart-app-launch/conformance.html). For everybody.
final class SmartConfiguration extends OncePerRequestFilter {
    static final String ADDRESS = "/fhir/.well-known/smart-configuration";

    private static final List<String> CAPABILITIES =
            List.of(
                    "launch-ehr",
                    "launch-standalone",
                    "client-public",
                    "client-confidential-symmetric",
                    "client-confidential-asymmetric",
                    "sso-openid-connect",
                    "context-banner",
                    "context-ehr-patient",
                    "context-ehr-encounter",
                    "context-standalone-patient",
                    "permission-offline",
                    "permission-online",
                    "permission-patient",
                    "permission-user",
                    "permission-v1",
                    "permission-v2",
                    "authorize-post");

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            response.setHeader("Allow", "GET, HEAD");
            response.setStatus(405);
            return;
        }
        response.setContentType("application/json");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Cache-Control", "max-age=60");
        response.setHeader("Access-Control-Allow-Origin", "*");
        var issuer = issuer(request);
        response.getOutputStream().write(json(issuer).toString().getBytes(StandardCharsets.UTF_8));
    }

    /// The address by which this server was called, as the library works it out too.
    static String issuer(HttpServletRequest request) {
        var url = request.getRequestURL();
        return url.substring(0, url.length() - request.getRequestURI().length());
    }

    private static ObjectNode json(String issuer) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("issuer", issuer);
        json.put("jwks_uri", issuer + "/oauth2/jwks");
        json.put("authorization_endpoint", issuer + "/oauth2/authorize");
        json.put("token_endpoint", issuer + "/oauth2/token");
        json.put("introspection_endpoint", issuer + "/oauth2/introspect");
        json.put("revocation_endpoint", issuer + "/oauth2/revoke");
        json.put("userinfo_endpoint", issuer + "/userinfo");
        json.put("management_endpoint", issuer + "/apps");
        list(
                json,
                "grant_types_supported",
                List.of("authorization_code", "client_credentials", "refresh_token"));
        list(
                json,
                "scopes_supported",
                List.of(
                        "openid",
                        "profile",
                        "fhirUser",
                        "launch",
                        "launch/patient",
                        "offline_access",
                        "online_access",
                        "patient/*.rs",
                        "user/*.cruds",
                        "system/*.cruds"));
        list(json, "response_types_supported", List.of("code"));
        list(json, "code_challenge_methods_supported", List.of("S256"));
        list(
                json,
                "token_endpoint_auth_methods_supported",
                List.of(
                        "client_secret_basic",
                        "client_secret_post",
                        "private_key_jwt",
                        "tls_client_auth",
                        "none"));
        list(
                json,
                "token_endpoint_auth_signing_alg_values_supported",
                List.of("RS384", "ES384", "RS512"));
        list(json, "capabilities", CAPABILITIES);
        return json;
    }

    private static void list(ObjectNode json, String name, List<String> values) {
        var array = json.putArray(name);
        values.forEach(array::add);
    }
}
