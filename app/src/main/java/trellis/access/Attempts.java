package trellis.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Failed sign-ins by name or by address, and how long the next one must wait: after a number of free
/// failures 15 seconds, then twice as long each time, five minutes at the most. Names that exist and
/// names that do not are treated alike. A quarter of an hour without failure forgives everything.
///
/// In memory and bounded: a restart forgives too, which an attacker cannot bring about.
public final class Attempts {
    static final Duration FIRST_WAIT = Duration.ofSeconds(15);
    static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    static final Duration FORGIVEN = Duration.ofMinutes(15);

    private static final int MOST = 10_000;

    private final int free;
    private final Map<String, Failures> failures =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                    return size() > MOST;
                }
            };

    private record Failures(int count, Instant last) {}

    /// @param free how many failures cost no waiting
    public Attempts(int free) {
        this.free = free;
    }

    /// Whether the next one must not be tried now.
    public synchronized boolean shut(String key, Instant now) {
        var known = failures.get(key);
        return known != null && now.isBefore(known.last().plus(wait(known.count())));
    }

    /// One has failed.
    public synchronized void failed(String key, Instant now) {
        failures.compute(
                key,
                (_, known) ->
                        known == null || !now.isBefore(known.last().plus(FORGIVEN))
                                ? new Failures(1, now)
                                : new Failures(known.count() + 1, now));
    }

    synchronized void succeeded(String key) {
        failures.remove(key);
    }

    synchronized int remembered() {
        return failures.size();
    }

    /// How long to wait after so many failures.
    Duration wait(int count) {
        if (count < free) {
            return Duration.ZERO;
        }
        var wait = FIRST_WAIT.multipliedBy(1L << Math.min(count - free, 10));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }
}
