package trellis.people;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// How the words that were typed fit somebody's names. Pure functions.
public final class NameRules {

    private NameRules() {}

    /// How well words fit, best first.
    enum Fit {
        /// Every word is one of the person's names.
        EXACT,
        /// Every word is a name or the beginning of one.
        BEGINS,
        /// Every word is a name but for one letter, or two exchanged, or sounds so.
        SIMILAR,
        /// At least one word fits no name.
        NONE
    }

    /// The worst of the words decides, each taken at its best over all names, old ones too.
    static Fit fit(Patient patient, List<String> words) {
        var names = names(patient);
        var worst = Fit.EXACT;
        for (var word : words) {
            var best = Fit.NONE;
            for (var name : names) {
                var one = compare(word, name);
                best = one.compareTo(best) < 0 ? one : best;
            }
            worst = best.compareTo(worst) > 0 ? best : worst;
        }
        return worst == Fit.NONE && joined(names, words) ? Fit.BEGINS : worst;
    }

    /// Whether the surname begins with one of the words.
    static boolean surnameBegins(Patient patient, List<String> words) {
        return patient.name()
                .flatMap(Patient.Name::family)
                .map(family -> String.join("", FormRules.words(family)))
                .filter(family -> words.stream().anyMatch(family::startsWith))
                .isPresent();
    }

    /// Whether what was typed in several words is one word in the record: `mac donald`, `smith jones`.
    private static boolean joined(List<String> names, List<String> words) {
        var together = String.join("", words);
        return names.stream().anyMatch(name -> name.startsWith(together));
    }

    /// The names in every form in which they may be typed: whole, and each part of a double name.
    private static List<String> names(Patient patient) {
        var all = new HashSet<String>();
        for (var name : patient.names()) {
            var parts = new ArrayList<>(name.given());
            name.family().ifPresent(parts::add);
            for (var part : parts) {
                var words = FormRules.words(part);
                all.addAll(words);
                all.add(String.join("", words));
            }
        }
        return List.copyOf(all);
    }

    private static Fit compare(String word, String name) {
        if (name.equals(word)) {
            return Fit.EXACT;
        }
        if (name.startsWith(word)) {
            return Fit.BEGINS;
        }
        return word.length() > 2
                        && (nearly(word, name) || Likeness.sound(word).equals(Likeness.sound(name)))
                ? Fit.SIMILAR
                : Fit.NONE;
    }

    /// Whether one letter added, dropped, changed or exchanged with its neighbour makes one of the
    /// other.
    public static boolean nearly(String one, String other) {
        if (Math.abs(one.length() - other.length()) > 1) {
            return false;
        }
        var shorter = one.length() <= other.length() ? one : other;
        var longer = one.length() <= other.length() ? other : one;
        var at = 0;
        while (at < shorter.length() && shorter.charAt(at) == longer.charAt(at)) {
            at++;
        }
        if (shorter.length() < longer.length()) {
            return shorter.substring(at).equals(longer.substring(at + 1));
        }
        if (at >= shorter.length() || shorter.substring(at + 1).equals(longer.substring(at + 1))) {
            return true;
        }
        return at + 1 < shorter.length()
                && shorter.charAt(at) == longer.charAt(at + 1)
                && shorter.charAt(at + 1) == longer.charAt(at)
                && shorter.substring(at + 2).equals(longer.substring(at + 2));
    }
}
