package trellis.api;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import org.springframework.stereotype.Component;

/// Ids for new resources: UUIDs of version 7 (RFC 9562, 5.7), which begin with the time, so that
/// what is new lies together in every index.
@Component
final class NewId {
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
}
