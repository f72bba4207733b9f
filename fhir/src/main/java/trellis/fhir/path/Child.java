package trellis.fhir.path;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.ElementDefinition;
import trellis.fhir.definitions.ElementType;
import trellis.fhir.definitions.TypeDefinition;

/// The step from elements to those they hold under a name. The names in JSON, one for each type of a
/// choice, are worked out when it is made.
final class Child implements Evaluator {
    private static final String ANY_RESOURCE = "Resource";
    private static final Variant[] NONE = {};

    private final Evaluator focus;
    private final Map<TypeDefinition, List<Variant>> variants;
    private final Fork[] forks;

    private Child(Evaluator focus, Map<TypeDefinition, List<Variant>> variants) {
        this.focus = focus;
        this.variants = variants;
        this.forks =
                variants.entrySet().stream()
                        .filter(e -> !e.getValue().isEmpty())
                        .map(e -> new Fork(e.getKey(), e.getValue().toArray(Variant[]::new)))
                        .toArray(Fork[]::new);
    }

    /// @param focus gives elements of those types
    /// @param types the types that have such an element; others hold nothing
    static Child of(
            Definitions definitions, Evaluator focus, Iterable<TypeDefinition> types, String name) {
        var variants = new HashMap<TypeDefinition, List<Variant>>();
        for (var type : types) {
            type.element(name)
                    .ifPresent(e -> variants.put(type, Variant.allOf(definitions, type, e)));
        }
        return new Child(focus, variants);
    }

    boolean isEmpty() {
        return variants.isEmpty();
    }

    /// The types of what it gives.
    Stream<TypeDefinition> types(Definitions definitions) {
        return variants.values().stream()
                .flatMap(List::stream)
                .map(Variant::type)
                .flatMap(type ->
                        type.name().equals(ANY_RESOURCE)
                                ? definitions.resourceTypes().stream()
                                        .map(name -> definitions.type(name).orElseThrow())
                                : Stream.of(type))
                .distinct();
    }

    /// Whether it leads to whole resources, whose types only they know.
    boolean givesResources() {
        return variants.values().stream()
                .flatMap(List::stream)
                .anyMatch(v -> v.type().name().equals(ANY_RESOURCE));
    }

    /// The same step to elements of some types only.
    Child narrowed(Predicate<TypeDefinition> wanted) {
        var fewer = new HashMap<TypeDefinition, List<Variant>>();
        variants.forEach((type, all) ->
                fewer.put(type, all.stream().filter(v -> wanted.test(v.type())).toList()));
        return new Child(focus, fewer);
    }

    @Override
    public List<Item> in(Scope scope) {
        var from = focus.in(scope);
        List<Item> found = List.of();
        for (var i = 0; i < from.size(); i++) {
            if (from.get(i) instanceof Item.Element element) {
                for (var variant : fitting(element.type())) {
                    found = variant.from(element, found);
                }
            }
        }
        return found;
    }

    /// Nearly always there is one type, or none; a map is slower.
    private Variant[] fitting(TypeDefinition type) {
        for (var fork : forks) {
            if (fork.holder == type) {
                return fork.variants;
            }
        }
        return NONE;
    }

    /// The names under which a type holds the element.
    private static final class Fork {
        private final TypeDefinition holder;
        private final Variant[] variants;

        Fork(TypeDefinition holder, Variant[] variants) {
            this.holder = holder;
            this.variants = variants;
        }
    }

    /// One name in JSON.
    ///
    /// @param ofPrimitive whether what holds it is a primitive, so that it stands in the companion
    /// @param companion name of the companion; empty when the element is not primitive
    /// @param type of the element
    private record Variant(
            String name, boolean ofPrimitive, String companion, TypeDefinition type) {

        static List<Variant> allOf(
                Definitions definitions, TypeDefinition holder, ElementDefinition element) {
            return element.types().stream()
                    .map(type -> of(definitions, holder, element, type))
                    .toList();
        }

        private static Variant of(
                Definitions definitions,
                TypeDefinition holder,
                ElementDefinition element,
                ElementType elementType) {
            var name = element.nameFor(elementType);
            var type = definitions.type(elementType.name()).orElseThrow();
            return new Variant(
                    name,
                    holder.kind() == TypeDefinition.Kind.PRIMITIVE,
                    type.kind() == TypeDefinition.Kind.PRIMITIVE ? "_" + name : "",
                    type);
        }

        List<Item> from(Item.Element holder, List<Item> found) {
            if (!((ofPrimitive ? holder.companion() : holder.json())
                    instanceof ObjectNode object)) {
                return found;
            }
            var json = object.path(name);
            var beside = companion.isEmpty() ? MissingNode.getInstance() : object.path(companion);
            if (json.isMissingNode() && beside.isMissingNode()) {
                return found;
            }
            if (!(json instanceof ArrayNode) && !(beside instanceof ArrayNode)) {
                return with(found, json, beside);
            }
            var out = found;
            for (var i = 0; i < Math.max(json.size(), beside.size()); i++) {
                out = with(out, json.path(i), beside.path(i));
            }
            return out;
        }

        private List<Item> with(List<Item> found, JsonNode json, JsonNode beside) {
            var fits =
                    companion.isEmpty()
                            ? json.isObject()
                            : (json.isValueNode() && !json.isNull()) || beside.isObject();
            if (!fits) {
                return found;
            }
            var actual = type.name().equals(ANY_RESOURCE) ? resourceType(json) : type;
            var out = found.isEmpty() ? new ArrayList<Item>(2) : found;
            out.add(new Item.Element(actual, json, beside));
            return out;
        }

        private TypeDefinition resourceType(JsonNode json) {
            return Definitions.r4().type(json.path("resourceType").asString("")).orElse(type);
        }
    }
}
