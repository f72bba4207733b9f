package trellis.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.stereotype.Component;

/// The door of browser sessions, for whoever signs people in or out by another way than the form.
@Component
public final class Sessions {
    /// A ward's terminals may come from one address, and badges are tapped all day.
    private static final int FREE_PER_ADDRESS = 30;

    private final ApplicationEventPublisher events;
    private final AccessSettings settings;
    private final Clock clock;
    private final Attempts byAddress = new Attempts(FREE_PER_ADDRESS);
    private final HttpSessionSecurityContextRepository contexts =
            new HttpSessionSecurityContextRepository();

    Sessions(ApplicationEventPublisher events, AccessSettings settings, Clock clock) {
        this.events = events;
        this.settings = settings;
        this.clock = clock;
    }

    /// Begins a session of somebody's own; whatever session there was has ended, so that nothing of it
    /// goes over.
    public void begin(Account account, HttpServletRequest request, HttpServletResponse response) {
        end(request);
        var now = clock.instant();
        var caller = account.caller(Caller.Came.SESSION);
        events.publishEvent(new SignInEvent.SignedIn(now, caller, SecurityChains.client(request)));
        request.getSession(true).setMaxInactiveInterval((int) settings.idle().toSeconds());
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
