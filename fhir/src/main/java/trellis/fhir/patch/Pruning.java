package trellis.fhir.patch;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// FHIR's JSON has no empty objects and arrays (https://hl7.org/fhir/R4/json.html): what a patch has
/// emptied is taken away, which patches for plain JSON leave standing.
public final class Pruning {

    private Pruning() {}

    /// The same tree, without what is empty in it; the tree itself may be.
    public static ObjectNode pruned(ObjectNode tree) {
        prune(tree);
        return tree;
    }

    private static boolean prune(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                for (var name : List.copyOf(object.propertyNames())) {
                    if (prune(object.path(name))) {
                        object.remove(name);
                    }
                }
                yield object.isEmpty();
            }
            case ArrayNode array -> {
                for (var i = array.size() - 1; i >= 0; i--) {
                    if (prune(array.path(i))) {
                        array.remove(i);
                    }
                }
                yield array.isEmpty();
            }
            default -> false;
        };
    }
}
