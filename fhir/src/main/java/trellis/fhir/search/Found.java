package trellis.fhir.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Search values as they are found, without those that one parameter finds twice.
final class Found {

    /// Up to here looking through a parameter's values is quicker than hashing them.
    private static final int FEW = 16;

    private final List<SearchValue> values;
    private Set<SearchValue> seen = Set.of();
    private int start;

    Found(int expected) {
        values = new ArrayList<>(expected);
    }

    /// From here on values belong to another parameter.
    void nextParameter() {
        start = values.size();
        seen = Set.of();
    }

    void add(SearchValue value) {
        if (isNew(value)) {
            values.add(value);
        }
    }

    private boolean isNew(SearchValue value) {
        var count = values.size() - start;
        if (count < FEW) {
            for (var i = start; i < values.size(); i++) {
                if (values.get(i).equals(value)) {
                    return false;
                }
            }
            return true;
        }
        if (count == FEW) {
            seen = new HashSet<>(values.subList(start, values.size()));
        }
        return seen.add(value);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    List<SearchValue> values() {
        return values;
    }
}
