package trellis.jobs;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/// How an input is laid out, as its beginning tells. The name of a file says nothing.
enum Layout {
    /// One Bundle a line.
    BUNDLES,
    /// One resource a line: the Bulk Data layout.
    RESOURCES,
    /// One JSON object over many lines.
    DOCUMENT,
    NOTHING,
    XML,
    ARRAY,
    UNKNOWN;

    private static final int HEAD = 1 << 15;
    private static final Pattern BUNDLE = Pattern.compile("\"resourceType\"\\s*:\\s*\"Bundle\"");

    /// Looks at the beginning, and leaves the stream where it was.
    ///
    /// @param in a stream that can be marked
    static Layout of(InputStream in) throws IOException {
        in.mark(HEAD);
        var head = new byte[HEAD];
        var length = 0;
        try {
            for (var read = 0; read >= 0 && length < HEAD; length += Math.max(read, 0)) {
                read = in.read(head, length, HEAD - length);
            }
        } catch (EOFException | ZipException e) {
            // The break is told where reading comes to it, with the number of the line.
        }
        in.reset();
        return of(new String(head, 0, length, StandardCharsets.UTF_8));
    }

    /// Looks at the beginning of a text.
    static Layout of(String head) {
        var text = head.stripLeading();
        if (text.isEmpty()) {
            return NOTHING;
        }
        return switch (text.charAt(0)) {
            case '<' -> XML;
            case '[' -> ARRAY;
            case '{' -> object(text);
            default -> UNKNOWN;
        };
    }

    /// A first line that is not whole belongs to a document, unless the next line is an object of its
    /// own: then the first is merely broken.
    private static Layout object(String text) {
        var end = text.indexOf('\n');
        var first = end < 0 ? text : text.substring(0, end);
        if (end >= 0 && !isWhole(first) && !isObject(text.substring(end + 1))) {
            return DOCUMENT;
        }
        return BUNDLE.matcher(first).find() ? BUNDLES : RESOURCES;
    }

    private static boolean isObject(String rest) {
        var end = rest.indexOf('\n');
        var line = (end < 0 ? rest : rest.substring(0, end)).strip();
        return line.startsWith("{\"") && line.endsWith("}") && isWhole(line);
    }

    private static boolean isWhole(String line) {
        var depth = 0;
        var quoted = false;
        for (var i = 0; i < line.length(); i++) {
            var c = line.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
        return depth == 0 && !quoted;
    }
}
