package trellis.jobs;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// Fills a schema beside the live one, in one transaction, and lets it take the live one's place in
/// another.
final class RestoreSql implements AutoCloseable {
    /// Where a backup is loaded.
    static final String BESIDE = "restoring";

    private final Connection connection;
    private final Map<String, Long> rows = new HashMap<>();
    private Optional<String> table = Optional.empty();
    private Optional<CopyIn> copy = Optional.empty();

    RestoreSql(DataSource source) throws SQLException {
        this.connection = source.getConnection();
        connection.setAutoCommit(false);
    }

    /// The tables that hold anything.
    List<String> filled() throws SQLException {
        var filled = new ArrayList<String>();
        for (var name : tables()) {
            var any = "select exists (select from public." + BackupSql.quoted(name) + ")";
            if (one(any).equals("t")) {
                filled.add(name);
            }
        }
        return filled;
    }

    /// Makes an empty schema beside the live one.
    void makeBeside() throws SQLException {
        dropBeside();
        execute("create schema " + BESIDE);
        connection.commit();
    }

    /// Leaves no trace of a restore that did not happen.
    void dropBeside() throws SQLException {
        // Until a copy has ended the connection hears nothing else.
        if (copy.isPresent() && copy.get().isActive()) {
            copy.get().cancelCopy();
        }
        connection.rollback();
        execute("drop schema if exists " + BESIDE + " cascade");
        connection.commit();
    }

    /// Takes bytes of a table in binary COPY format.
    void load(BackupManifest.Table into, byte[] bytes) throws IOException {
        try {
            if (!table.equals(Optional.of(into.name()))) {
                endTable();
                copy = Optional.of(begin(into));
                table = Optional.of(into.name());
            }
            copy.orElseThrow().writeToCopy(bytes, 0, bytes.length);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /// Ends the load: checks that every row has arrived, sets the sequences and commits.
    void endLoad(BackupManifest manifest) throws SQLException {
        endTable();
        for (var loaded : manifest.tables()) {
            var count = rows.getOrDefault(loaded.name(), 0L);
            if (count != loaded.rows()) {
                throw new CommandFailed(
                        "The table "
                                + loaded.name()
                                + " came back with "
                                + count
                                + " rows instead of "
                                + loaded.rows()
                                + "; nothing was changed");
            }
        }
        try (var set = connection.prepareStatement("select setval(?::regclass, ?, ?)")) {
            for (var sequence : manifest.sequences()) {
                set.setString(1, BESIDE + "." + BackupSql.quoted(sequence.name()));
                set.setLong(2, sequence.value());
                set.setBoolean(3, sequence.called());
                set.execute();
            }
        }
        connection.commit();
    }

    /// Lets what was loaded take the place of what is there, at one moment.
    void swap() throws SQLException {
        for (var extension : extensions()) {
            execute("alter extension " + BackupSql.quoted(extension) + " set schema " + BESIDE);
        }
        execute("drop schema public cascade");
        execute("alter schema " + BESIDE + " rename to public");
        connection.commit();
        connection.setAutoCommit(true);
        execute("analyze");
    }

    @Override
    public void close() throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        connection.close();
    }

    private CopyIn begin(BackupManifest.Table into) throws SQLException {
        var sql =
                "copy "
                        + BESIDE
                        + "."
                        + BackupSql.quoted(into.name())
                        + " ("
                        + BackupSql.quoted(into.columns())
                        + ") from stdin (format binary)";
        return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    }

    private void endTable() throws SQLException {
        if (copy.isPresent()) {
            rows.put(table.orElseThrow(), copy.get().endCopy());
            copy = Optional.empty();
        }
    }

    private List<String> tables() throws SQLException {
        return names(
                """
                select relname from pg_class
                 where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
                   and not relispartition and relname <> 'flyway_schema_history'
                 order by relname
                """);
    }

    private List<String> extensions() throws SQLException {
        return names(
                "select extname from pg_extension where extnamespace = 'public'::regnamespace");
    }

    private List<String> names(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            var names = new ArrayList<String>();
            while (result.next()) {
                names.add(result.getString(1));
            }
            return names;
        }
    }

    private String one(String sql) throws SQLException {
        return names(sql).getFirst();
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
