package trellis.fhir.validation;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds the known name that a misspelt one probably stands for.
final class Nearest {

    private Nearest() {}

    /// The nearest of the names, if it is near: at most a third of the letters differ.
    static Optional<String> to(String name, Collection<String> names) {
        var best = Optional.<String>empty();
        var least = Math.max(1, name.length() / 3) + 1;
        for (var known : names) {
            if (Math.abs(known.length() - name.length()) < least) {
                var distance =
                        distance(name.toLowerCase(Locale.ROOT), known.toLowerCase(Locale.ROOT));
                if (distance < least) {
                    least = distance;
                    best = Optional.of(known);
                }
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (var j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (var i = 1; i <= a.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j < row.length; j++) {
                var same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                var least = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + same);
                diagonal = row[j];
                row[j] = least;
            }
        }
        return row[b.length()];
    }
}
