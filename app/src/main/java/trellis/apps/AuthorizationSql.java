package trellis.apps;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.stereotype.Component;

/// Authorizations in the database: as the library keeps them, but for the tokens, of which only the
/// SHA-256 is there, so that who reads the table cannot use what it lists.
///
/// A code and a refresh token are good once, also when two come at the same moment. A refresh token that
/// comes again after it was replaced has been stolen, from whoever came first or second: the whole
/// authorization ends (RFC 9700, section 4.14.2).
@Component
final class AuthorizationSql implements OAuth2AuthorizationService {
    private static final String HASHED = "sha256:";
    private static final Duration REMEMBERED = Duration.ofDays(91);
    private static final int TIDIED_EVERY = 64;

    private final OAuth2AuthorizationService table;
    private final Apps apps;

    AuthorizationSql(DataSource database, Clients clients, Apps apps) {
        this.table = new LibrarySql(database, clients);
        this.apps = apps;
    }

    @Override
    public void save(OAuth2Authorization sent) {
        var hashed = hashed(sent);
        var before = table.findById(sent.getId());
        if (before != null) {
            once(before, hashed);
        }
        table.save(hashed);
        if (ThreadLocalRandom.current().nextInt(TIDIED_EVERY) == 0) {
            apps.sql().forget(apps.clock().instant());
        }
    }

    private void once(OAuth2Authorization before, OAuth2Authorization after) {
        var code = before.getToken(OAuth2AuthorizationCode.class);
        if (code != null && before.getAccessToken() == null && after.getAccessToken() != null) {
            spend(code.getToken(), after);
        }
        var old = before.getRefreshToken();
        var fresh = after.getRefreshToken();
        if (old != null
                && fresh != null
                && !old.getToken().getTokenValue().equals(fresh.getToken().getTokenValue())) {
            spend(old.getToken(), after);
        }
    }

    private void spend(AbstractOAuth2Token token, OAuth2Authorization whose) {
        var now = apps.clock().instant();
        var hash = token.getTokenValue().getBytes(StandardCharsets.US_ASCII);
        if (!apps.sql().spend(hash, whose.getId(), now.plus(REMEMBERED), now)) {
            throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
        }
    }

    @Override
    public void remove(OAuth2Authorization authorization) {
        table.remove(authorization);
    }

    @Override
    public @Nullable OAuth2Authorization findById(String id) {
        return table.findById(id);
    }

    @Override
    public @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType kind) {
        if (kind != null && kind.getValue().equals("state")) {
            return table.findByToken(token, kind);
        }
        var hash = hash(token);
        var found = shown(table.findByToken(hash, kind), hash, token);
        if (found == null && kind != null && kind.equals(OAuth2TokenType.REFRESH_TOKEN)) {
            stolen(hash);
        }
        return found;
    }

    /// What a token stands for of which the hash alone is known, good or not.
    ///
    /// @param hash as [trellis.access.Askers#hash] makes it
    Optional<OAuth2Authorization> findByHash(String hash) {
        return Optional.ofNullable(table.findByToken(HASHED + hash, OAuth2TokenType.ACCESS_TOKEN));
    }

    private void stolen(String hash) {
        apps.sql()
                .spent(hash.getBytes(StandardCharsets.US_ASCII))
                .flatMap(id -> Optional.ofNullable(table.findById(id)))
                .ifPresent(table::remove);
    }

    /// What was found, with the token by which it was: the library looks for it there.
    private static @Nullable OAuth2Authorization shown(
            @Nullable OAuth2Authorization found, String hash, String token) {
        return found == null ? null : with(found, value -> value.equals(hash) ? token : value);
    }

    private static OAuth2Authorization hashed(OAuth2Authorization sent) {
        return with(sent, AuthorizationSql::kept);
    }

    /// The same with other values of its tokens.
    private static OAuth2Authorization with(OAuth2Authorization sent, UnaryOperator<String> value) {
        var builder = OAuth2Authorization.from(sent);
        var code = sent.getToken(OAuth2AuthorizationCode.class);
        if (code != null) {
            var token = code.getToken();
            builder.token(
                    new OAuth2AuthorizationCode(
                            value.apply(token.getTokenValue()), issued(token), expires(token)),
                    metadata -> metadata.putAll(code.getMetadata()));
        }
        var access = sent.getAccessToken();
        if (access != null) {
            var token = access.getToken();
            builder.token(
                    new OAuth2AccessToken(
                            token.getTokenType(),
                            value.apply(token.getTokenValue()),
                            token.getIssuedAt(),
                            token.getExpiresAt(),
                            token.getScopes()),
                    metadata -> metadata.putAll(access.getMetadata()));
        }
        var refresh = sent.getRefreshToken();
        if (refresh != null) {
            var token = refresh.getToken();
            builder.token(
                    new OAuth2RefreshToken(
                            value.apply(token.getTokenValue()),
                            token.getIssuedAt(),
                            token.getExpiresAt()),
                    metadata -> metadata.putAll(refresh.getMetadata()));
        }
        var identity = sent.getToken(OidcIdToken.class);
        if (identity != null) {
            var token = identity.getToken();
            builder.token(
                    new OidcIdToken(
                            value.apply(token.getTokenValue()),
                            token.getIssuedAt(),
                            token.getExpiresAt(),
                            token.getClaims()),
                    metadata -> metadata.putAll(identity.getMetadata()));
        }
        return builder.build();
    }

    private static Instant issued(AbstractOAuth2Token token) {
        return Optional.ofNullable(token.getIssuedAt()).orElse(Instant.EPOCH);
    }

    private static Instant expires(AbstractOAuth2Token token) {
        return Optional.ofNullable(token.getExpiresAt()).orElse(Instant.EPOCH);
    }

    /// The hash of a token that is kept; what is a hash already stays.
    private static String kept(String token) {
        return token.startsWith(HASHED) ? token : hash(token);
    }

    /// The library's table, guarded against its own start: what it learns of its columns is one map for
    /// the whole JVM, which each new instance empties and fills again. Whoever asks meanwhile, of another
    /// server in the same JVM, would find a column unknown and fail.
    private static final class LibrarySql implements OAuth2AuthorizationService {
        private static final ReadWriteLock COLUMNS = new ReentrantReadWriteLock();

        private final OAuth2AuthorizationService table;

        LibrarySql(DataSource database, Clients clients) {
            COLUMNS.writeLock().lock();
            try {
                this.table =
                        new JdbcOAuth2AuthorizationService(new JdbcTemplate(database), clients);
            } finally {
                COLUMNS.writeLock().unlock();
            }
        }

        @Override
        public void save(OAuth2Authorization authorization) {
            known(() -> {
                table.save(authorization);
                return null;
            });
        }

        @Override
        public void remove(OAuth2Authorization authorization) {
            known(() -> {
                table.remove(authorization);
                return null;
            });
        }

        @Override
        public @Nullable OAuth2Authorization findById(String id) {
            return known(() -> table.findById(id));
        }

        @Override
        public @Nullable OAuth2Authorization findByToken(
                String token, @Nullable OAuth2TokenType kind) {
            return known(() -> table.findByToken(token, kind));
        }

        private static @Nullable OAuth2Authorization known(
                Supplier<@Nullable OAuth2Authorization> work) {
            COLUMNS.readLock().lock();
            try {
                return work.get();
            } finally {
                COLUMNS.readLock().unlock();
            }
        }
    }

    /// The hash of a token that somebody has sent.
    static String hash(String token) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HASHED + Apps.encode(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
