package trellis.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A way to break a resource in one place.
enum Mutation {
    DELETE,
    DOUBLE,
    RETYPE,
    RENAME,
    BREAK_FORMAT;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> SPOILERS =
            List.of(" ", "\u0001", "\n", "#", "//", "+", "=", "0", "Z", "x", "<", "\u00e9");

    /// A place in a tree: a property of an object or an item of an array.
    ///
    /// @param parent an object or array
    /// @param name of the property; empty for an item
    /// @param index of the item; -1 for a property
    private record Place(JsonNode parent, String name, int index) {
        JsonNode value() {
            return Objects.requireNonNull(index < 0 ? parent.get(name) : parent.get(index));
        }

        void put(JsonNode value) {
            if (parent instanceof ArrayNode array) {
                array.set(index, value);
            } else {
                ((ObjectNode) parent).set(name, value);
            }
        }
    }

    /// A copy of the resource, broken in one place that chance chooses.
    ObjectNode of(ObjectNode resource, RandomGenerator chance) {
        var copy = resource.deepCopy();
        var places = new ArrayList<Place>();
        collect(copy, places);
        var fitting = places.stream().filter(this::fits).toList();
        if (!fitting.isEmpty()) {
            apply(fitting.get(chance.nextInt(fitting.size())), chance);
        }
        return copy;
    }

    private static void collect(JsonNode node, List<Place> places) {
        switch (node) {
            case ObjectNode object ->
                    object.forEachEntry((name, value) -> {
                        places.add(new Place(object, name, -1));
                        collect(value, places);
                    });
            case ArrayNode array -> {
                for (var i = 0; i < array.size(); i++) {
                    places.add(new Place(array, "", i));
                    collect(array.get(i), places);
                }
            }
            default -> {}
        }
    }

    private boolean fits(Place place) {
        return switch (this) {
            case DELETE, DOUBLE, RETYPE -> true;
            case RENAME -> place.index() < 0;
            case BREAK_FORMAT -> !place.value().isContainer();
        };
    }

    private void apply(Place place, RandomGenerator chance) {
        switch (this) {
            case DELETE -> {
                if (place.parent() instanceof ArrayNode array) {
                    array.remove(place.index());
                } else {
                    ((ObjectNode) place.parent()).remove(place.name());
                }
            }
            case DOUBLE -> {
                var twin = place.value().deepCopy();
                if (place.parent() instanceof ArrayNode array) {
                    array.insert(place.index(), twin);
                } else {
                    place.put(NODES.arrayNode().add(place.value()).add(twin));
                }
            }
            case RETYPE -> place.put(other(place.value(), chance));
            case RENAME -> rename(place, chance);
            case BREAK_FORMAT -> place.put(spoilt(place.value(), chance));
        }
    }

    private static JsonNode other(JsonNode value, RandomGenerator chance) {
        var others = new ArrayList<JsonNode>();
        others.add(NODES.nullNode());
        others.add(NODES.objectNode());
        others.add(NODES.arrayNode());
        others.add(NODES.objectNode().put("value", "x"));
        others.add(NODES.stringNode(""));
        others.add(value.isArray() ? value.path(0) : NODES.arrayNode().add(value));
        if (!value.isString()) {
            others.add(NODES.stringNode(value.isContainer() ? "text" : value.asString()));
        }
        if (!value.isNumber()) {
            others.add(NODES.numberNode(7));
        }
        if (!value.isBoolean()) {
            others.add(NODES.booleanNode(true));
        }
        return others.get(chance.nextInt(others.size()));
    }

    private static void rename(Place place, RandomGenerator chance) {
        var object = (ObjectNode) place.parent();
        var name = place.name();
        var at = chance.nextInt(name.length());
        var renamed =
                switch (chance.nextInt(4)) {
                    case 0 -> name.substring(0, at) + name.substring(at + 1);
                    case 1 -> name + "s";
                    case 2 -> "_" + name;
                    default -> Character.toUpperCase(name.charAt(0)) + name.substring(1);
                };
        var entries = new ArrayList<>(object.properties());
        object.removeAll();
        entries.forEach(
                e -> object.set(e.getKey().equals(name) ? renamed : e.getKey(), e.getValue()));
    }

    private static JsonNode spoilt(JsonNode value, RandomGenerator chance) {
        var text = value.asString();
        if (value.isNumber()) {
            return chance.nextBoolean()
                    ? NODES.numberNode(value.decimalValue().negate())
                    : NODES.numberNode(value.decimalValue().add(java.math.BigDecimal.valueOf(0.5)));
        }
        if (value.isBoolean()) {
            return NODES.stringNode(text);
        }
        var at = chance.nextInt(text.length() + 1);
        return NODES.stringNode(
                switch (chance.nextInt(3)) {
                    case 0 -> text.substring(0, at);
                    case 1 -> text.substring(at);
                    default ->
                            text.substring(0, at)
                                    + SPOILERS.get(chance.nextInt(SPOILERS.size()))
                                    + text.substring(at);
                });
    }
}
