package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/// Work of the store's own in a transaction each. Whatever the work throws takes back what it did.
record Transactions(DataSource source) {
    private static final int ATTEMPTS = 8;

    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /// @throws trellis.fhir.Refused when the database is away
    <T> T with(Work<T> work) {
        try {
            return once(work);
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }

    /// The same, tried again when another writer was quicker.
    ///
    /// @throws trellis.fhir.Refused when the database is away
    <T> T again(Work<T> work) {
        for (var attempt = 1; ; attempt++) {
            try {
                return once(work);
            } catch (SQLException e) {
                if (!Faults.isCollision(e) || attempt == ATTEMPTS) {
                    throw Faults.of(e);
                }
            }
        }
    }

    private <T> T once(Work<T> work) throws SQLException {
        try (var connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Throwable reason) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            reason.addSuppressed(e);
        }
    }
}
