package trellis.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Issue;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;

class ValidatorProperties {

    /// A required element of an object somewhere in a resource.
    private record Required(ObjectNode owner, String name) {}

    /// Generated resources may break invariants, which say more than the structure does.
    private static List<Issue> structural(ObjectNode resource) {
        return Validator.r4().validate(Resource.of(Json.parse(Json.write(resource)))).stream()
                .filter(i -> !i.code().equals("invariant"))
                .toList();
    }

    @Property(tries = 600)
    void what_the_definitions_allow_is_accepted(@ForAll long seed) {
        assertThat(structural(Generated.resource(seed))).isEmpty();
    }

    @Property(tries = 600)
    void the_loss_of_any_required_element_is_found(@ForAll long seed) {
        var resource = Generated.resource(seed);
        var required = new ArrayList<Required>();
        collect(
                resource,
                Definitions.r4().type(Resource.of(resource).type()).orElseThrow(),
                required);
        if (!required.isEmpty()) {
            var lost = required.get(new Random(seed).nextInt(required.size()));
            lost.owner().remove(lost.name());
            assertThat(structural(resource)).as("without " + lost.name()).isNotEmpty();
        }
    }

    @Property(tries = 600)
    void an_element_that_is_not_defined_is_found(@ForAll long seed) {
        var resource = Generated.resource(seed);
        var objects = new ArrayList<ObjectNode>();
        collect(resource, objects);
        objects.get(new Random(seed).nextInt(objects.size())).put("zzz", 1);
        assertThat(structural(resource)).anyMatch(i -> i.expression().endsWith("zzz"));
    }

    private static void collect(JsonNode node, List<ObjectNode> objects) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        }
        node.forEach(child -> collect(child, objects));
    }

    private static void collect(ObjectNode node, TypeDefinition type, List<Required> required) {
        node.forEachEntry((name, value) -> {
            var element = type.named(name);
            if (element.isEmpty()) {
                return;
            }
            if (element.get().element().min() > 0) {
                required.add(new Required(node, name));
            }
            var inner = Definitions.r4().type(element.get().type().name()).orElseThrow();
            each(value).forEach(object -> collect(object, inner, required));
        });
    }

    private static List<ObjectNode> each(JsonNode value) {
        var objects = new ArrayList<ObjectNode>();
        if (value instanceof ArrayNode array) {
            array.forEach(item -> objects.addAll(each(item)));
        } else if (value instanceof ObjectNode object) {
            objects.add(object);
        }
        return objects;
    }
}
