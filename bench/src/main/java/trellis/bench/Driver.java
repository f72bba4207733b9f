package trellis.bench;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
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
    record Result(long requests, long errors, double seconds, Histogram latency) {
        double perSecond() {
            return requests / seconds;
        }

        /// A percentile in milliseconds.
        double millis(double percentile) {
            return latency.getValueAtPercentile(percentile) / 1_000.0;
        }
    }

    /// So many clients for so long.
    static Result closed(Request request, int clients, Duration length)
            throws InterruptedException {
        var latency = new ConcurrentHistogram(LONGEST_MICROS, 3);
        var errors = new LongAdder();
        var number = new AtomicLong();
        var began = System.nanoTime();
        var until = began + length.toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < clients; i++) {
                threads.execute(() -> {
                    while (System.nanoTime() < until) {
                        one(request, number.getAndIncrement(), System.nanoTime(), latency, errors);
                    }
                });
            }
        }
        return result(latency, errors, began);
    }

    /// So many requests a second for so long.
    static Result open(Request request, double perSecond, Duration length)
            throws InterruptedException {
        var latency = new ConcurrentHistogram(LONGEST_MICROS, 3);
        var errors = new LongAdder();
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
                    one(request, number, due, latency, errors);
                    room.release();
                });
            }
        }
        return result(latency, errors, began);
    }

    private static Result result(ConcurrentHistogram latency, LongAdder errors, long began) {
        var seconds = (System.nanoTime() - began) / 1e9;
        return new Result(latency.getTotalCount(), errors.sum(), seconds, latency.copy());
    }

    private static void one(
            Request request,
            long number,
            long from,
            ConcurrentHistogram latency,
            LongAdder errors) {
        try {
            if (!request.send(number)) {
                errors.increment();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            errors.increment();
        }
        var micros = (System.nanoTime() - from) / 1_000;
        latency.recordValue(Math.clamp(micros, 1, LONGEST_MICROS));
    }
}
