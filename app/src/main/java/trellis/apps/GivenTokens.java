package trellis.apps;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.stereotype.Component;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.AppTokens;
import trellis.access.Believed;
import trellis.access.Caller;
import trellis.access.Scopes;

/// Who sends the token of an app. A token once found good is believed for five seconds, so what is
/// taken back holds after that at the latest.
@Component
final class GivenTokens implements AppTokens {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{60,200}");

    private final AuthorizationSql authorizations;
    private final Apps apps;
    private final Accounts accounts;
    private final Contexts contexts;
    private final Believed<String, Caller> believed = new Believed<>();

    GivenTokens(AuthorizationSql authorizations, Apps apps, Accounts accounts, Contexts contexts) {
        this.authorizations = authorizations;
        this.apps = apps;
        this.accounts = accounts;
        this.contexts = contexts;
    }

    @Override
    public Optional<Caller> caller(String token) {
        if (!FORM.matcher(token).matches()) {
            return Optional.empty();
        }
        return believed.get(
                AuthorizationSql.hash(token), apps.clock().instant(), () -> look(token));
    }

    private Optional<Believed.Good<Caller>> look(String token) {
        var found =
                Optional.ofNullable(
                        authorizations.findByToken(token, OAuth2TokenType.ACCESS_TOKEN));
        return found.filter(GivenTokens::good)
                .flatMap(this::caller)
                .map(caller -> new Believed.Good<>(caller, ends(found.orElseThrow())));
    }

    /// One that is bound to a key (DPoP) is not good without its proof, which is not read here.
    private static boolean good(OAuth2Authorization authorization) {
        var token = authorization.getAccessToken();
        return token != null
                && token.isActive()
                && token.getToken().getTokenType().equals(OAuth2AccessToken.TokenType.BEARER);
    }

    private static Instant ends(OAuth2Authorization authorization) {
        return Optional.ofNullable(authorization.getAccessToken())
                .map(token -> token.getToken().getExpiresAt())
                .orElse(Instant.EPOCH);
    }

    private Optional<Caller> caller(OAuth2Authorization authorization) {
        var app = apps.app(authorization.getRegisteredClientId());
        if (app.isEmpty()) {
            return Optional.empty();
        }
        var scopes =
                Scopes.of(requireNonNull(authorization.getAccessToken()).getToken().getScopes());
        var works = app.get().works();
        var patient =
                app.get().kind().alone() || !scopes.aboutPatient()
                        ? Optional.<String>empty()
                        : contexts.of(authorization).map(Contexts.Context::patient);
        var used =
                new Caller.App(
                        app.get().id(),
                        app.get().name(),
                        scopes,
                        patient,
                        works.purpose(),
                        Optional.of(works.project()).filter(project -> !project.isEmpty()));
        if (app.get().kind().alone()) {
            return Optional.of(
                    Caller.app(used, works.role(), works.organisation(), works.odsCode()));
        }
        return Contexts.number(authorization.getPrincipalName())
                .flatMap(accounts::numbered)
                .map((Account account) -> account.caller(Caller.Came.APP).through(used));
    }
}
