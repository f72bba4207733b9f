package trellis.jobs;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Reads a backup from beginning to end and checks every byte of it against its manifest.
final class BackupReader {
    private final Path file;
    private final LongConsumer progress;
    private final Map<String, MessageDigest> digests = new HashMap<>();

    /// @param progress told of each so many bytes read, after unpacking
    BackupReader(Path file, LongConsumer progress) {
        this.file = file;
        this.progress = progress;
    }

    /// Takes the bytes of the tables as they come: table after table, in the manifest's order.
    @FunctionalInterface
    interface Parts {
        /// The next bytes of a table; more of the same may follow.
        void take(String table, byte[] bytes) throws IOException;
    }

    /// Reads everything.
    ///
    /// @param parts gets the tables' bytes before it is known whether they are whole: it must be
    ///     able to undo what it did
    /// @return what the backup holds
    /// @throws CommandFailed when the file cannot be read or is not what it was
    BackupManifest read(Parts parts) {
        try (var packed = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                var unpacked = new ZstdInputStream(packed);
                var tar = new TarArchiveInputStream(unpacked)) {
            var manifest = Optional.<BackupManifest>empty();
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().equals(BackupWriter.MANIFEST)) {
                    manifest = Optional.of(manifest(tar));
                } else {
                    part(entry, tar, parts);
                }
            }
            // To the very end: the checksum of the packing stands there.
            unpacked.transferTo(OutputStream.nullOutputStream());
            var found = manifest.orElseThrow(() -> damaged("it ends too early"));
            compare(found);
            return found;
        } catch (java.nio.file.NoSuchFileException e) {
            throw new CommandFailed("There is no file " + file, e);
        } catch (java.nio.file.AccessDeniedException e) {
            throw new CommandFailed(file + " cannot be read: permission denied", e);
        } catch (IOException e) {
            throw new CommandFailed(damage(String.valueOf(e.getMessage())), e);
        }
    }

    private BackupManifest manifest(InputStream tar) throws IOException {
        try {
            var manifest = JsonMapper.shared().readValue(tar.readAllBytes(), BackupManifest.class);
            if (manifest.format() != BackupManifest.FORMAT) {
                throw new CommandFailed(
                        file + " was made by a newer Trellis (" + manifest.trellis() + ")");
            }
            return manifest;
        } catch (JacksonException e) {
            throw damaged("its manifest cannot be read");
        }
    }

    private void part(TarArchiveEntry entry, InputStream tar, Parts parts) throws IOException {
        var path = entry.getName().split("/", -1);
        if (path.length != 3 || !entry.getName().startsWith(BackupWriter.TABLES)) {
            throw damaged("it holds something that is not a table");
        }
        var bytes = tar.readAllBytes();
        if (bytes.length != entry.getSize()) {
            throw damaged("it ends too early");
        }
        digests.computeIfAbsent(path[1], _ -> BackupWriter.sha256()).update(bytes);
        parts.take(path[1], bytes);
        progress.accept(bytes.length);
    }

    private void compare(BackupManifest manifest) {
        for (var table : manifest.tables()) {
            var digest = Optional.ofNullable(digests.remove(table.name()));
            var sha256 = digest.map(found -> HexFormat.of().formatHex(found.digest()));
            if (!sha256.equals(Optional.of(table.sha256()))) {
                throw damaged("the table " + table.name() + " is not what it was");
            }
        }
        if (!digests.isEmpty()) {
            throw damaged("it holds more tables than its manifest says");
        }
    }

    private CommandFailed damaged(String how) {
        return new CommandFailed(damage(how));
    }

    private String damage(String how) {
        return file + " is damaged or not a backup: " + how + "; nothing was changed";
    }
}
