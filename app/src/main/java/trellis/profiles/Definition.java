package trellis.profiles;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A StructureDefinition, wherever it is held.
///
/// @param key what names this content and no other
/// @param json without what is not evaluated
/// @param own whether it is a resource of this server, and not published
/// @param left what of it is not checked, in plain sentences; empty when all is
record Definition(String key, ObjectNode json, boolean own, List<String> left) {
    Definition {
        left = List.copyOf(left);
    }

    /// Its canonical address.
    String url() {
        return json.path("url").asString("");
    }

    /// The type that it is about.
    String type() {
        return json.path("type").asString("");
    }

    /// Whether it narrows a resource type, and so can be asked for.
    boolean isProfile() {
        return json.path("kind").asString("").equals("resource");
    }
}
