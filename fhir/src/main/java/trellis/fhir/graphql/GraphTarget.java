package trellis.fhir.graphql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An object of the answer while it is put together. What is written under one name more than once is a list.
final class GraphTarget {

    private static final class Slot {
        private final List<JsonNode> values = new ArrayList<>();
        private boolean list;
    }

    private final Map<String, Slot> slots = new LinkedHashMap<>();

    /// @param list whether it is a list even when there is one
    /// @return false when there is one already and the name is to have no more
    boolean add(String name, JsonNode value, boolean list, boolean singleton) {
        var slot = slots.computeIfAbsent(name, _ -> new Slot());
        if (singleton && !slot.values.isEmpty()) {
            return false;
        }
        slot.list |= list || !slot.values.isEmpty();
        slot.values.add(value);
        return true;
    }

    /// Writes an empty list, unless there is something.
    void nothing(String name) {
        slots.computeIfAbsent(name, _ -> new Slot()).list = true;
    }

    ObjectNode json() {
        var object = JsonNodeFactory.instance.objectNode();
        slots.forEach((name, slot) -> {
            if (slot.list) {
                object.putArray(name).addAll(slot.values);
            } else {
                object.set(name, slot.values.getFirst());
            }
        });
        return object;
    }
}
