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

    @Override
    public String kind() {
        return "given";
    }

    /// What was given an hour ago may be forgotten by now; then the app, and what people let it do, decide alone.
    @Override
    public Optional<Caller> again(Caller then, String hash) {
        var used = then.app();
        var app = used.flatMap(one -> apps.app(one.id()));
        if (app.isEmpty() || !within(used.orElseThrow().scopes(), app.get().scopes())) {
            return Optional.empty();
        }
        var found = authorizations.findByHash(hash);
        if (found.isPresent()) {
            var token = found.get().getAccessToken();
            return token == null || token.isInvalidated() ? Optional.empty() : caller(found.get());
        }
        var works = app.get().works();
        if (app.get().kind().alone()) {
            return used.map(
                    one -> Caller.app(one, works.role(), works.organisation(), works.odsCode()));
        }
        var let = Scopes.of(apps.sql().consent(app.get().id(), Long.toString(then.account())));
        return within(used.orElseThrow().scopes(), let)
                ? accounts.numbered(then.account())
                        .map(account -> account.caller(Caller.Came.APP).through(used.orElseThrow()))
                : Optional.empty();
    }

    private static boolean within(Scopes some, Scopes others) {
        return some.grants().stream().allMatch(grant -> others.includes(grant.text()));
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
