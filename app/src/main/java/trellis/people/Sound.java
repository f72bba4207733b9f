package trellis.people;

/// The Soundex code of a name: names that sound alike in English have the same
/// (https://www.archives.gov/research/census/soundex).
final class Sound {

    /// The code of each letter from a to z; 0 for those that have none. A vowel parts two like letters,
    /// h and w do not.
    private static final String CODES = "01230120022455012623010202";

    private Sound() {}

    /// One letter and three digits, such as `s530`; the word itself when it does not begin with a
    /// letter from a to z.
    static String of(String word) {
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
}
