package trellis.audit;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.fhir.Refused;
import trellis.store.Write;

/// The door for whoever does something that must be known: a line is on disk before [#record]
/// returns, and the answer leaves after that. One thread writes for all who wait, so that a hundred
/// reads share one commit.
@Component
public final class AuditLog implements AutoCloseable {
    private final AuditSql sql;
    private final GroupCommit writer;

    public AuditLog(DataSource database) {
        this.sql = new AuditSql(database);
        this.writer = new GroupCommit(sql);
    }

    /// Adds lines and waits until they are durably committed, all or none.
    ///
    /// @throws Refused with [Problem.Unavailable] when they could not be written: then what they tell
    ///     of must not be shown
    public void record(AuditEntry... entries) {
        writer.commit(List.of(entries));
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
