package trellis.jobs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Optional;
import trellis.store.Database;

/// Takes a backup of the whole node at one moment, also while a server is writing, and reads it back
/// before it counts as one.
final class Backup {
    private final Database database;
    private final Console console;
    private final Clock clock;

    Backup(Database database, Console console, Clock clock) {
        this.database = database;
        this.console = console;
        this.clock = clock;
    }

    /// Writes the backup beside its place, verifies it, and moves it there.
    ///
    /// @param file must not exist
    /// @throws CommandFailed when it cannot be written; nothing is left behind
    BackupManifest to(Path file) throws Exception {
        if (Files.exists(file)) {
            throw new CommandFailed(file + " exists already: name a file that does not");
        }
        var half = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.deleteIfExists(half);
            var written = write(half);
            settle(half);
            var check = new Progress(console, "Verifying ", written.bytes());
            var read = new BackupReader(half, check::add).read((_, _) -> {});
            check.end();
            if (!read.equals(written)) {
                throw new CommandFailed(
                        "The backup reads back as another: the disk cannot be trusted");
            }
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
            settle(folder(file));
            return written;
        } catch (IOException e) {
            throw refusal(file, e);
        } finally {
            Files.deleteIfExists(half);
        }
    }

    private BackupManifest write(Path half) throws Exception {
        try (var sql = new BackupSql(database.dataSource())) {
            var progress = new Progress(console, "Backing up", sql.size());
            try (var writer = new BackupWriter(half, progress::add)) {
                var tables = new ArrayList<BackupManifest.Table>();
                for (var table : sql.tables().entrySet()) {
                    var stream = writer.table(table.getKey());
                    var rows = sql.copy(table.getKey(), table.getValue(), stream);
                    stream.close();
                    tables.add(
                            new BackupManifest.Table(
                                    table.getKey(),
                                    table.getValue(),
                                    rows,
                                    stream.bytes(),
                                    stream.sha256()));
                }
                var manifest =
                        new BackupManifest(
                                BackupManifest.FORMAT,
                                version(),
                                sql.schema(),
                                sql.postgres(),
                                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                                tables,
                                sql.sequences());
                writer.finish(manifest);
                progress.end();
                return manifest;
            }
        }
    }

    private static String version() {
        return Optional.ofNullable(Backup.class.getPackage().getImplementationVersion())
                .orElse("unversioned");
    }

    private static Path folder(Path file) {
        return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    }

    /// Waits until the disk has it.
    private static void settle(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static CommandFailed refusal(Path file, IOException e) {
        var said = String.valueOf(e.getMessage());
        if (said.contains("No space left on device")) {
            return new CommandFailed(
                    "The disk is full before the backup was whole; nothing was kept of it", e);
        }
        return new CommandFailed(
                file + " cannot be written: " + e.getClass().getSimpleName() + " " + said, e);
    }
}
