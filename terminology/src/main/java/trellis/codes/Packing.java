package trellis.codes;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;

/// How arrays are written down.
final class Packing {

    private Packing() {}

    static void write(int[] values, DataOutput out) throws IOException {
        out.writeInt(values.length);
        var bytes = new byte[4096];
        for (var at = 0; at < values.length; ) {
            var used = 0;
            while (used < bytes.length && at < values.length) {
                var value = values[at++];
                bytes[used++] = (byte) (value >>> 24);
                bytes[used++] = (byte) (value >>> 16);
                bytes[used++] = (byte) (value >>> 8);
                bytes[used++] = (byte) value;
            }
            out.write(bytes, 0, used);
        }
    }

    static int[] ints(DataInput in) throws IOException {
        var values = new int[in.readInt()];
        var bytes = new byte[4096];
        for (var at = 0; at < values.length; ) {
            var count = Math.min(bytes.length / 4, values.length - at);
            in.readFully(bytes, 0, count * 4);
            for (var i = 0; i < count; i++) {
                var from = i * 4;
                values[at++] =
                        (bytes[from] << 24)
                                | ((bytes[from + 1] & 255) << 16)
                                | ((bytes[from + 2] & 255) << 8)
                                | (bytes[from + 3] & 255);
            }
        }
        return values;
    }

    static void write(byte[] values, DataOutput out) throws IOException {
        out.writeInt(values.length);
        out.write(values);
    }

    static byte[] bytes(DataInput in) throws IOException {
        var values = new byte[in.readInt()];
        in.readFully(values);
        return values;
    }

    static void write(BitSet bits, DataOutput out) throws IOException {
        write(bits.toByteArray(), out);
    }

    static BitSet bits(DataInput in) throws IOException {
        return BitSet.valueOf(bytes(in));
    }
}
