package trellis.record;

import java.util.List;
import java.util.Optional;

/// One page of a list that was put in order here: it begins after the fact with a given id, so that it
/// does not shift when something is added before it.
///
/// @param facts this page
/// @param next id after which the next page begins
/// @param first whether this is the first page
record Slice(List<Fact> facts, Optional<String> next, boolean first) {

    static Slice of(List<Fact> all, String after, int size) {
        var keys = all.stream().map(Fact::key).toList();
        var from = after.isEmpty() ? 0 : keys.indexOf(after) + 1;
        var to = Math.min(from + size, all.size());
        return new Slice(
                all.subList(from, to),
                to < all.size() ? Optional.of(keys.get(to - 1)) : Optional.empty(),
                from == 0);
    }
}
