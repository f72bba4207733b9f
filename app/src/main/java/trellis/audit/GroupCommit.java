package trellis.audit;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
import trellis.store.Claims;
import trellis.store.Groups;
import trellis.store.Kept;

/// One thread that commits for all callers who wait: while one commit is under way the next lines
/// gather, so the batch grows with the load and a lone caller waits for nobody.
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LARGEST_BATCH = 500;
    private static final int WAITING_ROOM = 10_000;

    /// When several came together the last time, others are on their way: one commit for all costs less than two. As many
    /// are waited for, and no longer than the last commit took, within these bounds, so that waiting at the most doubles what a
    /// commit takes.
    private static final long SHORTEST_NANOS = 300_000;

    private static final long LONGEST_NANOS = 2_000_000;

    private enum Result {
        WRITTEN,
        /// Not written: what it tells of has been written to since it was read.
        OVERTAKEN,
        FAILED
    }

    private record Waiting(
            List<AuditEntry> entries, List<Kept.Claim> claims, CompletableFuture<Result> done) {
        Waiting(List<AuditEntry> entries, List<Kept.Claim> claims) {
            this(entries, claims, new CompletableFuture<>());
        }
    }

    private static final Waiting LAST = new Waiting(List.of(), List.of());

    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(WAITING_ROOM);
    private final AuditSql sql;
    private final Kept kept;
    private final Groups groups;
    private final Thread writer;
    private int last;
    private volatile int wanted = Integer.MAX_VALUE;
    private long took;

    GroupCommit(AuditSql sql, Kept kept, MeterRegistry meters) {
        this.sql = sql;
        this.kept = kept;
        this.groups = new Groups(meters, "audit", queue::size);
        this.writer = Thread.ofPlatform().name("audit").daemon().start(this::write);
    }

    void commit(List<AuditEntry> entries, List<Kept.Claim> claims) {
        var waiting = new Waiting(entries, claims);
        try {
            if (!writer.isAlive()
                    || !queue.offer(waiting, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unavailable();
            }
            if (queue.size() >= wanted) {
                LockSupport.unpark(writer);
            }
            switch (waiting.done().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                case WRITTEN -> {}
                case OVERTAKEN -> throw new Claims.Overtaken();
                case FAILED -> throw unavailable();
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
                groups.committed(
                        batch.stream().mapToInt(waiting -> waiting.entries().size()).sum(), took);
            }
        }
    }

    /// Waits for the first and for as many as came the last time, takes along who has come meanwhile.
    ///
    /// @return whether more may come
    private boolean gather(List<Waiting> batch) {
        try {
            batch.add(queue.take());
            await(last - batch.size());
            queue.drainTo(batch, LARGEST_BATCH - 1);
        } catch (InterruptedException e) {
            return false;
        }
        return !batch.remove(LAST);
    }

    private void await(int others) {
        var until = System.nanoTime() + Math.clamp(took, SHORTEST_NANOS, LONGEST_NANOS);
        wanted = others;
        var left = until - System.nanoTime();
        while (queue.size() < others && left > 0) {
            LockSupport.parkNanos(left);
            left = until - System.nanoTime();
        }
        wanted = Integer.MAX_VALUE;
    }

    private void write(List<Waiting> batch) {
        last = batch.size();
        try {
            add(batch);
        } catch (RuntimeException e) {
            if (batch.size() > 1 && !(e instanceof AuditSql.Failed failed && failed.away())) {
                // One caller's line is at fault: the others must not suffer for it.
                batch.forEach(waiting -> write(List.of(waiting)));
            } else {
                LOG.error("The audit could not be written: {}", reason(e));
                batch.forEach(waiting -> waiting.done().complete(Result.FAILED));
            }
        }
    }

    /// Adds the lines of all, but for those whose claims do not hold: they are told so.
    private void add(List<Waiting> batch) {
        var claims = batch.stream().flatMap(waiting -> waiting.claims().stream()).toList();
        var checked = sql.commit(entries(batch), claims);
        kept.passed(checked.moment());
        if (checked.overtaken().isEmpty()) {
            checked.moment().ifPresent(moment -> claims.forEach(claim -> claim.confirmed(moment)));
            batch.forEach(waiting -> waiting.done().complete(Result.WRITTEN));
            return;
        }
        checked.overtaken().forEach(Kept.Claim::overtaken);
        var good = new ArrayList<Waiting>();
        for (var waiting : batch) {
            if (Collections.disjoint(waiting.claims(), checked.overtaken())) {
                good.add(waiting);
            } else {
                waiting.done().complete(Result.OVERTAKEN);
            }
        }
        if (!good.isEmpty()) {
            add(good);
        }
    }

    private static List<AuditEntry> entries(List<Waiting> batch) {
        return batch.stream().flatMap(waiting -> waiting.entries().stream()).toList();
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
