package trellis.jobs;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Cuts a stream into lines, of which none fills the memory. Not for several threads.
final class Lines {
    private final InputStream in;
    private final int limit;
    private final byte[] buffer = new byte[1 << 16];
    private int from;
    private int to;
    private long number;
    private boolean ended;

    /// @param limit the longest line, in bytes
    Lines(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /// One line; blank ones are passed over but counted.
    sealed interface Line {
        /// From 1.
        long number();

        /// A whole line, without its end.
        record Whole(long number, byte[] bytes) implements Line {}

        /// A line beyond the limit; the next one is read again.
        record TooLong(long number) implements Line {}

        /// The stream broke here; nothing follows.
        record Broken(long number, String why) implements Line {}
    }

    /// The next line; empty at the end.
    Optional<Line> next() {
        while (!ended) {
            number++;
            var line = read();
            if (!(line instanceof Line.Whole(_, var bytes)) || !isBlank(bytes)) {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    /// The whole rest as one line, for a document that is laid out over many.
    Line rest() {
        number++;
        ended = true;
        try {
            var all = in.readNBytes(limit + 1);
            return all.length > limit ? new Line.TooLong(number) : new Line.Whole(number, all);
        } catch (IOException e) {
            return new Line.Broken(number, why(e));
        }
    }

    private Line read() {
        var line = new ByteArrayOutputStream(1 << 12);
        var length = 0L;
        try {
            while (true) {
                if (from == to && !fill()) {
                    ended = true;
                    break;
                }
                var end = newline();
                var stop = end < 0 ? to : end;
                length += stop - from;
                if (length <= limit) {
                    line.write(buffer, from, stop - from);
                } else {
                    line.reset();
                }
                from = end < 0 ? to : end + 1;
                if (end >= 0) {
                    break;
                }
            }
        } catch (IOException e) {
            ended = true;
            return new Line.Broken(number, why(e));
        }
        return length > limit
                ? new Line.TooLong(number)
                : new Line.Whole(number, line.toByteArray());
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, in.read(buffer, 0, buffer.length));
        return to > 0;
    }

    private int newline() {
        for (var i = from; i < to; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static boolean isBlank(byte[] bytes) {
        for (var b : bytes) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    private static String why(IOException e) {
        return switch (e) {
            case EOFException _ -> "The packed file breaks off here; fetch or copy it again.";
            case ZipException _ ->
                    "The packed file is damaged from here on; fetch or copy it again.";
            default -> "The file cannot be read on from here: " + message(e.getMessage());
        };
    }

    private static String message(@Nullable String text) {
        return text == null ? "no reason was given" : text;
    }
}
