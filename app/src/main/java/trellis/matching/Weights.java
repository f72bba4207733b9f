package trellis.matching;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What agreements weigh: for each, how often it is found among records of one person (m) and among records of two (u).
///
/// @param chances by agreement
/// @param shares how common names are
/// @param prior the chance that two records taken at random are of one person
/// @param learned when, and from what
record Weights(Map<Agreement, Chance> chances, Shares shares, double prior, Learned learned) {

    Weights {
        chances = Map.copyOf(chances);
    }

    /// @param m among pairs of records of one person
    /// @param u among pairs of records of two people
    record Chance(double m, double u) {
        /// In bits: how much this speaks for one person, or, below 0, against it.
        double weight() {
            return log2(m / u);
        }
    }

    /// Which part of the people bears each name. A name that is not in it is as rare as `rarest`.
    record Shares(Map<String, Double> family, Map<String, Double> given, double rarest) {
        Shares {
            family = Map.copyOf(family);
            given = Map.copyOf(given);
        }

        double family(String name) {
            return Math.max(rarest, family.getOrDefault(name, rarest));
        }

        double given(String name) {
            return Math.max(rarest, given.getOrDefault(name, rarest));
        }
    }

    /// @param when empty time ([Instant#EPOCH]) for those that are built in
    /// @param people from how many records
    /// @param pairs from how many pairs that were compared
    /// @param steps how often the estimate was bettered until it stood still
    record Learned(Instant when, long people, long pairs, int steps) {
        /// Whether they are the ones that are built in.
        boolean builtIn() {
            return when.equals(Instant.EPOCH);
        }
    }

    static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }

    /// The weights that are built in.
    static Weights builtIn() {
        return Text.of(CompareRules.lines("weights.txt"), new Learned(Instant.EPOCH, 0, 0, 0));
    }

    /// Weights as lines of text: what is built in, and what is kept.
    static final class Text {
        private Text() {}

        /// Reads them.
        static Weights of(List<String> lines, Learned learned) {
            var chances = new EnumMap<Agreement, Chance>(Agreement.class);
            var family = new HashMap<String, Double>();
            var given = new HashMap<String, Double>();
            var prior = 1e-6;
            var rarest = 1e-5;
            for (var line : lines) {
                var words = line.strip().split("\\s+");
                switch (words[0]) {
                    case "prior" -> prior = Double.parseDouble(words[1]);
                    case "rarest" -> rarest = Double.parseDouble(words[1]);
                    case "family" -> family.put(words[1], Double.parseDouble(words[2]));
                    case "given" -> given.put(words[1], Double.parseDouble(words[2]));
                    default ->
                            chances.put(
                                    Agreement.named(words[0]),
                                    new Chance(
                                            Double.parseDouble(words[1]),
                                            Double.parseDouble(words[2])));
                }
            }
            return new Weights(chances, new Shares(family, given, rarest), prior, learned);
        }

        /// Writes them.
        static List<String> of(Weights weights) {
            var lines = new ArrayList<String>();
            lines.add("prior " + weights.prior());
            lines.add("rarest " + weights.shares().rarest());
            for (var agreement : Agreement.values()) {
                var chance = weights.chances().get(agreement);
                if (chance != null) {
                    lines.add(agreement.name() + " " + chance.m() + " " + chance.u());
                }
            }
            weights.shares()
                    .family()
                    .forEach((name, part) -> lines.add(name("family", name, part)));
            weights.shares().given().forEach((name, part) -> lines.add(name("given", name, part)));
            return List.copyOf(lines);
        }

        private static String name(String kind, String name, double part) {
            return kind + " " + name + " " + part;
        }
    }
}
