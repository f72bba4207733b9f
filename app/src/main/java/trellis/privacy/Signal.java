package trellis.privacy;

import java.util.Arrays;
import java.util.Optional;

/// What can look wrong about one person's accesses to one record on one day. The weight says how much:
/// weights of independent signs add up, as logarithms of odds do.
enum Signal {
    /// The record is that of somebody who lives where they live.
    SAME_ADDRESS("lives at the same address", 5),
    /// The patient bears their surname, and few here do.
    RARE_SURNAME("bears the same rare surname", 4),
    /// The patient bears their surname, as others here do.
    SAME_SURNAME("bears the same surname", 3),
    /// The patient works with them.
    COLLEAGUE("works with them", 4),
    /// The record is marked as that of a person in the public eye.
    PUBLIC_FIGURE("is in the public eye", 4),
    /// Nothing of care happens around that day at their organisation.
    NO_CARE("no care around that day", 3),
    /// Nobody else of their organisation looked within a week.
    ALONE("nobody else looked", 1),
    /// They opened it with a reason.
    OPENED("opened with a reason", 1),
    /// They saw many more records that day than they and their like do.
    VOLUME("far more records than usual that day", 3);

    private final String words;
    private final int weight;

    Signal(String words, int weight) {
        this.words = words;
        this.weight = weight;
    }

    String words() {
        return words;
    }

    int weight() {
        return weight;
    }

    static Optional<Signal> of(String name) {
        return Arrays.stream(values()).filter(one -> one.name().equals(name)).findFirst();
    }
}
