package trellis.fhir.graphql;

import graphql.language.Field;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A page of what a search found, with the ways to the others (https://hl7.org/fhir/R4/graphql.html#searching).
final class GraphConnection {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final GraphValues values;
    private final BiFunction<GraphElement, Field, ObjectNode> object;

    /// @param object what is selected of a resource by a field
    GraphConnection(GraphValues values, BiFunction<GraphElement, Field, ObjectNode> object) {
        this.values = values;
        this.object = object;
    }

    /// The object of one page.
    ObjectNode of(GraphSource.Page page, Field field) {
        var target = new GraphTarget();
        for (var part : fields(field)) {
            var value =
                    switch (part.getName()) {
                        case "count" -> page.count().map(NODES::numberNode);
                        case "offset" -> page.offset().map(NODES::numberNode);
                        case "pagesize" -> page.pageSize().map(NODES::numberNode);
                        case "first", "previous", "next", "last" ->
                                page.links().stream()
                                        .filter(link -> link.relation().equals(part.getName()))
                                        .map(GraphSource.Link::cursor)
                                        .map(NODES::stringNode)
                                        .findFirst();
                        case "edges" -> {
                            edges(target, page, part);
                            yield Optional.<JsonNode>empty();
                        }
                        default ->
                                throw GraphProblems.invalid(
                                        "A connection has count, offset, pagesize, edges, first,"
                                                + " previous, next and last.",
                                        part);
                    };
            value.ifPresent(there -> target.add(GraphAnswer.name(part), there, false, false));
        }
        return target.json();
    }

    private void edges(GraphTarget into, GraphSource.Page page, Field edges) {
        into.nothing(GraphAnswer.name(edges));
        for (var match : page.matches()) {
            var edge = new GraphTarget();
            for (var part : fields(edges)) {
                switch (part.getName()) {
                    case "mode" ->
                            match.mode()
                                    .ifPresent(mode ->
                                            edge.add(
                                                    GraphAnswer.name(part),
                                                    NODES.stringNode(mode),
                                                    false,
                                                    false));
                    case "score" ->
                            match.score()
                                    .ifPresent(score ->
                                            edge.add(GraphAnswer.name(part), score, false, false));
                    case "resource" ->
                            GraphElement.of(match.resource())
                                    .ifPresent(element ->
                                            edge.add(
                                                    GraphAnswer.name(part),
                                                    object.apply(element, part),
                                                    false,
                                                    false));
                    default ->
                            throw GraphProblems.invalid(
                                    "An edge has mode, score and resource.", part);
                }
            }
            into.add(GraphAnswer.name(edges), edge.json(), true, false);
        }
    }

    /// What is selected where no fragment can stand.
    private List<Field> fields(Field field) {
        var selections = field.getSelectionSet();
        if (selections == null) {
            throw GraphProblems.invalid("Select something of this, in braces.", field);
        }
        return selections.getSelections().stream()
                .map(selection -> {
                    if (selection instanceof Field part) {
                        return part;
                    }
                    throw GraphProblems.notSupported("No fragment can stand here.", selection);
                })
                .filter(part -> values.wanted(part.getDirectives()))
                .toList();
    }
}
