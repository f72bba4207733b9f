package trellis.apps;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenIntrospectionAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import tools.jackson.databind.json.JsonMapper;

/// The answer about a token (RFC 7662). An app learns of its own tokens alone: another's is not active, as
/// far as it is told.
final class Introspection implements AuthenticationSuccessHandler {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public void onAuthenticationSuccess(
            HttpServletRequest request, HttpServletResponse response, Authentication done)
            throws IOException {
        var asked = (OAuth2TokenIntrospectionAuthenticationToken) done;
        var claims = asked.getTokenClaims();
        var own = asked.getName().equals(claims.getClientId());
        response.setContentType("application/json;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        var body = own && claims.isActive() ? plain(claims.getClaims()) : Map.of("active", false);
        response.getOutputStream().write(JSON.writeValueAsBytes(body));
    }

    private static Map<String, Object> plain(Map<String, Object> claims) {
        var plain = new LinkedHashMap<String, Object>();
        claims.forEach((name, value) -> {
            if (value instanceof Instant at) {
                plain.put(name, at.getEpochSecond());
            } else if (name.equals("scope") && value instanceof Iterable<?> scopes) {
                var texts = new java.util.ArrayList<String>();
                scopes.forEach(scope -> texts.add(scope.toString()));
                plain.put(name, String.join(" ", texts));
            } else if (value instanceof java.net.URL url) {
                plain.put(name, url.toString());
            } else {
                plain.put(name, value);
            }
        });
        return plain;
    }
}
