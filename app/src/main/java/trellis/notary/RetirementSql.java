package trellis.notary;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What retiring lines reads and removes.
final class RetirementSql {
    private static final List<String> TABLES = List.of("audit", "audit_patient");

    private final ConnectionSql connection;

    RetirementSql(ConnectionSql connection) {
        this.connection = connection;
    }

    /// How many leaves stand before the first whose line is not older. Lines that are gone already are older.
    long leavesBefore(long until) {
        return connection.query(
                """
                select coalesce(
                         (select min(l.idx) from audit_leaf l join audit a on a.seq = l.seq where a.at >= ?),
                         (select count(*) from audit_leaf))
                """,
                statement -> statement.setLong(1, until),
                rows -> {
                    rows.next();
                    return rows.getLong(1);
                });
    }

    /// Leaves before an index, in order, with their lines.
    void lines(long leaves, Consumer<LogCheckSql.Checked> heard) {
        new LogCheckSql(connection).leaves(leaves, heard);
    }

    void insert(Retired word) {
        connection.execute(
                """
                insert into audit_retired (leaves, until, at, archive, key, signature)
                values (?, ?, ?, ?, ?, ?) on conflict do nothing
                """,
                statement -> {
                    statement.setLong(1, word.leaves());
                    statement.setLong(2, word.until());
                    statement.setLong(3, word.at());
                    statement.setBytes(4, word.archive());
                    statement.setBytes(5, word.key());
                    statement.setBytes(6, word.signature());
                });
    }

    List<Retired> words() {
        return connection.query(
                "select leaves, until, at, archive, key, signature from audit_retired order by leaves",
                ConnectionSql.BoundSql.NOTHING,
                rows -> {
                    var words = new ArrayList<Retired>();
                    while (rows.next()) {
                        words.add(
                                new Retired(
                                        rows.getLong(1),
                                        rows.getLong(2),
                                        rows.getLong(3),
                                        rows.getBytes(4),
                                        rows.getBytes(5),
                                        rows.getBytes(6)));
                    }
                    return words;
                });
    }

    /// Removes some lines whose leaves stand before an index: the owner gives itself the right for this one transaction.
    ///
    /// @return how many
    int remove(long leaves, int most) {
        TABLES.forEach(table -> plain("grant delete on " + table + " to current_user"));
        TABLES.forEach(
                table -> plain("alter table " + table + " disable trigger audit_append_only"));
        var gone =
                connection.query(
                        """
                        with oldest as (
                            select a.seq from audit_leaf l join audit a on a.seq = l.seq
                             where l.idx < ? order by l.idx limit ?),
                        patients as (delete from audit_patient p using oldest where p.seq = oldest.seq),
                        lines as (delete from audit a using oldest where a.seq = oldest.seq returning a.seq)
                        select count(*) from lines
                        """,
                        statement -> {
                            statement.setLong(1, leaves);
                            statement.setInt(2, most);
                        },
                        rows -> {
                            rows.next();
                            return rows.getInt(1);
                        });
        TABLES.forEach(
                table -> plain("alter table " + table + " enable trigger audit_append_only"));
        TABLES.forEach(table -> plain("revoke delete on " + table + " from current_user"));
        return gone;
    }

    private void plain(String sql) {
        connection.execute(sql, ConnectionSql.BoundSql.NOTHING);
    }
}
