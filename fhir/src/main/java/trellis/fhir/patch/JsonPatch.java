package trellis.fhir.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// A JSON Patch (RFC 6902). An operation that cannot be applied is named by its number, its kind and
/// its path.
public final class JsonPatch implements Patch {

    /// Most values that the operations of one patch may put into the document, so that a few copies
    /// of copies cannot fill the memory.
    private static final int MOST_VALUES = 500_000;

    private static final int LONGEST_SHOWN = 200;

    private final List<Numbered> operations;

    private JsonPatch(List<Numbered> operations) {
        this.operations = operations;
    }

    private sealed interface Operation {
        JsonPointer path();

        record Add(JsonPointer path, JsonNode value) implements Operation {}

        record Remove(JsonPointer path) implements Operation {}

        record Replace(JsonPointer path, JsonNode value) implements Operation {}

        record Move(JsonPointer path, JsonPointer from) implements Operation {}

        record Copy(JsonPointer path, JsonPointer from) implements Operation {}

        record Test(JsonPointer path, JsonNode value) implements Operation {}

        default String op() {
            return switch (this) {
                case Add _ -> "add";
                case Remove _ -> "remove";
                case Replace _ -> "replace";
                case Move _ -> "move";
                case Copy _ -> "copy";
                case Test _ -> "test";
            };
        }
    }

    /// @param index from 0
    private record Numbered(int index, Operation operation) {
        Refused fails(String why) {
            return new Refused(
                    Problem.invalid(
                            "processing",
                            "Operation "
                                    + index
                                    + " of the JSON Patch ("
                                    + operation.op()
                                    + " at "
                                    + shown(operation.path())
                                    + ") cannot be done: "
                                    + why,
                            "[" + index + "]"));
        }
    }

    /// Reads a patch.
    ///
    /// @throws Refused with a BadRequest that names the operation
    public static JsonPatch of(ArrayNode patch) {
        if (patch.size() > MOST) {
            throw malformed("A JSON Patch has at most " + MOST + " operations.", "");
        }
        var operations = new ArrayList<Numbered>(patch.size());
        for (var i = 0; i < patch.size(); i++) {
            operations.add(new Numbered(i, operation(patch.path(i), i)));
        }
        return new JsonPatch(operations);
    }

    private static Operation operation(JsonNode sent, int index) {
        var path = pointer(sent, "path", index);
        return switch (sent.path("op").asString("")) {
            case "add" -> new Operation.Add(path, value(sent, index));
            case "remove" -> new Operation.Remove(path);
            case "replace" -> new Operation.Replace(path, value(sent, index));
            case "move" -> new Operation.Move(path, pointer(sent, "from", index));
            case "copy" -> new Operation.Copy(path, pointer(sent, "from", index));
            case "test" -> new Operation.Test(path, value(sent, index));
            default ->
                    throw malformed(
                            "Operation "
                                    + index
                                    + " of the JSON Patch needs an op: add, remove,"
                                    + " replace, move, copy or test.",
                            "[" + index + "].op");
        };
    }

    private static JsonPointer pointer(JsonNode sent, String name, int index) {
        return Optional.ofNullable(sent.get(name))
                .filter(JsonNode::isString)
                .flatMap(text -> JsonPointer.of(text.stringValue()))
                .filter(pointer -> pointer.tokens().size() <= Json.MAX_DEPTH)
                .orElseThrow(() ->
                        malformed(
                                "Operation "
                                        + index
                                        + " of the JSON Patch needs a "
                                        + name
                                        + " that is a JSON Pointer, such as /name/0/family.",
                                "[" + index + "]." + name));
    }

    private static JsonNode value(JsonNode sent, int index) {
        return Optional.ofNullable(sent.get("value"))
                .orElseThrow(() ->
                        malformed(
                                "Operation " + index + " of the JSON Patch needs a value.",
                                "[" + index + "].value"));
    }

    private static Refused malformed(String why, String where) {
        return new Refused(new Problem.BadRequest("structure", why, where));
    }

    @Override
    public ObjectNode applied(ObjectNode content) {
        JsonNode document = content.deepCopy();
        var room = new Room();
        for (var each : operations) {
            document =
                    switch (each.operation) {
                        case Operation.Add(var path, var value) ->
                                add(document, path, value.deepCopy(), each, room);
                        case Operation.Remove(var path) -> removed(document, path, each);
                        case Operation.Replace(var path, var value) ->
                                replaced(document, path, value.deepCopy(), each, room);
                        case Operation.Move(var path, var from) ->
                                moved(document, path, from, each, room);
                        case Operation.Copy(var path, var from) ->
                                add(
                                        document,
                                        path,
                                        there(document, from, each).deepCopy(),
                                        each,
                                        room);
                        case Operation.Test(var path, var value) ->
                                tested(document, path, value, each);
                    };
        }
        if (document instanceof ObjectNode object) {
            return object;
        }
        throw new Refused(
                Problem.invalid("processing", "The JSON Patch leaves no JSON object.", ""));
    }

