package trellis.jobs;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/// Everything there is, as it was at one moment.
final class BackupSql implements AutoCloseable {
    /// Flyway's own table: a restore makes it anew.
    static final String MIGRATIONS = "flyway_schema_history";

    private final Connection snapshot;

    /// Takes the snapshot: whatever is written from here on is not in the backup.
    BackupSql(DataSource source) throws SQLException {
        this.snapshot = source.getConnection();
        snapshot.setAutoCommit(false);
        snapshot.setReadOnly(true);
        snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        one("select pg_current_snapshot()::text");
    }

    /// Every table and its columns, but for what is empty after a crash; a table that others refer to comes before them.
    Map<String, List<String>> tables() throws SQLException {
        var columns = new LinkedHashMap<String, List<String>>();
        var rows =
                rows(
                        """
                        select c.relname, a.attname
                          from pg_class c
                          join pg_attribute a on a.attrelid = c.oid
                         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                           and c.relpersistence = 'p' and not c.relispartition and a.attnum > 0 and not a.attisdropped
                           and a.attgenerated = '' and c.relname <> 'flyway_schema_history'
                         order by c.relname, a.attnum
                        """);
        rows.forEach(
                row -> columns.computeIfAbsent(row.get(0), _ -> new ArrayList<>()).add(row.get(1)));
        var ordered = new LinkedHashMap<String, List<String>>();
        var references = references();
        for (var table : columns.keySet()) {
            for (var next : referredFirst(table, references, new LinkedHashSet<>())) {
                if (columns.containsKey(next)) {
                    ordered.putIfAbsent(next, columns.get(next));
                }
            }
        }
        return ordered;
    }

    /// The size of all tables on disk, for a progress bar.
    long size() throws SQLException {
        return Long.parseLong(
                one(
                        """
                        select coalesce(sum(pg_table_size(oid)), 0)::text
                          from pg_class
                         where relnamespace = 'public'::regnamespace and relkind = 'r'
                        """));
    }

    /// Writes the rows of a table in binary COPY format.
    ///
    /// @return how many
    long copy(String table, List<String> columns, OutputStream to)
            throws SQLException, IOException {
        var copy =
                "copy (select "
                        + quoted(columns)
                        + " from public."
                        + quoted(table)
                        + ") to stdout (format binary)";
        return snapshot.unwrap(PGConnection.class).getCopyAPI().copyOut(copy, to);
    }

    /// Where the sequences stand now, which is never before where they stood in the snapshot.
    List<BackupManifest.Sequence> sequences() throws SQLException {
        var sequences = new ArrayList<BackupManifest.Sequence>();
        var names =
                rows(
                        """
                        select relname from pg_class
                         where relnamespace = 'public'::regnamespace and relkind = 'S'
                         order by relname
                        """);
        for (var name : names) {
            var state = rows("select last_value, is_called from public." + quoted(name.getFirst()));
            var row = state.getFirst();
            sequences.add(
                    new BackupManifest.Sequence(
                            name.getFirst(), Long.parseLong(row.get(0)), row.get(1).equals("t")));
        }
        return sequences;
    }

    /// The number of the last migration.
    String schema() throws SQLException {
        return one(
                """
                select version from flyway_schema_history
                 where success and version is not null order by installed_rank desc limit 1
                """);
    }

    /// The version of the server.
    String postgres() throws SQLException {
        return one("show server_version");
    }

    @Override
    public void close() throws SQLException {
        snapshot.rollback();
        snapshot.close();
    }

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String quoted(List<String> names) {
        return String.join(", ", names.stream().map(BackupSql::quoted).toList());
    }

    private Map<String, Set<String>> references() throws SQLException {
        var references = new LinkedHashMap<String, Set<String>>();
        rows("""
        select f.relname, t.relname
          from pg_constraint k
          join pg_class f on f.oid = k.conrelid
          join pg_class t on t.oid = k.confrelid
         where k.contype = 'f' and k.conrelid <> k.confrelid
        """)
                .forEach(row ->
                        references
                                .computeIfAbsent(row.get(0), _ -> new TreeSet<>())
                                .add(row.get(1)));
        return references;
    }

    private static SequencedSet<String> referredFirst(
            String table, Map<String, Set<String>> references, SequencedSet<String> under) {
        var order = new LinkedHashSet<String>();
        if (under.add(table)) {
            for (var target : references.getOrDefault(table, Set.of())) {
                order.addAll(referredFirst(target, references, under));
            }
            order.add(table);
        }
        return order;
    }

    private String one(String sql) throws SQLException {
        return rows(sql).getFirst().getFirst();
    }

    private List<List<String>> rows(String sql) throws SQLException {
        try (var statement = snapshot.createStatement();
                var result = statement.executeQuery(sql)) {
            var rows = new ArrayList<List<String>>();
            while (result.next()) {
                var row = new ArrayList<String>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }
}
