package trellis.access;

import java.time.Instant;
import java.util.Optional;

/// A record that somebody opened with a reason instead of a relationship (break-glass).
///
/// @param id its number
/// @param account of whoever opened it
/// @param name of whoever opened it, as known now
/// @param organisation they work for, as known now
/// @param patient the patient's id
/// @param reason why
/// @param words what they wrote about it; may be empty
/// @param opened when
/// @param until when it closes by itself
/// @param closed when it was left before that
/// @param review what came of looking at it; empty until somebody has
public record Opening(
        long id,
        long account,
        String name,
        String organisation,
        String patient,
        Reason reason,
        String words,
        Instant opened,
        Instant until,
        Optional<Instant> closed,
        Optional<Review> review) {

    /// What came of looking at it.
    ///
    /// @param reviewer name of whoever looked
    /// @param when they did
    /// @param outcome what they found
    /// @param note what they wrote; may be empty
    public record Review(String reviewer, Instant when, Outcome outcome, String note) {}

    /// What a review finds.
    public enum Outcome {
        /// It was for care.
        RIGHT("right", "It was for care"),
        /// More has to be known.
        ASK("ask", "Ask the person who opened it"),
        /// It was not for care.
        WRONG("wrong", "It was not for care: follow up");

        private final String code;
        private final String words;

        Outcome(String code, String words) {
            this.code = code;
            this.words = words;
        }

        /// As it is stored and sent.
        public String code() {
            return code;
        }

        /// As people read it.
        public String words() {
            return words;
        }

        /// The outcome with this code.
        public static Optional<Outcome> of(String code) {
            return java.util.Arrays.stream(values())
                    .filter(outcome -> outcome.code.equals(code))
                    .findFirst();
        }
    }
}
