package trellis.notary;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.postgresql.PGConnection;

/// The tables of the tree: leaves, subtrees, heads.
final class NotarySql implements Merkle.Nodes {
    /// Subtrees of so many levels are stored; smaller ones are computed from at most 256 leaves.
    static final int STORED_LEVEL = 8;

    private static final long LOCK = 0x6e6f746172790001L;

    private final ConnectionSql connection;

    NotarySql(ConnectionSql connection) {
        this.connection = connection;
    }

    /// One writer at a time, whichever process it is in; until the transaction ends.
    void lock() {
        connection.execute(
                "select pg_advisory_xact_lock(?)", statement -> statement.setLong(1, LOCK));
    }

    /// How far numbers have been drawn, and which transactions may still hold one.
    ///
    /// @param drawn the highest number drawn
    /// @param ended every transaction below this has ended
    /// @param begun no transaction from this on has begun
    record Flight(long drawn, long ended, long begun) {}

    Flight flight() {
        return connection.query(
                """
                select coalesce((select last_value from audit_seq_seq where is_called), 0),
                       pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
                       pg_snapshot_xmax(pg_current_snapshot())::text::bigint
                """,
                ConnectionSql.BoundSql.NOTHING,
                rows -> {
                    rows.next();
                    return new Flight(rows.getLong(1), rows.getLong(2), rows.getLong(3));
                });
    }

    /// The latest head.
    Optional<Head> head() {
        return heads("order by size desc limit 1").stream().findFirst();
    }

    /// Every head, smallest tree first.
    List<Head> heads() {
        return heads("order by size");
    }

    private List<Head> heads(String which) {
        return connection.query(
                "select size, root, at, floor, key, signature from audit_head " + which,
                ConnectionSql.BoundSql.NOTHING,
                rows -> {
                    var heads = new ArrayList<Head>();
                    while (rows.next()) {
                        heads.add(
                                new Head(
                                        rows.getLong(1),
                                        rows.getBytes(2),
                                        rows.getLong(3),
                                        rows.getLong(4),
                                        rows.getBytes(5),
                                        rows.getBytes(6)));
                    }
                    return heads;
                });
    }

    /// Hears of each line that is not in the tree yet, in the order of their numbers.
    void unsealed(long floor, Consumer<Line> heard) {
        var sql =
                "select "
                        + LineSql.COLUMNS
                        + """
                         from audit a
                         where a.seq > ?
                           and not exists (select 1 from audit_leaf l where l.seq = a.seq)
                         order by a.seq
                        """;
        var lines = new LineSql(connection);
        connection.query(
                sql,
                statement -> statement.setLong(1, floor),
                rows ->
                        touched(
                                floor,
                                touched -> {
                                    while (rows.next()) {
                                        var patients = touched.by(rows.getLong(1));
                                        heard.accept(lines.line(rows, 1, patients));
                                    }
                                    return rows;
                                }));
    }

    /// Opened after the lines are: the patients of a line are there with it, those of a line that came later are passed over.
    private <T> T touched(long floor, BesideSql<T> read) {
        return connection.query(
                "select seq, at, patient from audit_patient where seq > ? order by seq, patient, at",
                statement -> statement.setLong(1, floor),
                rows -> read.from(new TouchedSql(rows)));
    }

    @FunctionalInterface
    private interface BesideSql<T> {
        T from(TouchedSql touched) throws SQLException;
    }

    /// The patients of lines, read beside the lines.
    private static final class TouchedSql {
        private final ResultSet rows;
        private long seq;

        TouchedSql(ResultSet rows) throws SQLException {
            this.rows = rows;
            next();
        }

        private void next() throws SQLException {
            seq = rows.next() ? rows.getLong(1) : Long.MAX_VALUE;
        }

        /// Those of a line; lines are asked for in the order of their numbers.
        List<String> by(long line) throws SQLException {
            while (seq < line) {
                next();
            }
            var patients = new ArrayList<String>(1);
            while (seq == line) {
                patients.add(rows.getLong(2) + " " + rows.getLong(3));
                next();
            }
            return patients;
        }
    }

    void insertLeaves(List<Long> indexes, List<Long> seqs, List<byte[]> hashes) {
        connection.execute(
                """
                insert into audit_leaf (idx, seq, hash)
                select * from unnest(?::bigint[], ?::bigint[], ?::bytea[])
                """,
                statement -> {
                    var postgres = statement.getConnection().unwrap(PGConnection.class);
                    statement.setArray(1, postgres.createArrayOf("bigint", indexes.toArray()));
                    statement.setArray(2, postgres.createArrayOf("bigint", seqs.toArray()));
                    statement.setArray(
                            3, postgres.createArrayOf("bytea", hashes.toArray(byte[][]::new)));
                });
    }

    void insertNode(int level, long index, byte[] hash) {
        connection.execute(
                "insert into audit_node (level, idx, hash) values (?, ?, ?)",
                statement -> {
                    statement.setInt(1, level);
                    statement.setLong(2, index);
                    statement.setBytes(3, hash);
                });
    }

    void insertHead(Head head) {
        connection.execute(
                """
                insert into audit_head (size, root, at, floor, key, signature)
                values (?, ?, ?, ?, ?, ?)
                """,
                statement -> {
                    statement.setLong(1, head.size());
                    statement.setBytes(2, head.root());
                    statement.setLong(3, head.at());
                    statement.setLong(4, head.floor());
                    statement.setBytes(5, head.key());
                    statement.setBytes(6, head.signature());
                });
    }

    /// Where a line stands in the tree.
    record Leaf(long index, byte[] hash) {}

    Optional<Leaf> leafOf(long seq) {
        return connection.query(
                "select idx, hash from audit_leaf where seq = ?",
                statement -> statement.setLong(1, seq),
                rows ->
                        rows.next()
                                ? Optional.of(new Leaf(rows.getLong(1), rows.getBytes(2)))
                                : Optional.empty());
    }

    /// @throws IllegalStateException when a part of the tree is gone
    @Override
    public byte[] at(int level, long index) {
        return level >= STORED_LEVEL ? stored(level, index) : computed(level, index);
    }

    private byte[] stored(int level, long index) {
        return connection.query(
                "select hash from audit_node where level = ? and idx = ?",
                statement -> {
                    statement.setInt(1, level);
                    statement.setLong(2, index);
                },
                rows -> {
                    if (!rows.next()) {
                        throw gone();
                    }
                    return rows.getBytes(1);
                });
    }

    private byte[] computed(int level, long index) {
        return connection.query(
                "select hash from audit_leaf where idx >= ? and idx < ? order by idx",
                statement -> {
                    statement.setLong(1, index << level);
                    statement.setLong(2, (index + 1) << level);
                },
                rows -> {
                    var edge = Merkle.Edge.of(0, (_, _) -> new byte[0]);
                    while (rows.next()) {
                        edge.add(rows.getBytes(1), (_, _, _) -> {});
                    }
                    if (edge.size() != 1L << level) {
                        throw gone();
                    }
                    return edge.root();
                });
    }

    private static IllegalStateException gone() {
        return new IllegalStateException(
                "a part of the audit's tree is gone: `trellis verify-audit` says which");
    }
}
