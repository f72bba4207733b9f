package trellis.codes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Lines of a file whose columns are parted by tabs, read without an object for each. The first line names the columns.
final class TabLines implements AutoCloseable {
    private static final int LONGEST = 1 << 20;

    private final String file;
    private final InputStream in;
    private byte[] buffer = new byte[1 << 16];
    private int filled;
    private int next;
    private int start;
    private int[] ends = new int[32];
    private int columns;
    private final int wanted;
    private boolean named;
    private long number;
    private long read;

    /// @param columns how many there are
    /// @throws Unreadable when the file has other columns
    TabLines(String file, InputStream in, int columns, String firstColumn) throws IOException {
        this.file = file;
        this.in = in;
        this.wanted = columns;
        if (!next()
                || this.columns != columns
                || !text(0).replace("\uFEFF", "").equals(firstColumn)) {
            throw unreadable(
                    "expected "
                            + columns
                            + " columns parted by tabs, named in the first line, of which the first"
                            + " is "
                            + firstColumn);
        }
        this.named = true;
    }

    /// Goes to the next line that is not empty.
    ///
    /// @return false at the end
    boolean next() throws IOException {
        while (advance()) {
            if (columns > 1 || length(0) > 0) {
                if (named && columns != wanted) {
                    throw unreadable("it has " + columns + " columns instead of " + wanted);
                }
                return true;
            }
        }
        return false;
    }

    private boolean advance() throws IOException {
        start = next;
        number++;
        columns = 0;
        for (var at = start; ; at++) {
            if (at == filled) {
                var moved = start;
                var more = fill();
                for (var i = 0; i < columns; i++) {
                    ends[i] -= moved;
                }
                at -= moved;
                if (!more) {
                    next = at;
                    end(at);
                    return at > 0;
                }
            }
            if (buffer[at] == '\t') {
                end(at);
            } else if (buffer[at] == '\n') {
                end(at > start && buffer[at - 1] == '\r' ? at - 1 : at);
                next = at + 1;
                return true;
            }
        }
    }

    /// Reads on; what has been read of the line moves to the front.
    private boolean fill() throws IOException {
        var kept = filled - start;
        if (kept == buffer.length) {
            if (kept >= LONGEST) {
                throw unreadable("it has more than a million bytes");
            }
            buffer = Arrays.copyOf(buffer, kept * 2);
        }
        System.arraycopy(buffer, start, buffer, 0, kept);
        start = 0;
        var count = in.read(buffer, kept, buffer.length - kept);
        filled = kept + Math.max(count, 0);
        read += Math.max(count, 0);
        return count > 0;
    }

    private void end(int at) {
        if (columns == ends.length) {
            ends = Arrays.copyOf(ends, columns * 2);
        }
        ends[columns++] = at;
    }

    private int from(int column) {
        return column == 0 ? start : ends[column - 1] + 1;
    }

    /// Where a column begins in [#bytes].
    int begin(int column) {
        return from(column);
    }

    int length(int column) {
        return ends[column] - from(column);
    }

    byte[] bytes() {
        return buffer;
    }

    String text(int column) {
        return new String(buffer, from(column), length(column), UTF_8);
    }

    /// A number without a sign.
    long number(int column) {
        var value = 0L;
        var length = length(column);
        for (var i = from(column); i < ends[column]; i++) {
            var digit = buffer[i] - '0';
            if (digit < 0 || digit > 9 || length > 18) {
                throw unreadable("column " + (column + 1) + " is not a number of up to 18 digits");
            }
            value = value * 10 + digit;
        }
        if (length == 0) {
            throw unreadable("column " + (column + 1) + " is empty");
        }
        return value;
    }

    /// An identifier of SNOMED CT, whose last digit checks the others.
    long identifier(int column) {
        var value = number(column);
        if (!SctIds.valid(value)) {
            throw unreadable(
                    "column "
                            + (column + 1)
                            + " is not an identifier of SNOMED CT: its check digit is wrong");
        }
        return value;
    }

    /// Whether a column says 1, and not 0.
    boolean flag(int column) {
        if (length(column) == 1) {
            var b = buffer[from(column)];
            if (b == '0' || b == '1') {
                return b == '1';
            }
        }
        throw unreadable("column " + (column + 1) + " is neither 0 nor 1");
    }

    /// How many bytes have been read.
    long read() {
        return read;
    }

    Unreadable unreadable(String why) {
        return new Unreadable(file, number, why);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
