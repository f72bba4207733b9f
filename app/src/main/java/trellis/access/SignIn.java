package trellis.access;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;
import trellis.access.Caller.Came;
import trellis.access.SignInEvent.Client;
import trellis.access.SignInEvent.SignInRefused;
import trellis.access.SignInEvent.SignedIn;
import trellis.fhir.Refused;

/// Checks a name and a password. Whatever is wrong (no such name, wrong password, disabled, too many
/// tries), the answer is the same and takes the same time.
@Component
final class SignIn implements AuthenticationProvider {
    /// Comparing a password is dear on purpose; more at once would only starve everybody.
    private static final int AT_ONCE = 2;

    private static final long PATIENCE_SECONDS = 10;
    private static final int FREE_PER_NAME = 5;
    private static final int FREE_PER_ADDRESS = 20;

    private final AccountSql accounts;
    private final SecondSteps seconds;
    private final ApplicationEventPublisher events;
    private final Clock clock;
    private final PasswordEncoder encoder = Passwords.encoder();
    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private final Attempts byName = new Attempts(FREE_PER_NAME);
    private final Attempts byAddress = new Attempts(FREE_PER_ADDRESS);

    SignIn(
            DataSource database,
            SecondSteps seconds,
            ApplicationEventPublisher events,
            Clock clock) {
        this.seconds = seconds;
        this.accounts = new AccountSql(database);
        this.events = events;
        this.clock = clock;
    }

    @Override
    public boolean supports(Class<?> kind) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(kind);
    }

    @Override
    public Authentication authenticate(Authentication sent) {
        var name = Accounts.normal(sent.getName());
        var password = String.valueOf(sent.getCredentials());
        var client = sent.getDetails() instanceof Client known ? known : new Client("", "");
        var waited = false;
        try {
            waited = turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!waited) {
                throw new AuthenticationServiceException("Too many sign-ins at once");
            }
            return check(name, password, client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AuthenticationServiceException("Interrupted", e);
        } catch (DataAccessException | Refused e) {
            throw new AuthenticationServiceException("The database is away", e);
        } finally {
            if (waited) {
                turns.release();
            }
        }
    }

    private Authentication check(String name, String password, Client client) {
        var now = clock.instant();
        var lock = accounts.lock(name);
        var right =
                encoder.matches(
                        password, lock.map(AccountSql.Lock::password).orElse(Passwords.NOBODY));
        var account = lock.map(AccountSql.Lock::account);
        var shut = byName.shut(name, now) || byAddress.shut(client.address(), now);
        if (!right || shut || account.isEmpty() || account.get().disabled()) {
            throw refused(name, account, client, now, shut);
        }
        if (seconds.asked(account.get().id())) {
            return new HalfAuthentication(account.get().id(), now);
        }
        var caller = account.get().caller(Came.SESSION);
        events.publishEvent(new SignedIn(now, caller, client));
        accounts.signedIn(caller.account(), now);
        byName.succeeded(name);
        return new CallerAuthentication(caller, account.get().changed(), now);
    }

    private BadCredentialsException refused(
            String name, Optional<Account> account, Client client, Instant now, boolean shut) {
        if (!shut) {
            byName.failed(name, now);
            byAddress.failed(client.address(), now);
        }
        var caller = account.map(known -> known.caller(Came.SESSION)).orElse(Caller.nobody());
        events.publishEvent(new SignInRefused(now, caller, client));
        return new BadCredentialsException("Refused");
    }
}
