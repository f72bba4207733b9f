package trellis.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// How often somebody may ask: a bucket of tokens for each key, filled at a steady rate, with room for a
/// burst. In memory and bounded; each server counts for itself.
public final class Throttle {
    private static final int MOST = 20_000;
    private static final int BURST_SECONDS = 5;

    /// The key of whoever is not counted.
    public static final String UNCOUNTED = "";

    private final double perSecond;
    private final Clock clock;
    private final Map<String, Bucket> buckets = new Bounded<>(MOST);

    private record Bucket(double tokens, Instant at) {}

    /// @param perSecond how many may be asked in a second in the long run; 0 for as many as they like
    public Throttle(int perSecond, Clock clock) {
        this.perSecond = perSecond;
        this.clock = clock;
    }

    private double tokens(Bucket known, Instant now) {
        var passed = Math.max(0, Duration.between(known.at(), now).toNanos()) / 1e9;
        return Math.min(perSecond * BURST_SECONDS, known.tokens() + passed * perSecond);
    }

    /// Takes one token.
    ///
    /// @return whether there was one
    public synchronized boolean take(String key) {
        if (perSecond == 0 || key.equals(UNCOUNTED)) {
            return true;
        }
        var now = clock.instant();
        var known = buckets.getOrDefault(key, new Bucket(perSecond * BURST_SECONDS, now));
        var tokens = tokens(known, now);
        var there = tokens >= 1;
        buckets.put(key, new Bucket(there ? tokens - 1 : tokens, now));
        return there;
    }
}
