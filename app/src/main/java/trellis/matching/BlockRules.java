package trellis.matching;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchTime;
import trellis.people.Likeness;
import trellis.people.NhsNumber;
import trellis.store.Criterion;
import trellis.store.Criterion.Test;
import trellis.store.Keys;
import trellis.store.SearchQuery;

/// Which pairs are worth comparing: those that share something that few share. Pure functions.
///
/// Several passes, each by another thing, so that one that is missing or wrong does not keep two records apart: the NHS number,
/// the birth date, the postcode, the telephone number or mail address, and the family name with a birth date one slip away.
final class BlockRules {
    private static final SearchParameter IDENTIFIER = parameter("identifier");
    private static final SearchParameter NAME = parameter("name");
    private static final SearchParameter FAMILY = parameter("family");
    private static final SearchParameter BORN = parameter("birthdate");
    private static final SearchParameter POSTCODE = parameter("address-postalcode");
    private static final SearchParameter PHONE = parameter("phone");
    private static final SearchParameter EMAIL = parameter("email");
    private static final int BEGINNING = 2;

    private BlockRules() {}

    private static SearchParameter parameter(String code) {
        return SearchParameters.r4().find("Patient", code).orElseThrow();
    }

    // --- in the store ----------------------------------------------------------------------------

    /// One pass over the store.
    ///
    /// @param wide what few share
    /// @param narrow the same with a name, for when many do
    record Pass(Criterion wide, Optional<Criterion> narrow) {
        /// What is asked of the store.
        SearchQuery query(boolean narrowed, int count) {
            return narrowed && narrow.isPresent()
                    ? SearchQuery.of("Patient", count, wide, narrow.get())
                    : SearchQuery.of("Patient", count, wide);
        }
    }

    /// The passes in which a person is looked for.
    ///
    /// @param written telephone numbers and mail addresses as they were sent
    static List<Pass> passes(Traits person, Set<String> written) {
        var names = names(person);
        var passes = new ArrayList<Pass>();
        person.number()
                .ifPresent(number ->
                        passes.add(
                                new Pass(
                                        new Criterion.AnyIdentifier(
                                                Set.of(
                                                        Keys.token(
                                                                Keys.salt(IDENTIFIER),
                                                                NhsNumber.SYSTEM,
                                                                number.digits()))),
                                        Optional.empty())));
        born(person.born(), names).ifPresent(passes::add);
        postcode(person, names).ifPresent(passes::add);
        contact(person, written, names).ifPresent(passes::add);
        slip(person).ifPresent(passes::add);
        return List.copyOf(passes);
    }

    /// Any name that begins as one of the person's does.
    private static Optional<Criterion> names(Traits person) {
        var tests =
                person.names().stream()
                        .flatMap(name -> Stream.of(name.family(), name.first()))
                        .filter(name -> name.length() >= BEGINNING)
                        .map(name -> name.substring(0, BEGINNING))
                        .distinct()
                        .<Test>map(Test.Starts::new)
                        .toList();
        return tests.isEmpty()
                ? Optional.empty()
                : Optional.of(new Criterion.AnyValue(NAME, tests));
    }

    private static Optional<Pass> born(String born, Optional<Criterion> names) {
        // A year alone is shared by too many.
        return born.length() < 7
                ? Optional.empty()
                : SearchTime.parse(born)
                        .map(span ->
                                new Pass(
                                        new Criterion.AnyValue(
                                                BORN,
                                                List.of(
                                                        new Test.When(
                                                                Criterion.Prefix.EQ,
                                                                span.low(),
                                                                span.high()))),
                                        names));
    }

    private static Optional<Pass> postcode(Traits person, Optional<Criterion> names) {
        var forms = new ArrayList<Test>();
        for (var home : person.homes()) {
            var code = home.postcode();
            if (code.length() > 4) {
                var cut = code.length() - 3;
                forms.add(new Test.Starts(Keys.normal(code)));
                forms.add(
                        new Test.Starts(
                                Keys.normal(code.substring(0, cut) + " " + code.substring(cut))));
            }
        }
        return forms.isEmpty()
                ? Optional.empty()
                : Optional.of(new Pass(new Criterion.AnyValue(POSTCODE, forms), names));
    }

