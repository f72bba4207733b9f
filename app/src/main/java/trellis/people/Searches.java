package trellis.people;

import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Keeps what was searched for, so that a name or an NHS number never stands in an address: the
/// address of a result page holds a random handle that only the session which made it can use, for
/// half an hour.
@Component
final class Searches {

    private static final String ATTRIBUTE = "trellis.people.searches";
    private static final Duration KEPT = Duration.ofMinutes(30);
    private static final int MOST = 20;

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;

    Searches(Clock clock) {
        this.clock = clock;
    }

    private record Kept(FindForm form, Instant until) implements Serializable {}

    /// Keeps a form and names it.
    String keep(FindForm form, HttpSession session) {
        var bytes = new byte[12];
        random.nextBytes(bytes);
        var handle = HexFormat.of().formatHex(bytes);
        synchronized (session) {
            var kept = new LinkedHashMap<>(all(session));
            while (kept.size() >= MOST) {
                kept.remove(kept.keySet().iterator().next());
            }
            kept.put(handle, new Kept(form, clock.instant().plus(KEPT)));
            session.setAttribute(ATTRIBUTE, kept);
        }
        return handle;
    }

    /// The form of a handle; empty when it is unknown here or too old.
    Optional<FindForm> find(String handle, HttpSession session) {
        return Optional.ofNullable(all(session).get(handle))
                .filter(kept -> clock.instant().isBefore(kept.until()))
                .map(Kept::form);
    }

    @SuppressWarnings("unchecked") // only this class sets the attribute
    private static Map<String, Kept> all(HttpSession session) {
        var kept = session.getAttribute(ATTRIBUTE);
        return kept == null ? Map.of() : (Map<String, Kept>) kept;
    }
}
