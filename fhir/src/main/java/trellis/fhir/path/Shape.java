package trellis.fhir.path;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import trellis.fhir.definitions.TypeDefinition;

/// What an expression can give, as far as is known before any resource is seen.
///
/// @param types the types of the elements among it
/// @param values the sorts of the other items among it
record Shape(Set<TypeDefinition> types, Set<Sort> values) {

    static final Shape NOTHING = new Shape(Set.of(), Set.of());

    static Shape of(Collection<TypeDefinition> types) {
        return new Shape(new LinkedHashSet<>(types), Set.of());
    }

    static Shape of(Sort sort) {
        return new Shape(Set.of(), Set.of(sort));
    }

    Shape and(Shape other) {
        return new Shape(
                Stream.concat(types.stream(), other.types.stream())
                        .collect(Collectors.toCollection(LinkedHashSet::new)),
                Stream.concat(values.stream(), other.values.stream())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    Shape onlyTypes(Predicate<TypeDefinition> wanted) {
        return of(types.stream().filter(wanted).toList());
    }

    boolean isNothing() {
        return types.isEmpty() && values.isEmpty();
    }

    /// The sorts of all that it can give.
    Set<Sort> sorts() {
        return Stream.concat(types.stream().map(Sort::of), values.stream())
                .collect(Collectors.toUnmodifiableSet());
    }
}
