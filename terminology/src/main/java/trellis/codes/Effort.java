package trellis.codes;

import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// What one expansion may cost: all expressions and filters of a value set, and of those that it includes, are counted together;
/// so are those of several value sets that one request asks about.
public final class Effort {
    private static final long MOST_STEPS = 60_000_000;
    private static final long MOST_LOOKS = 20_000_000;

    /// A value set is short to write and may name another many times, and that another: what it takes is bounded in breadth too.
    private static final int MOST_INCLUDED = 1_000;

    private static final int MOST_FILTERS = 100;

    private long steps;
    private long looks;
    private int included;
    private int filters;

    /// Whether it has become too much.
    public boolean isSpent() {
        return steps > MOST_STEPS
                || looks > MOST_LOOKS
                || included > MOST_INCLUDED
                || filters > MOST_FILTERS;
    }

    /// A value set that another includes.
    ///
    /// @throws Refused with [Problem.Invalid] when there are too many
    void include() {
        included++;
        if (included > MOST_INCLUDED) {
            throw tooMany(MOST_INCLUDED + " value sets in it");
        }
    }

    /// A part of a value set that is no list of codes.
    ///
    /// @throws Refused as [#include]
    void filter() {
        filters++;
        if (filters > MOST_FILTERS) {
            throw tooMany(MOST_FILTERS + " filters");
        }
    }

    private static Refused tooMany(String what) {
        return new Refused(
                Problem.invalid(
                        "too-costly",
                        "The value set has more than " + what + ", with those that it includes.",
                        "ValueSet.compose"));
    }

    /// Concepts that an expression or a filter goes through.
    ///
    /// @throws Refused with [Problem.BadRequest] when it has become too much
    void steps(long more) {
        steps += more;
        if (steps > MOST_STEPS) {
            throw new Refused(
                    new Problem.BadRequest(
                            "too-costly",
                            "The ECL takes too much work; begin from fewer concepts.",
                            "ecl"));
        }
    }

    /// A letter that a pattern looks at: one can be written that never ends.
    ///
    /// @throws Refused with [Problem.Invalid] when it has become too much
    void look() {
        looks++;
        if (looks > MOST_LOOKS) {
            throw new Refused(
                    Problem.invalid(
                            "too-costly",
                            "The patterns of the value set take too much work.",
                            "ValueSet.compose.include.filter.value"));
        }
    }
}
