package trellis.fhir.graphql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;

/// An element, or a resource, that something is selected of.
///
/// @param json its content
/// @param type its type
/// @param resource the resource that it lies in, for references to what is contained there
record GraphElement(ObjectNode json, TypeDefinition type, ObjectNode resource) {
    private static final Definitions R4 = Definitions.r4();

    /// What one name of an element holds.
    ///
    /// @param repeats whether it is a list
    record Child(List<JsonNode> values, TypeDefinition type, boolean repeats) {}

    /// @return empty for a type that is none
    static Optional<GraphElement> of(ObjectNode resource) {
        return R4.type(resource.path("resourceType").asString(""))
                .map(type -> new GraphElement(resource, type, resource));
    }

    boolean isResource() {
        return type.kind() == TypeDefinition.Kind.RESOURCE;
    }

    boolean isReference() {
        return type.name().equals("Reference");
    }

    /// Whether a fragment on a type concerns this.
    boolean isA(String name) {
        for (var at = Optional.of(type); at.isPresent(); at = R4.type(at.get().base())) {
            if (at.get().name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /// What an element of this name holds, or, with a stroke before the name, what is said about it.
    ///
    /// @return empty when the type has no such element
    Optional<Child> child(String name) {
        var about = name.startsWith("_");
        return type.named(about ? name.substring(1) : name)
                .filter(typed -> !about || isPrimitive(typed.type().name()))
                .map(typed ->
                        new Child(
                                values(json.path(name)),
                                R4.type(about ? "Element" : typed.type().name()).orElseThrow(),
                                typed.element().repeats()));
    }

    private static boolean isPrimitive(String typeName) {
        return R4.type(typeName)
                .map(type -> type.kind() == TypeDefinition.Kind.PRIMITIVE)
                .orElse(false);
    }

    private static List<JsonNode> values(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            return List.of(node);
        }
        var values = new ArrayList<JsonNode>();
        node.valueStream().filter(value -> !value.isNull()).forEach(values::add);
        return values;
    }

    /// The element that a value of a child is.
    GraphElement down(JsonNode value, TypeDefinition childType) {
        var content =
                value instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        return childType.name().equals("Resource")
                ? of(content).orElse(new GraphElement(content, childType, resource))
                : new GraphElement(content, childType, resource);
    }
}
