package trellis.people;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchTime;
import trellis.store.Criterion;
import trellis.store.Criterion.Test;
import trellis.store.Keys;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;

/// What is asked of the store to find people. Each query gathers candidates; the rules decide.
final class QueryRules {

    private static final SearchParameter NAME = parameter("name");
    private static final SearchParameter FAMILY = parameter("family");
    private static final SearchParameter BORN = parameter("birthdate");
    private static final SearchParameter POSTCODE = parameter("address-postalcode");
    private static final SearchParameter IDENTIFIER = parameter("identifier");

    private QueryRules() {}

    static SearchQuery byNumber(NhsNumber number) {
        var hash = Keys.token(Keys.salt(IDENTIFIER), NhsNumber.SYSTEM, number.digits());
        return SearchQuery.of("Patient", 20, new Criterion.AnyIdentifier(Set.of(hash)));
    }

    /// Everybody for whom all that was given holds, by surname.
    static SearchQuery byAll(FormRules.Ask ask, int count) {
        var criteria = new ArrayList<Criterion>(names(ask.words()));
        ask.born().ifPresent(born -> criteria.add(born(born)));
        ask.postcode().ifPresent(code -> criteria.add(postcode(code)));
        return bySurname(criteria, count, true);
    }

    /// Everybody of that name, whatever else was given.
    static SearchQuery byName(FormRules.Ask ask, int count) {
        return bySurname(names(ask.words()), count, false);
    }

    /// Everybody born then, whatever the name.
    static SearchQuery byBirth(String born, int count) {
        return bySurname(List.of(born(born)), count, false);
    }

    /// Everybody with a name that begins as the longest word does.
    static SearchQuery byBeginning(FormRules.Ask ask, int count) {
        var longest =
                ask.words().stream()
                        .max(java.util.Comparator.comparingInt(String::length))
                        .orElse("");
        var beginning = longest.substring(0, Math.min(3, longest.length()));
        return bySurname(
                List.of(new Criterion.AnyValue(NAME, List.of(new Test.Starts(beginning)))),
                count,
                false);
    }

    private static SearchQuery bySurname(List<Criterion> criteria, int count, boolean total) {
        return new SearchQuery(
                "Patient",
                criteria,
                List.of(new SearchQuery.Sort.By(FAMILY, false)),
                count,
                Optional.<SearchPage.Cursor>empty(),
                total,
                List.of());
    }

    private static List<Criterion> names(List<String> words) {
        var criteria = new ArrayList<Criterion>();
        for (var at = 0; at < words.size(); at++) {
            var forms =
                    forms(words, at)
                            .distinct()
                            .<Test>map(form -> new Test.Starts(Keys.normal(form)))
                            .toList();
            criteria.add(new Criterion.AnyValue(NAME, forms));
        }
        return criteria;
    }

    /// The forms in which a word may stand at the beginning of a name in the record: as it is, with the
    /// punctuation that was left out in typing, or joined with its neighbour.
    private static Stream<String> forms(List<String> words, int at) {
        var forms = new ArrayList<String>();
        var word = words.get(at);
        forms.add(word);
        if (word.length() > 2 && "odl".indexOf(word.charAt(0)) >= 0) {
            forms.add(word.charAt(0) + "'" + word.substring(1));
            forms.add(word.charAt(0) + "\u2019" + word.substring(1));
            forms.add(word.charAt(0) + " " + word.substring(1));
        }
        if (word.startsWith("mc") && word.length() > 4) {
            forms.add("mc " + word.substring(2));
        }
        if (word.startsWith("mac") && word.length() > 5) {
            forms.add("mac " + word.substring(3));
        }
        if (at > 0) {
            forms.addAll(joined(words.get(at - 1), word));
        }
        if (at + 1 < words.size()) {
            forms.addAll(joined(word, words.get(at + 1)));
        }
        return forms.stream();
    }

    private static List<String> joined(String one, String other) {
        var all = new ArrayList<String>();
        for (var between : List.of("-", " ", "'", "\u2019", "", " - ")) {
            all.add(one + between + other);
            if (one.length() > 2 && one.charAt(0) == 'o') {
                all.add("o'" + one.substring(1) + between + other);
            }
        }
        return all;
    }

    private static Criterion born(String fhir) {
        var span = SearchTime.parse(fhir).orElseThrow();
        return new Criterion.AnyValue(
                BORN, List.of(new Test.When(Criterion.Prefix.EQ, span.low(), span.high())));
    }

    private static Criterion postcode(String bare) {
        var forms = new ArrayList<Test>();
        forms.add(new Test.Starts(Keys.normal(bare)));
        for (var inward = 1; inward <= 3 && bare.length() - inward >= 2; inward++) {
            var cut = bare.length() - inward;
            forms.add(
                    new Test.Starts(
                            Keys.normal(bare.substring(0, cut) + " " + bare.substring(cut))));
        }
        return new Criterion.AnyValue(POSTCODE, forms);
    }

    private static SearchParameter parameter(String code) {
        return SearchParameters.r4().find("Patient", code).orElseThrow();
    }
}
