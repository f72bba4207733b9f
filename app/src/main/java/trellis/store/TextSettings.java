package trellis.store;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.fhir.definitions.Definitions;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// Of which resources the words are kept, so that they are found by them (`_text` and `_content`).
///
/// @param types resource types
public record TextSettings(Set<String> types) {

    /// `TRELLIS_TEXT_SEARCH`
    public static final Setting<Set<String>> TYPES =
            new Setting<>(
                    "TRELLIS_TEXT_SEARCH",
                    "Communication,Composition,DiagnosticReport,DocumentReference",
                    "resource types with commas, * for all, or none",
                    "Of which resources the words are kept, so that `_text` and `_content` find them. What was stored before a type is"
                            + " named is gone through in the background.",
                    sent ->
                            types(
                                    sent.orElse(
                                            "Communication,Composition,DiagnosticReport,DocumentReference")));

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(TYPES);

    public TextSettings {
        types = Set.copyOf(types);
    }

    /// The record of an environment.
    public static TextSettings from(Settings settings) {
        return new TextSettings(settings.get(TYPES));
    }

    /// No words at all.
    static TextSettings none() {
        return new TextSettings(Set.of());
    }

    private static Set<String> types(String text) {
        var all = Definitions.r4().resourceTypes();
        return switch (text.strip()) {
            case "none" -> Set.of();
            case "*" -> Set.copyOf(all);
            default -> {
                var types =
                        Arrays.stream(text.split(",", -1))
                                .map(String::strip)
                                .collect(Collectors.toSet());
                if (!all.containsAll(types)) {
                    throw new IllegalArgumentException("not resource types");
                }
                yield types;
            }
        };
    }
}
