package trellis.notary;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// One transaction over the log. What is not committed is rolled back when it is closed.
final class ConnectionSql implements AutoCloseable {
    private static final int FETCH = 2_000;

    private final Connection connection;

    /// @param connection without automatic commit
    ConnectionSql(Connection connection) {
        this.connection = connection;
    }

    /// What a statement is given.
    @FunctionalInterface
    interface BoundSql {
        void to(PreparedStatement statement) throws SQLException;

        /// No values.
        BoundSql NOTHING = _ -> {};
    }

    /// What is made of a result.
    @FunctionalInterface
    interface RowsSql<T> {
        T from(ResultSet rows) throws SQLException;
    }

    /// To write.
    ///
    /// @throws Refused with [Problem.Unavailable] when the database is away
    static ConnectionSql writing(DataSource database) {
        return open(database, false);
    }

    /// To read, all of it as it is at one moment.
    ///
    /// @throws Refused with [Problem.Unavailable] when the database is away
    static ConnectionSql reading(DataSource database) {
        return open(database, true);
    }

    private static ConnectionSql open(DataSource database, boolean snapshot) {
        try {
            var connection = database.getConnection();
            connection.setAutoCommit(false);
            connection.setReadOnly(snapshot);
            connection.setTransactionIsolation(
                    snapshot
                            ? Connection.TRANSACTION_REPEATABLE_READ
                            : Connection.TRANSACTION_READ_COMMITTED);
            return new ConnectionSql(connection);
        } catch (SQLException e) {
            throw away(e);
        }
    }

    <T> T query(String sql, BoundSql bound, RowsSql<T> read) {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(FETCH);
            bound.to(statement);
            try (var rows = statement.executeQuery()) {
                return read.from(rows);
            }
        } catch (SQLException e) {
            throw away(e);
        }
    }

    void execute(String sql, BoundSql bound) {
        try (var statement = connection.prepareStatement(sql)) {
            bound.to(statement);
            statement.execute();
        } catch (SQLException e) {
            throw away(e);
        }
    }

    void commit() {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw away(e);
        }
    }

    @Override
    public void close() {
        try (connection) {
            connection.rollback();
            connection.setReadOnly(false);
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw away(e);
        }
    }

    /// Without the database's message, which may quote a line.
    private static Refused away(SQLException e) {
        return new Refused(
                new Problem.Unavailable(
                        "The audit cannot be read just now (SQL state " + e.getSQLState() + ")",
                        Duration.ofSeconds(5)));
    }
}
