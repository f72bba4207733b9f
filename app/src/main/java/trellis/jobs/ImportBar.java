package trellis.jobs;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Tells how far an import or export has come: a bar at a terminal, a line every ten seconds
/// elsewhere.
final class ImportBar implements AutoCloseable {
    private static final int WIDTH = 24;
    private static final Duration WATCHED = Duration.ofMillis(250);
    private static final Duration UNWATCHED = Duration.ofSeconds(10);

    private final Console console;
    private final long whole;
    private final LongSupplier done;
    private final LongSupplier resources;
    private final Supplier<String> what;
    private final long began = System.nanoTime();
    private final long before;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;

    /// @param whole how much there is to do, in bytes or resources; 0 when nobody knows
    /// @param done how much of it is done
    /// @param resources how many resources that was
    /// @param what is being worked on
    ImportBar(
            Console console,
            long whole,
            LongSupplier done,
            LongSupplier resources,
            Supplier<String> what) {
        this.console = console;
        this.whole = whole;
        this.done = done;
        this.resources = resources;
        this.what = what;
        this.before = resources.getAsLong();
        this.thread = Thread.ofVirtual().name("progress").start(this::run);
    }

    private void run() {
        try {
            var pause = console.interactive() ? WATCHED : UNWATCHED;
            while (!ended.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                console.progress(line());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The state of the work in one line.
    String line() {
        var seconds = Math.max(0.001, (System.nanoTime() - began) / 1e9);
        var part = whole == 0 ? 0 : Math.min(1.0, (double) done.getAsLong() / whole);
        var filled = (int) (part * WIDTH);
        var bar = "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] ";
        var percent = "%3.0f %%  ".formatted(part * 100);
        var rate = (resources.getAsLong() - before) / seconds;
        var counts =
                String.format(Locale.UK, "%,d resources  %,.0f/s", resources.getAsLong(), rate);
        var left =
                part < 0.01 || part >= 1
                        ? ""
                        : "  " + Durations.words(secondsLeft(seconds, part)) + " left";
        return (whole == 0 ? "" : bar + percent) + counts + left + "  " + what.get();
    }

    private static Duration secondsLeft(double seconds, double part) {
        return Duration.ofSeconds(Math.round(seconds / part * (1 - part)));
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (console.interactive()) {
            console.progress(line());
            console.progressDone();
        }
    }
}
