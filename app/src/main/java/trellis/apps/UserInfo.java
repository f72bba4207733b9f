package trellis.apps;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;
import tools.jackson.databind.json.JsonMapper;
import trellis.access.Caller;

/// `/userinfo`: who uses an app, for the app (OpenID Connect Core 1.0, section 5.3).
final class UserInfo extends OncePerRequestFilter {
    private static final JsonMapper JSON = new JsonMapper();

    private final GivenTokens tokens;
    private final TokenAnswers answers;

    UserInfo(GivenTokens tokens, TokenAnswers answers) {
        this.tokens = tokens;
        this.answers = answers;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException {
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Content-Type-Options", "nosniff");
        var sent = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
        var caller =
                sent.regionMatches(true, 0, "Bearer ", 0, 7)
                        ? tokens.caller(sent.substring(7).strip())
                        : Optional.<Caller>empty();
        var account =
                caller.filter(one -> one.account() != 0)
                        .flatMap(one -> answers.person(Long.toString(one.account())));
        if (account.isEmpty()) {
            refuse(response, 401, "invalid_token");
            return;
        }
        var scopes = caller.orElseThrow().app().orElseThrow().scopes().all();
        if (!scopes.contains("openid")) {
            refuse(response, 403, "insufficient_scope");
            return;
        }
        var claims = new LinkedHashMap<String, Object>();
        claims.put("sub", Long.toString(account.get().id()));
        claims.putAll(
                TokenAnswers.claims(account.get(), scopes, SmartConfiguration.issuer(request)));
        response.getOutputStream().write(JSON.writeValueAsBytes(claims));
    }

    private static void refuse(HttpServletResponse response, int status, String error) {
        response.setStatus(status);
        response.setHeader("WWW-Authenticate", "Bearer realm=\"trellis\", error=\"" + error + "\"");
    }
}
