package trellis.custodians;

import java.time.Instant;
import java.util.List;
import trellis.nodes.Reply;

/// Where documents of a person may be kept, and what came of asking there.
sealed interface Source {
    /// The key of what this server keeps itself.
    String HERE = "here";

    /// The key of what only the locator tells of.
    String LOCATOR = "locator";

    /// What tells it from other sources: the name of a node, [#HERE] or [#LOCATOR].
    String key();

    /// Whose it is, as people know it.
    String organisation();

    /// It has answered.
    ///
    /// @param held what it keeps; none means that it said so
    /// @param total how many there are, also those that are not shown
    record Shown(String key, String organisation, List<Held> held, int total) implements Source {
        public Shown {
            held = List.copyOf(held);
        }

        /// Whether all that it has is there.
        boolean whole() {
            return held.size() >= total;
        }
    }

    /// It has not answered, or nothing that can be used.
    ///
    /// @param since when it was first so
    record NotReached(String key, String organisation, Instant since, Reply.Why why)
            implements Source {}

    /// It has answered that it shows nothing.
    ///
    /// @param why in plain words
    record Refused(String key, String organisation, String why) implements Source {}
}
