package trellis.demographics;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.people.NhsNumber;
import trellis.store.Criterion;
import trellis.store.Criterion.Test;
import trellis.store.Keys;
import trellis.store.SearchQuery;

/// What is asked of the store to find candidates; the rules decide who fits. Pure functions.
final class QueryRules {
    private static final SearchParameter FAMILY = parameter("family");
    private static final SearchParameter NAME = parameter("name");
    private static final SearchParameter BORN = parameter("birthdate");
    private static final long IDENTIFIER = Keys.salt("Patient", "identifier");
    private static final int MOST_OF_A_NUMBER = 20;

    private QueryRules() {}

    private static SearchParameter parameter(String code) {
        return SearchParameters.r4().find("Patient", code).orElseThrow();
    }

    static SearchQuery byNumber(NhsNumber number) {
        return byNumber(number.digits());
    }

    static SearchQuery byNumber(String digits) {
        var hash = Keys.token(IDENTIFIER, NhsNumber.SYSTEM, digits);
        return SearchQuery.of(
                "Patient", MOST_OF_A_NUMBER, new Criterion.AnyIdentifier(Set.of(hash)));
    }

    /// Everybody who may fit, one more than can be looked at: asked widely, then, for when too many are found, ever more narrowly.
    static List<SearchQuery> candidates(Ask ask, int most) {
        var born = born(ask.born());
        if (!ask.mode().fuzzy()) {
            var family = new Criterion.AnyValue(FAMILY, beginnings(ask.family().orElse("")));
            return List.of(query(born, List.of(family), most));
        }
        // Who sounds alike begins alike; names may be exchanged. On one birthday of a whole country
        // are more than can be looked at:
        // on a first of January, also of those who begin alike.
        var names = new ArrayList<String>();
        ask.family().ifPresent(names::add);
        names.addAll(ask.given());
        var together = new ArrayList<Criterion>();
        ask.family().ifPresent(name -> together.add(beginning(List.of(name), 2)));
        ask.given().stream()
                .findFirst()
                .ifPresent(name -> together.add(beginning(List.of(name), 2)));
        var queries = new ArrayList<SearchQuery>();
        queries.add(query(born, List.of(beginning(names, 1)), most));
        queries.add(query(born, List.of(beginning(names, 2)), most));
        if (together.size() > 1) {
            queries.add(query(born, together, most));
        }
        return List.copyOf(queries);
    }

    private static SearchQuery query(
            List<Criterion> born, List<? extends Criterion> more, int most) {
        var criteria = new ArrayList<>(born);
        criteria.addAll(more);
        return SearchQuery.of("Patient", most + 1, criteria.toArray(Criterion[]::new));
    }

    /// Any name, of any part of it, that begins as one of some does.
    private static Criterion beginning(List<String> names, int letters) {
        return new Criterion.AnyValue(
                NAME,
                names.stream()
                        .map(Keys::normal)
                        .map(name -> name.substring(0, Math.min(letters, name.length())))
                        .distinct()
                        .<Test>map(Test.Starts::new)
                        .toList());
    }

    private static List<Criterion> born(Ask.Span span) {
        if (span.oneDay()) {
            return List.of(
                    new Criterion.AnyValue(BORN, List.of(day(Criterion.Prefix.EQ, span.from()))));
        }
        return List.of(
                new Criterion.AnyValue(BORN, List.of(day(Criterion.Prefix.GE, span.from()))),
                new Criterion.AnyValue(BORN, List.of(day(Criterion.Prefix.LE, span.to()))));
    }

    private static Test day(Criterion.Prefix prefix, LocalDate day) {
        return new Test.When(prefix, micros(day), micros(day.plusDays(1)));
    }

    private static long micros(LocalDate day) {
        return ChronoUnit.MICROS.between(
                java.time.Instant.EPOCH, day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    /// How a family name may begin in the record: up to the first wildcard, space or hyphen, with or without an apostrophe
    /// after its first letter.
    private static List<Test> beginnings(String family) {
        var bare = family.replaceAll("['\\u2019`]", "");
        var beginning =
                Optional.of(bare.split("[*\\s-]", 2)[0]).filter(one -> !one.isEmpty()).orElse(bare);
        var all = new LinkedHashSet<String>();
        all.add(beginning);
        if (beginning.length() > 1) {
            for (var apostrophe : List.of("'", "\u2019")) {
                all.add(beginning.charAt(0) + apostrophe + beginning.substring(1));
            }
        }
        return all.stream().<Test>map(one -> new Test.Starts(Keys.normal(one))).toList();
    }
}
