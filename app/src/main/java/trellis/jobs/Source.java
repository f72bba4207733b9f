package trellis.jobs;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPInputStream;

/// One input of an import: a file, or what comes through a pipe.
///
/// @param name as the operator wrote it
/// @param path empty for the standard input
/// @param size in bytes as it lies on the disk; 0 for the standard input
record Source(String name, Optional<Path> path, long size) {
    private static final int BUFFER = 1 << 16;
    private static final int HEAD = 1 << 16;

    /// A file.
    static Source file(Path path) throws IOException {
        return new Source(path.toString(), Optional.of(path), Files.size(path));
    }

    /// What comes through a pipe.
    static Source piped() {
        return new Source("standard input", Optional.empty(), 0);
    }

    /// Opens it; what is packed with gzip is unpacked, whatever the name says, and the mark of UTF-8
    /// that some programs write first is passed over.
    ///
    /// @param piped what comes through the pipe
    /// @param read counts the bytes taken from the disk
    InputStream open(InputStream piped, LongAdder read) throws IOException {
        var raw = path.isPresent() ? Files.newInputStream(path.get()) : piped;
        var counted = new BufferedInputStream(new Counted(raw, read), BUFFER);
        try {
            var plain =
                    begins(counted, 0x1f, 0x8b)
                            ? new BufferedInputStream(new GZIPInputStream(counted, BUFFER), BUFFER)
                            : counted;
            if (begins(plain, 0xef, 0xbb, 0xbf)) {
                plain.skipNBytes(3);
            }
            return plain;
        } catch (IOException e) {
            counted.close();
            throw e;
        }
    }

    private static boolean begins(InputStream in, int... bytes) throws IOException {
        in.mark(bytes.length);
        var same = true;
        for (var expected : bytes) {
            same = same && in.read() == expected;
        }
        in.reset();
        return same;
    }

    /// What tells this file from others and from an earlier content of its own: a hash of its path,
    /// its size and its beginning. Empty for the standard input.
    Optional<byte[]> identity() throws IOException {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(path.get())) {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(path.get().toRealPath().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(size).flip());
            digest.update(in.readNBytes(HEAD));
            return Optional.of(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Counts the bytes that pass.
    private static final class Counted extends FilterInputStream {
        private final LongAdder read;

        Counted(InputStream in, LongAdder read) {
            super(in);
            this.read = read;
        }

        @Override
        public int read() throws IOException {
            var one = super.read();
            read.add(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            var count = super.read(into, offset, length);
            read.add(Math.max(count, 0));
            return count;
        }
    }
}
