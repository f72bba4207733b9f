package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import trellis.fhir.definitions.Definitions;

/// The statements of a [Snapshot].
final class SnapshotSql {
    /// Rows in memory at once.
    private static final int ROWS = 500;

    private final ReadSql reads;

    SnapshotSql(ReadSql reads) {
        this.reads = reads;
    }

    static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
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

    void each(Connection connection, String type, Instant since, Consumer<Stored> sink)
            throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "select "
                                + ReadSql.COLUMNS
                                + """
                                  from res r
                                 where r.rtype = ? and not r.deleted and r.upd >= ?
                                 order by r.rid
                                """)) {
            statement.setFetchSize(ROWS);
            statement.setInt(1, Definitions.r4().typeCode(type));
            statement.setLong(2, WriteSql.micros(since));
            try (var row = statement.executeQuery()) {
                while (row.next()) {
                    sink.accept(reads.stored(row));
                }
            }
        }
    }
}
