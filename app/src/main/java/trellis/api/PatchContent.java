package trellis.api;

import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.patch.FhirPathPatch;
import trellis.fhir.patch.JsonPatch;
import trellis.fhir.patch.Patch;

/// The forms in which patches are sent (https://hl7.org/fhir/R4/http.html#patch): a Parameters resource
/// with a FHIRPath Patch, or a JSON Patch, which within a Bundle is wrapped into a Binary.
final class PatchContent {
    static final String JSON_PATCH = "application/json-patch+json";

    private PatchContent() {}

    /// Whether a Content-Type says that a JSON Patch is sent.
    static boolean isJsonPatch(Optional<String> contentType) {
        return contentType.filter(sent -> MediaTypes.typeOf(sent).equals(JSON_PATCH)).isPresent();
    }

    /// A patch in a resource.
    ///
    /// @param clock what `now()` in a path goes by
    /// @throws Refused with [Problem.BadRequest], or [Problem.UnsupportedMediaType] for a Binary of
    ///     another kind
    static Patch of(ObjectNode resource, Clock clock) {
        return switch (resource.path("resourceType").asString("")) {
            case "Parameters" -> FhirPathPatch.of(resource, clock);
            case "Binary" -> ofBinary(resource);
            default ->
                    throw new Refused(
                            new Problem.BadRequest(
                                    "structure",
                                    "A patch is a Parameters resource (FHIRPath Patch), or a JSON Patch"
                                            + " sent as "
                                            + JSON_PATCH
                                            + "; in a Bundle as a Binary with that contentType.",
                                    "resourceType"));
        };
    }

    private static Patch ofBinary(ObjectNode binary) {
        var contentType = binary.path("contentType").asString("");
        if (!isJsonPatch(Optional.of(contentType))) {
            throw new Refused(new Problem.UnsupportedMediaType(Addresses.quoted(contentType)));
        }
        try {
            return ofJson(Base64.getMimeDecoder().decode(binary.path("data").asString("")));
        } catch (IllegalArgumentException _) {
            throw new Refused(
                    new Problem.BadRequest("structure", "The data is no base64.", "Binary.data"));
        }
    }

    /// A JSON Patch.
    ///
    /// @throws Refused with [Problem.BadRequest] naming the line and column, or the operation
    static Patch ofJson(byte[] json) {
        return JsonPatch.of(Json.parseArray(json));
    }
}
