package trellis.store;

import java.time.Instant;

/// What became of one change.
///
/// @param type the resource type
/// @param id the logical id
/// @param version the current version after the change
/// @param lastUpdated when that version was committed
/// @param outcome what the change did
public record Written(String type, String id, long version, Instant lastUpdated, Outcome outcome) {

    /// What a change did.
    public enum Outcome {
        CREATED,
        UPDATED,
        /// The content was the same as the current version's; no version was made.
        UNCHANGED,
        DELETED,
        /// There was nothing to delete.
        ABSENT
    }

    /// The entity tag of the version, such as `W/"3"`.
    public String etag() {
        return "W/\"" + version + "\"";
    }
}
