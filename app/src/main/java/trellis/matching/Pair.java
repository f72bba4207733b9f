package trellis.matching;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// Two records that may be of one person.
///
/// @param one id of a Patient; the lower of the two
/// @param other id of a Patient
/// @param oneKey their keys
/// @param weight of the evidence, in bits
/// @param raised when it came into the queue
/// @param answer what somebody found
record Pair(
        long id,
        String one,
        String other,
        long oneKey,
        long otherKey,
        double weight,
        double probability,
        Instant raised,
        Answer answer) {

    /// What somebody found.
    enum Finding {
        OPEN("open", "Nobody has looked yet"),
        SAME("same", "The same person"),
        DIFFERENT("different", "Different people"),
        LATER("later", "Not sure");

        private final String code;
        private final String words;

        Finding(String code, String words) {
            this.code = code;
            this.words = words;
        }

        String code() {
            return code;
        }

        String words() {
            return words;
        }

        static Optional<Finding> of(String code) {
            return Arrays.stream(values()).filter(one -> one.code.equals(code)).findFirst();
        }

        /// Whether it still waits for somebody.
        boolean waits() {
            return this == OPEN || this == LATER;
        }
    }

    /// @param who name of whoever answered; empty when nobody has
    record Answer(Finding finding, String why, String who, Optional<Instant> when) {}
}
