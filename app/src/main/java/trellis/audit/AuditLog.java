package trellis.audit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.fhir.Refused;

/// The door for whoever does something that must be known: a line is on disk before [#record]
/// returns, and the answer leaves after that. One thread writes for all who wait, so that a hundred
/// reads share one commit.
@Component
public final class AuditLog implements AutoCloseable {
    private final AuditSql sql = new AuditSql(new Known());
    private final GroupCommit writer;

    public AuditLog(DataSource database) {
        this.writer = new GroupCommit(database, sql);
    }

    /// Adds lines and waits until they are durably committed, all or none.
    ///
    /// @throws Refused with [Problem.Unavailable] when they could not be written: then what they tell
    ///     of must not be shown
    public void record(AuditEntry... entries) {
        writer.commit(List.of(entries));
    }

    /// Adds lines inside somebody else's transaction, so that a change and its line are one. Call it
    /// as the last thing before the commit, and only with entries of which [#record] gets none.
    ///
    /// @param connection with the transaction open; neither committed nor closed here
    /// @throws SQLException what the database said; the transaction is then lost
    public void insert(Connection connection, List<AuditEntry> entries) throws SQLException {
        sql.insert(connection, entries);
    }

    /// Writes what is waiting, then stops.
    @Override
    public void close() {
        writer.close();
    }
}
