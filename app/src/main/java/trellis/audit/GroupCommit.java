package trellis.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// One thread that commits for all callers who wait: while one commit is under way the next lines
/// gather, so the batch grows with the load and a lone caller waits for nobody.
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LARGEST_BATCH = 500;
    private static final int WAITING_ROOM = 10_000;

    /// When several came together the last time, others are on their way: one commit for all costs less than two. They
    /// are waited for as long as the last commit took, within these bounds, so that waiting at the most doubles what a
    /// commit takes.
    private static final long SHORTEST_NANOS = 300_000;

    private static final long LONGEST_NANOS = 2_000_000;

    private record Waiting(List<AuditEntry> entries, CompletableFuture<Boolean> done) {}

    private static final Waiting LAST = new Waiting(List.of(), new CompletableFuture<>());

    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(WAITING_ROOM);
    private final AuditSql sql;
    private final Thread writer;
    private int last;
    private long took;

    GroupCommit(AuditSql sql) {
        this.sql = sql;
        this.writer = Thread.ofPlatform().name("audit").daemon().start(this::write);
    }

    void commit(List<AuditEntry> entries) {
        var waiting = new Waiting(entries, new CompletableFuture<>());
        try {
            if (!writer.isAlive()
                    || !queue.offer(waiting, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unavailable();
            }
            if (!waiting.done().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unavailable();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable();
        } catch (ExecutionException | TimeoutException e) {
            throw unavailable();
        }
    }

    private void write() {
        var batch = new ArrayList<Waiting>(LARGEST_BATCH);
        var open = true;
        while (open) {
            batch.clear();
            open = gather(batch);
            if (!batch.isEmpty()) {
                var begun = System.nanoTime();
                write(batch);
                took = System.nanoTime() - begun;
            }
        }
    }

    /// Waits for the first, takes along who has come meanwhile.
    ///
    /// @return whether more may come
    private boolean gather(List<Waiting> batch) {
        try {
            batch.add(queue.take());
            if (last > 1) {
                LockSupport.parkNanos(Math.clamp(took, SHORTEST_NANOS, LONGEST_NANOS));
            }
            queue.drainTo(batch, LARGEST_BATCH - 1);
        } catch (InterruptedException e) {
            return false;
        }
        return !batch.remove(LAST);
    }

    private void write(List<Waiting> batch) {
        last = batch.size();
        try {
            sql.commit(batch.stream().flatMap(waiting -> waiting.entries().stream()).toList());
            batch.forEach(waiting -> waiting.done().complete(true));
        } catch (RuntimeException e) {
            if (batch.size() > 1 && !(e instanceof AuditSql.Failed failed && failed.away())) {
                // One caller's line is at fault: the others must not suffer for it.
                batch.forEach(waiting -> write(List.of(waiting)));
            } else {
                LOG.error("The audit could not be written: {}", reason(e));
                batch.forEach(waiting -> waiting.done().complete(false));
            }
        }
    }

    /// Without a message, which may quote the line.
    private static String reason(RuntimeException e) {
        return e instanceof AuditSql.Failed failed
                ? "SQL state " + failed.state()
                : e.getClass().getSimpleName();
    }

    private static Refused unavailable() {
        return new Refused(
                new Problem.Unavailable(
                        "The audit could not be written, so nothing was shown. Try again in a minute.",
                        Duration.ofSeconds(30)));
    }

    @Override
    public void close() {
        try {
            queue.put(LAST);
            writer.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
