package trellis.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.stereotype.Component;

/// The door of browser sessions, for whoever signs people in or out by another way than the form.
@Component
public final class Sessions {
    /// A ward's terminals may come from one address, and badges are tapped all day.
    private static final int FREE_PER_ADDRESS = 30;

    private final ApplicationEventPublisher events;
    private final AccessSettings settings;
    private final AccountSql accounts;
    private final Clock clock;
    private final Attempts byAddress = new Attempts(FREE_PER_ADDRESS);
    private final HttpSessionSecurityContextRepository contexts =
            new HttpSessionSecurityContextRepository();

    Sessions(
            ApplicationEventPublisher events,
            AccessSettings settings,
            DataSource database,
            Clock clock) {
        this.events = events;
        this.accounts = new AccountSql(database);
        this.settings = settings;
        this.clock = clock;
    }

    /// Where what was asked for is kept until somebody has signed in: pages somebody went to, never what a
    /// script fetched behind one.
    static HttpSessionRequestCache wanted() {
        var wanted = new HttpSessionRequestCache();
        wanted.setRequestMatcher(
                request -> request.getMethod().equals("GET") && !Sessions.byScript(request));
        return wanted;
    }

    /// Whether a script asks behind a page, and not somebody who goes to one (Fetch Metadata Request
    /// Headers, section 2.2); browsers that do not say are taken for the latter.
    static boolean byScript(HttpServletRequest request) {
        return !Objects.requireNonNullElse(request.getHeader("Sec-Fetch-Mode"), "navigate")
                .equals("navigate");
    }

    /// Signs somebody in who has shown in full who they are.
    ///
    /// @return where they were going
    public URI signIn(Account account, HttpServletRequest request, HttpServletResponse response) {
        var wanted =
                Optional.ofNullable(wanted().getRequest(request, response))
                        .map(SavedRequest::getRedirectUrl)
                        .orElse("/");
        begin(account, request, response);
        accounts.signedIn(account.id(), clock.instant());
        return URI.create(wanted);
    }

    /// Begins a session of somebody's own; whatever session there was has ended, so that nothing of it
    /// goes over.
    public void begin(Account account, HttpServletRequest request, HttpServletResponse response) {
        end(request);
        var now = clock.instant();
        var caller = account.caller(Caller.Came.SESSION);
        events.publishEvent(new SignInEvent.SignedIn(now, caller, SecurityChains.client(request)));
        request.getSession(true)
                .setMaxInactiveInterval((int) settings.idle(caller.role()).toSeconds());
        var context =
                new SecurityContextImpl(new CallerAuthentication(caller, account.changed(), now));
        SecurityContextHolder.setContext(context);
        contexts.saveContext(context, request, response);
    }

    /// Ends the session there is.
    public void end(HttpServletRequest request) {
        SecurityContextHolder.clearContext();
        var session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    /// Whether too many tries from this address let nobody in, so that the next one must wait: the number
    /// on a badge is shorter than a password.
    public boolean shut(HttpServletRequest request) {
        return byAddress.shut(SecurityChains.client(request).address(), clock.instant());
    }

    /// Somebody could not show who they are; the audit hears of it.
    ///
    /// @param account who they said they were; empty when that is not known
    public void refused(Optional<Account> account, HttpServletRequest request) {
        var client = SecurityChains.client(request);
        var caller =
                account.map(known -> known.caller(Caller.Came.SESSION)).orElseGet(Caller::nobody);
        byAddress.failed(client.address(), clock.instant());
        events.publishEvent(new SignInEvent.SignInRefused(clock.instant(), caller, client));
    }
}
