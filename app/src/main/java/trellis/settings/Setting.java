package trellis.settings;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One setting: its environment variable and how its text becomes a value.
///
/// @param key the environment variable, such as `TRELLIS_PORT`
/// @param standard what holds when the variable is absent, as shown in `docs/settings.md`
/// @param allowed what the text may be, as shown to somebody who wrote something else
/// @param meaning one sentence for the reader of `docs/settings.md`
/// @param reading the value of a text; throws [IllegalArgumentException] when it is not allowed
public record Setting<T>(
        String key,
        String standard,
        String allowed,
        String meaning,
        Function<Optional<String>, T> reading) {

    /// Any text; `standard` when absent.
    public static Setting<String> text(String key, String standard, String meaning) {
        return new Setting<>(key, standard, "text", meaning, sent -> sent.orElse(standard));
    }

    /// Text that may be absent.
    ///
    /// @param otherwise what happens then, for the document
    public static Setting<Optional<String>> optional(
            String key, String otherwise, String allowed, String meaning) {
        return new Setting<>(key, otherwise, allowed, meaning, sent -> sent);
    }

    /// A whole number between two bounds, both included.
    public static Setting<Integer> whole(
            String key, int standard, int least, int most, String meaning) {
        return new Setting<>(
                key,
                Integer.toString(standard),
                "a whole number from " + least + " to " + most,
                meaning,
                sent -> sent.map(text -> within(text, least, most)).orElse(standard));
    }

    /// `true` or `false`.
    public static Setting<Boolean> yesNo(String key, boolean standard, String meaning) {
        return new Setting<>(
                key,
                Boolean.toString(standard),
                "true or false",
                meaning,
                sent ->
                        Boolean.valueOf(
                                oneOf(
                                        sent.orElse(Boolean.toString(standard)),
                                        List.of("true", "false"))));
    }

    /// One of a few words.
    public static Setting<String> word(
            String key, String standard, List<String> words, String meaning) {
        return new Setting<>(
                key,
                standard,
                String.join(" or ", words),
                meaning,
                sent -> oneOf(sent.orElse(standard), words));
    }

    /// This setting as one row of the table in `docs/settings.md`.
    public String row() {
        return "| `" + key + "` | " + standard + " | " + allowed + " | " + meaning + " |";
    }

    private static int within(String text, int least, int most) {
        var number = Integer.parseInt(text.strip());
        if (number < least || number > most) {
            throw new IllegalArgumentException("out of bounds");
        }
        return number;
    }

    private static String oneOf(String text, List<String> words) {
        if (!words.contains(text)) {
            throw new IllegalArgumentException("not one of the words");
        }
        return text;
    }
}
