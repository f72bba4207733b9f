package trellis.fhir.path;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;

/// Finds out what type a reference points to, without looking it up: from its address, from the
/// resource it is contained in, or from what it says its target's type is.
final class Targets {

    private Targets() {}

    static Optional<TypeDefinition> of(
            Definitions definitions, Item reference, Item.Element resource) {
        if (!(reference instanceof Item.Element(_, var json, _))) {
            return Optional.empty();
        }
        var url = json.isString() ? json.stringValue() : json.path("reference").asString("");
        var named = url.startsWith("#") ? contained(url.substring(1), resource) : typeIn(url);
        return definitions
                .type(named)
                .or(() -> definitions.type(json.path("type").asString("")))
                .filter(type -> type.kind() == TypeDefinition.Kind.RESOURCE);
    }

    /// `Patient` in `Patient/1`, `http://example.org/fhir/Patient/1` and `Patient/1/_history/2`.
    private static String typeIn(String url) {
        var end = url.indexOf("/_history/");
        var idAt = url.lastIndexOf('/', (end < 0 ? url.length() : end) - 1);
        return idAt <= 0 ? "" : url.substring(url.lastIndexOf('/', idAt - 1) + 1, idAt);
    }

    private static String contained(String id, Item.Element resource) {
        for (JsonNode each : resource.json().path("contained")) {
            if (each.path("id").asString("").equals(id)) {
                return each.path("resourceType").asString("");
            }
        }
        return "";
    }
}
