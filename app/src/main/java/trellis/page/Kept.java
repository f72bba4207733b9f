package trellis.page;

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

/// Keeps what was searched for, so that a name or an NHS number never stands in an address: the
/// address of a result page holds a random handle that only the session which made it can use, for
/// half an hour.
///
/// @param <T> what was typed
public final class Kept<T extends Serializable> {
    private static final Duration TIME = Duration.ofMinutes(30);
    private static final int MOST = 20;

    private final SecureRandom random = new SecureRandom();
    private final String attribute;
    private final Class<T> type;
    private final Clock clock;

    /// @param attribute of the session, of this use alone
    public Kept(String attribute, Class<T> type, Clock clock) {
        this.attribute = attribute;
        this.type = type;
        this.clock = clock;
    }

    private record One(Serializable form, Instant until) implements Serializable {}

    /// Keeps a form and names it.
    public String keep(T form, HttpSession session) {
        var bytes = new byte[12];
        random.nextBytes(bytes);
        var handle = HexFormat.of().formatHex(bytes);
        synchronized (session) {
            var kept = new LinkedHashMap<>(all(session));
            while (kept.size() >= MOST) {
                kept.remove(kept.keySet().iterator().next());
            }
            kept.put(handle, new One(form, clock.instant().plus(TIME)));
            session.setAttribute(attribute, kept);
        }
        return handle;
    }

    /// The form of a handle; empty when it is unknown here or too old.
    public Optional<T> find(String handle, HttpSession session) {
        return Optional.ofNullable(all(session).get(handle))
                .filter(kept -> clock.instant().isBefore(kept.until()))
                .map(kept -> type.cast(kept.form()));
    }

    @SuppressWarnings("unchecked") // only this class sets the attribute
    private Map<String, One> all(HttpSession session) {
        var kept = session.getAttribute(attribute);
        return kept == null ? Map.of() : (Map<String, One>) kept;
    }
}
