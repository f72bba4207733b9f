package trellis.matching;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Set;

/// What two people are held to be. Pure functions.
///
/// The weight of a pair is the sum of the weights of its agreements, each log2(m/u) as Fellegi and Sunter have it; a name that
/// agrees weighs by how few bear it. With the chance that any two records are of one person that gives the probability.
final class WeightRules {
    /// From this probability on it is one person.
    static final double SAME = 0.999;

    /// From this probability on somebody has to look.
    static final double PERHAPS = 0.05;

    /// Parents and children are at least so many years apart.
    private static final int GENERATION = 12;

    /// Two names spelt alike that so many bear are two names, not one misspelt.
    private static final int BORNE_BY = 4;

    private WeightRules() {}

    /// Weighs two people.
    static Verdict judge(Traits one, Traits other, Weights weights) {
        var comparison = CompareRules.compare(one, other);
        var score = score(comparison, weights);
        if (score.probability() < PERHAPS) {
            return new Verdict.Different(score);
        }
        var guards = guards(one, other, comparison, weights);
        return score.probability() >= SAME && guards.isEmpty()
                ? new Verdict.Same(score)
                : new Verdict.Perhaps(score, guards);
    }

    /// The sum of the evidence.
    static Verdict.Score score(Comparison comparison, Weights weights) {
        var evidence = new ArrayList<Verdict.Evidence>();
        var sum = 0.0;
        for (var field : Field.values()) {
            var agreement = comparison.levels().get(field);
            if (agreement != null) {
                var usual = weight(agreement, weights);
                var more = rarity(agreement, comparison, weights);
                evidence.add(new Verdict.Evidence(agreement, usual + more, more > 2));
                sum += usual + more;
            }
        }
        var odds = Math.pow(2, sum) * weights.prior() / (1 - weights.prior());
        return new Verdict.Score(sum, odds / (1 + odds), evidence);
    }

    private static double weight(Agreement agreement, Weights weights) {
        var chance = weights.chances().get(agreement);
        return chance == null ? 0 : chance.weight();
    }

    /// What agreeing on this very name weighs beyond agreeing on any.
    private static double rarity(Agreement agreement, Comparison comparison, Weights weights) {
        var chance = weights.chances().get(agreement);
        if (chance == null) {
            return 0;
        }
        return switch (agreement) {
            case FAMILY_SAME ->
                    Weights.log2(chance.u() / weights.shares().family(comparison.family()));
            case GIVEN_SAME ->
                    Weights.log2(chance.u() / weights.shares().given(comparison.given()));
            case FAMILY_PART,
                    FAMILY_SIMILAR,
                    NAMES_EXCHANGED,
                    FAMILY_OTHER,
                    GIVEN_KNOWN_AS,
                    GIVEN_SECOND,
                    GIVEN_SIMILAR,
                    GIVEN_INITIAL,
                    GIVEN_OTHER,
                    BORN_SAME,
                    BORN_PARTLY,
                    BORN_SLIP,
                    BORN_OTHER,
                    GENDER_SAME,
                    GENDER_OTHER,
                    ADDRESS_SAME,
                    ADDRESS_POSTCODE,
                    ADDRESS_AREA,
                    ADDRESS_OTHER,
                    PHONE_SAME,
                    PHONE_OTHER,
                    EMAIL_SAME,
                    EMAIL_OTHER,
                    NUMBER_SAME,
                    NUMBER_OTHER ->
                    0;
        };
    }

    /// What forbids that somebody is taken for somebody else without a person looking.
    static Set<Guard> guards(Traits one, Traits other, Comparison comparison, Weights weights) {
        var guards = EnumSet.noneOf(Guard.class);
        if (comparison.is(Agreement.NUMBER_OTHER)) {
            guards.add(Guard.NUMBERS);
        }
        if (comparison.is(Agreement.GIVEN_OTHER)) {
            guards.add(Guard.OTHER_FIRST_NAME);
        }
        if (twins(one, other, comparison, weights)) {
            guards.add(Guard.TWINS);
        }
        if (comparison.is(Agreement.BORN_OTHER)) {
            guards.add(Guard.BIRTH_DATE);
        }
        if (one.year() > 0
                && other.year() > 0
                && Math.abs(one.year() - other.year()) >= GENERATION
                && !comparison.is(Agreement.GIVEN_OTHER)) {
            guards.add(Guard.PARENT_AND_CHILD);
        }
        if (died(one, other) || died(other, one)) {
            guards.add(Guard.DEATH);
        }
        return guards;
    }

    /// Born on one day, of one family or in one house, and the first names are not certainly those of one person.
    private static boolean twins(Traits one, Traits other, Comparison comparison, Weights weights) {
        if (one.birthOrder() > 0
                && other.birthOrder() > 0
                && one.birthOrder() != other.birthOrder()) {
            return true;
        }
        var near = comparison.is(Agreement.BORN_SAME) || comparison.is(Agreement.BORN_SLIP);
        var together =
                near
                        && (comparison.is(Agreement.FAMILY_SAME)
                                || comparison.is(Agreement.FAMILY_PART)
                                || comparison.is(Agreement.ADDRESS_SAME));
        if (!together) {
            return false;
        }
        if (comparison.is(Agreement.GIVEN_OTHER) || comparison.is(Agreement.GIVEN_INITIAL)) {
            return true;
        }
        // One number is one person's, whatever they are called.
        return !comparison.is(Agreement.NUMBER_SAME)
                && (comparison.is(Agreement.GIVEN_SECOND)
                        || ((comparison.is(Agreement.GIVEN_SIMILAR)
                                        || comparison.is(Agreement.GIVEN_KNOWN_AS))
                                && (comparison.is(Agreement.BORN_SLIP)
                                        || (names(one, weights) && names(other, weights)))));
    }

    /// Whether the first name is one that several bear, and so no misspelling of another. Before anything was learned any may be.
    private static boolean names(Traits one, Weights weights) {
        return weights.learned().builtIn()
                || one.names().stream()
                        .limit(1)
                        .anyMatch(name ->
                                weights.shares().given(name.first())
                                        >= BORNE_BY * weights.shares().rarest());
    }

    private static boolean died(Traits one, Traits other) {
        return one.died().isPresent()
                && other.latest().filter(day -> day.isAfter(one.died().get())).isPresent();
    }
}
