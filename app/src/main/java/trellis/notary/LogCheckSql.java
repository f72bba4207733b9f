package trellis.notary;

import java.util.HashMap;
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
                "select l.idx as leaf_idx, l.seq as leaf_seq, l.hash as leaf_hash, "
                        + LineSql.COLUMNS
                        + " from audit_leaf l left join audit a on a.seq = l.seq"
                        + LineSql.NAMES
                        + " where l.idx < ? order by l.idx";
        connection.query(
                sql,
                statement -> {
                    statement.setLong(1, Long.MIN_VALUE);
                    statement.setLong(2, before);
                },
                rows -> {
                    while (rows.next()) {
                        rows.getLong("seq");
                        var gone = rows.wasNull();
                        heard.accept(
                                new Checked(
                                        rows.getLong("leaf_idx"),
                                        rows.getLong("leaf_seq"),
                                        rows.getBytes("leaf_hash"),
                                        gone ? Optional.empty() : Optional.of(LineSql.line(rows))));
                    }
                    return rows;
                });
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
