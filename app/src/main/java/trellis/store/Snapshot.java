package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;

/// Everything the store held at one moment, read as a stream: for copies that must be of a piece,
/// such as an export. Writers are not held up meanwhile. For one thread.
///
/// A database that is away is [trellis.fhir.Problem.Unavailable]; the moment is then lost.
public final class Snapshot implements AutoCloseable {
    private final Connection connection;
    private final SnapshotSql sql = new SnapshotSql(new ReadSql(new Bodies()));

    private Snapshot(Connection connection) {
        this.connection = connection;
    }

    /// Takes the moment.
    public static Snapshot of(DataSource database) {
        try {
            var connection = database.getConnection();
            try {
                SnapshotSql.begin(connection);
                return new Snapshot(connection);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }

    /// Whether there was nothing at all, not even something deleted.
    public boolean isEmpty() {
        try {
            return sql.isEmpty(connection);
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }

    /// How many resources there were of each type, by name; types without any are left out.
    ///
    /// @param since only those whose current version is not older
    public Map<String, Long> counts(Instant since) {
        try {
            return sql.counts(connection, since);
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }

    /// The current version of every resource of a type, in the order of creation.
    ///
    /// @param since only those whose current version is not older
    public void each(String type, Instant since, Consumer<Stored> sink) {
        try {
            sql.each(connection, type, since, sink);
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }

    @Override
    public void close() {
        try {
            SnapshotSql.end(connection);
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }
}
