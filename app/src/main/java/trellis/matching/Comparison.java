package trellis.matching;

import java.util.Map;

/// How far two people agree in every field of which both tell something.
///
/// @param levels by field; a field that one of them does not have is not in it
/// @param family the family name they share; empty without
/// @param given the first name they share; empty without
record Comparison(Map<Field, Agreement> levels, String family, String given) {

    Comparison {
        levels = Map.copyOf(levels);
    }

    /// Whether this is how far they agree.
    boolean is(Agreement agreement) {
        return levels.get(agreement.field()) == agreement;
    }

    /// Hides names from logs.
    @Override
    public String toString() {
        return levels.toString();
    }
}
