package trellis.fhir.patch;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.ElementDefinition;
import trellis.fhir.definitions.ElementType;
import trellis.fhir.definitions.TypeDefinition;

/// One element as it stands in JSON, or as a patch gives it: a value, a resource, or for a type that
/// has no name of its own parts that are its elements.
///
/// @param name in JSON, a choice by its typed name
/// @param json missing when a primitive has only an id or extensions
/// @param companion missing when there is none
record Content(String name, JsonNode json, JsonNode companion) {
    private static final Definitions DEFINITIONS = Definitions.r4();

    /// What the part `value` of an operation holds.
    ///
    /// @throws Refused with a BadRequest that names the place when it is no value for the element
    static Content of(ObjectNode value, Elements elements, String place) {
        return of(value, elements.definition(), place + ".part");
    }

    private static Content of(ObjectNode value, ElementDefinition element, String place) {
        var given = given(value);
        if (value.get("part") instanceof ArrayNode parts && given.isEmpty()) {
            return ofParts(parts, element, place);
        }
        if (value.get("resource") instanceof ObjectNode resource && given.isEmpty()) {
            return new Content(
                    type(element, "Resource", place).name, resource.deepCopy(), Elements.nothing());
        }
        var type =
                given.orElseThrow(() -> malformed("The value of an operation is missing.", place));
        var wanted = type(element, type, place);
        var json = value.path("value" + type);
        var companion = value.path("_value" + type);
        if (wanted.isPrimitive() ? json.isContainer() : !json.isObject()) {
            throw malformed(
                    "The value is not of the type of the element " + element.name() + ".", place);
        }
        return new Content(wanted.name, json.deepCopy(), companion.deepCopy());
    }

    /// The type in the name of the value, such as `HumanName` in `valueHumanName`.
    private static Optional<String> given(ObjectNode value) {
        return value.propertyNames().stream()
                .map(name -> name.startsWith("_") ? name.substring(1) : name)
                .filter(name -> name.startsWith("value"))
                .map(name -> name.substring("value".length()))
                .findFirst();
    }

    /// @param name that the element has in JSON with that type
    private record Wanted(String name, ElementType type) {
        boolean isPrimitive() {
            return DEFINITIONS.type(type.name()).orElseThrow().kind()
                    == TypeDefinition.Kind.PRIMITIVE;
        }
    }

    /// A choice takes the type that is given; anything else is what it is, so that a string may stand
    /// for an id or a uri.
    private static Wanted type(ElementDefinition element, String given, String place) {
        if (!element.choice()) {
            return new Wanted(element.name(), element.types().getFirst());
        }
        return element.types().stream()
                .filter(type -> given.equalsIgnoreCase(type.wireName()))
                .findFirst()
                .map(type -> new Wanted(element.nameFor(type), type))
                .orElseThrow(() ->
                        malformed(
                                "The element " + element.name() + "[x] holds no " + given + ".",
                                place));
    }

    private static Content ofParts(ArrayNode parts, ElementDefinition element, String place) {
        var type = element.types().getFirst();
        var holder = DEFINITIONS.type(type.name()).orElseThrow();
        var object = JsonNodeFactory.instance.objectNode();
        for (var i = 0; i < parts.size(); i++) {
            var at = place + ".part[" + i + "]";
            if (!(parts.get(i) instanceof ObjectNode part)) {
                throw malformed("A part is an object.", at);
            }
            var name = part.path("name").asString("");
            var child =
                    holder.element(name)
                            .or(() -> holder.named(name).map(typed -> typed.element()))
                            .orElseThrow(() ->
                                    malformed(
                                            "A part of the value is called as no element of "
                                                    + holder
                                                    + " is.",
                                            at));
            put(object, child, of(part, child, at));
        }
        return new Content(element.nameFor(type), object, Elements.nothing());
    }

    private static void put(ObjectNode object, ElementDefinition element, Content content) {
        for (var member : List.of(content.name, "_" + content.name)) {
            var value = member.startsWith("_") ? content.companion : content.json;
            if (!element.repeats()) {
                if (!value.isMissingNode()) {
                    object.set(member, value);
                }
            } else if (!value.isMissingNode()) {
                var list =
                        object.get(member) instanceof ArrayNode there
                                ? there
                                : object.putArray(member);
                list.add(value);
            }
        }
    }

    private static Refused malformed(String why, String place) {
        return new Refused(new Problem.BadRequest("structure", why, place));
    }
}
