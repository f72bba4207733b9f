package trellis.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import trellis.store.Foreground;

/// The import of one file: reads it once, from the beginning, and hands what it holds to the
/// [Loader] on as many threads as there is memory for.
final class FileImport {
    private static final int LOT_LINES = 500;

    /// The same in a server: what is committed together makes others wait.
    private static final int LOT_LINES_BEHIND = 50;

    /// Threads in a server, of the system's.
    private static final int THREADS_BEHIND = 8;

    private static final int LOT_BYTES = 1 << 20;
    private static final int LOTS = 64;
    private static final int KILOBYTE = 1 << 10;

    private final Source source;
    private final Loader loader;
    private final Watermark watermark;
    private final Tally tally;
    private final Rejects rejects;
    private final CountDownLatch stop;
    private final Optional<Foreground> behind;
    private final Semaphore lots = new Semaphore(LOTS);
    private final int memory = kilobytesAtOnce();
    private final Semaphore kilobytes = new Semaphore(memory);
    private final AtomicReference<RuntimeException> fault = new AtomicReference<>();
    private final LongAdder read = new LongAdder();
    private final LongAdder dealtWith;
    private long seen;
    private long handedOut;

    /// @param watermark which lines are done already; kept up while this runs
    /// @param dealtWith counts the bytes of the file whose content has been dealt with
    /// @param stop counted down when reading is to end
    /// @param behind what it gives way to; empty for a command, which has the machine to itself
    FileImport(
            Source source,
            Loader loader,
            Watermark watermark,
            Tally tally,
            Rejects rejects,
            LongAdder dealtWith,
            CountDownLatch stop,
            Optional<Foreground> behind) {
        this.source = source;
        this.loader = loader;
        this.watermark = watermark;
        this.tally = tally;
        this.rejects = rejects;
        this.dealtWith = dealtWith;
        this.stop = stop;
        this.behind = behind;
        this.seen = watermark.level().high();
    }

    /// A line takes some ten times its length as a tree, and a thirtieth of the heap is left to all
    /// lines under way; one that is larger goes alone.
    private static int kilobytesAtOnce() {
        return Math.toIntExact(Runtime.getRuntime().maxMemory() / 32 / KILOBYTE);
    }

    /// Reads to the end, or until it is to stop; returns when all that was read has been dealt with.
    ///
    /// @param piped what comes through the pipe
    /// @param limit the longest line, in bytes
    /// @throws trellis.fhir.Refused when the database stayed away for too long
    void run(InputStream piped, int limit) throws IOException {
        try (var in = source.open(piped, read);
                var threads = threads()) {
            var layout = Layout.of(in);
            var lines = new Lines(in, limit);
            switch (layout) {
                case BUNDLES -> lines(lines, 1, threads, limit);
                case RESOURCES ->
                        lines(
                                lines,
                                behind.isEmpty() ? LOT_LINES : LOT_LINES_BEHIND,
                                threads,
                                limit);
                case DOCUMENT -> one(lines.rest(), threads, limit);
                case NOTHING -> {}
                case XML -> reject(0, "not-supported", "This is XML; FHIR is read as JSON here.");
                case ARRAY ->
                        reject(0, "structure", "This is a JSON array; a resource is an object.");
                case UNKNOWN -> reject(0, "structure", "This is not JSON.");
            }
        }
        if (fault.get() != null) {
            throw fault.get();
        }
        dealtWith.add(read.sum() - handedOut);
    }

    private ExecutorService threads() {
        return behind.isEmpty()
                ? Executors.newVirtualThreadPerTaskExecutor()
                : Executors.newFixedThreadPool(
                        THREADS_BEHIND, Thread.ofPlatform().daemon().name("import-", 0).factory());
    }

    private void lines(Lines lines, int most, ExecutorService threads, int limit) {
        var lot = new ArrayList<Lines.Line.Whole>();
        var bytes = 0L;
        for (var next = lines.next(); next.isPresent(); next = lines.next()) {
            var line = next.get();
            if (watermark.isDone(line.number())) {
                continue;
            }
            if (stop.getCount() == 0) {
                return;
            }
            if (line instanceof Lines.Line.Whole whole) {
                lot.add(whole);
                bytes += whole.bytes().length;
            } else {
                one(line, threads, limit);
            }
            if (lot.size() >= most || bytes >= LOT_BYTES) {
                submit(List.copyOf(lot), threads);
                lot.clear();
                bytes = 0;
            }
        }
        submit(List.copyOf(lot), threads);
    }

    private void one(Lines.Line line, ExecutorService threads, int limit) {
        switch (line) {
            case Lines.Line.Whole whole -> submit(List.of(whole), threads);
            case Lines.Line.TooLong(var number) -> {
                var megabytes = limit >> 20;
                reject(
                        number,
                        "too-long",
                        "The line is longer than " + megabytes + " MB; --limit allows more.");
                watermark.done(number, number);
            }
            // Not done: a file that is whole next time is read on from here.
            case Lines.Line.Broken(var number, var why) -> reject(number, "incomplete", why);
        }
    }

    private void reject(long line, String code, String reason) {
        tally.rejected(1);
        rejects.add(List.of(Reject.line(source.name(), line, code, reason)));
    }

    private void submit(List<Lines.Line.Whole> lot, ExecutorService threads) {
        if (lot.isEmpty()) {
            return;
        }
        var bytes = lot.stream().mapToLong(line -> line.bytes().length).sum();
        var weight = Math.clamp(bytes / KILOBYTE + 1, 1, memory);
        // Blank lines before the lot are done with it.
        var from = seen + 1;
        seen = lot.getLast().number();
        var share = read.sum() - handedOut;
        handedOut += share;
        lots.acquireUninterruptibly();
        kilobytes.acquireUninterruptibly(weight);
        threads.execute(() -> {
            try {
                var load = new Loader.Lot(source.name(), lot);
                behind.ifPresentOrElse(
                        others -> others.behind(THREADS_BEHIND, () -> load(load, from)),
                        () -> load(load, from));
                dealtWith.add(share);
            } finally {
                kilobytes.release(weight);
                lots.release();
            }
        });
    }

    private void load(Loader.Lot lot, long from) {
        if (fault.get() != null) {
            return;
        }
        try {
            loader.load(lot);
            watermark.done(from, lot.last());
        } catch (RuntimeException e) {
            fault.compareAndSet(null, e);
            stop.countDown();
        }
    }
}
