package trellis.fhir.graphql;

import graphql.language.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.Definitions;

/// The field `resource` of a Reference: what it leads to (https://hl7.org/fhir/R4/graphql.html#references).
final class GraphReferences {
    private static final Pattern RELATIVE =
            Pattern.compile("([A-Z][A-Za-z]+)/([A-Za-z0-9\\-.]{1,64})(/_history/[^/]+)?");

    private final GraphSource source;
    private final GraphBudget budget;
    private final Map<String, Optional<ObjectNode>> known = new HashMap<>();

    GraphReferences(GraphSource source, GraphBudget budget) {
        this.source = source;
        this.budget = budget;
    }

    /// @param type the only type that is wanted; empty for any
    /// @param optional whether nothing is said when it leads nowhere
    /// @return empty when it refers to nothing by address, leads nowhere, or to another type
    Optional<GraphElement> of(
            GraphElement reference, Optional<String> type, boolean optional, Field field) {
        var text = reference.json().path("reference").asString("");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var resource = resolved(reference, text);
        if (resource.isEmpty()) {
            if (optional) {
                return Optional.empty();
            }
            throw GraphProblems.invalid(
                    "A reference leads to nothing that can be read here. Ask with"
                            + " resource(optional: true) to go on without it.",
                    field);
        }
        return resource.flatMap(GraphElement::of)
                .filter(element -> type.isEmpty() || element.isA(type.get()));
    }

    private Optional<ObjectNode> resolved(GraphElement reference, String text) {
        if (text.startsWith("#")) {
            return contained(reference.resource(), text.substring(1));
        }
        var there = known.get(text);
        if (there == null) {
            budget.resource();
            there = read(text);
            known.put(text, there);
        }
        return there;
    }

    private Optional<ObjectNode> read(String text) {
        var relative = RELATIVE.matcher(text);
        return relative.matches() && Definitions.r4().isResourceType(relative.group(1))
                ? source.read(relative.group(1), relative.group(2))
                : source.resolve(text);
    }

    private static Optional<ObjectNode> contained(ObjectNode resource, String id) {
        for (var contained : resource.path("contained")) {
            if (contained instanceof ObjectNode there && there.path("id").asString("").equals(id)) {
                return Optional.of(there);
            }
        }
        return Optional.empty();
    }
}
