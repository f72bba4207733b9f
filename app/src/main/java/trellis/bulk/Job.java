package trellis.bulk;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Caller;

/// Something that is done later.
///
/// @param id what it is known by
/// @param kind what it is
/// @param caller who asked, as they were then
/// @param shown the hash of what they showed, by which they are asked again ([trellis.access.Askers])
/// @param asked what was asked, as its kind writes it
/// @param state how far it is
/// @param progress how far it is, in words for whoever asked
/// @param detail of one that is done or has failed: what its kind says of it
/// @param made when it was asked
/// @param expires when it is thrown away
/// @param tries how often it was begun
record Job(
        String id,
        Kind kind,
        Caller caller,
        String shown,
        ObjectNode asked,
        State state,
        String progress,
        ObjectNode detail,
        Instant made,
        Instant expires,
        int tries) {

    /// What is done.
    enum Kind {
        EXPORT,
        IMPORT,
        /// An interaction of the API, answered later.
        REQUEST
    }

    /// How far it is.
    enum State {
        WAITING,
        RUNNING,
        DONE,
        FAILED,
        /// Given up by its owner, and about to be thrown away.
        GONE
    }

    /// Whether nothing more happens to it.
    boolean ended() {
        return state == State.DONE || state == State.FAILED;
    }

    /// What it says of itself in the audit.
    String what() {
        return switch (kind) {
            case EXPORT -> "$export";
            case IMPORT -> "$import";
            case REQUEST -> "respond-async";
        };
    }

    /// Content that a job has or leaves.
    ///
    /// @param name within the job
    /// @param use what it is for
    /// @param type resource type, or a media type
    /// @param count lines
    /// @param bytes before it was packed
    /// @param parts how many
    record Content(String name, Use use, String type, long count, long bytes, int parts) {
        /// What it is for.
        enum Use {
            /// Resources, one a line.
            OUTPUT,
            /// Bundles that say what was deleted, one a line.
            DELETED,
            /// OperationOutcomes, one a line.
            ERROR,
            /// What was sent.
            INPUT,
            /// The answer to a request.
            ANSWER
        }
    }
}
