package trellis.access;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/// Ends a session whose account has been disabled, has another password, another role or name since
/// it began, and one that is older than twelve hours. Looks at each account every five seconds at the
/// most.
public final class SessionWatch extends OncePerRequestFilter {
    private static final Duration BELIEVED = Duration.ofSeconds(5);
    private static final Duration LONGEST_SESSION = Duration.ofHours(12);
    private static final int MOST_BELIEVED = 10_000;

    private final AccountSql accounts;
    private final Clock clock;
    private final Map<Long, Seen> seen = new ConcurrentHashMap<>();

    private record Seen(Account account, Instant until) {
        /// A session begun after the account was looked at may rightly know it otherwise.
        boolean differs(CallerAuthentication known) {
            return account.changed() != known.changed();
        }
    }

    private SessionWatch(DataSource database, Clock clock) {
        this.accounts = new AccountSql(database);
        this.clock = clock;
    }

    /// A watch over the accounts of a database, for a chain of filters in which sessions count.
    public static Filter over(DataSource database, Clock clock) {
        return new SessionWatch(database, clock);
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication instanceof CallerAuthentication known) {
            try {
                if (!holds(known)) {
                    end(request);
                }
            } catch (DataAccessException e) {
                response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private static void end(HttpServletRequest request) {
        SecurityContextHolder.clearContext();
        var session = request.getSession(false);
        if (session != null) {
            session.invalidate();
        }
    }

    private boolean holds(CallerAuthentication known) {
        var now = clock.instant();
        if (!now.isBefore(known.since().plus(LONGEST_SESSION))) {
            return false;
        }
        var id = known.getPrincipal().account();
        var last = seen.get(id);
        if (last == null || !now.isBefore(last.until()) || last.differs(known)) {
            var account = accounts.byId(id);
            if (account.isEmpty()) {
                return false;
            }
            if (seen.size() >= MOST_BELIEVED) {
                seen.clear();
            }
            last = new Seen(account.get(), now.plus(BELIEVED));
            seen.put(id, last);
        }
        var account = last.account();
        return !account.disabled()
                && account.changed() == known.changed()
                && account.caller(Caller.Came.SESSION).equals(known.getPrincipal());
    }
}
