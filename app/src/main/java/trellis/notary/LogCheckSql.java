package trellis.notary;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What the check reads.
final class LogCheckSql {
    private final ConnectionSql connection;

    LogCheckSql(ConnectionSql connection) {
        this.connection = connection;
    }

    /// A leaf and the line it stands for; empty when that is gone.
    record Checked(long index, long seq, byte[] hash, Optional<Line> line) {}

    /// Every leaf in the order of the tree.
    void leaves(Consumer<Checked> heard) {
        leaves(Long.MAX_VALUE, heard);
    }

    /// The leaves before an index, in the order of the tree.
    void leaves(long before, Consumer<Checked> heard) {
        var sql =
                "select l.idx, l.seq, l.hash, p.patients, "
                        + LineSql.COLUMNS
                        + """
                         from audit_leaf l
                         left join audit a on a.seq = l.seq
                         left join (select seq, array_agg(at || ' ' || patient order by patient, at) as patients
                                      from audit_patient group by seq) p on p.seq = a.seq
                         where l.idx < ? order by l.idx
                        """;
        var lines = new LineSql(connection);
        connection.query(
                sql,
                statement -> statement.setLong(1, before),
                rows -> {
                    while (rows.next()) {
                        heard.accept(
                                new Checked(
                                        rows.getLong(1),
                                        rows.getLong(2),
                                        rows.getBytes(3),
                                        line(lines, rows)));
                    }
                    return rows;
                });
    }

    private static Optional<Line> line(LineSql lines, ResultSet row) throws SQLException {
        row.getLong(5);
        if (row.wasNull()) {
            return Optional.empty();
        }
        var touched = row.getArray(4);
        var patients = touched == null ? List.<String>of() : List.of((String[]) touched.getArray());
        return Optional.of(lines.line(row, 5, patients));
    }

    /// Stored subtrees by level and index.
    Map<String, byte[]> nodes() {
        return connection.query(
                "select level, idx, hash from audit_node",
                ConnectionSql.BoundSql.NOTHING,
                rows -> {
                    var nodes = new HashMap<String, byte[]>();
                    while (rows.next()) {
                        nodes.put(rows.getInt(1) + " " + rows.getLong(2), rows.getBytes(3));
                    }
                    return nodes;
                });
    }

    /// The first line that should be in the tree by its number, and is not.
    Optional<Long> added(long floor) {
        return number(
                """
                select min(a.seq) from audit a
                 where a.seq <= ? and not exists (select 1 from audit_leaf l where l.seq = a.seq)
                """,
                floor);
    }

    /// The first line that patients are listed for and that is not there.
    Optional<Long> stray() {
        return number(
                """
                select min(p.seq) from audit_patient p
                 where p.seq >= ? and not exists (select 1 from audit a where a.seq = p.seq)
                """,
                Long.MIN_VALUE);
    }

    /// How many lines came after the last head.
    long unsealed(long floor) {
        return number(
                        """
                        select count(*) from audit a
                         where a.seq > ? and not exists (select 1 from audit_leaf l where l.seq = a.seq)
                        """,
                        floor)
                .orElse(0L);
    }

    private Optional<Long> number(String sql, long bound) {
        return connection.query(
                sql,
                statement -> statement.setLong(1, bound),
                rows -> {
                    rows.next();
                    var value = rows.getLong(1);
                    return rows.wasNull() ? Optional.empty() : Optional.of(value);
                });
    }
}
