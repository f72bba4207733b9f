package trellis.audit;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import trellis.store.Write;

/// Changes of a capability's own tables that are one transaction with their lines in the audit: both are there or neither.
public final class AuditedSql {
    private final DataSource database;
    private final JdbcClient db;
    private final TransactionTemplate transactions;
    private final Write.Table<AuditEntry> audit;

    /// @param audit where lines go ([AuditLog#table])
    public AuditedSql(DataSource database, Write.Table<AuditEntry> audit) {
        this.database = database;
        this.db = JdbcClient.create(database);
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database));
        this.audit = audit;
    }

    /// The database, inside a transaction while one is under way on this thread.
    public JdbcClient db() {
        return db;
    }

    /// Does some work and writes its lines; an exception undoes both.
    ///
    /// @param lines of what was done; none when nothing was
    public <T> T together(Supplier<T> work, Function<T, List<AuditEntry>> lines) {
        return requireNonNull(
                transactions.execute(_ -> {
                    var done = work.get();
                    record(lines.apply(done));
                    return done;
                }));
    }

    /// The same, undone altogether when the work says that it could not be done.
    ///
    /// @return whether it was done
    public boolean allOrNothing(Supplier<Boolean> work, AuditEntry line) {
        return Boolean.TRUE.equals(
                transactions.execute(status -> {
                    if (!work.get()) {
                        status.setRollbackOnly();
                        return false;
                    }
                    record(List.of(line));
                    return true;
                }));
    }

    /// Writes lines in the transaction that is under way on this thread.
    public void record(List<AuditEntry> lines) {
        if (lines.isEmpty()) {
            return;
        }
        var connection = DataSourceUtils.getConnection(database);
        try {
            audit.insert(connection, lines);
        } catch (SQLException e) {
            throw new IllegalStateException("SQL state " + e.getSQLState(), e);
        } finally {
            DataSourceUtils.releaseConnection(connection, database);
        }
    }
}
