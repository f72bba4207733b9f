package trellis.store;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import trellis.fhir.Refused;

/// What a part of the server does by itself, away from the road of requests: round after round with a pause between, at once
/// when something wakes it, until the server stops. A round that fails is said in the log, and the next tries again.
public final class Rounds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private final String what;
    private final Duration pause;
    private final Round round;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean closing;

    /// One round.
    @FunctionalInterface
    public interface Round {
        /// @return how long to wait for the next; nothing waits longer than the pause that was given
        Duration go();
    }

    /// @param what is seen to, in the plural: for the log
    /// @param pause between two rounds, and before the first
    public static Rounds of(String what, Duration pause, Runnable round) {
        return new Rounds(
                what,
                pause,
                () -> {
                    round.run();
                    return pause;
                });
    }

    private Rounds(String what, Duration pause, Round round) {
        this.what = what;
        this.pause = pause;
        this.round = round;
    }

    /// The same, with rounds that say when the next should be.
    public static Rounds paced(String what, Duration pause, Round round) {
        return new Rounds(what, pause, round);
    }

    /// Begins, in a thread of its own. It is one of the system's, which shares a processor in small pieces: a virtual one would keep
    /// one of the few carriers of requests for as long as it computes.
    public void begin() {
        var _ = Thread.ofPlatform().daemon().name(what).start(this::run);
    }

    /// The next round begins at once.
    public void wake() {
        wake.release();
    }

    /// Whether a long round should end early.
    public boolean closing() {
        return closing;
    }

    /// No further round begins.
    @Override
    public void close() {
        closing = true;
        wake.release();
    }

    private void run() {
        try {
            var wait = pause;
            while (!closing) {
                if (wake.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    wake.drainPermits();
                }
                if (!closing) {
                    wait = go();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration go() {
        try {
            var next = round.go();
            return next.compareTo(pause) < 0 ? next : pause;
        } catch (DataAccessException | TransactionException | Refused e) {
            complain(() ->
                    LOG.warn("{} wait; they will be seen to when the database is back", what));
        } catch (RuntimeException e) {
            // Its message may hold what the log must not.
            complain(() -> LOG.error("{} could not be seen to: {}", what, e.getClass().getName()));
        }
        return pause;
    }

    /// Unless the server stops: what a round stood on may have gone before it.
    private void complain(Runnable words) {
        if (!closing) {
            words.run();
        }
    }
}
