package trellis.demographics;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import trellis.people.Likeness;
import trellis.store.Keys;

/// How well somebody fits a search, from 0 to 1. Pure functions.
///
/// Each thing that was asked for counts by its weight; the score is the weighted mean of how well each fits. What is asked
/// without fuzziness must fit, or the person is not found at all; a fuzzy search finds who fits well enough as a whole.
final class FitRules {
    /// Weights, by how much each tells of who somebody is.
    private static final double FAMILY = 4;

    private static final double GIVEN = 3;
    private static final double BORN = 4;
    private static final double GENDER = 1;
    private static final double POSTCODE = 3;
    private static final double DIED = 2;
    private static final double PRACTICE = 1;
    private static final double CONTACT = 1;

    /// What fits a value that is no longer in use, a wildcard, a sound, or exchanged names.
    private static final double FORMER = 0.95;

    private static final double WILD = 0.9;
    private static final double SOUND = 0.85;
    private static final double EXCHANGED = 0.9;

    /// The least likeness of a name, and the least score, in a fuzzy search.
    private static final double ALIKE = 0.9;

    private static final double ENOUGH = 0.7;

    /// The least likeness of first names that may be one mistyped.
    private static final double SAME_GIVEN = 0.93;

    private static final Set<String> CURRENT_NAMES =
            Set.of("usual", "official", "nickname", "temp", "");

    private FitRules() {}

    /// How well somebody fits; empty when they do not.
    ///
    /// @param patient a FHIR Patient
    static OptionalDouble fit(Ask ask, JsonNode patient, LocalDate today) {
        var score = new Score(!ask.mode().fuzzy());
        names(ask, patient, score);
        var born = day(patient.path("birthDate"));
        score.must(BORN, born.filter(ask.born()::holds).isPresent() ? 1 : 0);
        ask.gender()
                .ifPresent(gender ->
                        score.add(
                                GENDER,
                                patient.path("gender").asString("").equals(gender) ? 1 : 0));
        ask.postcode().ifPresent(code -> score.add(POSTCODE, postcode(code, ask, patient, today)));
        ask.died()
                .ifPresent(span ->
                        score.add(
                                DIED,
                                day(patient.path("deceasedDateTime"))
                                                .filter(span::holds)
                                                .isPresent()
                                        ? 1
                                        : 0));
        ask.practice().ifPresent(code -> score.add(PRACTICE, registered(patient, code) ? 1 : 0));
        ask.email()
                .ifPresent(
                        mail -> score.must(CONTACT, contact("email", mail, ask, patient, today)));
        ask.phone()
                .ifPresent(
                        phone -> score.must(CONTACT, contact("phone", phone, ask, patient, today)));
        return score.result(ask.mode().exact() ? 1 : ENOUGH);
    }

    /// Whether somebody is so like a new person that they may be the same: everything fits, the first name not by its sound
    /// alone. Twins, who differ in that, are two.
    static boolean alike(Ask ask, JsonNode patient, LocalDate today) {
        return fit(ask, patient, today).orElse(0) >= ENOUGH
                && names(patient, true).stream()
                        .anyMatch(name ->
                                word(
                                                        ask.family()
                                                                .map(FitRules::normal)
                                                                .orElse(""),
                                                        name.family(),
                                                        true)
                                                > 0
                                        && ask.given().stream()
                                                .limit(1)
                                                .allMatch(asked ->
                                                        sameGiven(normal(asked), name.given())));
    }

    private static boolean sameGiven(String asked, List<String> names) {
        return names.stream()
                .limit(1)
                .anyMatch(name ->
                        name.equals(asked)
                                || name.startsWith(asked + " ")
                                || asked.startsWith(name + " ")
                                || Likeness.jaroWinkler(asked, name) >= SAME_GIVEN);
    }

    /// The weighted mean of what has been added, unless something that must fit does not.
    private static final class Score {
        private final boolean strict;
        private double sum;
        private double weights;
        private boolean fits = true;

        Score(boolean strict) {
            this.strict = strict;
        }

