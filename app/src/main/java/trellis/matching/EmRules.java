package trellis.matching;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import trellis.matching.Weights.Chance;

/// Learns weights from people of whom nobody has said who is the same: expectation maximisation (A. P. Dempster, N. M. Laird and
/// D. B. Rubin, 1977) for the model of Fellegi and Sunter. Pure functions.
///
/// How often agreements are found among two people (u) is counted over pairs taken at random, nearly all of which are two people.
/// How often among records of one person (m) is estimated from pairs that share a birth date, and from pairs that share both
/// names: each pass says nothing of the fields that it goes by, the other does. What is built in counts like a few pairs more, so
/// that few pairs do not mislead.
final class EmRules {
    /// What is built in counts as so many pairs.
    private static final double PSEUDO = 25;

    private static final int RANDOM_PAIRS = 400_000;
    private static final int MOST_STEPS = 500;
    private static final double STILL = 1e-7;
    private static final int MOST_IN_BLOCK = 2_000;
    private static final double FIRST_SHARE = 0.05;

    /// The least part of the people that is there twice: nobody can know that there are none.
    private static final double LEAST_TWICE = 0.001;

    /// A name borne by fewer is not kept: it would tell of whom it is.
    private static final int LEAST_BEARERS = 5;

    private EmRules() {}

    /// What one pass came to.
    ///
    /// @param m by agreement
    /// @param share which part of the pairs is of one person
    /// @param pairs how many there were
    /// @param likelihoods the logarithm of the likelihood before each step and after the last; it never falls
    record Pass(Map<Agreement, Double> m, double share, double pairs, List<Double> likelihoods) {
        Pass {
            m = Map.copyOf(m);
            likelihoods = List.copyOf(likelihoods);
        }

        double expected() {
            return share * pairs;
        }
    }

    /// Learns from people.
    ///
    /// @param seed of the random pairs
    static Weights learn(List<Traits> people, Weights before, long seed, Instant now) {
        var u = random(people, seed);
        var born = pass(people, BlockRules.Key.BORN, Set.of(Field.BORN), u, before);
        var names =
                pass(people, BlockRules.Key.NAMES, Set.of(Field.FAMILY, Field.GIVEN), u, before);
        var chances = new EnumMap<Agreement, Chance>(Agreement.class);
        for (var agreement : Agreement.values()) {
            var m =
                    switch (agreement.field()) {
                        case FAMILY, GIVEN -> of(born.m(), agreement);
                        case BORN -> of(names.m(), agreement);
                        case GENDER, ADDRESS, PHONE, EMAIL, NUMBER ->
                                (of(born.m(), agreement) * (born.expected() + 1)
                                                + of(names.m(), agreement) * (names.expected() + 1))
                                        / (born.expected() + names.expected() + 2);
                    };
            chances.put(agreement, new Chance(m, of(u, agreement)));
        }
        var pairs = people.size() * (people.size() - 1.0) / 2;
        var twice = born.expected() / of(names.m(), Agreement.BORN_SAME);
        var prior = Math.max(twice, LEAST_TWICE * people.size()) / pairs;
        return new Weights(
                chances,
                shares(people),
                Math.min(0.5, prior),
                new Weights.Learned(
                        now,
                        people.size(),
                        Math.round(born.pairs() + names.pairs()) + RANDOM_PAIRS,
                        born.likelihoods().size() + names.likelihoods().size() - 2));
    }

    private static double of(Map<Agreement, Double> chances, Agreement agreement) {
        var found = chances.get(agreement);
        if (found == null) {
            throw new IllegalStateException("nothing is known of " + agreement);
        }
        return found;
    }

    // --- pairs at random -------------------------------------------------------------------------

    private static Map<Agreement, Double> random(List<Traits> people, long seed) {
        var random = new SplittableRandom(seed);
        var counts = new EnumMap<Agreement, Double>(Agreement.class);
        for (var pair = 0; pair < RANDOM_PAIRS; pair++) {
            var one = random.nextInt(people.size());
            var other = random.nextInt(people.size());
            if (one != other) {
                CompareRules.compare(people.get(one), people.get(other))
                        .levels()
                        .values()
                        .forEach(agreement -> counts.merge(agreement, 1.0, Double::sum));
            }
        }
        return portions(counts, _ -> 0.5);
    }

    /// Which part of a field's pairs has each agreement.
    ///
    /// @param more what is added to each count
    private static Map<Agreement, Double> portions(
            Map<Agreement, Double> counts, Function<Agreement, Double> more) {
        var portions = new EnumMap<Agreement, Double>(Agreement.class);
        for (var field : Field.values()) {
            var all =
                    Agreement.of(field).stream()
                            .mapToDouble(one -> counts.getOrDefault(one, 0.0) + more.apply(one))
                            .sum();
            for (var one : Agreement.of(field)) {
                portions.put(one, (counts.getOrDefault(one, 0.0) + more.apply(one)) / all);
            }
        }
        return portions;
    }

