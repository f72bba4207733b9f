package trellis.fhir.graphql;

import graphql.language.Argument;
import graphql.language.Field;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import trellis.fhir.definitions.TypeDefinition;

/// Which of an element's repetitions are wanted: those whose own elements have the values that the arguments give, for which
/// `fhirpath` holds, and of these a page (`_count`, `_offset`).
/// (https://hl7.org/fhir/R4/graphql.html#list)
final class GraphFilter {
    private static final String PATH = "fhirpath";
    private static final String COUNT = "_count";
    private static final String OFFSET = "_offset";
    private static final Set<String> OWN = Set.of(PATH, COUNT, OFFSET);

    private final GraphSource source;
    private final GraphValues values;

    GraphFilter(GraphSource source, GraphValues values) {
        this.source = source;
        this.values = values;
    }

    List<JsonNode> of(GraphElement.Child child, Field field) {
        var arguments = field.getArguments();
        if (arguments.isEmpty()) {
            return child.values();
        }
        arguments.forEach(argument -> check(argument, child.type()));
        var path = values.text(arguments, PATH);
        var typeName = child.type().name();
        return child.values().stream()
                .filter(value -> arguments.stream().allMatch(argument -> fits(value, argument)))
                .filter(value -> path.isEmpty() || source.holds(path.get(), value, typeName))
                .skip(values.number(arguments, OFFSET).orElse(0))
                .limit(values.number(arguments, COUNT).orElse(Integer.MAX_VALUE))
                .toList();
    }

    private static void check(Argument argument, TypeDefinition type) {
        if (!OWN.contains(argument.getName()) && type.named(argument.getName()).isEmpty()) {
            throw GraphProblems.invalid(
                    "An argument is fhirpath, _count, _offset, or an element of "
                            + type.name()
                            + ".",
                    argument);
        }
    }

    private boolean fits(JsonNode value, Argument argument) {
        if (OWN.contains(argument.getName())) {
            return true;
        }
        var wanted = Set.copyOf(values.texts(argument.getValue()));
        var there = value.path(argument.getName());
        return there.isArray()
                ? there.valueStream().anyMatch(item -> wanted.contains(item.asString("")))
                : Optional.of(there)
                        .filter(JsonNode::isValueNode)
                        .map(item -> wanted.contains(item.asString("")))
                        .orElse(false);
    }
}
