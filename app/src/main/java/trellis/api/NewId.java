package trellis.api;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/// Ids for new resources: UUIDs of version 7 (RFC 9562, 5.7), which begin with the time, so that
/// what is new lies together in every index.
@Component
final class NewId {
    private static final Pattern SHAPE =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    /// Longer than anybody waits for a write.
    private static final Duration WRITING = Duration.ofMinutes(2);

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    NewId(Clock clock) {
        this.clock = clock;
    }

    /// An id that nobody else has.
    String next() {
        var high = (clock.millis() << 16) | 0x7000 | random.nextInt(0x1000);
        var low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }

    /// Whether an id was given by a server of ours to what was first written then, and so was not
    /// chosen by whoever sent it: such an id holds the time at which it was made.
    static boolean given(String id, Instant written) {
        if (!SHAPE.matcher(id).matches()) {
            return false;
        }
        var made = Instant.ofEpochMilli(UUID.fromString(id).getMostSignificantBits() >>> 16);
        return !made.isAfter(written) && made.plus(WRITING).isAfter(written);
    }
}
