package trellis.jobs;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tools.jackson.databind.json.JsonMapper;

/// Writes a backup: a tar file packed with Zstandard. A table is a row of parts
/// (`tables/NAME/000000.copy`, ...) whose bytes, one after the other, are PostgreSQL's binary COPY
/// format; `manifest.json` comes last. Any tar that knows Zstandard can list it.
final class BackupWriter implements Closeable {
    static final String MANIFEST = "manifest.json";
    static final String TABLES = "tables/";
    private static final int PART = 4 << 20;

    private final FileChannel file;
    private final TarArchiveOutputStream tar;
    private final LongConsumer progress;

    /// @param path must not exist
    /// @param progress told of each so many bytes written, before packing
    BackupWriter(Path path, LongConsumer progress) throws IOException {
        this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.progress = progress;
        var packed =
                new ZstdOutputStream(
                        new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16));
        packed.setChecksum(true);
        this.tar = new TarArchiveOutputStream(packed);
    }

    /// Where one table's bytes go. Closed before the next one is opened.
    TableStream table(String name) {
        return new TableStream(name);
    }

    /// Ends the backup.
    void finish(BackupManifest manifest) throws IOException {
        entry(MANIFEST, JsonMapper.shared().writeValueAsBytes(manifest));
        tar.close();
    }

    @Override
    public void close() throws IOException {
        try {
            tar.close();
        } finally {
            file.close();
        }
    }

    private void entry(String name, byte[] bytes) throws IOException {
        entry(name, bytes, bytes.length);
    }

    private void entry(String name, byte[] bytes, int length) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(length);
        tar.putArchiveEntry(entry);
        tar.write(bytes, 0, length);
        tar.closeArchiveEntry();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The bytes of one table, cut into parts so that a tar entry's size is known before it is
    /// written and memory stays flat.
    final class TableStream extends OutputStream {
        private final String name;
        private final byte[] part = new byte[PART];
        private final MessageDigest digest = BackupWriter.sha256();
        private int filled;
        private int parts;
        private long bytes;

        private TableStream(String name) {
            this.name = name;
        }

        /// How many bytes the table has.
        long bytes() {
            return bytes;
        }

        /// SHA-256 of its bytes; asked once, after closing.
        String sha256() {
            return HexFormat.of().formatHex(digest.digest());
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            var from = offset;
            var left = length;
            while (left > 0) {
                var taken = Math.min(left, part.length - filled);
                System.arraycopy(source, from, part, filled, taken);
                filled += taken;
                from += taken;
                left -= taken;
                if (filled == part.length) {
                    writePart();
                }
            }
        }

        @Override
        public void close() throws IOException {
            if (filled > 0) {
                writePart();
            }
        }

        private void writePart() throws IOException {
            digest.update(part, 0, filled);
            var number = String.format(Locale.ROOT, "%06d", parts);
            entry(TABLES + name + "/" + number + ".copy", part, filled);
            progress.accept(filled);
            bytes += filled;
            parts++;
            filled = 0;
        }
    }
}
