package trellis.codes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/// Texts in one array of bytes: a million of them cost what their letters cost and 4 bytes each.
///
/// @param bytes UTF-8, one after the other
/// @param ends where each ends
record Strings(byte[] bytes, int[] ends) {

    int size() {
        return ends.length;
    }

    private int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    String get(int index) {
        var start = start(index);
        return new String(bytes, start, ends[index] - start, UTF_8);
    }

    /// How the text at a place compares with another, by its bytes.
    int compare(int index, byte[] other) {
        return Arrays.compare(bytes, start(index), ends[index], other, 0, other.length);
    }

    /// How the texts at two places compare.
    int compare(int a, int b) {
        return Arrays.compare(bytes, start(a), ends[a], bytes, start(b), ends[b]);
    }

    /// Whether a word of the text begins so.
    ///
    /// @param small the beginning, in small letters
    boolean hasWord(int index, byte[] small) {
        var last = ends[index] - small.length;
        var begins = true;
        for (var at = start(index); at <= last; at++) {
            if (begins && matches(at, small)) {
                return true;
            }
            begins = !isLetter(bytes[at]);
        }
        return false;
    }

    private boolean matches(int at, byte[] small) {
        for (var i = 0; i < small.length; i++) {
            if (small(bytes[at + i]) != small[i]) {
                return false;
            }
        }
        return true;
    }

    /// Letters beyond ASCII count as letters and are compared as they stand.
    private static boolean isLetter(byte b) {
        return b < 0 || (b >= '0' && b <= '9') || (small(b) >= 'a' && small(b) <= 'z');
    }

    private static byte small(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
        Packing.write(ends, out);
    }

    static Strings read(DataInput in) throws IOException {
        var bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new Strings(bytes, Packing.ints(in));
    }

    /// Texts as they are collected.
    static final class Builder {
        private byte[] bytes = new byte[1024];
        private int length;
        private final Ints ends = new Ints();

        int size() {
            return ends.size();
        }

        /// @return its place
        int add(String text) {
            var utf8 = text.getBytes(UTF_8);
            return add(utf8, 0, utf8.length);
        }

        /// @return its place
        int add(byte[] from, int start, int count) {
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + count, length + (length >> 1)));
            }
            System.arraycopy(from, start, bytes, length, count);
            length += count;
            ends.add(length);
            return ends.size() - 1;
        }

        Strings build() {
            return new Strings(Arrays.copyOf(bytes, length), ends.toArray());
        }
    }
}
