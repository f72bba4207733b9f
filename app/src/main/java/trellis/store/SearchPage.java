package trellis.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/// One page of a search.
///
/// @param matches the resources found, in order
/// @param included the resources that come with them (`_include`, `_revinclude`), each once, without
///     those that match
/// @param cut whether more resources should have come with them than a page may hold
/// @param next where the next page begins; empty on the last page
/// @param total how many match in all, when that was asked for
/// @param within by [Stored#row], the matches that stand within the resource that is given
public record SearchPage(
        List<Stored> matches,
        List<Stored> included,
        boolean cut,
        Optional<Cursor> next,
        OptionalLong total,
        Map<Long, Within> within) {

    /// A contained resource.
    ///
    /// @param id its id within what contains it
    public record Within(String type, String id) {

        /// The contained resource itself.
        ///
        /// @param container the tree of what contains it
        public Optional<ObjectNode> of(ObjectNode container) {
            for (var one : container.path("contained")) {
                if (one instanceof ObjectNode object
                        && object.path("resourceType").asString("").equals(type)
                        && object.path("id").asString("").equals(id)) {
                    return Optional.of(object);
                }
            }
            return Optional.empty();
        }
    }

    /// How many resources come with the matches of one page at the most.
    public static final int MOST_INCLUDED = 1000;

    public SearchPage {
        matches = List.copyOf(matches);
        included = List.copyOf(included);
        within = Map.copyOf(within);
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
