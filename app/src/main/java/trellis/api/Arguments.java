package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// What an operation is called with: the query of the address, and the Parameters or the one resource of the content
/// (https://hl7.org/fhir/R4/operations.html#request). Values are looked at when they are asked for; one of the wrong
/// type is refused with the name of its parameter.
public final class Arguments {

    /// One parameter as it came.
    private sealed interface Argument {
        String name();

        /// From the query: a text, of whatever type the operation wants.
        record Plain(String name, String text) implements Argument {}

        /// An element of Parameters.parameter.
        record Element(String name, ObjectNode json) implements Argument {}
    }

    private final List<Argument> all;

    private Arguments(List<Argument> all) {
        this.all = all;
    }

    /// The arguments of an operation that has no `_elements` of its own.
    static Arguments of(
            List<Parameter> query, Optional<ObjectNode> content, String contentParameter) {
        return of(query, content, contentParameter, false);
    }

    /// @param query parameters of the address; those of every answer, such as `_format`, are none of the operation's
    /// @param content empty for none
    /// @param contentParameter which parameter a content is that is no Parameters
    /// @param elements whether `_elements` is the operation's own
    static Arguments of(
            List<Parameter> query,
            Optional<ObjectNode> content,
            String contentParameter,
            boolean elements) {
        var all = new ArrayList<Argument>();
        for (var parameter : query) {
            var own = elements && parameter.name().equals("_elements");
            if (own || !Preferences.PARAMETERS.contains(parameter.name())) {
                all.add(new Argument.Plain(parameter.name(), parameter.value()));
            }
        }
        content.ifPresent(sent -> all.addAll(elements(sent, contentParameter)));
        return new Arguments(List.copyOf(all));
    }

    private static List<Argument> elements(ObjectNode content, String contentParameter) {
        if (!content.path("resourceType").asString("").equals("Parameters")) {
            var element = content.objectNode();
            element.set("resource", content);
            return List.of(new Argument.Element(contentParameter, element));
        }
        return elements(content.path("parameter"), "Parameters.parameter");
    }

    private static List<Argument> elements(JsonNode array, String place) {
        var all = new ArrayList<Argument>();
        for (var element : array) {
            if (!(element instanceof ObjectNode object)
                    || object.path("name").asString("").isEmpty()) {
                throw new Refused(
                        new Problem.BadRequest(
                                "structure",
                                "Each parameter is an object with a name.",
                                place + "[" + all.size() + "]"));
            }
            all.add(new Argument.Element(object.path("name").asString(""), object));
        }
        return all;
    }

    /// Goes on only when nothing is asked that the operation does not know.
    ///
    /// @throws Refused with [Problem.BadRequest] naming the parameter
    public void check(OperationRequest request, Set<String> known) {
        for (var argument : all) {
            if (!known.contains(argument.name()) && !request.lenient()) {
                throw new Refused(
                        new Problem.BadRequest(
                                "not-supported",
                                "This operation takes "
                                        + String.join(", ", known.stream().sorted().toList())
                                        + ", not "
                                        + Addresses.quoted(argument.name())
                                        + ". Leave it out, or send Prefer: handling=lenient.",
                                Addresses.quoted(argument.name())));
            }
        }
    }

    /// Whether a parameter is given.
    public boolean has(String name) {
        return all.stream().anyMatch(argument -> argument.name().equals(name));
    }

    /// The values of a parameter of a simple type, as text: a string, a code, an address, a number, a date.
    public List<String> texts(String name) {
        return named(name).stream().map(Arguments::text).toList();
    }

    /// The value of a parameter of a simple type that may be given once.
    ///
    /// @throws Refused with [Problem.BadRequest] when it is given twice
    public Optional<String> text(String name) {
        return single(name, texts(name));
    }

    /// A yes or no.
    public boolean flag(String name, boolean otherwise) {
        return text(name)
                .map(text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw wrong(name, "true or false");
                        })
                .orElse(otherwise);
    }

    /// A whole number from 0 up; one beyond an int counts as the largest int.
    public Optional<Integer> number(String name) {
        return text(name)
                .map(text -> {
                    if (!text.matches("[0-9]{1,18}")) {
                        throw wrong(name, "a whole number from 0 up");
                    }
                    return (int) Math.min(Long.parseLong(text), Integer.MAX_VALUE);
                });
    }

    /// What the values of a parameter refer to: each is a Reference, or its text.
    public List<String> references(String name) {
        return named(name).stream()
                .map(argument ->
                        argument instanceof Argument.Element(_, var json)
                                        && json.get("valueReference") instanceof ObjectNode value
                                ? value.path("reference").asString("")
                                : text(argument))
                .toList();
    }

    /// The values of a parameter of a compound type.
    ///
    /// @param type such as `Coding`
    public List<ObjectNode> values(String name, String type) {
        return named(name).stream()
                .map(argument -> {
                    if (argument instanceof Argument.Element(_, var json)
                            && json.get("value" + type) instanceof ObjectNode value) {
                        return value;
                    }
                    throw wrong(name, "a " + type);
                })
                .toList();
    }

    /// The value of a parameter of a compound type that may be given once.
    public Optional<ObjectNode> value(String name, String type) {
        return single(name, values(name, type));
    }

    /// The resources given as a parameter.
    public List<ObjectNode> resources(String name) {
        return named(name).stream()
                .map(argument -> {
                    if (argument instanceof Argument.Element(_, var json)
                            && json.get("resource") instanceof ObjectNode resource) {
                        return resource;
                    }
                    throw wrong(name, "a resource");
                })
                .toList();
    }

    /// The resource given as a parameter that may be given once.
    public Optional<ObjectNode> resource(String name) {
        return single(name, resources(name));
    }

    /// The parts of each parameter of a name.
    public List<Arguments> parts(String name) {
        return named(name).stream()
                .map(argument -> {
                    if (argument instanceof Argument.Element(_, var json)) {
                        return new Arguments(elements(json.path("part"), name + ".part"));
                    }
                    throw wrong(name, "a parameter with parts");
                })
                .toList();
    }

    private List<Argument> named(String name) {
        return all.stream().filter(argument -> argument.name().equals(name)).toList();
    }

    private static String text(Argument argument) {
        return switch (argument) {
            case Argument.Plain(_, var text) -> text;
            case Argument.Element(var name, var json) -> {
                for (var member : json.properties()) {
                    if (member.getKey().startsWith("value")
                            && member.getValue().isValueNode()
                            && !member.getValue().isNull()) {
                        yield member.getValue().asString();
                    }
                }
                throw wrong(name, "a simple value");
            }
        };
    }

    private static <T> Optional<T> single(String name, List<T> values) {
        if (values.size() > 1) {
            throw new Refused(new Problem.BadRequest("invalid", name + " is given twice.", name));
        }
        return values.stream().findFirst();
    }

    private static Refused wrong(String name, String what) {
        return new Refused(
                new Problem.BadRequest(
                        "value", "The parameter " + name + " is " + what + ".", name));
    }
}