        void add(double weight, double fit) {
            if (strict) {
                must(weight, fit);
            } else {
                sum += weight * fit;
                weights += weight;
            }
        }

        void must(double weight, double fit) {
            fits &= fit > 0;
            sum += weight * fit;
            weights += weight;
        }

        OptionalDouble result(double least) {
            var score = Math.round(10_000 * sum / weights) / 10_000.0;
            return fits && score >= (strict && least < 1 ? 0 : least)
                    ? OptionalDouble.of(score)
                    : OptionalDouble.empty();
        }
    }

    // --- names -----------------------------------------------------------------------------------

    /// @param factor what it counts at the most
    private record Name(String family, List<String> given, double factor) {}

    private static void names(Ask ask, JsonNode patient, Score score) {
        var best = 0.0;
        var fits = new double[] {0, 0};
        for (var name : names(patient, ask.mode().remembers())) {
            var one = fit(ask, name);
            var weighed = one[0] * FAMILY + one[1] * GIVEN;
            if (weighed > best
                    && (one[0] > 0 || ask.family().isEmpty())
                    && (one[1] > 0 || ask.given().isEmpty())) {
                best = weighed;
                fits = one;
            }
        }
        if (ask.family().isPresent()) {
            score.must(FAMILY, fits[0]);
        }
        if (!ask.given().isEmpty()) {
            score.must(GIVEN, fits[1]);
        }
    }

    private static List<Name> names(JsonNode patient, boolean remembers) {
        var all = new ArrayList<Name>();
        for (var name : patient.path("name")) {
            var current = CURRENT_NAMES.contains(name.path("use").asString(""));
            if (current || remembers) {
                var given = new ArrayList<String>();
                name.path("given").forEach(one -> given.add(normal(one.asString(""))));
                all.add(
                        new Name(
                                normal(name.path("family").asString("")),
                                List.copyOf(given),
                                current ? 1 : FORMER));
            }
        }
        return all;
    }

    /// How well family and given names fit.
    private static double[] fit(Ask ask, Name name) {
        var family = ask.family().map(FitRules::normal).orElse("");
        var given = ask.given().stream().map(FitRules::normal).toList();
        var straight = fit(family, given, name, ask.mode().fuzzy());
        if (!ask.mode().fuzzy() || given.isEmpty() || family.isEmpty() || name.given().isEmpty()) {
            return straight;
        }
        var turned = fit(given.getFirst(), List.of(family), name, true);
        return turned[0] > 0
                        && turned[1] > 0
                        && turned[0] + turned[1] > straight[0] + straight[1] + 0.2
                ? new double[] {turned[0] * EXCHANGED, turned[1] * EXCHANGED}
                : straight;
    }

    private static double[] fit(String family, List<String> given, Name name, boolean fuzzy) {
        var one = family.isEmpty() ? 0 : word(family, name.family(), fuzzy) * name.factor();
        var other = 0.0;
        if (!given.isEmpty()) {
            other =
                    given.stream()
                            .mapToDouble(asked -> given(asked, name.given(), fuzzy))
                            .min()
                            .orElse(0);
        }
        return new double[] {one, other * name.factor()};
    }

    /// A given name may be any of them, or several together; a wildcard begins the first.
    private static double given(String asked, List<String> names, boolean fuzzy) {
        if (asked.contains("*")) {
            return names.isEmpty() ? 0 : word(asked, names.getFirst(), fuzzy);
        }
        var all = " " + String.join(" ", names) + " ";
        if (all.contains(" " + asked + " ")) {
            return 1;
        }
        return fuzzy
                ? Stream.of(all.strip().split(" "))
                        .mapToDouble(one -> word(asked, one, true))
                        .max()
                        .orElse(0)
                : 0;
    }

