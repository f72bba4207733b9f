package trellis.fhir.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.ElementDefinition;
import trellis.fhir.path.engine.Node;

/// The elements that one element holds under one name, each with its companion, in a tree that may
/// be changed. Every change is written back at once.
final class Elements {
    private final Node holder;
    private final ElementDefinition definition;
    private final List<Content> items = new ArrayList<>();

    private Elements(Node holder, ElementDefinition definition) {
        this.holder = holder;
        this.definition = definition;
        for (var child : holder.children(definition.name())) {
            items.add(new Content(child.name(), child.json(), child.companion()));
        }
    }

    /// Those of a name, a choice by its stem; empty when the type has no such element.
    static Optional<Elements> of(Node holder, String name) {
        return holder.definition().element(name).map(element -> new Elements(holder, element));
    }

    /// Those that one of them stands among.
    static Elements around(Node holder, Node child) {
        return new Elements(
                holder, holder.definition().named(child.name()).orElseThrow().element());
    }

    ElementDefinition definition() {
        return definition;
    }

    boolean repeats() {
        return definition.repeats();
    }

    boolean isEmpty() {
        return items.isEmpty();
    }

    int size() {
        return items.size();
    }

    boolean holderIsEmpty() {
        return members().isEmpty();
    }

    void insert(int index, Content content) {
        items.add(index, content);
        write();
    }

    void remove(int index) {
        items.remove(index);
        write();
    }

    void replace(int index, Content content) {
        items.set(index, content);
        write();
    }

    void move(int from, int to) {
        items.add(to, items.remove(from));
        write();
    }

    private ObjectNode members() {
        if (!holder.isPrimitive()) {
            return (ObjectNode) holder.json();
        }
        if (holder.companion() instanceof ObjectNode there) {
            return there;
        }
        var companion = JsonNodeFactory.instance.objectNode();
        var around = around(holder.parent().orElseThrow(), holder);
        around.replace(
                Math.max(0, holder.index()), new Content(holder.name(), holder.json(), companion));
        return companion;
    }

    private void write() {
        var members = members();
        for (var type : definition.types()) {
            members.remove("_" + definition.nameFor(type));
            if (items.isEmpty() || !items.getFirst().name().equals(definition.nameFor(type))) {
                members.remove(definition.nameFor(type));
            }
        }
        if (items.isEmpty()) {
            return;
        }
        var name = items.getFirst().name();
        put(members, name, items.stream().map(Content::json).toList());
        put(members, "_" + name, items.stream().map(Content::companion).toList());
    }

    private void put(ObjectNode members, String name, List<JsonNode> values) {
        if (values.stream().allMatch(JsonNode::isMissingNode)) {
            members.remove(name);
        } else if (definition.repeats()) {
            var array = new ArrayNode(JsonNodeFactory.instance, values.size());
            values.forEach(value -> {
                if (value.isMissingNode()) {
                    array.addNull();
                } else {
                    array.add(value);
                }
            });
            members.set(name, array);
        } else {
            members.set(name, values.getFirst());
        }
    }

    /// No companion.
    static JsonNode nothing() {
        return MissingNode.getInstance();
    }
}
