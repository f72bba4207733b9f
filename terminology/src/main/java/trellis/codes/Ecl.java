package trellis.codes;

import java.util.List;

/// An expression of SNOMED CT's Expression Constraint Language, read by [EclParser]. The family is closed: whoever evaluates
/// it answers every case. (https://docs.snomed.org/snomed-ct-specifications/snomed-ct-expression-constraint-language)
public sealed interface Ecl {

    /// `*`
    record Any() implements Ecl {}

    /// One concept.
    ///
    /// @param position where it stands, from 1
    record Concept(String code, int position) implements Ecl {}

    /// `< > << >> <! >! <<! >>!`
    record Near(Direction direction, Ecl of) implements Ecl {}

    /// `^`: what the reference sets refer to.
    record MembersOf(Ecl sets) implements Ecl {}

    record And(List<Ecl> parts) implements Ecl {
        public And {
            parts = List.copyOf(parts);
        }
    }

    record Or(List<Ecl> parts) implements Ecl {
        public Or {
            parts = List.copyOf(parts);
        }
    }

    record Minus(Ecl from, Ecl what) implements Ecl {}

    /// `focus : refinement`
    record Refined(Ecl focus, Refinement by) implements Ecl {}

    /// `focus . attribute`: the values of an attribute.
    record Values(Ecl of, Ecl attribute) implements Ecl {}

    /// Which way to go, and how far.
    enum Direction {
        DESCENDANTS("<", true, false, true),
        DESCENDANTS_OR_SELF("<<", true, true, true),
        CHILDREN("<!", true, false, false),
        CHILDREN_OR_SELF("<<!", true, true, false),
        ANCESTORS(">", false, false, true),
        ANCESTORS_OR_SELF(">>", false, true, true),
        PARENTS(">!", false, false, false),
        PARENTS_OR_SELF(">>!", false, true, false);

        private final String sign;
        private final boolean down;
        private final boolean self;
        private final boolean far;

        Direction(String sign, boolean down, boolean self, boolean far) {
            this.sign = sign;
            this.down = down;
            this.self = self;
            this.far = far;
        }

        /// As it is written.
        public String sign() {
            return sign;
        }

        /// Down to what is more special, or up.
        public boolean down() {
            return down;
        }

        /// Whether the concept itself is among them.
        public boolean self() {
            return self;
        }

        /// All the way, or one step.
        public boolean far() {
            return far;
        }
    }

    /// What the attributes of a concept must be.
    sealed interface Refinement {

        record All(List<Refinement> parts) implements Refinement {
            public All {
                parts = List.copyOf(parts);
            }
        }

        record Either(List<Refinement> parts) implements Refinement {
            public Either {
                parts = List.copyOf(parts);
            }
        }

        /// `{ }`: so many groups of attributes are like this.
        record Group(Cardinality times, Refinement like) implements Refinement {}

        /// So many attributes have one of these names and, or but not, one of these values.
        record Attribute(Cardinality times, Ecl name, boolean equal, Ecl value)
                implements Refinement {}
    }

    /// How many times.
    ///
    /// @param most [Integer#MAX_VALUE] for any number
    record Cardinality(int least, int most) {
        /// When none is written.
        public static final Cardinality SOME = new Cardinality(1, Integer.MAX_VALUE);

        boolean holds(int times) {
            return times >= least && times <= most;
        }
    }
}
