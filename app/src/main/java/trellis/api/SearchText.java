package trellis.api;

import java.util.ArrayList;
import java.util.List;

/// The text of a search value: `,` `|` and `$` separate, a backslash before one of them or before
/// itself takes that meaning away (https://hl7.org/fhir/R4/search.html#escaping).
final class SearchText {

    private static final String ESCAPED = ",|$\\";

    private SearchText() {}

    /// The pieces between separators, still escaped.
    static List<String> split(String text, char separator) {
        var pieces = new ArrayList<String>();
        var begin = 0;
        for (var i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                i++;
            } else if (text.charAt(i) == separator) {
                pieces.add(text.substring(begin, i));
                begin = i + 1;
            }
        }
        pieces.add(text.substring(begin));
        return pieces;
    }

    /// What an escaped text stands for. A backslash before anything else stands for itself.
    static String plain(String escaped) {
        if (escaped.indexOf('\\') < 0) {
            return escaped;
        }
        var plain = new StringBuilder(escaped.length());
        for (var i = 0; i < escaped.length(); i++) {
            if (isEscape(escaped, i)) {
                i++;
            }
            plain.append(escaped.charAt(i));
        }
        return plain.toString();
    }

    /// A text that [#split] does not split and [#plain] gives back.
    static String escaped(String plain) {
        var escaped = new StringBuilder(plain.length() + 4);
        for (var i = 0; i < plain.length(); i++) {
            if (ESCAPED.indexOf(plain.charAt(i)) >= 0) {
                escaped.append('\\');
            }
            escaped.append(plain.charAt(i));
        }
        return escaped.toString();
    }

    private static boolean isEscape(String text, int i) {
        return text.charAt(i) == '\\'
                && i + 1 < text.length()
                && ESCAPED.indexOf(text.charAt(i + 1)) >= 0;
    }
}
