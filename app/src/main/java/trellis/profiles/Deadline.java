package trellis.profiles;

import java.util.concurrent.atomic.AtomicBoolean;

/// How long one validation may take. Whoever works for it looks at it now and then and stops.
///
/// @param ends in the time of [System#nanoTime]
/// @param passed whether somebody has been stopped by it
record Deadline(long ends, AtomicBoolean passed) {

    /// The time is up.
    static final class Passed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Passed() {
            super("The validation took too long");
        }
    }

    /// One that begins now.
    static Deadline in(int seconds) {
        return new Deadline(System.nanoTime() + seconds * 1_000_000_000L, new AtomicBoolean());
    }

    /// Whether the time is up, or somebody has been stopped by it.
    boolean isOver() {
        return passed.get() || System.nanoTime() - ends > 0;
    }

    /// Goes on only while there is time.
    void check() {
        if (System.nanoTime() - ends > 0) {
            passed.set(true);
            throw new Passed();
        }
    }
}
