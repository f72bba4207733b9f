package trellis.access;

import java.time.Instant;
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
    private static final int FREE = 5;

    private static final Pattern SIGN_IN = Pattern.compile("[a-z0-9][a-z0-9._@-]{1,63}");

    private final AccountSql sql;
    private final PasswordEncoder encoder = Passwords.encoder();
    private final Attempts attempts = new Attempts(FREE);

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

    /// Staff of an organisation who may sign in, by name.
    ///
    /// @param odsCode of the organisation itself, not of its sites
    /// @param words that the name holds; empty for everybody
    /// @param most how many at the most
    public List<Account> of(String odsCode, String words, int most) {
        return odsCode.isEmpty() ? List.of() : sql.ofOrganisation(odsCode, words.strip(), most);
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

    /// Whether somebody who is signed in knows their password still: asked before what they could not
    /// undo. After five wrong ones the next must wait.
    public boolean knows(Account account, String password, Instant now) {
        var name = account.person().signIn();
        if (attempts.shut(name, now)) {
            return false;
        }
        var right =
                sql.lock(name)
                        .filter(lock -> encoder.matches(password, lock.password()))
                        .isPresent();
        if (right) {
            attempts.succeeded(name);
        } else {
            attempts.failed(name, now);
        }
        return right;
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

    /// The accounts of a user of the Care Identity Service, one for each role profile, that may be used.
    ///
    /// @param userId 12 digits
    public List<Account> ofUser(String userId) {
        return sql.ofUser(userId);
    }

    /// The account of a member of the public; of several the one that they use.
    ///
    /// @param patient id of their Patient
    public Optional<Account> ofPatient(String patient) {
        return sql.ofPatient(patient).stream().findFirst();
    }

    /// All accounts of a member of the public, the one first that they use. There are several after two records of one person have
    /// been made one.
    ///
    /// @param patient id of their Patient
    public List<Account> allOfPatient(String patient) {
        return sql.ofPatient(patient);
    }

    /// Somebody has proved anew who they are, better or less well than before.
    public void proved(Account account, Level level) {
        sql.level(account.id(), level);
    }

    /// Whose account a subject of another issuer uses.
    public Optional<Account> linked(String issuer, String subject) {
        return sql.linked(issuer, subject);
    }

    /// Lets a subject of another issuer use an account from now on, and no other subject of that issuer.
    ///
    /// @return false when another subject does already
    public boolean link(String issuer, String subject, Account account, Instant now) {
        return sql.link(issuer, subject, account.id(), now);
    }

    /// Whoever comes next under this name from another issuer is taken for its owner: after the issuer has given them
    /// a new number.
    ///
    /// @throws AccountRefused when there is no such account, or nobody has come to it so
    public void unlink(String signIn) {
        var account = named(signIn).orElseThrow(() -> unknown(signIn));
        if (!sql.unlink(account.id())) {
            throw new AccountRefused("Nobody has signed in to " + signIn + " from elsewhere.");
        }
    }

    static String normal(String signIn) {
        return signIn.strip().toLowerCase(Locale.ROOT);
    }

    static AccountRefused unknown(String signIn) {
        return new AccountRefused(
                "There is no account " + signIn + "; `trellis account list` shows them.");
    }
}
