package trellis.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One page of a search.
///
/// @param matches the resources found, in order
/// @param included the resources that come with them (`_include`, `_revinclude`), each once
/// @param next where the next page begins; empty on the last page
/// @param total how many match in all, when that was asked for
public record SearchPage(
        List<Stored> matches, List<Stored> included, Optional<Cursor> next, OptionalLong total) {

    public SearchPage {
        matches = List.copyOf(matches);
        included = List.copyOf(included);
    }

    /// A place between two matches: the sort values and the row of the last match given.
    ///
    /// @param values one text for each sort key; empty text where the match has no such value
    /// @param row the row of the last match
    public record Cursor(List<String> values, long row) {
        public Cursor {
            values = List.copyOf(values);
        }
    }
}
