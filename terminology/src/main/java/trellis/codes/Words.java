package trellis.codes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What somebody types to find a concept: the beginnings of words.
final class Words {
    private static final int MOST = 10;

    private Words() {}

    /// Each as UTF-8 in small letters.
    static List<byte[]> of(String typed) {
        return Arrays.stream(typed.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .limit(MOST)
                .map(word -> word.getBytes(UTF_8))
                .toList();
    }
}
