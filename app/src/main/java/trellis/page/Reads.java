package trellis.page;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the parts of one page side by side on virtual threads, within a time that they share. A part
/// that fails or is late ends as [Part.Missing]; the others stand.
///
/// ```java
/// try (var reads = Reads.within(ofMillis(800), clock)) {
///     var allergies = reads.start("Allergies", () -> records.allergies(patient));
///     var medicines = reads.start("Medicines", () -> records.medicines(patient));
///     return new Summary(allergies.part(), medicines.part());
/// }
/// ```
public final class Reads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Reads.class);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Clock clock;
    private final long deadline;

    private Reads(Duration limit, Clock clock) {
        this.clock = clock;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /// Begins; the time runs from now.
    public static Reads within(Duration limit, Clock clock) {
        return new Reads(limit, clock);
    }

    /// Starts reading one part.
    ///
    /// @param what the part's name as the page writes it if it cannot be read, such as `Medicines`
    public <T> Read<T> start(String what, Callable<T> read) {
        return new Read<>(what, threads.submit(read));
    }

    /// Interrupts what still runs.
    @Override
    public void close() {
        threads.shutdownNow();
    }

    /// A part on its way.
    public final class Read<T> {
        private final String what;
        private final Future<T> future;

        private Read(String what, Future<T> future) {
            this.what = what;
            this.future = future;
        }

        /// Waits for the part until the time is up.
        public Part<T> part() {
            try {
                var left = Math.max(0, deadline - System.nanoTime());
                return new Part.Shown<>(future.get(left, TimeUnit.NANOSECONDS));
            } catch (ExecutionException e) {
                // The class alone: a message could hold something of the patient's.
                LOG.warn("A part of a page failed: {}: {}", what, cause(e));
            } catch (TimeoutException e) {
                LOG.warn("A part of a page took too long: {}", what);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            future.cancel(true);
            return new Part.Missing<>(what, StaffFormat.time(clock.instant()));
        }
    }

    private static String cause(ExecutionException e) {
        var cause = e.getCause();
        return (cause == null ? e : cause).getClass().getName();
    }
}
