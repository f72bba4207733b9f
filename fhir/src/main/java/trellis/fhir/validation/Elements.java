package trellis.fhir.validation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What rules ask of an object, in few words.
final class Elements {

    private Elements() {}

    /// Whether the element is there: with a value, or only with extensions.
    static boolean has(ObjectNode in, String name) {
        return in.get(name) != null || in.get("_" + name) != null;
    }

    static boolean lacks(ObjectNode in, String name) {
        return !has(in, name);
    }

    static boolean hasAny(ObjectNode in, String... names) {
        for (var name : names) {
            if (has(in, name)) {
                return true;
            }
        }
        return false;
    }

    /// How many of the elements are there.
    static int count(ObjectNode in, String... names) {
        var count = 0;
        for (var name : names) {
            count += has(in, name) ? 1 : 0;
        }
        return count;
    }

    /// Whether a choice element is there with any of its types; `stem` is its name without `[x]`.
    static boolean hasChoice(ObjectNode in, String stem) {
        for (var entry : in.properties()) {
            var name = entry.getKey();
            var from = name.startsWith("_") ? 1 : 0;
            var end = from + stem.length();
            if (name.length() > end
                    && name.startsWith(stem, from)
                    && Character.isUpperCase(name.charAt(end))) {
                return true;
            }
        }
        return false;
    }

    /// The text of a primitive; empty when it is not there.
    static String text(ObjectNode in, String name) {
        var value = in.get(name);
        return value == null || value.isContainer() ? "" : value.asString("");
    }

    /// Whether a primitive has one of these values.
    static boolean is(ObjectNode in, String name, String... values) {
        var text = text(in, name);
        for (var value : values) {
            if (text.equals(value)) {
                return true;
            }
        }
        return false;
    }

    /// The objects of a repeating element, or the one of a single element.
    static List<ObjectNode> each(ObjectNode in, String name) {
        return switch (in.get(name)) {
            case ObjectNode one -> List.of(one);
            case ArrayNode many -> {
                var objects = new ArrayList<ObjectNode>(many.size());
                for (var item : many) {
                    if (item instanceof ObjectNode object) {
                        objects.add(object);
                    }
                }
                yield objects;
            }
            case null, default -> List.of();
        };
    }

    /// The texts of a repeating primitive.
    static List<String> texts(ObjectNode in, String name) {
        return in.get(name) instanceof ArrayNode many
                ? StreamSupport.stream(many.spliterator(), false).map(JsonNode::asString).toList()
                : List.of();
    }

    /// Whether a CodeableConcept has a coding of that system with one of these codes.
    static boolean hasCode(ObjectNode in, String name, String system, String... codes) {
        for (var concept : each(in, name)) {
            for (var coding : each(concept, "coding")) {
                if (text(coding, "system").equals(system) && is(coding, "code", codes)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether no value occurs twice; absent ones (empty text) do not count.
    static boolean distinct(Stream<String> values) {
        var seen = new HashSet<String>();
        return values.filter(v -> !v.isEmpty()).allMatch(seen::add);
    }

    /// Whether no object has the same value of a primitive as another.
    static boolean distinct(List<ObjectNode> objects, String name) {
        return objects.size() < 2 || distinct(objects.stream().map(o -> text(o, name)));
    }

    /// All objects inside an object, itself excluded, that are items of an element so called,
    /// however deep (FHIRPath `descendants()` along one name).
    static Stream<ObjectNode> deep(ObjectNode in, String name) {
        return each(in, name).stream().flatMap(o -> Stream.concat(Stream.of(o), deep(o, name)));
    }

    /// The first object of a repeating element, or an empty one.
    static ObjectNode first(ObjectNode in, String name) {
        var all = each(in, name);
        return all.isEmpty() ? in.objectNode() : Objects.requireNonNull(all.getFirst());
    }
}
