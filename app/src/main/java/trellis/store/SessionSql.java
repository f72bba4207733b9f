package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/// Who is connected.
final class SessionSql {
    /// What every connection of this process calls itself, and nobody else: a process number would
    /// not do, as two containers can have the same.
    static final String NAME = "trellis " + UUID.randomUUID();

    private SessionSql() {}

    /// How many connections to the same database belong to others than this process. One without a
    /// name is only just being made: the driver names it after the greeting.
    static long others(Connection connection) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        """
                        select count(*) from pg_stat_activity
                         where datname = current_database() and backend_type = 'client backend'
                           and application_name not in (?, '')
                        """)) {
            query.setString(1, NAME);
            try (var result = query.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }
}
