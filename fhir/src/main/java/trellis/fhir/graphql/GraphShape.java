package trellis.fhir.graphql;

import graphql.language.Directive;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The directives by which FHIR lets a query change the shape of its answer
/// (https://hl7.org/fhir/R4/graphql.html#directives).
///
/// @param flatten the element itself is left out, and what is selected of it stands in its place
/// @param first of several values only the first
/// @param singleton one value and no list, although it lies within what was flattened
/// @param slice a FHIRPath (or `$index`) whose value is put behind the names that stand in the element's place
record GraphShape(boolean flatten, boolean first, boolean singleton, Optional<String> slice) {
    private static final Set<String> KNOWN =
            Set.of("skip", "include", "flatten", "first", "singleton", "slice");

    static GraphShape of(List<Directive> directives, GraphValues values) {
        var flatten = false;
        var first = false;
        var singleton = false;
        var slice = Optional.<String>empty();
        for (var directive : directives) {
            switch (directive.getName()) {
                case "flatten" -> flatten = true;
                case "first" -> first = true;
                case "singleton" -> singleton = true;
                case "slice" -> slice = values.text(directive.getArguments(), "path");
                default -> {
                    if (!KNOWN.contains(directive.getName())) {
                        throw GraphProblems.notSupported(
                                "The directives there are: @skip, @include, @flatten, @first,"
                                        + " @singleton, @slice.",
                                directive);
                    }
                }
            }
        }
        return new GraphShape(flatten, first, singleton, slice);
    }
}
