package trellis.bench;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Sends requests and measures how long each takes.
///
/// A closed loop has so many clients, each of which sends its next request when it has its answer:
/// it finds the throughput. An open loop sends at a fixed rate whatever the answers do, and counts
/// the time of a request from when it should have been sent: a stall is felt by everybody who would
/// have come meanwhile, and not left out of the figures.
final class Driver {
    private static final long LONGEST_MICROS = Duration.ofMinutes(2).toNanos() / 1_000;
    private static final int MOST_AT_ONCE = 2_000;

    private Driver() {}

    /// One request. Throws or returns false when the answer is not the right one.
    @FunctionalInterface
    interface Request {
        /// @param number of the request, counted over all clients
        boolean send(long number) throws Exception;
    }

    /// What came out.
    ///
    /// @param latency in microseconds
    /// @param trouble what the first wrong answer was; empty when there was none
    record Result(long requests, long errors, double seconds, Histogram latency, String trouble) {
        double perSecond() {
            return requests / seconds;
        }

        /// A percentile in milliseconds.
        double millis(double percentile) {
            return latency.getValueAtPercentile(percentile) / 1_000.0;
        }
    }

    /// What went wrong, told by many at once.
    private static final class Trouble {
        private final LongAdder errors = new LongAdder();
        private volatile String first = "";

        /// Any of the first will do, when several come at once.
        void add(String what) {
            errors.increment();
            if (first.isEmpty()) {
                first = what;
            }
        }
    }

    /// So many clients for so long.
    static Result closed(Request request, int clients, Duration length) {
        var number = new AtomicLong();
        var until = System.nanoTime() + length.toNanos();
        return each(
                clients, () -> System.nanoTime() < until ? number.getAndIncrement() : -1, request);
    }

    /// So many clients until so many requests are done, each once.
    static Result once(Request request, int clients, long count) {
        var number = new AtomicLong();
        return each(
                clients,
                () -> {
                    var next = number.getAndIncrement();
                    return next < count ? next : -1;
                },
                request);
    }

    /// Every client counts by itself: what is counted together by many costs more than the request.
    private static Result each(int clients, LongSupplier next, Request request) {
        var latency = new Histogram(LONGEST_MICROS, 3);
        var trouble = new Trouble();
        var began = System.nanoTime();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < clients; i++) {
                threads.execute(() -> {
                    var own = new Histogram(LONGEST_MICROS, 3);
                    for (var n = next.getAsLong(); n >= 0; n = next.getAsLong()) {
                        one(request, n, System.nanoTime(), own, trouble);
                    }
                    synchronized (latency) {
                        latency.add(own);
                    }
                });
            }
        }
        return result(latency, trouble, began);
    }

    /// So many requests a second for so long.
    static Result open(Request request, double perSecond, Duration length)
            throws InterruptedException {
        var latency = new ConcurrentHistogram(LONGEST_MICROS, 3);
        var trouble = new Trouble();
        var room = new Semaphore(MOST_AT_ONCE);
        var began = System.nanoTime();
        var count = (long) (perSecond * length.toNanos() / 1e9);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0L; i < count; i++) {
                var due = began + (long) (i * 1e9 / perSecond);
                for (var now = System.nanoTime(); now < due; now = System.nanoTime()) {
                    LockSupport.parkNanos(due - now);
                }
                var number = i;
                // Full when the server is hopelessly behind; the time waited here is counted too.
                room.acquire();
                threads.execute(() -> {
                    one(request, number, due, latency, trouble);
                    room.release();
                });
            }
        }
        return result(latency.copy(), trouble, began);
    }

    private static Result result(Histogram latency, Trouble trouble, long began) {
        var seconds = (System.nanoTime() - began) / 1e9;
        return new Result(
                latency.getTotalCount(), trouble.errors.sum(), seconds, latency, trouble.first);
    }

    private static void one(
            Request request, long number, long from, Histogram latency, Trouble trouble) {
        try {
            if (!request.send(number)) {
                trouble.add("not the right answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            trouble.add(String.valueOf(e.getMessage()));
        }
        var micros = (System.nanoTime() - from) / 1_000;
        latency.recordValue(Math.clamp(micros, 1, LONGEST_MICROS));
    }
}
