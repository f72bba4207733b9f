package trellis.subscriptions;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads extensions. Pure functions.
final class ExtensionRules {
    private ExtensionRules() {}

    /// The extensions of an element that have an address.
    static List<JsonNode> all(JsonNode element, String url) {
        var found = new ArrayList<JsonNode>();
        for (var one : element.path("extension")) {
            if (one.path("url").asString("").equals(url)) {
                found.add(one);
            }
        }
        return found;
    }

    /// The value of a primitive type of the one extension that has an address.
    static Optional<String> text(JsonNode element, String url) {
        return texts(element, url).stream().findFirst();
    }

    /// The values of a primitive type of the extensions that have an address.
    static List<String> texts(JsonNode element, String url) {
        return all(element, url).stream().flatMap(one -> value(one).stream()).toList();
    }

    private static Optional<String> value(JsonNode extension) {
        for (var member : extension.properties()) {
            if (member.getKey().startsWith("value") && member.getValue().isValueNode()) {
                return Optional.of(member.getValue().asString());
            }
        }
        return Optional.empty();
    }
}
