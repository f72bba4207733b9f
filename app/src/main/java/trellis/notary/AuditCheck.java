package trellis.notary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import javax.sql.DataSource;

/// Checks a node's audit, for the command: which heads and key to believe, in one snapshot.
public final class AuditCheck {
    private final DataSource database;
    private final Path home;

    /// @param home the data folder, where key and heads are kept
    public AuditCheck(DataSource database, Path home) {
        this.database = database;
        this.home = home;
    }

    /// Where heads are kept outside the database when nothing else is said.
    public Path heads() {
        return home.resolve(Notary.FILE);
    }

    /// Checks everything.
    ///
    /// @param heads signed heads, one a line as [Head#json]; empty file or none: those of the database
    /// @param key file whose last line is the public key in base 64; empty: the node's own, if it has one
    /// @throws IOException when a file cannot be read
    /// @throws IllegalArgumentException when a file does not hold what it should, with the line
    public LogCheck.Found check(Optional<Path> heads, Optional<Path> key, LongConsumer progress)
            throws IOException {
        var kept = kept(heads.orElse(heads()), heads.isPresent());
        var believed = key(key.orElse(home.resolve(SigningKey.FILE)), key.isPresent());
        try (var connection = ConnectionSql.reading(database)) {
            return new LogCheck(connection, kept, believed, progress).check();
        }
    }

    private static List<Head> kept(Path file, boolean asked) throws IOException {
        if (!asked && !Files.exists(file)) {
            return List.of();
        }
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank())
                .map(line -> read(line, file))
                .toList();
    }

    private static Head read(String line, Path file) {
        try {
            return Head.read(line);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " holds a line that is no signed head", e);
        }
    }

    private static Optional<byte[]> key(Path file, boolean asked) throws IOException {
        if (!asked && !Files.exists(file)) {
            return Optional.empty();
        }
        var lines = Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
        try {
            return Optional.of(Base64.getDecoder().decode(lines.getLast().strip()));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(file + " holds no public key in base 64", e);
        }
    }
}
