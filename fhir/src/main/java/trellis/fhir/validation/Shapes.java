package trellis.fhir.validation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.ElementDefinition;
import trellis.fhir.definitions.ElementType;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.validation.Slot.Content;

/// All shapes, made from the definitions once.
final class Shapes {
    private static final int TYPE_NAME = 62;
    private static final String PART_OF_EXTENSION = "Extension.extension";
    private static final String PART_OF_CONCEPT = "CodeableConcept.coding";
    private static final Rule ELE_1 =
            new Rule(
                    "Element",
                    "ele-1",
                    "An id alone is no content: add some, or leave it out",
                    it -> it.size() > 1 || !it.has("id"));

    private final Definitions definitions;
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Shape companionOfValue;
    private final Shape companionAlone;

    Shapes(Definitions definitions, List<Rule> rules) {
        this.definitions = definitions;
        var byType = rules.stream().collect(Collectors.groupingBy(Rule::type));
        for (var type : definitions.types()) {
            shapes.put(type.name(), shape(type, byType.getOrDefault(type.name(), List.of())));
        }
        shapes.put(
                PART_OF_EXTENSION, type("Extension").without(List.of(DataTypeRules.ABSOLUTE_URL)));
        shapes.put(PART_OF_CONCEPT, type("Coding").without(List.of(DataTypeRules.ABSOLUTE_SYSTEM)));
        this.companionAlone = type("Element");
        this.companionOfValue = companionAlone.without(List.of(ELE_1));
    }

    /// The shape of `_name` beside `name`, where an id alone is content enough.
    Shape companionOfValue() {
        return companionOfValue;
    }

    /// The shape of `_name` without `name`: it must have extensions (ele-1).
    Shape companionAlone() {
        return companionAlone;
    }

    @Nullable Shape resource(String type) {
        return definitions.isResourceType(type) ? shapes.get(type) : null;
    }

    List<String> resourceTypes() {
        return definitions.resourceTypes();
    }

    Shape type(String name) {
        var shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("No type " + name);
        }
        return shape;
    }

    private Shape shape(TypeDefinition type, List<Rule> rules) {
        var slots = new HashMap<String, Slot>();
        var required = 0L;
        var choices = 0L;
        var number = 0;
        for (var element : type.elements()) {
            for (var elementType : element.types()) {
                slot(type, element, elementType, number, slots);
            }
            required |= element.min() > 0 ? 1L << number : 0;
            choices |= element.choice() ? 1L << number : 0;
            number++;
        }
        if (number >= TYPE_NAME) {
            throw new IllegalStateException(type + " has too many elements for one long");
        }
        var resource = type.kind() == TypeDefinition.Kind.RESOURCE;
        if (resource) {
            slots.put(
                    "resourceType",
                    new Slot(
                            "resourceType",
                            "resourceType",
                            TYPE_NAME,
                            false,
                            1,
                            new Content.TypeName()));
        }
        var all = new ArrayList<>(rules);
        if (!resource) {
            all.addFirst(ELE_1);
        }
        return new Shape(type.name(), resource, slots, required, choices, all);
    }

    private void slot(
            TypeDefinition owner,
            ElementDefinition element,
            ElementType type,
            int number,
            Map<String, Slot> into) {
        var json = element.nameFor(type);
        var content = content(owner, element, type);
        into.put(json, slot(json, element, number, content));
        if (content instanceof Content.Value value && !value.bare()) {
            var companion = new Content.Companion(json);
            into.put("_" + json, slot("_" + json, element, number, companion));
        }
    }

    private static Slot slot(String json, ElementDefinition element, int number, Content content) {
        return new Slot(json, element.name(), number, element.repeats(), element.max(), content);
    }

    private Content content(TypeDefinition owner, ElementDefinition element, ElementType type) {
        if (type.name().equals("Resource")) {
            return new Content.AnyResource();
        }
        var kind = definitions.type(type.name()).orElseThrow().kind();
        if (kind == TypeDefinition.Kind.PRIMITIVE) {
            return new Content.Value(
                    Primitive.named(type.name()), element.requiredCodes(), isBare(owner, element));
        }
        return new Content.Complex(shapeName(owner, type), element.requiredCodes(), targets(type));
    }

    private static String shapeName(TypeDefinition owner, ElementType type) {
        return switch (owner.name() + " " + type.name()) {
            case "Extension Extension" -> PART_OF_EXTENSION;
            case "CodeableConcept Coding" -> PART_OF_CONCEPT;
            default -> type.name();
        };
    }

    /// XML has these as attributes, so they have no room for extensions.
    private static boolean isBare(TypeDefinition owner, ElementDefinition element) {
        return switch (element.name()) {
            case "id" -> owner.kind() != TypeDefinition.Kind.RESOURCE;
            case "url" -> owner.name().equals("Extension");
            case "div" -> owner.name().equals("Narrative");
            default -> false;
        };
    }

    private static Set<String> targets(ElementType type) {
        return type.targets().contains("Resource") ? Set.of() : new HashSet<>(type.targets());
    }
}
