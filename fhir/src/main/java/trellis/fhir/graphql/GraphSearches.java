package trellis.fhir.graphql;

import graphql.language.Argument;
import graphql.language.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trellis.fhir.definitions.Definitions;

/// Fields that search: `PatientList(family: "odd")`, `PatientConnection(...)`, and from a resource, with `_reference`, what
/// refers to it (https://hl7.org/fhir/R4/graphql.html#searching).
final class GraphSearches {
    private static final String REFERENCE = "_reference";
    private static final String CURSOR = "cursor";

    /// What a field's name says.
    ///
    /// @param type of resource
    /// @param connection whether it has pages and edges
    record Named(String type, boolean connection) {}

    private final GraphSource source;
    private final GraphValues values;

    GraphSearches(GraphSource source, GraphValues values) {
        this.source = source;
        this.values = values;
    }

    /// @return empty for a name that means no search
    static Optional<Named> named(String field) {
        for (var ending : List.of("List", "Connection")) {
            if (field.endsWith(ending)) {
                var type = field.substring(0, field.length() - ending.length());
                if (Definitions.r4().isResourceType(type)) {
                    return Optional.of(new Named(type, ending.equals("Connection")));
                }
            }
        }
        return Optional.empty();
    }

    /// @param from the resource that is to be referred to, as `Type/id`; empty when none is
    GraphSource.Page page(Named named, Field field, Optional<String> from) {
        var parameters = new ArrayList<GraphSource.Parameter>();
        var refers = false;
        for (var argument : field.getArguments()) {
            if (argument.getName().equals(REFERENCE)) {
                var target =
                        from.orElseThrow(() ->
                                GraphProblems.invalid(
                                        "_reference is for searches from a resource.", argument));
                for (var name : values.texts(argument.getValue())) {
                    parameters.add(new GraphSource.Parameter(name, target));
                    refers = true;
                }
            } else {
                add(argument, named.connection(), parameters);
            }
        }
        if (from.isPresent() && !refers) {
            throw GraphProblems.invalid(
                    "From a resource, say with _reference by which parameter the others refer to it.",
                    field);
        }
        return source.search(named.type(), parameters, named.connection() && isCounted(field));
    }

    private static boolean isCounted(Field field) {
        return field.getSelectionSet() != null
                && field.getSelectionSet().getSelections().stream()
                        .anyMatch(
                                one -> one instanceof Field part && part.getName().equals("count"));
    }

    private void add(
            Argument argument, boolean connection, List<GraphSource.Parameter> parameters) {
        var name = argument.getName();
        if (name.equals(CURSOR) && connection) {
            name = "_cursor";
        }
        for (var text : values.texts(argument.getValue())) {
            parameters.add(new GraphSource.Parameter(parameter(name), text));
        }
    }

    /// GraphQL's names have no hyphen; FHIR's have no stroke but the first sign.
    private static String parameter(String argument) {
        return argument.startsWith("_")
                ? "_" + argument.substring(1).replace('_', '-')
                : argument.replace('_', '-');
    }
}
