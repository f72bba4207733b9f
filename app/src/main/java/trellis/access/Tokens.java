package trellis.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/// The door of bearer tokens: 256 random bits that mean nothing by themselves, stored as their
/// SHA-256. A token once found good is believed for five seconds, so a revocation holds after that at
/// the latest.
@Component
public final class Tokens {
    /// The longest a token may live.
    public static final Duration LONGEST = Duration.ofDays(365);

    private static final String PREFIX = "trellis_";
    private static final int BYTES = 32;

    /// Of a token: 32 bytes are 43 letters.
    private static final int LENGTH = PREFIX.length() + 43;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final TokenSql sql;
    private final Clock clock;
    private final Believed<ByteBuffer, Known> believed = new Believed<>();

    /// Somebody who has shown a good token.
    ///
    /// @param shown as [Askers] keeps it
    record Known(Caller caller, String shown) {}

    /// A token as it is listed; the token itself is known only to whoever was given it.
    ///
    /// @param id its number
    /// @param signIn sign-in name of its account; empty for the machine's own
    /// @param created when it was made
    /// @param expires when it ends by itself
    /// @param revoked when it was revoked
    public record Token(
            long id, String signIn, Instant created, Instant expires, Optional<Instant> revoked) {}

    /// A token just made.
    ///
    /// @param id its number
    /// @param secret what the holder sends; shown once, never stored
    /// @param expires when it ends
    public record Issued(long id, String secret, Instant expires) {}

    public Tokens(DataSource database, Clock clock) {
        this.sql = new TokenSql(database);
        this.clock = clock;
    }

    /// Makes a token.
    ///
    /// @param account whose rights it carries; empty for the machine's own, which may do everything
    /// @param life how long it is good for
    /// @throws AccountRefused when the account is disabled or the life is not allowed
    public Issued issue(Optional<Account> account, Duration life) {
        if (life.isNegative() || life.isZero() || life.compareTo(LONGEST) > 0) {
            throw new AccountRefused("A token lives from one second to 365 days.");
        }
        if (account.filter(Account::disabled).isPresent()) {
            throw new AccountRefused("The account is disabled, so it can have no token.");
        }
        var random = new byte[BYTES];
        RANDOM.nextBytes(random);
        var secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        var now = clock.instant();
        var id = sql.insert(hash(secret), account, now, now.plus(life));
        return new Issued(id, secret, now.plus(life));
    }

    /// Every token there was, in the order they were made.
    public List<Token> all() {
        return sql.all();
    }

    /// Ends a token; a running server refuses it within five seconds.
    ///
    /// @throws AccountRefused when there is no such token
    public void revoke(long id) {
        if (!sql.revoke(id, clock.instant())) {
            throw new AccountRefused(
                    "There is no token " + id + "; `trellis token --list` shows them.");
        }
    }

    /// Who sends this token; empty when it is not good, or not any more.
    Optional<Known> known(String secret) {
        if (!hasForm(secret)) {
            return Optional.empty();
        }
        var hash = hash(secret);
        var now = clock.instant();
        return believed.get(ByteBuffer.wrap(hash), now, () -> look(hash, now));
    }

    /// Who sends this token, by themselves.
    Optional<Caller> caller(String secret) {
        return known(secret).map(Known::caller);
    }

    private Optional<Believed.Good<Known>> look(byte[] hash, Instant now) {
        return sql.good(hash, now)
                .map(good ->
                        new Believed.Good<>(
                                new Known(good.caller(), Askers.token(hash)), good.expires()));
    }

    private static boolean hasForm(String secret) {
        if (secret.length() != LENGTH || !secret.startsWith(PREFIX)) {
            return false;
        }
        for (var i = PREFIX.length(); i < LENGTH; i++) {
            var sign = secret.charAt(i);
            if (sign > 'z' || (sign != '-' && sign != '_' && !Character.isLetterOrDigit(sign))) {
                return false;
            }
        }
        return true;
    }

    /// Who it was that has shown a token before, as they are now; whether it has ended by itself since does not matter.
    ///
    /// @return empty when it was revoked or the account disabled
    Optional<Caller> again(byte[] hash) {
        return sql.good(hash, Instant.EPOCH).map(TokenSql.Good::caller);
    }

    private static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
