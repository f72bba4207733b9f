package trellis.fhir.graphql;

import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.Directive;
import graphql.language.EnumValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.NonNullType;
import graphql.language.NullValue;
import graphql.language.OperationDefinition;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What arguments mean: every value as its texts, because FHIR's own parameters are texts too. A list has several, null none.
final class GraphValues {
    private final Map<String, List<String>> variables;

    private GraphValues(Map<String, List<String>> variables) {
        this.variables = variables;
    }

    /// @param given the values of variables, by name
    static GraphValues of(OperationDefinition operation, ObjectNode given) {
        var variables = new HashMap<String, List<String>>();
        for (var variable : operation.getVariableDefinitions()) {
            var value = given.path(variable.getName());
            if (!value.isMissingNode() && !value.isNull()) {
                variables.put(variable.getName(), texts(value, variable));
            } else if (variable.getDefaultValue() != null) {
                variables.put(
                        variable.getName(),
                        new GraphValues(Map.of()).texts(variable.getDefaultValue()));
            } else if (variable.getType() instanceof NonNullType) {
                throw GraphProblems.invalid(
                        "The variable $" + variable.getName() + " needs a value.", variable);
            } else {
                variables.put(variable.getName(), List.of());
            }
        }
        return new GraphValues(variables);
    }

    private static List<String> texts(JsonNode value, graphql.language.Node<?> place) {
        if (value.isArray()) {
            return value.valueStream().flatMap(item -> texts(item, place).stream()).toList();
        }
        if (!value.isValueNode()) {
            throw GraphProblems.notSupported("A variable is a simple value or a list.", place);
        }
        return List.of(value.asString());
    }

    List<String> texts(Value<?> value) {
        return switch (value) {
            case StringValue text -> List.of(text.getValue());
            case EnumValue word -> List.of(word.getName());
            case IntValue number -> List.of(number.getValue().toString());
            case FloatValue number -> List.of(number.getValue().toPlainString());
            case BooleanValue flag -> List.of(Boolean.toString(flag.isValue()));
            case NullValue _ -> List.of();
            case ArrayValue list ->
                    list.getValues().stream().flatMap(item -> texts(item).stream()).toList();
            case VariableReference variable ->
                    Optional.ofNullable(variables.get(variable.getName()))
                            .orElseThrow(() ->
                                    GraphProblems.invalid(
                                            "The variable is not defined by the operation.",
                                            variable));
            default -> throw GraphProblems.notSupported("No argument is an object.", value);
        };
    }

    /// The one text of an argument.
    Optional<String> text(List<Argument> arguments, String name) {
        for (var argument : arguments) {
            if (argument.getName().equals(name)) {
                var texts = texts(argument.getValue());
                if (texts.size() > 1) {
                    throw GraphProblems.invalid(name + " takes one value.", argument);
                }
                return texts.stream().findFirst();
            }
        }
        return Optional.empty();
    }

    /// A number of results.
    Optional<Integer> number(List<Argument> arguments, String name) {
        return text(arguments, name)
                .map(text -> {
                    if (!text.matches("\\d{1,9}")) {
                        throw GraphProblems.invalid(
                                name + " is a whole number from 0 up.", arguments.getFirst());
                    }
                    return Integer.parseInt(text);
                });
    }

    /// Whether `@skip` and `@include` leave a selection in.
    boolean wanted(List<Directive> directives) {
        for (var directive : directives) {
            var name = directive.getName();
            if (name.equals("skip") || name.equals("include")) {
                var condition =
                        text(directive.getArguments(), "if")
                                .orElseThrow(() ->
                                        GraphProblems.invalid(
                                                "@" + name + " needs the argument if.", directive));
                if (condition.equals("true") == name.equals("skip")) {
                    return false;
                }
            }
        }
        return true;
    }
}
