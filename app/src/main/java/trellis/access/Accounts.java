package trellis.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import trellis.access.Account.Person;

/// The door of accounts, for commands and for the first start. Changes reach a running server within
/// seconds ([SessionWatch], [Tokens]).
@Component
public final class Accounts {
    private static final Pattern SIGN_IN = Pattern.compile("[a-z0-9][a-z0-9._@-]{1,63}");

    private final AccountSql sql;
    private final PasswordEncoder encoder = Passwords.encoder();

    public Accounts(DataSource database) {
        this.sql = new AccountSql(database);
    }

    /// Every account, by sign-in name.
    public List<Account> all() {
        return sql.all();
    }

    /// One account by its sign-in name, in any case.
    public Optional<Account> named(String signIn) {
        return sql.lock(normal(signIn)).map(AccountSql.Lock::account);
    }

    /// One account by its number, if it may be used.
    public Optional<Account> numbered(long id) {
        return sql.byId(id).filter(account -> !account.disabled());
    }

    /// Adds an account.
    ///
    /// @return its number
    /// @throws AccountRefused when the name is taken or not allowed, or the password is too weak
    public long add(Person person, String password) {
        if (!SIGN_IN.matcher(person.signIn()).matches()) {
            throw new AccountRefused(
                    "A sign-in name has 2 to 64 lower-case letters, digits, dots, dashes or @.");
        }
        if (person.role() == Role.SYSTEM || person.role() == Role.NOBODY) {
            throw new AccountRefused(
                    "A person cannot have the role " + person.role().words() + ".");
        }
        if (person.name().isBlank()) {
            throw new AccountRefused("An account needs the name of the person.");
        }
        if (person.role() == Role.PATIENT && person.self().patient().isEmpty()) {
            throw new AccountRefused("The account of a patient needs the id of their Patient.");
        }
        Passwords.check(password);
        return sql.insert(person, encoder.encode(password))
                .orElseThrow(() ->
                        new AccountRefused("There is an account " + person.signIn() + " already."));
    }

    /// Changes a password; whoever is signed in to the account is signed out.
    ///
    /// @throws AccountRefused when there is no such account, or the password is too weak
    public void changePassword(String signIn, String password) {
        Passwords.check(password);
        if (!sql.password(normal(signIn), encoder.encode(password))) {
            throw unknown(signIn);
        }
    }

    /// Stops or allows sign-in and the account's tokens.
    ///
    /// @throws AccountRefused when there is no such account
    public void disable(String signIn, boolean disabled) {
        if (!sql.disabled(normal(signIn), disabled)) {
            throw unknown(signIn);
        }
    }

    static String normal(String signIn) {
        return signIn.strip().toLowerCase(Locale.ROOT);
    }

    private static AccountRefused unknown(String signIn) {
        return new AccountRefused(
                "There is no account " + signIn + "; `trellis account list` shows them.");
    }
}
