package trellis.store;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;

/// Rows in PostgreSQL's binary COPY format (PostgreSQL manual, COPY, "Binary Format").
final class CopyRows {

    private static final byte[] SIGNATURE = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final int INT8 = 20;
    private static final BigInteger TEN_THOUSAND = BigInteger.valueOf(10_000);

    private final int columns;
    private byte[] out = new byte[8192];
    private int length;

    CopyRows(int columns) {
        this.columns = columns;
        put(SIGNATURE);
    }

    byte[] finished() {
        int2(-1);
        return Arrays.copyOf(out, length);
    }

    /// Begins a row; exactly as many values as there are columns must follow.
    CopyRows row() {
        int2(columns);
        return this;
    }

    CopyRows smallint(int value) {
        int4(2);
        int2(value);
        return this;
    }

    CopyRows integer(int value) {
        int4(4);
        int4(value);
        return this;
    }

    CopyRows bigint(long value) {
        int4(8);
        int8(value);
        return this;
    }

    /// No value.
    CopyRows nothing() {
        int4(-1);
        return this;
    }

    CopyRows bool(boolean value) {
        int4(1);
        room(1);
        out[length++] = (byte) (value ? 1 : 0);
        return this;
    }

    CopyRows bytes(byte[] value) {
        int4(value.length);
        put(value);
        return this;
    }

    CopyRows text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    CopyRows bigints(long[] values) {
        if (values.length == 0) {
            int4(12);
            int4(0);
            int4(0);
            int4(INT8);
            return this;
        }
        int4(20 + 12 * values.length);
        int4(1);
        int4(0);
        int4(INT8);
        int4(values.length);
        int4(1);
        for (var value : values) {
            bigint(value);
        }
        return this;
    }

    /// PostgreSQL's numeric: groups of four decimal digits.
    CopyRows numeric(BigDecimal value) {
        var scale = Math.max(0, value.scale());
        var after = (scale + 3) / 4;
        var rest = value.setScale(after * 4).unscaledValue().abs();
        var groups = new ArrayDeque<Integer>();
        while (rest.signum() != 0) {
            var parts = rest.divideAndRemainder(TEN_THOUSAND);
            groups.push(parts[1].intValue());
            rest = parts[0];
        }
        var weight = groups.size() - after - 1;
        while (!groups.isEmpty() && groups.getLast() == 0) {
            groups.removeLast();
        }
        int4(8 + 2 * groups.size());
        int2(groups.size());
        int2(groups.isEmpty() ? 0 : weight);
        int2(value.signum() < 0 ? 0x4000 : 0);
        int2(scale);
        groups.forEach(this::int2);
        return this;
    }

    private void put(byte[] bytes) {
        room(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void room(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, length + more));
        }
    }

    private void int2(int value) {
        room(2);
        out[length++] = (byte) (value >>> 8);
        out[length++] = (byte) value;
    }

    private void int4(int value) {
        int2(value >>> 16);
        int2(value);
    }

    private void int8(long value) {
        int4((int) (value >>> 32));
        int4((int) value);
    }
}
