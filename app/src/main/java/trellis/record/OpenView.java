package trellis.record;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.access.Reason;

/// The page that asks why somebody opens a record, or sealed parts of it.
///
/// @param patient our opaque id
/// @param related whether there is a relationship, so that only sealed parts are opened
/// @param reasons to choose from
/// @param chosen the code of the reason chosen; empty at first
/// @param words what was written
/// @param errors what is missing, by field
record OpenView(
        String patient,
        boolean related,
        List<Reason> reasons,
        String chosen,
        String words,
        Map<String, String> errors) {

    /// The message at a field, if there is one.
    Optional<String> error(String field) {
        return Optional.ofNullable(errors.get(field));
    }
}
