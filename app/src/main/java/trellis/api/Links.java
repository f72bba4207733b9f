package trellis.api;

import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;

/// Walks over every link of a resource, in the elements that can hold one: `Reference.reference`;
/// elements of type uri, url, canonical, oid and uuid; and `href` and `src` in narratives
/// (https://hl7.org/fhir/R4/http.html#transaction). What a Bundle holds that is itself stored as a
/// resource is left alone: its links are its own.
final class Links {
    private static final Pattern IN_NARRATIVE =
            Pattern.compile("\\b(href|src)=([\"'])([^\"']*)\\2");

    private final Definitions definitions = Definitions.r4();
    private final BiFunction<String, String, String> references;
    private final UnaryOperator<String> addresses;
    private final StringBuilder place = new StringBuilder();

    /// @param references what a reference becomes, given its text and the expression of its place
    /// @param addresses what another link becomes
    Links(BiFunction<String, String, String> references, UnaryOperator<String> addresses) {
        this.references = references;
        this.addresses = addresses;
    }

    /// Changes the links of a resource, in place.
    void rewrite(ObjectNode resource) {
        var type = resource.path("resourceType").asString("");
        if (place.isEmpty()) {
            place.append(type);
        }
        if (!type.equals("Bundle")) {
            definitions.type(type).ifPresent(definition -> members(resource, definition));
        }
    }

    private void members(ObjectNode object, TypeDefinition type) {
        for (var member : object.properties()) {
            var name = member.getKey();
            var typed = type.named(name);
            if (typed.isPresent()) {
                var length = place.length();
                place.append('.').append(name);
                member.setValue(value(member.getValue(), typed.get().type().name()));
                place.setLength(length);
            }
        }
    }

    private JsonNode value(JsonNode value, String type) {
        return switch (value) {
            case ArrayNode array -> {
                var length = place.length();
                for (var i = 0; i < array.size(); i++) {
                    place.append('[').append(i).append(']');
                    array.set(i, value(array.get(i), type));
                    place.setLength(length);
                }
                yield array;
            }
            case ObjectNode object -> {
                object(object, type);
                yield object;
            }
            default -> value.isString() ? text(value, type) : value;
        };
    }

    private void object(ObjectNode object, String type) {
        switch (type) {
            case "Resource" -> rewrite(object);
            case "Narrative" -> narrative(object);
            case "Reference" -> {
                reference(object);
                definitions.type(type).ifPresent(definition -> members(object, definition));
            }
            default -> definitions.type(type).ifPresent(definition -> members(object, definition));
        }
    }

    private void reference(ObjectNode reference) {
        if (reference.get("reference") instanceof StringNode there) {
            var before = there.stringValue();
            var after = references.apply(before, place.toString());
            if (!after.equals(before)) {
                reference.put("reference", after);
            }
        }
    }

    private JsonNode text(JsonNode value, String type) {
        return switch (type) {
            case "uri", "url", "canonical", "oid", "uuid" -> {
                var before = value.stringValue();
                var after = addresses.apply(before);
                yield after.equals(before) ? value : JsonNodeFactory.instance.stringNode(after);
            }
            default -> value;
        };
    }

    private void narrative(ObjectNode narrative) {
        if (narrative.get("div") instanceof StringNode div) {
            var before = div.stringValue();
            var after =
                    IN_NARRATIVE
                            .matcher(before)
                            .replaceAll(link ->
                                    Matcher.quoteReplacement(
                                            link.group(1)
                                                    + "="
                                                    + link.group(2)
                                                    + addresses.apply(link.group(3))
                                                    + link.group(2)));
            if (!after.equals(before)) {
                narrative.put("div", after);
            }
        }
    }
}
