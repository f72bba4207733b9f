package trellis.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Whether this server serves somebody just now, and what gives way to them: work that nobody waits for is done [#behind] it, in
/// slices, each with its [Pace].
///
/// A request costs two additions and two looks at the clock.
public final class Foreground {
    /// So long after the last request nobody is being served: longer than the gaps of a few hundred requests a second, shorter than
    /// those of somebody who asks now and then.
    private static final long QUIET_NANOS = 20_000_000;

    /// What has been under way for so long, and is alone, waits for somebody else: a slow client, a phone without reception.
    private static final long STUCK_NANOS = 30_000_000_000L;

    private final int share;
    private final Time time;
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger working = new AtomicInteger();
    private final LongAdder rested = new LongAdder();
    private volatile long last;

    /// @param share what work behind it may take while somebody is served, in hundredths of the time of one processor
    public Foreground(int share) {
        this(share, Time.SYSTEM);
    }

    Foreground(int share, Time time) {
        this.share = share;
        this.time = time;
        this.last = time.nanos() - STUCK_NANOS;
    }

    /// The time that passes.
    interface Time {
        /// The one that passes for everybody.
        Time SYSTEM =
                new Time() {
                    @Override
                    public long nanos() {
                        return System.nanoTime();
                    }

                    @Override
                    public void pass(long nanos) {
                        LockSupport.parkNanos(nanos);
                    }
                };

        long nanos();

        /// Lets some pass, or less.
        void pass(long nanos);
    }

    /// Work that nobody waits for.
    @FunctionalInterface
    public interface Work<X extends Exception> {
        void done() throws X;
    }

    /// Somebody is being served from now on.
    public void begin() {
        served.incrementAndGet();
        last = time.nanos();
    }

    /// They have been served.
    public void end() {
        last = time.nanos();
        served.decrementAndGet();
    }

    /// Whether somebody is being served, or was a moment ago.
    public boolean busy() {
        var since = time.nanos() - last;
        return since < QUIET_NANOS || (served.get() > 0 && since < STUCK_NANOS);
    }

    /// Does work on this thread that gives way wherever it calls [Pace#step].
    public <X extends Exception> void behind(Work<X> work) throws X {
        behind(1, work);
    }

    /// The same for one of several threads that do one piece of work together, and have one share together.
    public <X extends Exception> void behind(int threads, Work<X> work) throws X {
        var pace = new Pace(this, time, share, threads);
        working.incrementAndGet();
        try {
            var _ =
                    ScopedValue.where(Pace.HERE, pace)
                            .call(() -> {
                                work.done();
                                pace.settled();
                                return true;
                            });
        } finally {
            working.decrementAndGet();
        }
    }

    /// Work has rested for somebody.
    void rested(long nanos) {
        rested.add(nanos);
    }

    /// How many requests are under way.
    double serving() {
        return served.get();
    }

    /// How many threads do what gives way.
    double working() {
        return working.get();
    }

    /// How many seconds these have rested in all.
    double rested() {
        return rested.sum() / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
