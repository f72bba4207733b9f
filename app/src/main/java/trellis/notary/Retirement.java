package trellis.notary;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.GZIPOutputStream;
import javax.sql.DataSource;
import tools.jackson.databind.node.JsonNodeFactory;

/// Writes the oldest lines of the audit to an archive and removes them, when nobody has to keep them any more. The tree
/// keeps their leaves, so proofs and `verify-audit` hold, and a line from the archive can still be proved.
public final class Retirement {
    private static final int AT_ONCE = 5_000;

    private final DataSource database;
    private final SigningKey key;
    private final Clock clock;

    /// @param home the data folder, where the key is
    public Retirement(DataSource database, Path home, Clock clock) {
        this.database = database;
        this.key = SigningKey.in(home);
        this.clock = clock;
    }

    /// What was done.
    ///
    /// @param lines how many lines were archived and removed
    /// @param archive SHA-256 of the archive
    public record Done(long lines, byte[] archive) {}

    /// Archives and removes every line from the beginning of the log up to the first that is not older. An interrupted run
    /// is finished by the next, which then finds what is left.
    ///
    /// @param before lines of this moment and later stay
    /// @param archive a file that is not there yet: gzip, one JSON object a line
    /// @param progress hears how many lines are archived
    /// @return empty when no line is old enough
    /// @throws IOException when the archive cannot be written
    /// @throws IllegalStateException when a line is not as it was when it was signed; nothing is removed then
    public Optional<Done> retire(Instant before, Path archive, LongConsumer progress)
            throws IOException {
        var until = ChronoUnit.MICROS.between(Instant.EPOCH, before);
        try (var connection = ConnectionSql.reading(database)) {
            var leaves = new RetirementSql(connection).leavesBefore(until);
            if (leaves == 0) {
                return Optional.empty();
            }
            var written = write(new RetirementSql(connection), leaves, archive, progress);
            if (written.lines() == 0) {
                Files.delete(archive);
                return Optional.empty();
            }
            remove(leaves, until, written.archive());
            return Optional.of(written);
        }
    }

    private static Done write(RetirementSql sql, long leaves, Path archive, LongConsumer progress)
            throws IOException {
        var digest = digest();
        var lines = new long[1];
        try (var file = Files.newOutputStream(archive, StandardOpenOption.CREATE_NEW)) {
            try (var out =
                    new GZIPOutputStream(
                            new DigestOutputStream(new BufferedOutputStream(file), digest))) {
                sql.lines(
                        leaves,
                        leaf -> {
                            leaf.line()
                                    .ifPresent(line -> {
                                        line(leaf, line, out);
                                        if (++lines[0] % 10_000 == 0) {
                                            progress.accept(lines[0]);
                                        }
                                    });
                        });
            }
        } catch (UncheckedIOException | IllegalStateException e) {
            Files.deleteIfExists(archive);
            throw e;
        }
        try (var file = FileChannel.open(archive, StandardOpenOption.WRITE)) {
            file.force(true);
        }
        return new Done(lines[0], digest.digest());
    }

    private static void line(LogCheckSql.Checked leaf, Line line, OutputStream out) {
        if (!Arrays.equals(line.leaf(), leaf.hash())) {
            throw new IllegalStateException(
                    "Line "
                            + leaf.seq()
                            + " is not as it was when it was signed. Nothing was removed; `trellis"
                            + " verify-audit` says more.");
        }
        var json = JsonNodeFactory.instance.objectNode();
        json.put("leaf", leaf.index());
        var said = json.putObject("line");
        line.said().forEach(said::put);
        var patients = json.putArray("patients");
        line.patients().forEach(patients::add);
        try {
            out.write((json + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The word that they may be gone comes first: a check in between must find nothing wrong.
    private void remove(long leaves, long until, byte[] archive) {
        var at = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        try (var connection = ConnectionSql.writing(database)) {
            new RetirementSql(connection).insert(Retired.of(key, leaves, until, at, archive));
            connection.commit();
        }
        var more = true;
        while (more) {
            try (var connection = ConnectionSql.writing(database)) {
                more = new RetirementSql(connection).remove(leaves, AT_ONCE) > 0;
                connection.commit();
            }
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The signed words there are, for whoever checks the log.
    static List<Retired> words(ConnectionSql connection) {
        return new RetirementSql(connection).words();
    }
}
