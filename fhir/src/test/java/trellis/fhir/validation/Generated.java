package trellis.fhir.validation;

import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.CodeSet;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.ElementDefinition;
import trellis.fhir.definitions.ElementType;
import trellis.fhir.definitions.TypeDefinition;

/// Makes resources of the right structure from the definitions, by chance: all that is required, and
/// some of the rest. Invariants are not aimed at.
public final class Generated {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Definitions R4 = Definitions.r4();
    private static final int DEEPEST = 6;

    private final Random chance;

    private Generated(long seed) {
        this.chance = new Random(seed);
    }

    /// One resource, always the same for a seed.
    public static ObjectNode resource(long seed) {
        var generated = new Generated(seed);
        var types = R4.resourceTypes();
        return generated.resource(types.get(generated.chance.nextInt(types.size())), 0);
    }

    private ObjectNode resource(String name, int depth) {
        var resource = NODES.objectNode().put("resourceType", name);
        fill(resource, R4.type(name).orElseThrow(), depth);
        return resource;
    }

    private void fill(ObjectNode into, TypeDefinition type, int depth) {
        for (var element : type.elements()) {
            var wanted = element.min() > 0 || (depth < 3 && chance.nextInt(8) == 0);
            if (wanted && !element.name().equals("contained") && !isOwnId(type, element)) {
                add(into, element, depth);
            }
        }
        if (into.isEmpty() || (into.size() == 1 && into.has("resourceType"))) {
            type.elements().stream()
                    .filter(e -> !List.of("id", "extension", "contained").contains(e.name()))
                    .filter(e -> depth < DEEPEST || isPrimitive(e.types().getFirst()))
                    .findFirst()
                    .ifPresent(e -> add(into, e, depth));
        }
    }

    private static boolean isOwnId(TypeDefinition type, ElementDefinition element) {
        return element.name().equals("id") && type.kind() != TypeDefinition.Kind.RESOURCE;
    }

    private static boolean isPrimitive(ElementType type) {
        return R4.type(type.name()).orElseThrow().kind() == TypeDefinition.Kind.PRIMITIVE;
    }

    private void add(ObjectNode into, ElementDefinition element, int depth) {
        var types = element.types();
        var type = types.get(depth < 2 ? chance.nextInt(types.size()) : 0);
        var name = element.nameFor(type);
        if (element.repeats()) {
            var array = into.putArray(name);
            for (var i = 0; i < Math.max(element.min(), 1 + chance.nextInt(2)); i++) {
                array.add(value(element, type, depth));
            }
        } else {
            into.set(name, value(element, type, depth));
        }
    }

    private JsonNode value(ElementDefinition element, ElementType type, int depth) {
        if (type.name().equals("Resource")) {
            return resource("Basic", depth + 3);
        }
        if (isPrimitive(type)) {
            return primitive(element, type.name());
        }
        if (type.name().equals("Reference")) {
            return NODES.objectNode().put("display", "x");
        }
        var object = NODES.objectNode();
        if (element.requiredCodes().isPresent()) {
            object.putArray("coding").add(coding(element.requiredCodes().get()));
        } else {
            fill(object, R4.type(type.name()).orElseThrow(), depth + 1);
        }
        return object;
    }

    private static ObjectNode coding(CodeSet codes) {
        var system = codes.codesBySystem().entrySet().iterator().next();
        return NODES.objectNode()
                .put("system", system.getKey())
                .put("code", system.getValue().iterator().next());
    }

    private JsonNode primitive(ElementDefinition element, String type) {
        if (element.requiredCodes().isPresent()) {
            var codes = element.requiredCodes().get().codes().stream().sorted().toList();
            return NODES.stringNode(codes.get(chance.nextInt(codes.size())));
        }
        return switch (type) {
            case "boolean" -> NODES.booleanNode(chance.nextBoolean());
            case "integer", "unsignedInt", "positiveInt" -> NODES.numberNode(1 + chance.nextInt(9));
            case "decimal" -> NODES.numberNode(chance.nextDouble());
            default -> NODES.stringNode(text(type));
        };
    }

    private static String text(String type) {
        return switch (type) {
            case "date" -> "2020-02-29";
            case "dateTime" -> "2020-02";
            case "instant" -> "2020-02-29T10:00:00.5+01:00";
            case "time" -> "10:00:00";
            case "uri", "url", "canonical" -> "http://example.org/x";
            case "oid" -> "urn:oid:1.2.3";
            case "uuid" -> "urn:uuid:c757873d-ec9a-4326-a141-556f43239520";
            case "base64Binary" -> "YWJj";
            case "xhtml" -> "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>";
            default -> "x";
        };
    }
}
