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

    private static final int PIECE = 50_000;
    private static final int LARGE = 64_000_000;

    private WrittenSql() {}

    /// @param scopes see [Scopes]
    static void note(TogetherSql together, Set<Long> scopes) {
        together.add(
                "insert into written (scope) select unnest(?::bigint[])",
                List.of(TogetherSql.Values.bigints(scopes)));
    }

    /// Lets a minute pass, when that was not done within the last: what is known goes back for a minute at the least, and says itself
    /// from when on.
    ///
    /// @return whether there is something to forget
    static boolean turn(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(TURN) > 0;
        }
    }

    /// Forgets some of what was written before that.
    ///
    /// @return whether there may be more
    static boolean forget(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(
                            """
                            delete from written
                             where ctid = any (array(
                                   select ctid from written
                                    where tx < (select since from written_since) limit %d))
                            """
                                    .formatted(PIECE))
                    == PIECE;
        }
    }

    /// Begins anew when nobody has forgotten for long, as when files were loaded without a server: what is kept then counts no more.
    static void begin(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(
                    """
                    do $$ begin
                        if pg_relation_size('written') > %d then
                            truncate written, written_since;
                        end if;
                    end $$
                    """
                            .formatted(LARGE));
            statement.execute(TURN);
        }
    }
}
