package trellis.portal;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The person's home, and the page of who acts for whom.
///
/// @param name as people are called
/// @param proved how well they have proved who they are, in words
/// @param notices what they should know
/// @param others whom they may act for
record PortalView(String name, String proved, List<String> notices, List<Other> others) {

    /// Somebody whom they may act for.
    ///
    /// @param patient our opaque id
    /// @param state what holds, in words
    record Other(String patient, String name, String kind, String state, boolean holds) {}

    /// The page of who acts for a person.
    ///
    /// @param rows who acts or has acted, newest first
    /// @param scopes to choose from, by word
    /// @param fields what was typed
    /// @param errors by field
    /// @param done what has just been done; may be empty
    record Acting(
            List<Row> rows,
            Map<String, String> scopes,
            Map<String, String> fields,
            Map<String, String> errors,
            String done) {
        Optional<String> error(String field) {
            return Optional.ofNullable(errors.get(field));
        }

        String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    /// Somebody who acts or has acted.
    record Row(long id, String name, String kind, String may, String state, boolean holds) {}
}
