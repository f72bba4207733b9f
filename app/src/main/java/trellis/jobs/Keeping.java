package trellis.jobs;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import trellis.fhir.Refused;
import trellis.jobs.ImportProgressSql.Begun;

/// Keeps how far the import of one file has come, every second and at the end, so that it can go on
/// after any interruption. What comes through a pipe cannot be read again, and is not kept.
final class Keeping implements AutoCloseable {
    private final ImportProgressSql progress;
    private final Clock clock;
    private final Optional<byte[]> file;
    private final String name;
    private final Watermark watermark;
    private final Tally tally;
    private final Tally.Counts atStart;
    private final Tally.Counts earlier;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;

    /// @param file identity of the file; empty for a pipe
    /// @param begun where an earlier run stopped
    /// @param tally counts the whole run
    Keeping(
            ImportProgressSql progress,
            Clock clock,
            Optional<byte[]> file,
            String name,
            Optional<Begun> begun,
            Tally tally) {
        this.progress = progress;
        this.clock = clock;
        this.file = file;
        this.name = name;
        this.watermark =
                begun.map(Begun::level)
                        .map(level -> new Watermark(level.high(), level.beyond()))
                        .orElseGet(Watermark::zero);
        this.earlier = begun.map(Begun::counts).orElse(Tally.Counts.ZERO);
        this.tally = tally;
        this.atStart = tally.counts();
        this.thread = Thread.ofVirtual().name("keeping").start(this::run);
    }

    /// The lines that are done.
    Watermark watermark() {
        return watermark;
    }

    private void run() {
        try {
            while (!ended.await(1, TimeUnit.SECONDS)) {
                keep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        try {
            file.ifPresent(id -> progress.save(id, name, state(), clock.instant()));
        } catch (Refused e) {
            // The database is away: whoever loads says so and waits. What is not kept is done
            // twice,
            // which changes nothing.
        }
    }

    private Begun state() {
        // The level first: what is counted then is at least what the level holds.
        var level = watermark.level();
        return new Begun(level, earlier.plus(tally.counts()).minus(atStart));
    }

    /// Keeps the last state.
    @Override
    public void close() {
        ended.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        keep();
    }
}
