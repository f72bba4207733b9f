package trellis.apps;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import tools.jackson.databind.json.JsonMapper;

/// The answer of the token endpoint, with what SMART App Launch adds to it.
final class TokenResponse implements AuthenticationSuccessHandler {
    private static final JsonMapper JSON = new JsonMapper();

    private final AuthorizationSql authorizations;
    private final TokenAnswers answers;

    TokenResponse(AuthorizationSql authorizations, TokenAnswers answers) {
        this.authorizations = authorizations;
        this.answers = answers;
    }

    @Override
    public void onAuthenticationSuccess(
            HttpServletRequest request, HttpServletResponse response, Authentication done)
            throws IOException {
        var given = (OAuth2AccessTokenAuthenticationToken) done;
        var token = given.getAccessToken();
        var body = new LinkedHashMap<String, Object>();
        body.put("access_token", token.getTokenValue());
        body.put("token_type", token.getTokenType().getValue());
        var issued = Optional.ofNullable(token.getIssuedAt()).orElse(Instant.EPOCH);
        var ends = Optional.ofNullable(token.getExpiresAt()).orElse(Instant.EPOCH);
        // One second less than it is good for: by the time it is read, part of one has gone.
        body.put("expires_in", Math.max(0, ends.getEpochSecond() - issued.getEpochSecond() - 1));
        body.put("scope", String.join(" ", token.getScopes()));
        Optional.ofNullable(given.getRefreshToken())
                .ifPresent(refresh -> body.put("refresh_token", refresh.getTokenValue()));
        body.putAll(given.getAdditionalParameters());
        Optional.ofNullable(
                        authorizations.findByToken(
                                token.getTokenValue(), OAuth2TokenType.ACCESS_TOKEN))
                .ifPresent(authorization -> body.putAll(answers.context(authorization)));
        response.setContentType("application/json;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Pragma", "no-cache");
        response.getOutputStream()
                .write(JSON.writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
    }
}
