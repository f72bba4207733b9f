package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/// Notes whose records a transaction writes to, and forgets it after a while.
final class WrittenSql {
    private static final String TURN =
            """
            insert into written_since (since, next)
            select pg_snapshot_xmin(s), pg_snapshot_xmin(s) from pg_current_snapshot() s
                on conflict (one) do update
               set since = written_since.next, next = excluded.next, turned = now()
             where written_since.turned < now() - interval '60 seconds'
            """;

    private WrittenSql() {}

    /// @param scopes see [Scopes]
    static void note(TogetherSql together, Set<Long> scopes) {
        together.add(
                "insert into written (scope) select unnest(?::bigint[])",
                List.of(TogetherSql.Values.bigints(scopes)));
    }

    /// Forgets what was written more than some minutes ago, when that was not done within the last: what is known goes back for a
    /// minute at the least, and says itself from when on.
    static void turn(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            if (statement.executeUpdate(TURN) > 0) {
                statement.execute(
                        "delete from written where tx < (select since from written_since)");
            }
        }
    }
}
