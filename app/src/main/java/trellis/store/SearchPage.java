package trellis.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One page of a search.
///
/// @param matches the resources found, in order
/// @param included the resources that come with them (`_include`, `_revinclude`), each once, without
///     those that match
/// @param cut whether more resources should have come with them than a page may hold
/// @param next where the next page begins; empty on the last page
/// @param total how many match in all, when that was asked for
public record SearchPage(
        List<Stored> matches,
        List<Stored> included,
        boolean cut,
        Optional<Cursor> next,
        OptionalLong total) {

    /// How many resources come with the matches of one page at the most.
    public static final int MOST_INCLUDED = 1000;

    public SearchPage {
        matches = List.copyOf(matches);
        included = List.copyOf(included);
    }

    /// A place between two matches: the sort values and the row of the last match given.
    ///
    /// @param values one text for each sort key: `=` and the value, or empty where there is none
    /// @param row the row of the last match
    public record Cursor(List<String> values, long row) {
        public Cursor {
            values = List.copyOf(values);
        }
    }
}
