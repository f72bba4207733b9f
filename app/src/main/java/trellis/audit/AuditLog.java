package trellis.audit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import trellis.fhir.Refused;
import trellis.store.Claims;
import trellis.store.Kept;
import trellis.store.Write;

/// The door for whoever does something that must be known: a line is on disk before [#record]
/// returns, and the answer leaves after that. One thread writes for all who wait, so that a hundred
/// reads share one commit.
@Component
public final class AuditLog implements AutoCloseable {
    private final AuditSql sql;
    private final GroupCommit writer;

    /// For a process that keeps nothing, and that nobody watches.
    public AuditLog(DataSource database) {
        this(database, Kept.nothing(), new CompositeMeterRegistry());
    }

    /// @param kept is told of each moment that passes
    /// @param meters the measurements of its commits
    @Autowired
    public AuditLog(DataSource database, Kept kept, MeterRegistry meters) {
        this.sql = new AuditSql(database);
        this.writer = new GroupCommit(sql, kept, meters);
    }

    /// Adds lines and waits until they are durably committed, all or none. What this thread has claimed of the records is confirmed
    /// by the same statement.
    ///
    /// @throws Refused with [Problem.Unavailable] when they could not be written: then what they tell
    ///     of must not be shown
    /// @throws trellis.store.Claims.Overtaken when a claim does not hold any more; then nothing was added
    public void record(AuditEntry... entries) {
        writer.commit(List.of(entries), Claims.taken());
    }

    /// The log as a table of the store's own transactions, so that a change and its line are
    /// committed together or not at all.
    public Write.Table<AuditEntry> table() {
        return sql;
    }

    /// Writes what is waiting, then stops.
    @Override
    public void close() {
        writer.close();
    }
}
