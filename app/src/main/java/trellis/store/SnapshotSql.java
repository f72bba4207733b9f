package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.postgresql.PGStatement;
import trellis.fhir.definitions.Definitions;

/// The statements of a [Snapshot].
final class SnapshotSql {
    /// Rows in memory at once.
    private static final int ROWS = 500;

    /// The same where others are served meanwhile: PostgreSQL reads for a millisecond or two.
    private static final int ROWS_BEHIND = 100;

    private final ReadSql reads;

    SnapshotSql(ReadSql reads) {
        this.reads = reads;
    }

    /// Waits for the writers under way and lets no other begin, until the transaction ends.
    static void holdWriters(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        WriteSql.lockMoment(connection, true);
    }

    /// Takes the moment with the first statement. Rows come by an index, not sorted, so that the first come at once; and however
    /// long somebody reads, it is no statement that hangs.
    static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (var statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = 0");
            statement.execute("set local enable_sort = off");
            statement.execute("select pg_current_snapshot()");
        }
    }

    /// The connection goes back as the pool gave it.
    static void end(Connection connection) throws SQLException {
        try (connection) {
            connection.rollback();
        }
    }

    boolean isEmpty(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("select not exists (select from res)");
                var row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    Map<String, Long> counts(Connection connection, Instant since) throws SQLException {
        var counts = new TreeMap<String, Long>();
        try (var statement =
                connection.prepareStatement(
                        """
                        select rtype, count(*)
                          from res
                         where not deleted and upd >= ?
                         group by rtype
                        """)) {
            statement.setLong(1, WriteSql.micros(since));
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    counts.put(Definitions.r4().typeName(row.getShort(1)), row.getLong(2));
                }
            }
        }
        return counts;
    }

    Optional<Stored> read(Connection connection, String type, String id, Sight sight)
            throws SQLException {
        return reads.current(connection, type, id, sight);
    }

    void each(Connection connection, Snapshot.Part part, boolean deleted, Consumer<Stored> sink)
            throws SQLException {
        var sql = new Sql();
        sql.add("select " + ReadSql.COLUMNS).add(" from res r where ");
        var criteria = new CriterionSql(sql, part.sight());
        if (deleted) {
            criteria.deletions("r", part.type(), part.criteria());
        } else {
            criteria.matches("r", part.type(), part.criteria());
        }
        sql.add(" order by r.rid");
        try (var statement = sql.prepare(connection)) {
            // As bytes from the first row on: a body written as text is twice as long.
            statement.unwrap(PGStatement.class).setPrepareThreshold(-1);
            statement.setFetchSize(Pace.some(ROWS, ROWS_BEHIND));
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    sink.accept(reads.stored(row));
                    Pace.step();
                }
            }
        }
    }
}
