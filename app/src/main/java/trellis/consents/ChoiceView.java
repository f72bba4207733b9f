package trellis.consents;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The page of a person's choices, and the page that asks for one of them.
///
/// @param patient our opaque id
/// @param lines what has been chosen
/// @param past what was chosen before, newest first
/// @param made whether a choice has just been made
record ChoiceView(String patient, List<Line> lines, List<Past> past, boolean made) {

    /// One choice as it stands.
    ///
    /// @param kind as its address names it
    record Line(String kind, String name, String words) {}

    /// One choice as it was made.
    record Past(String when, String what, String by) {}

    /// The page that asks.
    ///
    /// @param heading the question
    /// @param hints what it means, a paragraph each
    /// @param several whether several may be chosen
    /// @param options to choose from
    /// @param chosen codes of what is chosen now
    /// @param fields of organisations and projects: what was typed
    /// @param errors by field
    record Asked(
            String patient,
            String kind,
            String heading,
            List<String> hints,
            boolean several,
            Map<String, String> options,
            Set<String> chosen,
            Map<String, String> fields,
            Map<String, String> errors) {
        Optional<String> error(String field) {
            return Optional.ofNullable(errors.get(field));
        }

        String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }
}
