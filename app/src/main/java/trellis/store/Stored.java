package trellis.store;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Resource;

/// One version of one resource as it lies in the store.
///
/// @param type the resource type
/// @param id the logical id
/// @param version 1 for the first
/// @param lastUpdated when this version was committed, to the microsecond
/// @param deleted whether this version is the deletion; then `body` is empty
/// @param row the resource's place in the order of creation; never changes
/// @param patient key of the patient whose record it belongs to, or 0
/// @param body the JSON as UTF-8 bytes, with `meta.versionId` and `meta.lastUpdated` in it
public record Stored(
        String type,
        String id,
        long version,
        Instant lastUpdated,
        boolean deleted,
        long row,
        long patient,
        byte[] body) {

    public Stored {
        requireNonNull(type);
        requireNonNull(id);
        requireNonNull(lastUpdated);
        requireNonNull(body);
    }

    /// The body as a tree.
    public ObjectNode json() {
        return Json.parse(body);
    }

    /// The body as a resource.
    public Resource resource() {
        return Resource.of(json());
    }

    /// The entity tag of this version, such as `W/"3"`.
    public String etag() {
        return "W/\"" + version + "\"";
    }
}
