package trellis.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What the embedded PostgreSQL keeps on disk below the home folder: its programs, data, password,
/// port and log.
///
/// @param home the home folder
/// @param binaries its programs
/// @param user how its programs are started: PostgreSQL refuses to run as root
record PostgresCluster(Path home, PostgresBinaries binaries, PostgresUser user) {
    /// The superuser and owner of everything.
    static final String OWNER = "trellis";

    private static final long MEGABYTE = 1L << 20;
    private static final long ROOM_TO_MAKE = 300 * MEGABYTE;
    private static final long ROOM_TO_START = 64 * MEGABYTE;
    private static final long LONGEST_LOG = 8 * MEGABYTE;

    /// Makes what is missing. Called by the one process that owns the home folder.
    ///
    /// @throws DatabaseRefused when the disk is full or the data is of another major version
    static PostgresCluster prepare(Path home) throws IOException {
        var data = home.resolve("database");
        refuseFull(home, Files.exists(data) ? ROOM_TO_START : ROOM_TO_MAKE);
        var cluster =
                new PostgresCluster(home, PostgresBinaries.in(home), PostgresUser.ofThisProcess());
        if (!Files.exists(data)) {
            cluster.create();
        }
        cluster.refuseOtherVersion();
        cluster.user.give(data);
        return cluster;
    }

    /// The data folder.
    Path data() {
        return home.resolve("database");
    }

    /// What the server has to say.
    Path log() {
        return home.resolve("database.log");
    }

    /// The password of [#OWNER]; empty before the cluster was made.
    static Optional<String> password(Path home) {
        return read(home.resolve("database-password"));
    }

    /// The port of the last start; empty before the first.
    static Optional<Integer> port(Path home) {
        return read(home.resolve("database-port")).map(Integer::valueOf);
    }

    /// Keeps the port for other processes and for the next start.
    void keepPort(int port) throws IOException {
        replace(home.resolve("database-port"), Integer.toString(port));
    }

    /// The process that the data folder believes to be its server.
    OptionalLong recordedServer() {
        return read(data().resolve("postmaster.pid"))
                .flatMap(text -> text.lines().findFirst())
                .map(line -> OptionalLong.of(Long.parseLong(line.strip())))
                .orElse(OptionalLong.empty());
    }

    /// Forgets a server that is gone and could not say so.
    void forgetServer() throws IOException {
        Files.deleteIfExists(data().resolve("postmaster.pid"));
    }

    /// The last words of the server, for a message.
    String lastWords() {
        return read(log())
                .map(text -> text.lines().toList())
                .filter(lines -> !lines.isEmpty())
                .map(List::getLast)
                .map(line -> line.replaceFirst("^.*?(FATAL|PANIC|ERROR|LOG): +", ""))
                .orElse("it left no message");
    }

    /// Begins a new log when the old one has grown long; one old log is kept.
    void turnLog() throws IOException {
        if (Files.exists(log()) && Files.size(log()) > LONGEST_LOG) {
            Files.move(log(), home.resolve("database.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// Whether a text of PostgreSQL says that the disk is full.
    static boolean saysFull(String text) {
        return text.contains("No space left on device") || text.contains("Disk quota exceeded");
    }

    static DatabaseRefused full(Path home) {
        return new DatabaseRefused(
                "The disk that holds "
                        + home
                        + " (TRELLIS_HOME) is full: free some space and start"
                        + " again; nothing acknowledged is lost");
    }

    /// A half-made cluster never counts: it is made beside its place and moved there when whole.
    private void create() throws IOException {
        var half = home.resolve("database.new");
        PostgresBinaries.remove(half);
        var secret = home.resolve("database-password");
        Files.deleteIfExists(secret);
        Files.createFile(
                secret,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(secret, newPassword());
        Files.createDirectory(half);
        user.give(half);
        user.give(secret);
        var output = home.resolve("database-initdb.log");
        var command = new ArrayList<>(user.prefix());
        command.addAll(
                List.of(
                        binaries.program("initdb"),
                        "-D",
                        half.toString(),
                        "-U",
                        OWNER,
                        "-A",
                        "scram-sha-256",
                        "--pwfile=" + secret,
                        "-E",
                        "UTF8",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C"));
        if (PostgresUser.run(command, output) != 0) {
            var said = read(output).orElse("");
            if (saysFull(said)) {
                throw full(home);
            }
            throw new DatabaseRefused(
                    "PostgreSQL could not make its data folder below "
                            + home
                            + ": "
                            + said.lines().reduce((_, last) -> last).orElse("no message"));
        }
        Files.move(half, data(), StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(output);
    }

    private void refuseOtherVersion() {
        var found = read(data().resolve("PG_VERSION")).orElse("unknown");
        if (!found.equals(PostgresBinaries.MAJOR)) {
            throw new DatabaseRefused(
                    data()
                            + " was made by PostgreSQL "
                            + found
                            + " and this Trellis brings "
                            + PostgresBinaries.MAJOR
                            + ": take a backup with the Trellis that made it, then restore it with"
                            + " this one into an empty TRELLIS_HOME");
        }
    }

    private static void refuseFull(Path home, long needed) throws IOException {
        var free = Files.getFileStore(home).getUsableSpace();
        if (free < needed) {
            throw new DatabaseRefused(
                    "Only "
                            + free / MEGABYTE
                            + " MB are free where "
                            + home
                            + " is (TRELLIS_HOME), and "
                            + needed / MEGABYTE
                            + " MB are needed to start");
        }
    }

    private static String newPassword() {
        var bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty())
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replace(Path file, String text) throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                fresh,
                text,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
