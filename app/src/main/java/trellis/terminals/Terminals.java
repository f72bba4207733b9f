package trellis.terminals;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.Account;
import trellis.access.AccountRefused;
import trellis.access.Accounts;
import trellis.access.Passwords;
import trellis.access.Role;

/// The door of terminals: badges and PINs, who they let in, and drafts.
@Component
public final class Terminals {
    /// Who has shown a password within a shift may come back with less.
    static final Duration SHIFT = Duration.ofHours(12);

    /// The shortest number an NFC card has is eight hexadecimal digits.
    private static final int LEAST_BADGE = 8;

    private static final int MOST_BADGE = 200;
    private static final int MOST_DRAFT = 20_000;

    private final TerminalSql sql;
    private final Accounts accounts;
    private final Clock clock;
    private final PinTries tries;

    Terminals(DataSource database, Accounts accounts, Clock clock) {
        this.sql = new TerminalSql(database);
        this.accounts = accounts;
        this.clock = clock;
        this.tries = new PinTries();
    }

    /// Whom a badge lets in; empty for nobody.
    Optional<Account> byBadge(String badge) {
        return sql.badge(hash(badge)).flatMap(accounts::numbered).filter(this::thisShift);
    }

    /// Whom a PIN lets in; empty for nobody. After five wrong ones the password is asked for.
    Optional<Account> byPin(String signIn, String pin) {
        var account = accounts.named(signIn).filter(one -> !one.disabled());
        var hash = account.flatMap(one -> sql.pin(one.id()));
        // Nobody's PIN takes as long to compare.
        var right =
                Passwords.encoder().matches(pin, hash.orElse(Passwords.NOBODY)) && hash.isPresent();
        if (account.isEmpty() || !thisShift(account.get())) {
            return Optional.empty();
        }
        var id = account.get().id();
        var signedIn = account.get().lastSignIn().orElse(Instant.EPOCH);
        return tries.allowed(id, signedIn, right) ? account.filter(_ -> right) : Optional.empty();
    }

    private boolean thisShift(Account account) {
        var since = account.lastSignIn().orElse(Instant.EPOCH);
        return account.person().role() != Role.PATIENT
                && clock.instant().isBefore(since.plus(SHIFT));
    }

    /// Which quick ways in somebody has.
    record Has(boolean badge, boolean pin) {}

    Has has(long account) {
        return new Has(sql.hasBadge(account), sql.pin(account).isPresent());
    }

    /// Gives somebody a PIN; an empty one takes it away.
    ///
    /// @throws AccountRefused when it is not six digits, or easily guessed
    void setPin(long account, String pin) {
        if (pin.isEmpty()) {
            sql.pin(account, "");
            return;
        }
        if (!pin.matches("[0-9]{6}")) {
            throw new AccountRefused("A PIN has six digits.");
        }
        var steps = pin.chars().distinct().count() < 3 || "01234567890 9876543210".contains(pin);
        if (steps) {
            throw new AccountRefused("That PIN is easily guessed. Choose another one.");
        }
        sql.pin(account, Passwords.hash(pin));
    }

    /// Makes a badge somebody's own; an empty one takes theirs away.
    ///
    /// @throws AccountRefused when it says too little, or is somebody else's
    void setBadge(long account, String badge) {
        var text = badge.strip();
        if (text.isEmpty()) {
            sql.forgetBadge(account);
        } else if (text.length() < LEAST_BADGE || text.length() > MOST_BADGE) {
            throw new AccountRefused(
                    "A badge says between %d and %d characters. Tap it again, or use another one."
                            .formatted(LEAST_BADGE, MOST_BADGE));
        } else if (!sql.badge(account, hash(text))) {
            throw new AccountRefused(
                    "This badge belongs to somebody else. They can give it up on this page.");
        }
    }

    private static byte[] hash(String badge) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(badge.strip().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What somebody had typed on a page, as JSON; empty for nothing.
    Optional<String> draft(long account, String page) {
        return sql.draft(account, page);
    }

    /// Keeps what somebody has typed, for them alone; nothing forgets it.
    void keep(long account, String page, String fields) {
        if (fields.equals("{}") || fields.length() > MOST_DRAFT || page.length() > 300) {
            sql.forget(account, page);
        } else {
            sql.draft(account, page, fields, clock.instant());
        }
    }
}
