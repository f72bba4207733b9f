package trellis.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Collectors;
import trellis.store.Database;

/// Puts a backup back: the whole of it, or nothing.
///
/// The file is read and verified before the database is touched. It is then loaded into a schema
/// beside the live one, made as the Trellis that took the backup had it, brought up to this
/// version's tables, and takes the live one's place in one transaction.
final class Restore {
    private final Database database;
    private final Console console;

    Restore(Database database, Console console) {
        this.database = database;
        this.console = console;
    }

    /// Reads a backup to the end and checks every byte.
    ///
    /// @throws CommandFailed when it is not whole
    static BackupManifest verify(Path file, Console console) throws IOException {
        var size = Files.exists(file) ? Files.size(file) * 2 : 1;
        var progress = new Progress(console, "Verifying ", size);
        var manifest = new BackupReader(file, progress::add).read((_, _) -> {});
        progress.end();
        return manifest;
    }

    /// Puts back what was verified.
    ///
    /// @param replace whether what the database holds may go
    void from(Path file, BackupManifest manifest, boolean replace) throws Exception {
        if (database.shared()) {
            throw new CommandFailed(
                    "A server or another command uses this database: stop it, then restore");
        }
        try (var sql = new RestoreSql(database.dataSource())) {
            var filled = sql.filled();
            if (!replace && !filled.isEmpty()) {
                throw new CommandFailed(
                        "The database is not empty (there are rows in "
                                + String.join(", ", filled)
                                + "); --replace puts the backup in its place");
            }
            try {
                sql.makeBeside();
                database.migrate(RestoreSql.BESIDE, manifest.schema());
                load(sql, file, manifest);
                database.migrate(RestoreSql.BESIDE, "latest");
                sql.swap();
            } catch (Exception e) {
                sql.dropBeside();
                throw e;
            }
        }
    }

    private void load(RestoreSql sql, Path file, BackupManifest manifest) throws Exception {
        var tables =
                manifest.tables().stream()
                        .collect(Collectors.toMap(BackupManifest.Table::name, Function.identity()));
        var progress = new Progress(console, "Restoring ", manifest.bytes());
        var loaded =
                new BackupReader(file, progress::add)
                        .read((table, bytes) -> {
                            if (!tables.containsKey(table)) {
                                throw new IOException("it holds an unknown table");
                            }
                            sql.load(tables.get(table), bytes);
                        });
        if (!loaded.equals(manifest)) {
            throw new CommandFailed(file + " was changed while it was read; nothing was changed");
        }
        sql.endLoad(manifest);
        progress.end();
    }
}