    // --- expectation and maximisation ------------------------------------------------------------

    private static Pass pass(
            List<Traits> people,
            BlockRules.Key key,
            Set<Field> without,
            Map<Agreement, Double> u,
            Weights before) {
        var patterns = new HashMap<Map<Field, Agreement>, Long>();
        BlockRules.pairs(
                people,
                key,
                MOST_IN_BLOCK,
                (one, other) -> {
                    var levels =
                            new HashMap<>(
                                    CompareRules.compare(people.get(one), people.get(other))
                                            .levels());
                    without.forEach(levels::remove);
                    patterns.merge(Map.copyOf(levels), 1L, Long::sum);
                });
        return estimate(patterns, u, before);
    }

    /// Estimates m and the share of pairs of one person from how often each pattern of agreements is found.
    ///
    /// @param patterns with how many pairs have each
    /// @param u held fast
    /// @param before where the estimate begins, and what counts as a few pairs more
    static Pass estimate(
            Map<Map<Field, Agreement>, Long> patterns, Map<Agreement, Double> u, Weights before) {
        var sorted = new TreeMap<String, Map.Entry<Map<Field, Agreement>, Long>>();
        patterns.entrySet()
                .forEach(entry -> sorted.put(new TreeMap<>(entry.getKey()).toString(), entry));
        var found = List.copyOf(sorted.values());
        double pairs = found.stream().mapToLong(Map.Entry::getValue).sum();
        var m = portions(Map.of(), agreement -> before(before, agreement));
        var share = FIRST_SHARE;
        var likelihoods = new ArrayList<Double>();
        for (var step = 0; step <= MOST_STEPS; step++) {
            var counts = new EnumMap<Agreement, Double>(Agreement.class);
            var likelihood = penalty(m, before) + Math.log(share) + Math.log(1 - share);
            var matches = 0.0;
            for (var entry : found) {
                var one = share * product(entry.getKey(), m);
                var two = (1 - share) * product(entry.getKey(), u);
                var expected = entry.getValue() * one / (one + two);
                likelihood += entry.getValue() * Math.log(one + two);
                matches += expected;
                entry.getKey()
                        .values()
                        .forEach(agreement -> counts.merge(agreement, expected, Double::sum));
            }
            likelihoods.add(likelihood);
            if (still(likelihoods) || step == MOST_STEPS) {
                break;
            }
            m = portions(counts, agreement -> before(before, agreement));
            share = (matches + 1) / (pairs + 2);
        }
        return new Pass(m, share, pairs, likelihoods);
    }

    private static double before(Weights weights, Agreement agreement) {
        var chance = weights.chances().get(agreement);
        return chance == null ? 0.1 : Math.max(1e-4, chance.m()) * PSEUDO;
    }

    private static boolean still(List<Double> likelihoods) {
        var last = likelihoods.size() - 1;
        return last > 0
                && likelihoods.get(last) - likelihoods.get(last - 1)
                        <= STILL * Math.abs(likelihoods.get(last));
    }

    /// What the pairs that count beforehand add to the likelihood.
    private static double penalty(Map<Agreement, Double> m, Weights before) {
        return m.entrySet().stream()
                .mapToDouble(entry -> before(before, entry.getKey()) * Math.log(entry.getValue()))
                .sum();
    }

    private static double product(Map<Field, Agreement> pattern, Map<Agreement, Double> chances) {
        var product = 1.0;
        for (var agreement : pattern.values()) {
            product *= of(chances, agreement);
        }
        return product;
    }

    // --- names -----------------------------------------------------------------------------------

    private static Weights.Shares shares(List<Traits> people) {
        var family = new HashMap<String, Integer>();
        var given = new HashMap<String, Integer>();
        for (var person : people) {
            person.names().stream()
                    .limit(1)
                    .forEach(name -> {
                        family.merge(name.family(), 1, Integer::sum);
                        given.merge(name.first(), 1, Integer::sum);
                    });
        }
        return new Weights.Shares(
                portions(family, people.size()),
                portions(given, people.size()),
                LEAST_BEARERS / 2.0 / Math.max(1, people.size()));
    }

    private static Map<String, Double> portions(Map<String, Integer> bearers, int people) {
        var portions = new HashMap<String, Double>();
        bearers.forEach((name, count) -> {
            if (count >= LEAST_BEARERS && !name.isEmpty()) {
                portions.put(name, count / (double) people);
            }
        });
        return portions;
    }
}
