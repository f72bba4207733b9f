package trellis.fhir;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Any FHIR R4 resource: a view over its JSON. A type that some capability reads closely has its own
/// small view there (a record over `json`); there is no class per resource type.
public interface Resource {

    /// The tree. Nobody changes a tree that has been handed on.
    ObjectNode json();

    /// The resource type's name, such as `Patient`; empty when the JSON has none.
    default String type() {
        return json().path("resourceType").asString("");
    }

    /// The logical id, if the resource has one yet.
    default Optional<String> id() {
        return json().optional("id").filter(JsonNode::isString).map(JsonNode::stringValue);
    }

    /// A resource of whatever type the JSON says.
    static Resource of(ObjectNode json) {
        return new Any(json);
    }

    /// A resource whose type nobody looked at.
    ///
    /// @param json the tree
    record Any(ObjectNode json) implements Resource {
        public Any {
            requireNonNull(json);
        }
    }
}