    private static Optional<Pass> contact(
            Traits person, Set<String> written, Optional<Criterion> names) {
        var hashes = new HashSet<Long>();
        for (var value : written) {
            hashes.add(Keys.code(Keys.salt(PHONE), value));
            hashes.add(Keys.code(Keys.salt(EMAIL), value));
        }
        person.phones()
                .forEach(value -> {
                    hashes.add(Keys.code(Keys.salt(PHONE), value));
                    hashes.add(Keys.code(Keys.salt(PHONE), "+44" + value.substring(1)));
                });
        person.emails().forEach(value -> hashes.add(Keys.code(Keys.salt(EMAIL), value)));
        return hashes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Pass(new Criterion.AnyToken(hashes), names));
    }

    private static Optional<Pass> slip(Traits person) {
        var days = slips(person.born());
        var families =
                person.names().stream()
                        .map(Traits.Name::family)
                        .filter(name -> name.length() >= BEGINNING)
                        .map(name -> name.substring(0, Math.min(4, name.length())))
                        .distinct()
                        .<Test>map(Test.Starts::new)
                        .toList();
        if (days.isEmpty() || families.isEmpty()) {
            return Optional.empty();
        }
        var beginnings =
                days.stream()
                        .flatMap(day -> SearchTime.parse(day).stream())
                        .map(SearchTime::low)
                        .collect(Collectors.toSet());
        return Optional.of(
                new Pass(
                        new Criterion.Common(
                                List.of(
                                        new Criterion.AnyValue(
                                                BORN, List.of(new Test.Begins(beginnings))),
                                        new Criterion.AnyValue(FAMILY, families))),
                        Optional.empty()));
    }

    /// The days that one slip of a hand makes of a day: one digit wrong, two neighbours exchanged, day and month exchanged.
    static Set<String> slips(String born) {
        var days = new TreeSet<String>();
        if (born.length() < 10) {
            return days;
        }
        var digits = born.replace("-", "");
        for (var at = 2; at < digits.length(); at++) {
            for (var digit = '0'; digit <= '9'; digit++) {
                add(days, digits.substring(0, at) + digit + digits.substring(at + 1));
            }
        }
        for (var at = 0; at + 1 < digits.length(); at++) {
            add(
                    days,
                    digits.substring(0, at)
                            + digits.charAt(at + 1)
                            + digits.charAt(at)
                            + digits.substring(at + 2));
        }
        add(days, digits.substring(0, 4) + digits.substring(6, 8) + digits.substring(4, 6));
        add(days, digits.substring(0, 4) + "0101");
        days.remove(born);
        return days;
    }

    private static void add(Set<String> days, String digits) {
        try {
            days.add(
                    LocalDate.of(
                                    Integer.parseInt(digits.substring(0, 4)),
                                    Integer.parseInt(digits.substring(4, 6)),
                                    Integer.parseInt(digits.substring(6, 8)))
                            .toString());
        } catch (DateTimeException | NumberFormatException e) {
            // No such day: nobody was born then.
        }
    }

    // --- in memory -------------------------------------------------------------------------------

    /// What somebody is found by, among many who are all at hand.
    enum Key {
        NUMBER,
        BORN,
        POSTCODE,
        CONTACT,
        SLIP,
        /// Only for learning: the same family and first name.
        NAMES;

        /// The passes in which people are looked for.
        static final List<Key> PASSES = List.of(NUMBER, BORN, POSTCODE, CONTACT, SLIP);

        Stream<String> of(Traits person) {
            return switch (this) {
                case NUMBER -> person.number().stream().map(NhsNumber::digits);
                case BORN -> Stream.of(person.born()).filter(born -> born.length() == 10);
                case POSTCODE -> person.homes().stream().map(Traits.Home::postcode).distinct();
                case CONTACT -> Stream.concat(person.phones().stream(), person.emails().stream());
                case SLIP -> slipped(person);
                case NAMES ->
                        person.names().stream()
                                .limit(1)
                                .filter(name -> !name.given().isEmpty())
                                .map(name -> name.family() + " " + name.first());
            };
        }
    }

    /// What two birth dates one slip apart share, with how the family name begins.
    private static Stream<String> slipped(Traits person) {
        if (person.born().length() != 10) {
            return Stream.empty();
        }
        var digits = person.born().replace("-", "");
        var sorted =
                digits.chars().sorted().mapToObj(Character::toString).reduce("", String::concat);
        var shapes = new ArrayList<String>();
        shapes.add(sorted);
        for (var at = 2; at < digits.length(); at++) {
            shapes.add(digits.substring(0, at) + "*" + digits.substring(at + 1));
        }
        return person.names().stream()
                .map(name -> Likeness.sound(name.family()))
                .distinct()
                .flatMap(sound -> shapes.stream().map(shape -> sound + shape));
    }

    /// Goes through every pair that shares a key, a pair as often as it does.
    ///
    /// @param most a key that more share tells too little, and is passed over
    static void pairs(List<Traits> people, Key key, int most, BiConsumer<Integer, Integer> each) {
        var blocks = new HashMap<String, List<Integer>>();
        for (var at = 0; at < people.size(); at++) {
            var place = at;
            key.of(people.get(at))
                    .forEach(value ->
                            blocks.computeIfAbsent(value, _ -> new ArrayList<>()).add(place));
        }
        for (var block : sorted(blocks)) {
            for (var one = 0; block.size() <= most && one < block.size(); one++) {
                for (var other = one + 1; other < block.size(); other++) {
                    if (!block.get(one).equals(block.get(other))) {
                        each.accept(block.get(one), block.get(other));
                    }
                }
            }
        }
    }

    /// In one order, so that what is learned twice is the same.
    private static List<List<Integer>> sorted(Map<String, List<Integer>> blocks) {
        return blocks.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }
}
