package trellis.jobs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The arguments of a command taken apart: flags, options with a value, and words.
///
/// @param command whose they are
/// @param values by option; a flag's value is empty text
/// @param words the rest, in their order
public record Options(String command, Map<String, String> values, List<String> words) {

    /// @param flags options that stand alone
    /// @param valued options with something after them
    /// @throws UsageRefused for an option of neither kind, or one without its value
    public static Options of(
            String command, List<String> arguments, List<String> flags, List<String> valued) {
        var values = new LinkedHashMap<String, String>();
        var words = new ArrayList<String>();
        for (var i = 0; i < arguments.size(); i++) {
            var argument = arguments.get(i);
            if (flags.contains(argument)) {
                values.put(argument, "");
            } else if (valued.contains(argument)) {
                if (++i == arguments.size()) {
                    throw new UsageRefused(argument + " needs something after it");
                }
                values.put(argument, arguments.get(i));
            } else if (argument.startsWith("-")) {
                throw new UsageRefused(command + " does not take \"" + argument + "\"");
            } else {
                words.add(argument);
            }
        }
        return new Options(command, Map.copyOf(values), List.copyOf(words));
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    public Optional<String> value(String option) {
        return Optional.ofNullable(values.get(option));
    }

    /// How many options were given.
    public int given() {
        return values.size();
    }

    /// @throws UsageRefused when there is a word
    void refuseWords() {
        if (!words.isEmpty()) {
            throw new UsageRefused(command + " does not take \"" + words.getFirst() + "\"");
        }
    }
}
