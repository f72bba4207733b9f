package trellis.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Resource;
import trellis.fhir.definitions.Definitions;
import trellis.store.Prepared.Target;

/// Finds the literal references of a resource to resources of this store.
final class References {

    private final Deque<String> path = new ArrayDeque<>();
    private final Set<Target> found = new LinkedHashSet<>();

    private References() {}

    /// All targets, each with the place of the reference. A Bundle's and a Parameters' references
    /// speak of the resources within, and are left alone.
    static Set<Target> of(Resource resource) {
        var type = resource.type();
        if (type.equals("Bundle") || type.equals("Parameters")) {
            return Set.of();
        }
        var walk = new References();
        walk.path.addLast(type);
        walk.object(resource.json());
        return walk.found;
    }

    private void object(ObjectNode object) {
        object.forEachEntry((name, value) -> {
            if (name.equals("reference") && value.isString()) {
                reference(value.stringValue());
            } else if (value.isContainer()) {
                path.addLast("." + name);
                container(value);
                path.removeLast();
            }
        });
    }

    private void container(JsonNode value) {
        switch (value) {
            case ObjectNode object -> object(object);
            case ArrayNode array -> {
                for (var i = 0; i < array.size(); i++) {
                    if (array.get(i).isContainer()) {
                        path.addLast("[" + i + "]");
                        container(array.get(i));
                        path.removeLast();
                    }
                }
            }
            default -> {}
        }
    }

    private void reference(String text) {
        var slash = text.indexOf('/');
        if (slash <= 0 || !Definitions.r4().isResourceType(text.substring(0, slash))) {
            return;
        }
        var end = text.indexOf("/_history/", slash);
        var id = end < 0 ? text.substring(slash + 1) : text.substring(slash + 1, end);
        found.add(new Target(text.substring(0, slash), id, String.join("", path)));
    }
}
