package trellis.apps;

import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContextHolder;
import org.springframework.stereotype.Component;

/// What the authorization server's library does not know of how apps prove who they are: assertions that
/// name the app themselves (SMART's backends send no `client_id`), the words in which the NHS refuses,
/// and public apps that come back with a refresh token.
@Component
final class ClientProofs implements JwtDecoderFactory<RegisteredClient> {
    private static final String ASSERTION_TYPE =
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final ClientAuthenticationMethod BY_ASSERTION =
            new ClientAuthenticationMethod(ASSERTION_TYPE);
    private static final Set<String> GRANTS =
            Set.of("client_credentials", "authorization_code", "refresh_token");

    private final Assertions assertions;
    private final Clients clients;

    ClientProofs(Assertions assertions, Clients clients) {
        this.assertions = assertions;
        this.clients = clients;
    }

    /// Reads an assertion; nothing when none is sent.
    @Nullable Authentication assertion(HttpServletRequest request) {
        var assertion = request.getParameter("client_assertion");
        var type = request.getParameter("client_assertion_type");
        var grant = request.getParameter("grant_type");
        var alone =
                "client_credentials".equals(grant)
                        && request.getHeader("Authorization") == null
                        && !certified(request);
        if (assertion == null && type == null && !alone) {
            return null;
        }
        if (request.getRequestURI().endsWith("/token")) {
            grant(grant);
        }
        if (!ASSERTION_TYPE.equals(type)) {
            throw Refusals.refused(
                    400,
                    "Missing or invalid client_assertion_type - must be '" + ASSERTION_TYPE + "'");
        }
        if (assertion == null) {
            throw Refusals.refused(400, "Missing client_assertion");
        }
        var good = assertions.check(assertion, endpoints());
        var named = request.getParameter("client_id");
        if (named != null && !named.equals(good.app().id())) {
            throw Refusals.refused(401, "Invalid 'iss'/'sub' claims in client_assertion JWT");
        }
        return new OAuth2ClientAuthenticationToken(
                good.app().id(), BY_ASSERTION, assertion, code(request));
    }

    /// Whether an app names itself and shows a certificate (RFC 8705): for the library to judge.
    private static boolean certified(HttpServletRequest request) {
        return request.getParameter("client_id") != null
                && request.getAttribute("jakarta.servlet.request.X509Certificate") != null;
    }

    private static void grant(@Nullable String grant) {
        if (grant == null) {
            throw Refusals.refused(400, "grant_type is missing");
        }
        if (!GRANTS.contains(grant)) {
            throw Refusals.refused(400, "unsupported_grant_type", "grant_type is invalid");
        }
    }

    /// What the library needs to check the proof key of a code with.
    private static Map<String, Object> code(HttpServletRequest request) {
        var more = new HashMap<String, Object>();
        for (var name : Set.of("grant_type", "code", "code_verifier", "redirect_uri")) {
            Optional.ofNullable(request.getParameter(name)).ifPresent(v -> more.put(name, v));
        }
        return "authorization_code".equals(more.get("grant_type")) ? more : Map.of();
    }

    private static Set<String> endpoints() {
        var issuer = AuthorizationServerContextHolder.getContext().getIssuer();
        return Set.of(issuer, issuer + "/oauth2/token");
    }

    /// Uses the assertion up, when the app that it names is known to the library.
    @Override
    public JwtDecoder createDecoder(RegisteredClient client) {
        return assertion -> jwt(assertion, assertions.accept(assertion, endpoints()).jwt());
    }

    private static Jwt jwt(String text, SignedJWT jwt) {
        var claims = new HashMap<>(jwt.getPayload().toJSONObject());
        claims.computeIfPresent("exp", (_, at) -> Instant.ofEpochSecond(((Number) at).longValue()));
        claims.computeIfPresent(
                "iat",
                (_, at) -> at instanceof Number n ? Instant.ofEpochSecond(n.longValue()) : null);
        return Jwt.withTokenValue(text)
                .headers(headers -> headers.putAll(jwt.getHeader().toJSONObject()))
                .claims(all -> all.putAll(claims))
                .build();
    }

    /// Reads a public app that comes with a refresh or to give a token back, and has nothing to prove
    /// itself by but the token.
    static @Nullable Authentication bare(HttpServletRequest request) {
        var returning =
                "refresh_token".equals(request.getParameter("grant_type"))
                        || request.getRequestURI().endsWith("/revoke");
        var app = request.getParameter("client_id");
        return returning
                        && app != null
                        && request.getParameter("client_secret") == null
                        && request.getParameter("client_assertion") == null
                        && request.getHeader("Authorization") == null
                ? new OAuth2ClientAuthenticationToken(
                        app, ClientAuthenticationMethod.NONE, null, Map.of(BARE, true))
                : null;
    }

    private static final String BARE = "trellis.bare";

    /// Lets such an app in; anything else is for the library's own providers.
    AuthenticationProvider bare() {
        return new AuthenticationProvider() {
            @Override
            public @Nullable Authentication authenticate(Authentication sent) {
                var token = (OAuth2ClientAuthenticationToken) sent;
                if (!token.getAdditionalParameters().containsKey(BARE)) {
                    return null;
                }
                var client = clients.findByClientId(token.getName());
                if (client == null
                        || !client.getClientAuthenticationMethods()
                                .contains(ClientAuthenticationMethod.NONE)) {
                    throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
                }
                return new OAuth2ClientAuthenticationToken(
                        client, ClientAuthenticationMethod.NONE, null);
            }

            @Override
            public boolean supports(Class<?> kind) {
                return OAuth2ClientAuthenticationToken.class.isAssignableFrom(kind);
            }
        };
    }
}
