package trellis.terminals;

import java.time.Instant;
import java.util.Map;
import trellis.access.Bounded;

/// How often a PIN was wrong since its holder showed a password. Five times, and only the password lets
/// them in: nobody else can shut them out, because the password always does.
record PinTries(Map<Long, Tries> tries) {
    private static final int MOST = 5;
    private static final int REMEMBERED = 10_000;

    /// @param since when the password was shown
    record Tries(Instant since, int wrong) {}

    PinTries() {
        this(new Bounded<>(REMEMBERED));
    }

    /// Counts a try.
    ///
    /// @return whether a right one still lets in
    boolean allowed(long account, Instant since, boolean right) {
        synchronized (tries) {
            var known = tries.getOrDefault(account, new Tries(since, 0));
            var now = known.since().equals(since) ? known : new Tries(since, 0);
            var allowed = now.wrong() < MOST;
            var wrong = right && allowed ? 0 : now.wrong() + 1;
            tries.put(account, new Tries(since, wrong));
            return allowed;
        }
    }
}
