package trellis.matching;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trellis.people.Likeness;
import trellis.people.NameRules;

/// How far two people agree, field by field. Pure functions.
///
/// Each field is taken at its best over all that either record tells of it: a family name once borne, an address once lived at.
final class CompareRules {
    /// The least likeness of names that are spelt alike.
    private static final double ALIKE = 0.9;

    private static final int LEAST_SPELT = 4;
    private static final int DAY = 10;
    private static final Map<String, Set<String>> FORMS = forms();

    private CompareRules() {}

    /// Compares two people.
    static Comparison compare(Traits one, Traits other) {
        var levels = new EnumMap<Field, Agreement>(Field.class);
        var names = names(one.names(), other.names());
        names.family().ifPresent(found -> levels.put(Field.FAMILY, found));
        names.given().ifPresent(found -> levels.put(Field.GIVEN, found));
        born(one.born(), other.born()).ifPresent(found -> levels.put(Field.BORN, found));
        if (!one.gender().isEmpty() && !other.gender().isEmpty()) {
            levels.put(
                    Field.GENDER,
                    one.gender().equals(other.gender())
                            ? Agreement.GENDER_SAME
                            : Agreement.GENDER_OTHER);
        }
        address(one.homes(), other.homes()).ifPresent(found -> levels.put(Field.ADDRESS, found));
        shared(levels, one.phones(), other.phones(), Agreement.PHONE_SAME, Agreement.PHONE_OTHER);
        shared(levels, one.emails(), other.emails(), Agreement.EMAIL_SAME, Agreement.EMAIL_OTHER);
        if (one.number().isPresent() && other.number().isPresent()) {
            levels.put(
                    Field.NUMBER,
                    one.number().equals(other.number())
                            ? Agreement.NUMBER_SAME
                            : Agreement.NUMBER_OTHER);
        }
        return new Comparison(levels, names.sharedFamily(), names.sharedGiven());
    }

    private static void shared(
            EnumMap<Field, Agreement> levels,
            Set<String> one,
            Set<String> other,
            Agreement same,
            Agreement different) {
        if (!one.isEmpty() && !other.isEmpty()) {
            levels.put(same.field(), one.stream().anyMatch(other::contains) ? same : different);
        }
    }

    // --- names -----------------------------------------------------------------------------------

    /// @param sharedFamily the family name that both bear; empty without
    private record Names(
            Optional<Agreement> family,
            Optional<Agreement> given,
            String sharedFamily,
            String sharedGiven) {}

    private static Names names(List<Traits.Name> ones, List<Traits.Name> others) {
        if (exchanged(ones, others)) {
            return new Names(Optional.of(Agreement.NAMES_EXCHANGED), Optional.empty(), "", "");
        }
        var family = Optional.<Agreement>empty();
        var given = Optional.<Agreement>empty();
        var sharedFamily = "";
        var sharedGiven = "";
        for (var one : ones) {
            for (var other : others) {
                var names = family(one, other);
                if (better(names, family)) {
                    family = names;
                    sharedFamily = one.family();
                }
                var first = given(one, other);
                if (better(first, given)) {
                    given = first;
                    sharedGiven = one.first();
                }
            }
        }
        return new Names(family, given, sharedFamily, sharedGiven);
    }

    private static boolean better(Optional<Agreement> one, Optional<Agreement> than) {
        return one.isPresent() && (than.isEmpty() || one.get().compareTo(than.get()) < 0);
    }

