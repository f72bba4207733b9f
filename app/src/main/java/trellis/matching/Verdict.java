package trellis.matching;

import java.util.List;
import java.util.Set;

/// What two records are held to be, and why.
public sealed interface Verdict {

    /// What speaks for it and against it.
    Score score();

    /// One person, as far as records can tell.
    record Same(Score score) implements Verdict {}

    /// Perhaps one person: somebody has to look.
    ///
    /// @param guards what holds it back although it weighs enough; may be empty
    record Perhaps(Score score, Set<Guard> guards) implements Verdict {
        public Perhaps {
            guards = Set.copyOf(guards);
        }
    }

    /// Two people.
    record Different(Score score) implements Verdict {}

    /// The sum of the evidence.
    ///
    /// @param weight of all evidence, in bits
    /// @param probability that they are one person, from 0 to 1
    /// @param evidence by field, in the fields' order
    record Score(double weight, double probability, List<Evidence> evidence) {
        public Score {
            evidence = List.copyOf(evidence);
        }
    }

    /// What one field says.
    ///
    /// @param weight in bits; below 0 when it speaks against one person
    /// @param rare whether a name counts for more than names usually do, because few bear it
    record Evidence(Agreement agreement, double weight, boolean rare) {}
}
