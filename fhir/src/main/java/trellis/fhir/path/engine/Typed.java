package trellis.fhir.path.engine;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import trellis.fhir.definitions.TypeDefinition;

/// A step, and what is known about what it gives before any resource is seen.
///
/// @param types the types of the elements that it may give
/// @param open whether it may give elements of other types too
record Typed(Step step, Set<TypeDefinition> types, boolean open) {

    static Typed open(Step step) {
        return new Typed(step, Set.of(), true);
    }

    /// Gives values of FHIRPath's own types.
    static Typed values(Step step) {
        return new Typed(step, Set.of(), false);
    }

    static Typed of(Step step, Collection<TypeDefinition> types) {
        return new Typed(step, new LinkedHashSet<>(types), false);
    }

    Typed by(Step other) {
        return new Typed(other, types, open);
    }

    Typed and(Typed other, Step both) {
        var all = new LinkedHashSet<>(types);
        all.addAll(other.types);
        return new Typed(both, all, open || other.open);
    }

    Typed only(Predicate<TypeDefinition> wanted, Step narrowed) {
        return new Typed(narrowed, types.stream().filter(wanted).collect(Collectors.toSet()), open);
    }
}
