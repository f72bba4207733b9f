package trellis.access;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.apache.commons.codec.binary.Base32;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/// The door of second steps: after a password, a code of six digits from an authenticator app (RFC 6238,
/// SHA-1, 30 seconds), or one of eight recovery codes, each of which works once.
@Component
public final class SecondSteps {
    /// How long after the password the code is waited for.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration STEP = Duration.ofSeconds(30);
    private static final int SECRET_BYTES = 20;
    private static final int RECOVERY_CODES = 8;
    private static final int RECOVERY_BYTES = 10;
    private static final int FREE = 5;

    private final RandomGenerator random = new SecureRandom();
    private final SecondStepSql sql;
    private final Accounts accounts;
    private final Clock clock;
    private final Attempts attempts = new Attempts(FREE);
    private final TimeBasedOneTimePasswordGenerator codes =
            new TimeBasedOneTimePasswordGenerator(STEP);

    @Autowired
    SecondSteps(DataSource database, Accounts accounts, Clock clock) {
        this.sql = new SecondStepSql(database);
        this.accounts = accounts;
        this.clock = clock;
    }

    /// For commands, which run beside the server.
    public static SecondSteps on(DataSource database) {
        return new SecondSteps(database, new Accounts(database), Clock.systemUTC());
    }

    /// Whether a sign-in with a password asks for a code as well.
    public boolean asked(long account) {
        return sql.of(account).filter(SecondStepSql.Step::confirmed).isPresent();
    }

    /// How many recovery codes are left.
    public int recoveryCodes(long account) {
        return sql.recoveryCodes(account);
    }

    /// Begins: a secret to be put into an authenticator app, in Base32. One that was begun before and not
    /// confirmed is forgotten; one that is in use stays.
    public String begin(long account) {
        var secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        sql.begin(account, secret);
        return new Base32().encodeToString(secret);
    }

    /// The secret that was begun with and is not confirmed yet, in Base32; empty without.
    public Optional<String> begun(long account) {
        return sql.of(account)
                .filter(step -> !step.confirmed())
                .map(step -> new Base32().encodeToString(step.secret()));
    }

    /// The address that authenticator apps read from a picture.
    ///
    /// @param secret in Base32
    public static String address(String signIn, String secret) {
        return "otpauth://totp/Trellis:"
                + signIn.replace("@", "%40")
                + "?secret="
                + secret
                + "&issuer=Trellis";
    }

    /// Confirms with a first code that the app and the server agree: from now on codes are asked for.
    ///
    /// @return recovery codes, shown once and never again; empty when the code is wrong
    public List<String> confirm(long account, String code) {
        if (!right(account, code)) {
            return List.of();
        }
        var made = Stream.generate(this::recoveryCode).limit(RECOVERY_CODES).toList();
        sql.recovery(account, made.stream().map(SecondSteps::hash).toList());
        return made;
    }

    private String recoveryCode() {
        var bytes = new byte[RECOVERY_BYTES];
        random.nextBytes(bytes);
        var text = new Base32().encodeToString(bytes).toLowerCase(Locale.ROOT);
        return String.join(
                "-",
                text.substring(0, 4),
                text.substring(4, 8),
                text.substring(8, 12),
                text.substring(12));
    }

    /// Asks for codes no more.
    public void forget(long account) {
        sql.forget(account);
    }

    /// Asks for codes no more, on the word of the operator: for who has lost telephone and recovery codes.
    ///
    /// @throws AccountRefused when there is no such account, or it has no second step
    public void forget(String signIn) {
        var account = accounts.named(signIn).orElseThrow(() -> Accounts.unknown(signIn));
        if (!asked(account.id())) {
            throw new AccountRefused(signIn + " signs in with their password alone already.");
        }
        forget(account.id());
    }

    /// Who has shown a password in this session and owes a code; empty when nobody, or too long ago.
    public Optional<Account> owing() {
        return SecurityContextHolder.getContext().getAuthentication()
                                instanceof HalfAuthentication half
                        && clock.instant().isBefore(half.since().plus(PATIENCE))
                ? accounts.numbered(half.account())
                : Optional.empty();
    }

    /// Whether a code, or a recovery code, is right; it is used up then. After five wrong ones the next
    /// must wait, as with passwords.
    public boolean right(long account, String typed) {
        var key = Long.toString(account);
        var now = clock.instant();
        if (attempts.shut(key, now)) {
            return false;
        }
        var text = typed.replaceAll("[\\s-]", "").toLowerCase(Locale.ROOT);
        var right =
                text.matches("[0-9]{6}")
                        ? code(account, text, now)
                        : sql.recover(account, hash(text));
        if (right) {
            attempts.succeeded(key);
        } else {
            attempts.failed(key, now);
        }
        return right;
    }

    /// Clocks differ: the code before and the one after are right too (RFC 6238, section 5.2).
    private boolean code(long account, String text, Instant now) {
        var step = sql.of(account);
        return step.isPresent()
                && Stream.of(now.minus(STEP), now, now.plus(STEP))
                        .filter(when -> same(at(step.get().secret(), when), text))
                        .anyMatch(
                                when -> sql.use(account, when.getEpochSecond() / STEP.toSeconds()));
    }

    private String at(byte[] secret, Instant when) {
        try {
            return codes.generateOneTimePasswordString(new SecretKeySpec(secret, "HmacSHA1"), when);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean same(String expected, String typed) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII),
                typed.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] hash(String recoveryCode) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(recoveryCode.replace("-", "").getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
