package trellis.store;

import java.util.function.Supplier;

/// How fast one thread works that gives way to whoever is being served ([Foreground]).
///
/// It works in slices. After each it goes on at once when nobody is served; else it rests so much longer than the slice took that its
/// share is kept, and no longer than somebody is served. What a slice took is what passed meanwhile, so that it rests longer where there
/// is less room. However long the slice, and whoever is served, of so many threads as work together one begins the next within
/// [#LONGEST_NANOS].
public final class Pace {
    /// A slice, at the least: what is between two steps is not cut.
    static final long SLICE_NANOS = 4_000_000;

    /// A rest, at the most: it never stands still.
    static final long LONGEST_NANOS = 250_000_000;

    /// How often it looks whether somebody is still served.
    private static final long LOOK_NANOS = 20_000_000;

    /// That of this thread, where it has one.
    static final ScopedValue<Pace> HERE = ScopedValue.newInstance();

    private final Foreground foreground;
    private final Foreground.Time time;
    private final int share;
    private final int threads;
    private long began;
    private int held;

    Pace(Foreground foreground, Foreground.Time time, int share, int threads) {
        this.foreground = foreground;
        this.time = time;
        this.share = share;
        this.threads = threads;
        this.began = time.nanos();
    }

    /// To be called often, between two small pieces of work, where nothing is held that others wait for. On a thread that somebody
    /// waits for it does nothing.
    public static void step() {
        if (HERE.isBound()) {
            HERE.get().stepped();
        }
    }

    /// Does what holds something that others wait for: there is no rest in it.
    static <T> T holding(Supplier<T> work) {
        if (!HERE.isBound()) {
            return work.get();
        }
        var pace = HERE.get();
        pace.held++;
        try {
            return work.get();
        } finally {
            pace.held--;
        }
    }

    /// How much to do in one piece: as much as suits, or less on a thread that gives way.
    ///
    /// @param many what suits
    /// @param few so much that it takes some milliseconds
    public static int some(int many, int few) {
        return HERE.isBound() ? few : many;
    }

    private void stepped() {
        var took = time.nanos() - began;
        if (held == 0 && took >= SLICE_NANOS) {
            rest(took);
            began = time.nanos();
        }
    }

    /// Rests for what is left when the work is done: a thread whose pieces are all shorter than a slice keeps its share too.
    void settled() {
        rest(time.nanos() - began);
    }

    private void rest(long took) {
        var from = time.nanos();
        var owed = Math.min(LONGEST_NANOS * threads, took * (100L * threads - share) / share);
        var left = owed;
        while (left > 0 && foreground.busy() && !Thread.currentThread().isInterrupted()) {
            time.pass(Math.min(left, LOOK_NANOS));
            left = owed - (time.nanos() - from);
        }
        foreground.rested(time.nanos() - from);
    }
}
