package trellis.nodes;

import java.io.InputStream;
import java.time.Instant;

/// What came of asking another node.
public sealed interface Reply {

    /// It answers.
    ///
    /// @param type of the content
    /// @param length in bytes; -1 when it does not say
    /// @param body to be closed, also unread
    record Answered(String type, long length, InputStream body) implements Reply {}

    /// Nothing came that could be used.
    ///
    /// @param since when it was first so
    record NotReached(Instant since, Why why) implements Reply {}

    /// It answers that it will not.
    ///
    /// @param why in its own words
    record Refused(String why) implements Reply {}

    /// Why nothing came.
    enum Why {
        SILENT("it does not answer"),
        LATE("it takes too long"),
        UNREADABLE("what it answers cannot be read"),
        TOO_LARGE("what it answers is too large"),
        UNKNOWN("this system has not been told where it is");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        /// As it is shown to people.
        public String words() {
            return words;
        }
    }
}
