package trellis.apps;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.net.URISyntaxException;
import java.text.ParseException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.AccountRefused;
import trellis.access.Caller;
import trellis.access.Passwords;
import trellis.access.Scopes;

/// The door of apps: which are registered, and what people let them do.
@Component
public final class Apps {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,63}");

    private final AppSql sql;
    private final Clock clock;

    public Apps(DataSource database, Clock clock) {
        this.sql = new AppSql(database);
        this.clock = clock;
    }

    /// An app just registered.
    ///
    /// @param app what was registered
    /// @param secret of a confidential app without a key; shown once, never stored
    public record Registered(App app, Optional<String> secret) {}

    /// An app that somebody lets act for them.
    ///
    /// @param app which
    /// @param scopes what it may do
    public record Let(App app, Scopes scopes) {}

    /// Registers an app.
    ///
    /// @throws AccountRefused when something about it is not allowed; the message says what
    public Registered register(App app) {
        check(app);
        var needsSecret =
                app.kind() == App.Kind.CONFIDENTIAL
                        && app.keys().set().isEmpty()
                        && app.keys().address().isEmpty();
        var secret = needsSecret ? Optional.of(Passwords.generate()) : Optional.<String>empty();
        if (!sql.insert(app, secret.map(Passwords::hash).orElse(""))) {
            throw new AccountRefused("There is an app " + app.id() + " already.");
        }
        return new Registered(app, secret);
    }

    private static void check(App app) {
        if (!ID.matcher(app.id()).matches()) {
            throw new AccountRefused(
                    "The id of an app has 3 to 64 letters, digits, dots, dashes or underscores.");
        }
        if (app.name().isBlank()) {
            throw new AccountRefused("An app needs the name that people know it by.");
        }
        if (app.scopes().all().isEmpty()) {
            throw new AccountRefused(
                    "An app needs the scopes that it may be granted, such as \"patient/*.rs\".");
        }
        for (var scope : app.scopes().all()) {
            if (!ScopeRules.known(scope)) {
                throw new AccountRefused("There is no scope " + scope + ".");
            }
        }
        if (!app.kind().alone() && app.redirects().isEmpty()) {
            throw new AccountRefused(
                    "An app that people use needs the address they are sent back to.");
        }
        if (app.kind() == App.Kind.BACKEND && app.keys().equals(App.Keys.NONE)) {
            throw new AccountRefused(
                    "A backend proves itself by a key or a certificate: --keys, --keys-url or"
                            + " --certificate.");
        }
        app.redirects().forEach(Apps::checkAddress);
        if (!app.launch().isEmpty()) {
            checkAddress(app.launch());
        }
        if (!app.keys().set().isEmpty()) {
            checkKeys(app.keys().set());
        }
    }

    /// An address that browsers are sent to: over TLS, or on this machine; an app on a telephone has a
    /// scheme of its own with a dot in it (RFC 8252, section 7.1).
    private static void checkAddress(String text) {
        try {
            var uri = new URI(text);
            var host = Optional.ofNullable(uri.getHost()).orElse("");
            var scheme = Optional.ofNullable(uri.getScheme()).orElse("");
            var local = List.of("127.0.0.1", "[::1]", "localhost").contains(host);
            var safe = scheme.equals("https") && !host.isEmpty();
            var here = scheme.equals("http") && local;
            var fine = safe || here || scheme.contains(".");
            if (fine && uri.getFragment() == null) {
                return;
            }
        } catch (URISyntaxException e) {
            // Refused below.
        }
        throw new AccountRefused(
                text + " is no address to send people to: use https, or http on this machine.");
    }

    private static void checkKeys(String set) {
        try {
            var keys = JWKSet.parse(set).getKeys();
            if (keys.isEmpty()) {
                throw new AccountRefused("The key set holds no key.");
            }
            for (var key : keys) {
                if (key.isPrivate()) {
                    throw new AccountRefused(
                            "The key set holds a private key: give the public ones alone.");
                }
                if (key.getKeyID() == null || key.toPublicJWK().computeThumbprint() == null) {
                    throw new AccountRefused("Every key needs a kid.");
                }
            }
        } catch (ParseException | JOSEException e) {
            throw new AccountRefused("The keys are no JWK set: " + e.getMessage());
        }
    }

    /// Every app, by id.
    public List<App> all() {
        return sql.all();
    }

    /// One app that may be used; empty when there is none, or it is disabled.
    public Optional<App> app(String id) {
        return sql.byId(id).map(AppSql.Locked::app).filter(app -> !app.disabled());
    }

    /// Refuses an app everything, or lets it work again.
    ///
    /// @throws AccountRefused when there is no such app
    public void disable(String id, boolean disabled) {
        if (!sql.disabled(id, disabled)) {
            throw new AccountRefused("There is no app " + id + "; `trellis app list` shows them.");
        }
    }

    /// The apps that somebody lets act for them, by name.
    public List<Let> of(Caller caller) {
        return sql.consents(Long.toString(caller.account())).stream()
                .map(one -> new Let(one.app(), Scopes.of(one.scopes())))
                .toList();
    }

    /// Takes back what somebody let an app do. Its tokens end with it.
    public void takeBack(Caller caller, String app) {
        sql.takeBack(app, Long.toString(caller.account()));
    }

    Clock clock() {
        return clock;
    }

    AppSql sql() {
        return sql;
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
