package trellis.people;

/// How alike two words are. Pure functions.
public final class Likeness {

    /// The code of each letter from a to z; 0 for those that have none. A vowel parts two like letters,
    /// h and w do not.
    private static final String CODES = "01230120022455012623010202";

    private static final double PREFIX_WEIGHT = 0.1;
    private static final int LONGEST_PREFIX = 4;

    private Likeness() {}

    /// The Soundex code of a name: names that sound alike in English have the same
    /// (https://www.archives.gov/research/census/soundex). One letter and three digits, such as `s530`; the word itself
    /// when it does not begin with a letter from a to z.
    ///
    /// @param word in small letters without accents
    public static String sound(String word) {
        if (word.isEmpty() || word.charAt(0) < 'a' || word.charAt(0) > 'z') {
            return word;
        }
        var code = new StringBuilder().append(word.charAt(0));
        var last = code(word.charAt(0));
        for (var at = 1; at < word.length() && code.length() < 4; at++) {
            var letter = word.charAt(at);
            var next = code(letter);
            if (next != '0' && next != last) {
                code.append(next);
            }
            if (letter != 'h' && letter != 'w') {
                last = next;
            }
        }
        return code.append("000").substring(0, 4);
    }

    private static char code(char letter) {
        return letter < 'a' || letter > 'z' ? '0' : CODES.charAt(letter - 'a');
    }

    /// The Jaro-Winkler similarity of two words: 1 for the same, 0 for nothing in common (W. E. Winkler, "String Comparator
    /// Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of Record Linkage", 1990).
    public static double jaroWinkler(String one, String other) {
        var jaro = jaro(one, other);
        var prefix = 0;
        var most = Math.min(LONGEST_PREFIX, Math.min(one.length(), other.length()));
        while (prefix < most && one.charAt(prefix) == other.charAt(prefix)) {
            prefix++;
        }
        return jaro + prefix * PREFIX_WEIGHT * (1 - jaro);
    }

    private static double jaro(String one, String other) {
        if (one.equals(other)) {
            return 1;
        }
        if (one.isEmpty() || other.isEmpty()) {
            return 0;
        }
        var reach = Math.max(0, Math.max(one.length(), other.length()) / 2 - 1);
        var mine = new boolean[one.length()];
        var theirs = new boolean[other.length()];
        var common = common(one, other, reach, mine, theirs);
        if (common == 0) {
            return 0;
        }
        var exchanged = 0;
        var at = 0;
        for (var i = 0; i < one.length(); i++) {
            if (mine[i]) {
                while (!theirs[at]) {
                    at++;
                }
                exchanged += one.charAt(i) == other.charAt(at) ? 0 : 1;
                at++;
            }
        }
        double m = common;
        return (m / one.length() + m / other.length() + (m - exchanged / 2.0) / m) / 3;
    }

    /// Marks the letters that both have, not too far from each other.
    private static int common(
            String one, String other, int reach, boolean[] mine, boolean[] theirs) {
        var common = 0;
        for (var i = 0; i < one.length(); i++) {
            var to = Math.min(other.length() - 1, i + reach);
            for (var j = Math.max(0, i - reach); j <= to; j++) {
                if (!theirs[j] && one.charAt(i) == other.charAt(j)) {
                    mine[i] = true;
                    theirs[j] = true;
                    common++;
                    break;
                }
            }
        }
        return common;
    }
}
