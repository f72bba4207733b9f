package trellis.jobs;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Waits for a database that is away, says so once, and goes on when it is back. Safe for many
/// threads, which share one wait.
final class Patience {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final Console console;
    private final Duration longest;
    private final CountDownLatch stop;
    private long awaySince;

    /// @param longest how long to wait until giving up
    /// @param stop counted down when the work is to be stopped
    Patience(Console console, Duration longest, CountDownLatch stop) {
        this.console = console;
        this.longest = longest;
        this.stop = stop;
    }

    /// Does the work, again and again while the database is away.
    ///
    /// @throws Refused with [Problem.Unavailable] when patience is at its end, or the work is to stop
    <T> T until(Supplier<T> work) {
        var began = System.nanoTime();
        var pause = FIRST_PAUSE;
        while (true) {
            try {
                var result = work.get();
                back();
                return result;
            } catch (Refused e) {
                if (!(e.problem() instanceof Problem.Unavailable(var why, _))
                        || System.nanoTime() - began > longest.toNanos()) {
                    throw e;
                }
                away(why);
                if (stopped(pause)) {
                    throw e;
                }
                pause =
                        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                                ? pause.multipliedBy(2)
                                : LONGEST_PAUSE;
            }
        }
    }

    private boolean stopped(Duration pause) {
        try {
            return stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private synchronized void away(String why) {
        if (awaySince == 0) {
            awaySince = System.nanoTime();
            console.progressDone();
            console.note(
                    why
                            + ": waiting for up to "
                            + Durations.words(longest)
                            + ". Nothing is lost; after Ctrl-C the same command goes on from here.");
        }
    }

    private synchronized void back() {
        if (awaySince != 0) {
            var waited = Duration.ofNanos(System.nanoTime() - awaySince);
            awaySince = 0;
            console.note("The database is back after " + Durations.words(waited) + ".");
        }
    }
}