    private static JsonNode there(JsonNode document, JsonPointer pointer, Numbered operation) {
        return pointer.in(document)
                .orElseThrow(() -> operation.fails("there is nothing at " + shown(pointer) + "."));
    }

    private static JsonNode add(
            JsonNode document, JsonPointer path, JsonNode value, Numbered operation, Room room) {
        room.take(value, path, operation);
        if (path.isRoot()) {
            return value;
        }
        switch (there(document, path.parent(), operation)) {
            case ObjectNode object -> object.set(path.last(), value);
            case ArrayNode array -> array.insert(place(array, path, operation), value);
            default -> throw operation.fails(shown(path.parent()) + " holds no other values.");
        }
        return document;
    }

    private static int place(ArrayNode array, JsonPointer path, Numbered operation) {
        if (path.last().equals("-")) {
            return array.size();
        }
        return JsonPointer.index(path.last())
                .filter(index -> index <= array.size())
                .orElseThrow(() ->
                        operation.fails(
                                "the array at "
                                        + shown(path.parent())
                                        + " has "
                                        + array.size()
                                        + " items."));
    }

    private static JsonNode removed(JsonNode document, JsonPointer path, Numbered operation) {
        there(document, path, operation);
        if (path.isRoot()) {
            throw operation.fails("a resource is ended with DELETE.");
        }
        switch (there(document, path.parent(), operation)) {
            case ObjectNode object -> object.remove(path.last());
            case ArrayNode array -> array.remove(JsonPointer.index(path.last()).orElseThrow());
            default -> throw operation.fails("there is nothing in it.");
        }
        return document;
    }

    private static JsonNode replaced(
            JsonNode document, JsonPointer path, JsonNode value, Numbered operation, Room room) {
        there(document, path, operation);
        room.take(value, path, operation);
        if (path.isRoot()) {
            return value;
        }
        switch (there(document, path.parent(), operation)) {
            case ObjectNode object -> object.set(path.last(), value);
            case ArrayNode array -> array.set(JsonPointer.index(path.last()).orElseThrow(), value);
            default -> throw operation.fails("there is nothing in it.");
        }
        return document;
    }

    private static JsonNode moved(
            JsonNode document, JsonPointer path, JsonPointer from, Numbered operation, Room room) {
        var value = there(document, from, operation);
        if (from.holds(path)) {
            throw operation.fails("nothing can be moved into itself.");
        }
        if (from.tokens().equals(path.tokens())) {
            return document;
        }
        return add(removed(document, from, operation), path, value, operation, room);
    }

    private static JsonNode tested(
            JsonNode document, JsonPointer path, JsonNode value, Numbered operation) {
        var there = there(document, path, operation);
        if (!equal(there, value)) {
            throw operation.fails(
                    there.getNodeType() == value.getNodeType()
                            ? "the value there is another one."
                            : "the value there is no " + kind(value) + ".");
        }
        return document;
    }

    private static String kind(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    /// Numbers by value, members in any order (RFC 6902, 4.6).
    private static boolean equal(JsonNode left, JsonNode right) {
        if (left instanceof ObjectNode a && right instanceof ObjectNode b) {
            return a.size() == b.size()
                    && a.properties().stream()
                            .allMatch(e ->
                                    b.has(e.getKey()) && equal(e.getValue(), b.path(e.getKey())));
        }
        if (left instanceof ArrayNode a && right instanceof ArrayNode b) {
            if (a.size() != b.size()) {
                return false;
            }
            for (var i = 0; i < a.size(); i++) {
                if (!equal(a.path(i), b.path(i))) {
                    return false;
                }
            }
            return true;
        }
        return (left.isNumber() && right.isNumber())
                ? left.decimalValue().compareTo(right.decimalValue()) == 0
                : left.equals(right);
    }

    /// A pointer for a message: what the caller sent, cut short.
    private static String shown(JsonPointer pointer) {
        if (pointer.isRoot()) {
            return "the root";
        }
        var text = pointer.text();
        return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
    }

    /// How much the patch may still put into the document.
    private static final class Room {
        private int left = MOST_VALUES;

        void take(JsonNode value, JsonPointer path, Numbered operation) {
            left -= size(value, Json.MAX_DEPTH - path.tokens().size(), operation);
            if (left < 0) {
                throw operation.fails(
                        "the operations put more than "
                                + MOST_VALUES
                                + " values into the content.");
            }
        }

        private int size(JsonNode value, int levels, Numbered operation) {
            if (levels < 0) {
                throw operation.fails(
                        "the content would have more than " + Json.MAX_DEPTH + " levels.");
            }
            // A long text counts for more: copying it makes no value and takes room all the same.
            var size = value.isString() ? 1 + value.stringValue().length() / 256 : 1;
            for (var child : value) {
                size += size(child, levels - 1, operation);
            }
            return size;
        }
    }
}
