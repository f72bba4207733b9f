package trellis.audit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
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

    private record Waiting(List<AuditEntry> entries, CompletableFuture<Boolean> done) {}

    private static final Waiting LAST = new Waiting(List.of(), new CompletableFuture<>());

    private final BlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(WAITING_ROOM);
    private final DataSource database;
    private final AuditSql sql;
    private final Thread writer;

    GroupCommit(DataSource database, AuditSql sql) {
        this.database = database;
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
                write(batch);
            }
        }
    }

    /// Waits for the first, takes along who has come meanwhile.
    ///
    /// @return whether more may come
    private boolean gather(List<Waiting> batch) {
        try {
            batch.add(queue.take());
            queue.drainTo(batch, LARGEST_BATCH - 1);
        } catch (InterruptedException e) {
            return false;
        }
        return !batch.remove(LAST);
    }

    private void write(List<Waiting> batch) {
        try {
            transact(batch);
            batch.forEach(waiting -> waiting.done().complete(true));
        } catch (SQLException | RuntimeException e) {
            if (batch.size() > 1 && !gone(e)) {
                // One caller's line is at fault: the others must not suffer for it.
                batch.forEach(waiting -> write(List.of(waiting)));
            } else {
                // Without the message, which may quote the line.
                LOG.error("The audit could not be written: {}", reason(e));
                batch.forEach(waiting -> waiting.done().complete(false));
            }
        }
    }

    private void transact(List<Waiting> batch) throws SQLException {
        var entries = batch.stream().flatMap(waiting -> waiting.entries().stream()).toList();
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("set local synchronous_commit = on");
                sql.insert(connection, entries);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
        sql.committed(entries);
    }

    /// Whether the database is away or full, so that trying line by line is of no use.
    private static boolean gone(Exception e) {
        return e instanceof SQLException sql
                && (sql.getSQLState() == null
                        || sql.getSQLState().startsWith("08")
                        || sql.getSQLState().startsWith("53")
                        || sql.getSQLState().startsWith("57"));
    }

    private static String reason(Exception e) {
        return e instanceof SQLException sql
                ? "SQL state " + sql.getSQLState()
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