    /// Whether one record has in the place of the family name what the other has as the first name, both ways.
    private static boolean exchanged(List<Traits.Name> ones, List<Traits.Name> others) {
        for (var one : ones) {
            for (var other : others) {
                if (one.given().size() > 0
                        && other.given().size() > 0
                        && !one.family().isEmpty()
                        && !one.family().equals(other.family())
                        && one.family().equals(other.first())
                        && one.first().equals(other.family())) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Optional<Agreement> family(Traits.Name one, Traits.Name other) {
        var mine = one.family();
        var theirs = other.family();
        if (mine.isEmpty() || theirs.isEmpty()) {
            return Optional.empty();
        }
        if (mine.equals(theirs)) {
            return Optional.of(Agreement.FAMILY_SAME);
        }
        if (one.parts().size() + other.parts().size() > 2
                && one.parts().stream().anyMatch(other.parts()::contains)) {
            return Optional.of(Agreement.FAMILY_PART);
        }
        return Optional.of(
                similar(mine, theirs) ? Agreement.FAMILY_SIMILAR : Agreement.FAMILY_OTHER);
    }

    private static Optional<Agreement> given(Traits.Name one, Traits.Name other) {
        var mine = one.first();
        var theirs = other.first();
        if (mine.isEmpty() || theirs.isEmpty()) {
            return Optional.empty();
        }
        if (mine.length() == 1 || theirs.length() == 1) {
            return Optional.of(
                    mine.charAt(0) == theirs.charAt(0)
                            ? Agreement.GIVEN_INITIAL
                            : Agreement.GIVEN_OTHER);
        }
        if (mine.equals(theirs)) {
            return Optional.of(Agreement.GIVEN_SAME);
        }
        if (knownAs(mine, theirs)) {
            return Optional.of(Agreement.GIVEN_KNOWN_AS);
        }
        if (second(one, theirs) || second(other, mine)) {
            return Optional.of(Agreement.GIVEN_SECOND);
        }
        return Optional.of(similar(mine, theirs) ? Agreement.GIVEN_SIMILAR : Agreement.GIVEN_OTHER);
    }

    private static boolean second(Traits.Name name, String first) {
        return name.given().stream().skip(1).anyMatch(first::equals);
    }

    /// Whether two first names are forms of one.
    static boolean knownAs(String one, String other) {
        var mine = FORMS.getOrDefault(one, Set.of());
        return mine.stream().anyMatch(FORMS.getOrDefault(other, Set.of())::contains);
    }

    private static boolean similar(String one, String other) {
        if (Likeness.sound(one).equals(Likeness.sound(other))) {
            return true;
        }
        return Math.min(one.length(), other.length()) >= LEAST_SPELT
                && (NameRules.nearly(one, other) || Likeness.jaroWinkler(one, other) >= ALIKE);
    }

    /// By form, the names it may stand for, each by its first form.
    private static Map<String, Set<String>> forms() {
        var all = new HashMap<String, Set<String>>();
        for (var line : lines("names.txt")) {
            var forms = Arrays.asList(line.split(" "));
            for (var form : forms) {
                all.computeIfAbsent(form, _ -> new HashSet<>()).add(forms.getFirst());
            }
        }
        return all;
    }

    /// The lines of a list of this package, without what is said about them.
    static List<String> lines(String name) {
        try (var file = requireNonNull(CompareRules.class.getResourceAsStream(name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- birth date ------------------------------------------------------------------------------

    private static Optional<Agreement> born(String one, String other) {
        if (one.length() < 4 || other.length() < 4) {
            return Optional.empty();
        }
        var known = Math.min(one.length(), other.length());
        if (known < DAY) {
            return Optional.of(
                    one.substring(0, known).equals(other.substring(0, known))
                            ? Agreement.BORN_PARTLY
                            : Agreement.BORN_OTHER);
        }
        if (one.equals(other)) {
            return Optional.of(Agreement.BORN_SAME);
        }
        return Optional.of(slip(one, other) ? Agreement.BORN_SLIP : Agreement.BORN_OTHER);
    }

    /// Whether two days differ by what a hand does: one digit wrong, two neighbours exchanged, day and month exchanged, or a
    /// 1st of January for a day that was not known.
    private static boolean slip(String one, String other) {
        var year = one.substring(0, 4).equals(other.substring(0, 4));
        var exchanged =
                year
                        && one.substring(5, 7).equals(other.substring(8, 10))
                        && one.substring(8, 10).equals(other.substring(5, 7));
        var unknown = year && (one.endsWith("-01-01") || other.endsWith("-01-01"));
        return exchanged
                || unknown
                || NameRules.nearly(one.replace("-", ""), other.replace("-", ""));
    }

    // --- address ---------------------------------------------------------------------------------

    private static Optional<Agreement> address(List<Traits.Home> ones, List<Traits.Home> others) {
        var best = Optional.<Agreement>empty();
        for (var one : ones) {
            for (var other : others) {
                var found = Optional.of(address(one, other));
                best = better(found, best) ? found : best;
            }
        }
        return best;
    }

    private static Agreement address(Traits.Home one, Traits.Home other) {
        if (one.postcode().equals(other.postcode())) {
            return !one.line().isEmpty() && sameLine(one.line(), other.line())
                    ? Agreement.ADDRESS_SAME
                    : Agreement.ADDRESS_POSTCODE;
        }
        return district(one.postcode()).equals(district(other.postcode()))
                ? Agreement.ADDRESS_AREA
                : Agreement.ADDRESS_OTHER;
    }

    /// `12 High Street` and `12 High St`: the beginning as far as both go, and the same house.
    private static boolean sameLine(String one, String other) {
        if (one.equals(other)) {
            return true;
        }
        var known = Math.min(Math.min(one.length(), other.length()), 6);
        return known > 3
                && one.substring(0, known).equals(other.substring(0, known))
                && house(one).equals(house(other));
    }

    private static String house(String line) {
        return line.replaceFirst("^(\\D*\\d*).*", "$1").replaceAll("\\D", "");
    }

    private static String district(String postcode) {
        return postcode.length() > 4 ? postcode.substring(0, postcode.length() - 3) : postcode;
    }
}
