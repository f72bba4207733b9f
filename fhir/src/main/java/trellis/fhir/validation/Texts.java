package trellis.fhir.validation;

/// Formats of text (FHIR R4 datatypes: string, code, id, uri, oid, uuid, base64Binary), without
/// regular expressions because every resource has dozens.
final class Texts {
    private static final int LONGEST = 1 << 20;

    private Texts() {}

    static boolean isString(String text) {
        if (text.length() > LONGEST) {
            return false;
        }
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < ' ' && c != '\t' && c != '\n' && c != '\r') {
                return false;
            }
        }
        return true;
    }

    static boolean isCode(String text) {
        var spaceBefore = true;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            var space = c == ' ';
            if (space ? spaceBefore : c < ' ') {
                return false;
            }
            spaceBefore = space;
        }
        return !spaceBefore;
    }

    static boolean isId(String text) {
        if (text.length() > 64) {
            return false;
        }
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (!isLetter(c) && !isDigit(c) && c != '-' && c != '.') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    static boolean isUri(String text) {
        if (hasSpace(text)) {
            return false;
        }
        if (text.startsWith("urn:")) {
            return text.startsWith("urn:uuid:")
                    ? isUuid(text)
                    : !text.startsWith("urn:oid:") || isOid(text);
        }
        return true;
    }

    static boolean hasSpace(String text) {
        for (var i = 0; i < text.length(); i++) {
            if (isSpace(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /// Whether a URI says its scheme, such as `https:` or `urn:`, in small letters.
    static boolean isAbsolute(String uri) {
        var colon = uri.indexOf(':');
        if (colon < 1 || colon == uri.length() - 1) {
            return false;
        }
        for (var i = 0; i < colon; i++) {
            var c = uri.charAt(i);
            if (!(c >= 'a' && c <= 'z') && (i == 0 || !isDigit(c))) {
                return false;
            }
        }
        return true;
    }

    /// A canonical URL: absolute, or a fragment that names something contained.
    static boolean isCanonical(String text) {
        return isUri(text) && (text.startsWith("#") || isAbsolute(text));
    }

    static boolean isUuid(String text) {
        if (text.length() != 45 || !text.startsWith("urn:uuid:")) {
            return false;
        }
        for (var i = 9; i < 45; i++) {
            var dash = i == 17 || i == 22 || i == 27 || i == 32;
            if (dash ? text.charAt(i) != '-' : !isHex(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isOid(String text) {
        if (!text.startsWith("urn:oid:") || text.length() < 11) {
            return false;
        }
        var first = text.charAt(8);
        if (first < '0' || first > '2' || text.charAt(9) != '.') {
            return false;
        }
        var start = 10;
        for (var i = 10; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '.') {
                if (i == start || (i > start + 1 && text.charAt(start) == '0')) {
                    return false;
                }
                start = i + 1;
            } else if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    static boolean isBase64(String text) {
        var digits = 0;
        var padding = 0;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '=') {
                padding++;
            } else if (isBase64Digit(c)) {
                if (padding > 0) {
                    return false;
                }
                digits++;
            } else if (!isSpace(c)) {
                return false;
            }
        }
        return digits > 0 && padding <= 2 && (digits + padding) % 4 == 0;
    }

    private static boolean isBase64Digit(char c) {
        return isLetter(c) || isDigit(c) || c == '+' || c == '/';
    }

    private static boolean isHex(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }

    static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0x0B;
    }
}
