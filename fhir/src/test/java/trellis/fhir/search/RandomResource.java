package trellis.fhir.search;

import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.ElementDefinition;
import trellis.fhir.definitions.ElementType;
import trellis.fhir.definitions.TypeDefinition;

/// Makes resources of any type from the definitions, by chance.
final class RandomResource {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEPTH = 5;
    private static final String[] TIMES = {
        "2020", "2020-02", "2020-02-29", "2020-02-29T10:00:00Z", "1999-12-31T23:59:59.999-05:00"
    };
    private static final String[] ODD_TEXTS = {
        "",
        " ",
        "#",
        "/",
        "|",
        "Patient/",
        "/Patient",
        "Patient//1",
        "Patient/1/_history/",
        "a|b|c",
        "_history/",
        "/_history/",
        "urn:",
        ":",
        "2020-13",
        "T",
        "\u0000",
        "\ud83d\ude00",
        "\ud83d"
    };

    private final Random random;
    private final double oddity;

    /// @param oddity the share of elements that do not fit their definition, 0 to 1
    RandomResource(long seed, double oddity) {
        this.random = new Random(seed);
        this.oddity = oddity;
    }

    ObjectNode resource() {
        var types = Definitions.r4().resourceTypes();
        var type = types.get(random.nextInt(types.size()));
        return object(Definitions.r4().type(type).orElseThrow(), 0);
    }

    private ObjectNode object(TypeDefinition type, int depth) {
        var object = NODES.objectNode();
        if (type.kind() == TypeDefinition.Kind.RESOURCE) {
            object.put("resourceType", type.name());
        }
        for (var element : type.elements()) {
            if (depth < DEPTH && random.nextDouble() < share(depth)) {
                add(object, element, depth);
            }
        }
        return object;
    }

    private static double share(int depth) {
        return depth < 2 ? 0.6 : 0.4;
    }

    private void add(ObjectNode object, ElementDefinition element, int depth) {
        var type = element.types().get(random.nextInt(element.types().size()));
        var name = element.nameFor(type);
        if (isOdd()) {
            object.set(name, odd(depth));
            return;
        }
        if (!element.repeats()) {
            object.set(name, value(type, depth));
            return;
        }
        var array = object.putArray(name);
        for (var i = random.nextInt(3); i >= 0; i--) {
            array.add(isOdd() ? odd(depth) : value(type, depth));
        }
    }

    private boolean isOdd() {
        return random.nextDouble() < oddity;
    }

    private JsonNode value(ElementType elementType, int depth) {
        var type = Definitions.r4().type(elementType.name()).orElseThrow();
        if (type.kind() != TypeDefinition.Kind.PRIMITIVE) {
            return type.name().equals("Reference")
                    ? reference(elementType)
                    : object(type, depth + 1);
        }
        return switch (type.name()) {
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            case "integer", "positiveInt", "unsignedInt" -> NODES.numberNode(random.nextInt(99));
            case "decimal" -> NODES.numberNode(random.nextInt(99)); // what it is does not matter
            case "date", "dateTime", "instant" -> NODES.stringNode(pick(TIMES));
            default -> NODES.stringNode(Integer.toString(random.nextInt(5)));
        };
    }

    private ObjectNode reference(ElementType elementType) {
        var targets = elementType.targets();
        var any = targets.isEmpty() || targets.contains("Resource");
        var type = any ? "Patient" : targets.get(random.nextInt(targets.size()));
        return NODES.objectNode().put("reference", type + "/" + random.nextInt(5));
    }

    private JsonNode odd(int depth) {
        return switch (random.nextInt(8)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(true);
            case 2 -> NODES.numberNode(7);
            case 3 -> NODES.stringNode(pick(ODD_TEXTS));
            case 4 -> NODES.objectNode().set("reference", odd(depth + 1));
            case 5 -> NODES.objectNode().set("value", odd(depth + 1));
            case 6 -> oddArray(depth);
            default -> NODES.objectNode();
        };
    }

    private ArrayNode oddArray(int depth) {
        var array = NODES.arrayNode();
        for (var i = random.nextInt(3); i > 0; i--) {
            array.add(odd(depth + 1));
        }
        return array;
    }

    private String pick(String[] texts) {
        return texts[random.nextInt(texts.length)];
    }
}
