package trellis.summaries;

import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The summary of a person that counts now.
public sealed interface Summary {

    /// Its number, which changes with its content.
    String uuid();

    /// When its content was last changed.
    Instant made();

    /// One that a practice sent.
    ///
    /// @param ods who
    /// @param bundle as it was sent, or as much of it as whoever asks may see
    /// @param cut whether additional information was left out
    record Sent(String uuid, Instant made, String ods, ObjectNode bundle, boolean cut)
            implements Summary {

        /// The same without additional information.
        Sent core() {
            return AdditionalRules.any(bundle)
                    ? new Sent(uuid, made, ods, AdditionalRules.core(bundle), true)
                    : this;
        }
    }

    /// One made from the record as it is this moment.
    record Derived(String uuid, Instant made, List<Section> sections) implements Summary {}
}
