package trellis.fhir.patch;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.path.Expression;
import trellis.fhir.path.engine.Effort;
import trellis.fhir.path.engine.Environment;
import trellis.fhir.path.engine.FhirPath;
import trellis.fhir.path.engine.Node;

/// A FHIRPath Patch: a Parameters resource whose every parameter is an operation
/// (https://hl7.org/fhir/R4/fhirpatch.html). An operation that cannot be applied is named by its
/// number, its type and its path.
public final class FhirPathPatch implements Patch {
    private static final Set<String> PARTS =
            Set.of("type", "path", "name", "value", "index", "source", "destination");
    private static final int LONGEST_SHOWN = 200;

    private final List<Numbered> operations;
    private final Environment environment;

    private FhirPathPatch(List<Numbered> operations, Environment environment) {
        this.operations = operations;
        this.environment = environment;
    }

    private sealed interface Operation {
        record Add(String name, ObjectNode value) implements Operation {}

        record Insert(int index, ObjectNode value) implements Operation {}

        record Delete() implements Operation {}

        record Replace(ObjectNode value) implements Operation {}

        record Move(int source, int destination) implements Operation {}

        default String type() {
            return switch (this) {
                case Add _ -> "add";
                case Insert _ -> "insert";
                case Delete _ -> "delete";
                case Replace _ -> "replace";
                case Move _ -> "move";
            };
        }
    }

    /// @param index from 0
    /// @param path as it was sent
    private record Numbered(int index, String path, Operation operation) {
        String place() {
            return "Parameters.parameter[" + index + "]";
        }

        Refused fails(String why) {
            var shown =
                    path.length() > LONGEST_SHOWN ? path.substring(0, LONGEST_SHOWN) + "..." : path;
            return new Refused(
                    Problem.invalid(
                            "processing",
                            "Operation "
                                    + index
                                    + " of the patch ("
                                    + operation.type()
                                    + " at "
                                    + shown
                                    + ") cannot be done: "
                                    + why,
                            place()));
        }
    }

    /// Reads a patch.
    ///
    /// @param clock what `now()` in a path goes by
    /// @throws Refused with a BadRequest that names the operation and the part of it
    public static FhirPathPatch of(ObjectNode parameters, Clock clock) {
        if (!parameters.path("resourceType").asString("").equals("Parameters")) {
            throw malformed("A FHIRPath Patch is a Parameters resource.", "resourceType");
        }
        var sent = parameters.path("parameter");
        if (sent.size() > MOST) {
            throw malformed("A patch has at most " + MOST + " operations.", "Parameters.parameter");
        }
        var operations = new ArrayList<Numbered>(sent.size());
        for (var i = 0; i < sent.size(); i++) {
            operations.add(operation(sent.path(i), i));
        }
        return new FhirPathPatch(operations, Environment.at(clock));
    }

    private static Numbered operation(JsonNode sent, int index) {
        var place = "Parameters.parameter[" + index + "]";
        if (!sent.path("name").asString("").equals("operation")) {
            throw malformed("Every parameter of a patch is called operation.", place + ".name");
        }
        for (var part : sent.path("part")) {
            if (!PARTS.contains(part.path("name").asString(""))) {
                throw malformed(
                        "An operation has the parts type, path, name, value, index, source and"
                                + " destination.",
                        place + ".part");
            }
        }
        var path = text(sent, "path", place);
        var operation =
                switch (text(sent, "type", place)) {
                    case "add" -> new Operation.Add(text(sent, "name", place), value(sent, place));
                    case "insert" ->
                            new Operation.Insert(whole(sent, "index", place), value(sent, place));
                    case "delete" -> new Operation.Delete();
                    case "replace" -> new Operation.Replace(value(sent, place));
                    case "move" ->
                            new Operation.Move(
                                    whole(sent, "source", place),
                                    whole(sent, "destination", place));
                    default ->
                            throw malformed(
                                    "The type of an operation is add, insert, delete, replace or move.",
                                    place + ".part");
                };
        return new Numbered(index, path, operation);
    }

    private static Optional<ObjectNode> part(JsonNode sent, String name) {
        for (var part : sent.path("part")) {
            if (part.path("name").asString("").equals(name) && part instanceof ObjectNode object) {
                return Optional.of(object);
            }
        }
        return Optional.empty();
    }

    private static String text(JsonNode sent, String name, String place) {
        var part = part(sent, name);
        for (var member : List.of("valueString", "valueCode")) {
            var value = part.map(p -> p.path(member).asString("")).orElse("");
            if (!value.isEmpty()) {
                return value;
            }
        }
        throw malformed("The operation needs the part " + name + ", a string.", place + ".part");
    }

    private static int whole(JsonNode sent, String name, String place) {
        return part(sent, name)
                .flatMap(part -> part.optional("valueInteger"))
                .filter(value -> value.isInt() && value.intValue() >= 0)
                .map(JsonNode::intValue)
                .orElseThrow(() ->
                        malformed(
                                "The operation needs the part " + name + ", an integer from 0.",
                                place + ".part"));
    }

