package trellis.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import trellis.store.Criterion.Prefix;

/// The two letters before a date, number or quantity.
///
/// @param rest what follows them
record SearchPrefix(Prefix prefix, String rest) {

    /// All prefixes as they are written.
    static final List<String> NAMES =
            Arrays.stream(Prefix.values()).map(SearchPrefix::word).toList();

    private static String word(Prefix prefix) {
        return prefix.name().toLowerCase(Locale.ROOT);
    }

    /// The prefix as it is written.
    String word() {
        return word(prefix);
    }

    /// Takes a prefix off; one that is not known stays where it is, and spoils what follows.
    static SearchPrefix of(String value, Prefix otherwise) {
        for (var prefix : Prefix.values()) {
            if (value.startsWith(word(prefix))) {
                return new SearchPrefix(prefix, value.substring(2));
            }
        }
        return new SearchPrefix(otherwise, value);
    }
}
