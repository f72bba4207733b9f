package trellis.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// Bytes that lie in rows, a part in each, read one row after the other: memory holds one part. For one thread at a time.
public final class PartStream extends InputStream {

    /// Where the parts are.
    @FunctionalInterface
    public interface Parts {

        /// One part.
        ///
        /// @param number from 0
        /// @param before how many bytes the parts before it have
        /// @return empty after the last
        /// @throws IOException when a part that should be there is not
        Optional<byte[]> part(int number, long before) throws IOException;
    }

    private final Parts parts;
    private byte[] part = new byte[0];
    private int at;
    private int number;
    private long before;
    private boolean ended;

    /// @param parts asked for one after the other, as reading needs them
    public PartStream(Parts parts) {
        this.parts = parts;
    }

    private boolean filled() throws IOException {
        while (at == part.length && !ended) {
            var next = parts.part(number++, before);
            ended = next.isEmpty();
            part = next.orElse(part);
            at = ended ? part.length : 0;
            before += ended ? 0 : part.length;
        }
        return at < part.length;
    }

    @Override
    public int read() throws IOException {
        return filled() ? part[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        if (!filled()) {
            return -1;
        }
        var some = Math.min(most, part.length - at);
        System.arraycopy(part, at, into, from, some);
        at += some;
        return some;
    }
}