    private static ObjectNode value(JsonNode sent, String place) {
        return part(sent, "value")
                .orElseThrow(
                        () -> malformed("The operation needs the part value.", place + ".part"));
    }

    private static Refused malformed(String why, String where) {
        return new Refused(new Problem.BadRequest("structure", why, where));
    }

    @Override
    public ObjectNode applied(ObjectNode content) {
        var copy = content.deepCopy();
        var effort = new Effort();
        for (var each : operations) {
            try {
                apply(each, Node.of(Resource.of(copy)), effort);
            } catch (Refused e) {
                throw e.problem() instanceof Problem.BadRequest(var code, var why, _)
                        ? new Refused(new Problem.BadRequest(code, why, each.place()))
                        : e;
            }
        }
        return copy;
    }

    private void apply(Numbered each, Node root, Effort effort) {
        switch (each.operation) {
            case Operation.Add(var name, var value) -> {
                var holder = one(each, each.path, root, effort);
                var elements = elements(each, holder, name);
                if (!elements.repeats() && !elements.isEmpty()) {
                    throw each.fails("there is a " + name + " already, which replace can change.");
                }
                effort.spend(elements.size());
                elements.insert(elements.size(), Content.of(value, elements, each.place()));
            }
            case Operation.Insert(var index, var value) -> {
                var list = list(each, root, effort);
                if (index > list.size()) {
                    throw each.fails("the list has " + list.size() + " items.");
                }
                list.insert(index, Content.of(value, list, each.place()));
            }
            case Operation.Delete _ -> {
                var found = found(each, each.path, root, effort);
                if (!found.isEmpty()) {
                    delete(each, one(each, found));
                }
            }
            case Operation.Replace(var value) -> {
                var node = one(each, each.path, root, effort);
                var elements = around(each, node);
                effort.spend(elements.size());
                elements.replace(
                        Math.max(0, node.index()), Content.of(value, elements, each.place()));
            }
            case Operation.Move(var source, var destination) -> {
                var list = list(each, root, effort);
                if (source >= list.size() || destination >= list.size()) {
                    throw each.fails("the list has " + list.size() + " items.");
                }
                list.move(source, destination);
            }
        }
    }

    /// What a deletion leaves empty goes with it: JSON of FHIR has no empty objects.
    private static void delete(Numbered each, Node node) {
        var elements = around(each, node);
        elements.remove(Math.max(0, node.index()));
        var holder = node.parent().orElseThrow();
        if (!elements.holderIsEmpty()) {
            return;
        }
        if (holder.isPrimitive() && !holder.json().isMissingNode()) {
            around(each, holder)
                    .replace(
                            Math.max(0, holder.index()),
                            new Content(holder.name(), holder.json(), Elements.nothing()));
        } else {
            delete(each, holder);
        }
    }

    /// The elements that a path of the form `focus.name` leads to, though there be none.
    private Elements list(Numbered each, Node root, Effort effort) {
        if (!(Expression.parse(each.path) instanceof Expression.Member(var focus, var name))) {
            throw each.fails("the path must end with the name of a list, such as Patient.name.");
        }
        var holder =
                focus instanceof Expression.Focus ? root : one(each, focus.text(), root, effort);
        var elements = elements(each, holder, name);
        if (!elements.repeats()) {
            throw each.fails(name + " is no list.");
        }
        effort.spend(elements.size());
        return elements;
    }

    private static Elements elements(Numbered each, Node holder, String name) {
        return Elements.of(holder, name)
                .orElseThrow(() ->
                        each.fails(
                                "there is no element "
                                        + name
                                        + " in "
                                        + holder.definition()
                                        + "."));
    }

    private static Elements around(Numbered each, Node node) {
        var holder =
                node.parent().orElseThrow(() -> each.fails("a resource is ended with DELETE."));
        return Elements.around(holder, node);
    }

    private Node one(Numbered each, String path, Node root, Effort effort) {
        return one(each, found(each, path, root, effort));
    }

    private static Node one(Numbered each, List<Node> found) {
        if (found.isEmpty()) {
            throw each.fails("there is nothing at the path.");
        }
        if (found.size() > 1) {
            throw each.fails(
                    "the path leads to " + found.size() + " elements, and must lead to one.");
        }
        return found.getFirst();
    }

    private List<Node> found(Numbered each, String path, Node root, Effort effort) {
        var values = FhirPath.compile(path, root.definition().name()).on(root, environment, effort);
        var nodes =
                values.stream()
                        .filter(Node.class::isInstance)
                        .map(Node.class::cast)
                        .filter(node -> node.isWithin(root))
                        .toList();
        if (nodes.size() < values.size()) {
            throw each.fails("the path must lead to an element of the resource.");
        }
        return nodes;
    }
}
