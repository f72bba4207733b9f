package trellis.custodians;

import java.io.IOException;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// How a content is handed to a browser: shown only what a browser shows without running it, and only when it is what it says it
/// is; all else is saved.
final class ContentRules {
    private static final int HEAD = 12;
    private static final Pattern TYPE =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}");
    private static final String TEXT = "text/plain";
    private static final String PDF = "application/pdf";
    private static final String BINARY = "application/octet-stream";

    /// What begins how.
    private static final Map<String, String> BEGINNINGS =
            Map.of(
                    PDF,
                    "%PDF-",
                    "image/png",
                    "\u0089PNG\r\n\u001a\n",
                    "image/jpeg",
                    "\u00ff\u00d8\u00ff",
                    "image/gif",
                    "GIF8");

    private static final Map<String, String> ENDINGS =
            Map.of(
                    TEXT,
                    ".txt",
                    PDF,
                    ".pdf",
                    "image/png",
                    ".png",
                    "image/jpeg",
                    ".jpg",
                    "image/gif",
                    ".gif");

    private ContentRules() {}

    /// Headers of an answer.
    ///
    /// @param type media type
    /// @param disposition whether it is shown, and under which name it is saved
    /// @param policy what a browser lets it do
    record Headers(String type, String disposition, String policy) {}

    /// A media type without its parameters; that of any bytes when it is none.
    static String type(String sent) {
        var bare = sent.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return TYPE.matcher(bare).matches() ? bare : BINARY;
    }

    /// What a media type is called; empty when nothing says it.
    static Optional<String> words(String sent) {
        return switch (type(sent)) {
            case TEXT -> Optional.of("text");
            case PDF -> Optional.of("PDF");
            case BINARY -> Optional.empty();
            case String other when other.startsWith("image/") -> Optional.of("image");
            case String other -> Optional.of(other);
        };
    }

    /// How a content is handed on.
    ///
    /// @param bytes looked at and put back
    static Headers headers(String sent, PushbackInputStream bytes) throws IOException {
        var type = type(sent);
        var beginning = BEGINNINGS.get(type);
        var shown =
                type.equals(TEXT)
                        || (beginning != null
                                && begins(bytes, beginning.getBytes(StandardCharsets.ISO_8859_1)));
        if (!shown) {
            return new Headers(BINARY, "attachment; filename=\"document.bin\"", policy(type));
        }
        return new Headers(
                type.equals(TEXT) ? TEXT + ";charset=utf-8" : type,
                "inline; filename=\"document" + ENDINGS.getOrDefault(type, "") + "\"",
                policy(type));
    }

    /// Nothing is loaded or run. Browsers do not show a PDF in a sandbox: theirs is the viewer's own.
    private static String policy(String type) {
        var closed = "default-src 'none'; frame-ancestors 'none'";
        return type.equals(PDF) ? closed + "; object-src 'self'" : closed + "; sandbox";
    }

    private static boolean begins(PushbackInputStream bytes, byte[] beginning) throws IOException {
        var head = bytes.readNBytes(HEAD);
        bytes.unread(head);
        return head.length >= beginning.length
                && Arrays.equals(head, 0, beginning.length, beginning, 0, beginning.length);
    }

    /// A stream whose beginning can be looked at.
    static PushbackInputStream looking(Content content) {
        return new PushbackInputStream(content.bytes(), HEAD);
    }
}
