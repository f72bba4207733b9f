package trellis.fhir.validation;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Checks a narrative: one well-formed XHTML `div` in its namespace, with content, made only of the
/// formatting elements and attributes that FHIR allows (invariants txt-1 and txt-2), and nothing that
/// a browser would run. One pass with a stack of its own, so that deep nesting is harmless.
public final class Xhtml {
    private final String text;
    private final Deque<String> open = new ArrayDeque<>();
    private int at;
    private boolean content;

    private Xhtml(String text) {
        this.text = text;
    }

    /// Whether a narrative is one.
    public static boolean isSafe(String div) {
        return new Xhtml(div).document();
    }

    private boolean document() {
        skipSpace();
        if (!text.startsWith("<div", at) || !tag()) {
            return false;
        }
        while (!open.isEmpty()) {
            if (at >= text.length() || !step()) {
                return false;
            }
        }
        skipSpace();
        return content && at == text.length();
    }

    /// One piece: a tag, a comment, an entity or a character.
    private boolean step() {
        var c = text.charAt(at);
        if (c == '<') {
            return text.startsWith("<!--", at) ? comment() : tag();
        }
        if (c == '&') {
            content = true;
            return entity();
        }
        if (!Texts.isSpace(c)) {
            content = true;
        }
        at++;
        return true;
    }

    private boolean comment() {
        var end = text.indexOf("-->", at + 4);
        at = end + 3;
        return end >= 0;
    }

    private boolean entity() {
        var end = text.indexOf(';', at);
        if (end < 0 || end == at + 1) {
            return false;
        }
        for (var i = at + 1; i < end; i++) {
            var c = text.charAt(i);
            if (!isNamePart(c) && !(c == '#' && i == at + 1)) {
                return false;
            }
        }
        at = end + 1;
        return true;
    }

    private boolean tag() {
        at++;
        var closing = at < text.length() && text.charAt(at) == '/';
        if (closing) {
            at++;
        }
        var name = name();
        if (closing) {
            skipSpace();
            return take('>') && name.equals(open.poll());
        }
        if (!Formatting.isElement(name) || (open.isEmpty() && !name.equals("div"))) {
            return false;
        }
        var namespaced = attributes(name);
        if (namespaced < 0 || (open.isEmpty() && namespaced == 0)) {
            return false;
        }
        if (name.equals("img")) {
            content = true;
        }
        if (take('/')) {
            return take('>') && !open.isEmpty();
        }
        open.push(name);
        return take('>');
    }

    /// Reads attributes up to the end of the tag.
    ///
    /// @return 1 when the XHTML namespace is declared, 0 when not, -1 when something is wrong
    private int attributes(String element) {
        var namespaced = 0;
        while (true) {
            var before = at;
            skipSpace();
            if (at >= text.length()) {
                return -1;
            }
            if (text.charAt(at) == '>' || text.charAt(at) == '/') {
                return namespaced;
            }
            var name = before == at ? "" : name();
            var value = value();
            if (value == null || !Formatting.allows(element, name, value)) {
                return -1;
            }
            namespaced = name.equals("xmlns") ? 1 : namespaced;
        }
    }

    private @Nullable String value() {
        skipSpace();
        if (!take('=')) {
            return null;
        }
        skipSpace();
        if (at >= text.length()) {
            return null;
        }
        var quote = text.charAt(at);
        var end = quote == '"' || quote == '\'' ? text.indexOf(quote, at + 1) : -1;
        if (end < 0) {
            return null;
        }
        var value = text.substring(at + 1, end);
        at = end + 1;
        return value.indexOf('<') >= 0 ? null : value;
    }

    private String name() {
        var from = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        return text.substring(from, at);
    }

    private static boolean isNamePart(char c) {
        return Texts.isLetter(c)
                || Texts.isDigit(c)
                || c == '-'
                || c == '_'
                || c == ':'
                || c == '.';
    }

    private boolean take(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && Texts.isSpace(text.charAt(at))) {
            at++;
        }
    }
}