    private static double word(String asked, String name, boolean fuzzy) {
        if (name.isEmpty()) {
            return 0;
        }
        if (asked.equals(name)) {
            return 1;
        }
        if (asked.contains("*")) {
            return wild(asked, name) ? WILD : 0;
        }
        if (!fuzzy) {
            return 0;
        }
        var alike = Likeness.jaroWinkler(asked, name);
        if (Likeness.sound(asked).equals(Likeness.sound(name))) {
            return Math.max(SOUND, alike * FORMER);
        }
        return alike >= ALIKE ? alike * FORMER : 0;
    }

    private static boolean wild(String pattern, String text) {
        var parts = Arrays.asList(pattern.split("\\*", -1));
        if (!text.startsWith(parts.getFirst()) || !text.endsWith(parts.getLast())) {
            return false;
        }
        var at = parts.getFirst().length();
        for (var part : parts.subList(1, parts.size() - 1)) {
            var found = text.indexOf(part, at);
            if (found < 0) {
                return false;
            }
            at = found + part.length();
        }
        return at <= text.length() - parts.getLast().length();
    }

    /// As names are compared: without case, accents and apostrophes, a hyphen as a space.
    static String normal(String name) {
        return Keys.normal(name.replaceAll("['\\u2019`]", "").replaceAll("[-\\u2010-\\u2015]", " "))
                .strip();
    }

    // --- the rest --------------------------------------------------------------------------------

    private static Optional<LocalDate> day(JsonNode date) {
        var text = date.asString("");
        try {
            return text.length() < 10
                    ? Optional.empty()
                    : Optional.of(LocalDate.parse(text.substring(0, 10)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static double postcode(String asked, Ask ask, JsonNode patient, LocalDate today) {
        var best = 0.0;
        for (var address : Former.some(patient.path("address"), ask.mode().remembers(), today)) {
            var code =
                    address.path("postalCode")
                            .asString("")
                            .replaceAll("\\s", "")
                            .toUpperCase(Locale.ROOT);
            var fit =
                    asked.contains("*")
                            ? (wild(asked, code) ? WILD : 0)
                            : asked.equals(code) ? 1.0 : 0;
            best = Math.max(best, fit);
        }
        return best;
    }

    private static boolean registered(JsonNode patient, String practice) {
        return patient.path("generalPractitioner")
                .valueStream()
                .anyMatch(
                        one -> one.path("identifier").path("value").asString("").equals(practice));
    }

    private static double contact(
            String system, String asked, Ask ask, JsonNode patient, LocalDate today) {
        Predicate<String> same =
                system.equals("email")
                        ? asked::equalsIgnoreCase
                        : value -> digits(value).equals(digits(asked));
        return Former.some(patient.path("telecom"), ask.mode().remembers(), today).stream()
                        .filter(one -> one.path("system").asString("").equals(system))
                        .anyMatch(one -> same.test(one.path("value").asString("").strip()))
                ? 1
                : 0;
    }

    private static String digits(String phone) {
        return phone.replaceAll("[^0-9+]", "");
    }

    /// What is in use, and what no longer is.
    private static final class Former {
        private Former() {}

        /// Those in use, or all. What ended is still in use while nothing of its kind has taken its place.
        static List<JsonNode> some(JsonNode list, boolean all, LocalDate today) {
            var every = list.valueStream().toList();
            return all
                    ? every
                    : every.stream()
                            .filter(one ->
                                    !one.path("use").asString("").equals("old")
                                            && (!ended(one, today) || last(one, every, today)))
                            .toList();
        }

        private static boolean ended(JsonNode one, LocalDate today) {
            return day(one.path("period").path("end"))
                    .filter(end -> end.isBefore(today))
                    .isPresent();
        }

        private static boolean last(JsonNode one, List<JsonNode> every, LocalDate today) {
            return every.stream()
                    .filter(other -> kind(other).equals(kind(one)))
                    .allMatch(other -> ended(other, today) && !end(other).isAfter(end(one)));
        }

        private static LocalDate end(JsonNode one) {
            return day(one.path("period").path("end")).orElse(LocalDate.MAX);
        }

        private static String kind(JsonNode one) {
            return one.path("system").asString("") + " " + one.path("use").asString("");
        }
    }
}
