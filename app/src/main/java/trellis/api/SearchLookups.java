package trellis.api;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import trellis.fhir.Refused;
import trellis.fhir.search.Extractor;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchValue;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.SearchQuery.Sort;

/// What has to be looked up before a search is known: the current list of a patient, and what lies above or below a resource. It is
/// looked up as whoever asks may see it, so nothing hidden leads anywhere. All look-ups of one request share one bound, and each
/// question is asked once.
final class SearchLookups {

    /// How many resources the look-ups of one request may come by, all together.
    static final int MOST = 10_000;

    /// How many searches they may take, all together.
    static final int MOST_SEARCHES = 100;

    /// How many steps are taken up or down.
    static final int MOST_STEPS = 50;

    private static final int AT_ONCE = 500;
    private static final int MOST_ON_PAGE = 1000;
    private static final String LISTS =
            "http://terminology.hl7.org/CodeSystem/list-example-use-codes";
    private static final String LOINC = "http://loinc.org";

    private final Optional<Function<SearchQuery, SearchPage>> search;
    private final Optional<String> patient;
    private final Spent spent;

    private SearchLookups(
            Optional<Function<SearchQuery, SearchPage>> search,
            Optional<String> patient,
            Spent spent) {
        this.search = search;
        this.patient = patient;
        this.spent = spent;
    }

    /// What the look-ups of one request have taken, and what they found.
    private static final class Spent {
        private final Map<Question, Set<String>> answers = new HashMap<>();
        private int searches;
        private int resources;
    }

    /// @param kind `above`, `below` or the name of a current list
    /// @param type of the resource that is asked about
    private record Question(String kind, String type, String id) {}

    /// Where nothing is looked up, as in the condition of a write.
    static SearchLookups none() {
        return new SearchLookups(Optional.empty(), Optional.empty(), new Spent());
    }

    /// For one request.
    ///
    /// @param search finds what whoever asks may see
    static SearchLookups by(Function<SearchQuery, SearchPage> search) {
        return new SearchLookups(Optional.of(search), Optional.empty(), new Spent());
    }

    /// The same, within the same bound, for a search that speaks of one patient, if it does.
    SearchLookups of(SearchPlace place, List<Parameter> parameters, String base) {
        var patients = new HashSet<String>();
        place.compartment()
                .filter(around -> around.name().equals("Patient"))
                .ifPresent(around -> patients.add(around.id()));
        for (var parameter : parameters) {
            if (Set.of("patient", "subject", "patient:Patient", "subject:Patient")
                    .contains(parameter.name())) {
                patients.add(id(parameter.value(), base));
            }
        }
        var only =
                patients.size() == 1
                        ? patients.stream().filter(Addresses::isId).findFirst()
                        : Optional.<String>empty();
        return new SearchLookups(search, only, spent);
    }

    private static String id(String value, String base) {
        var relative =
                !base.isEmpty() && value.startsWith(base + "/")
                        ? value.substring(base.length() + 1)
                        : value;
        return relative.startsWith("Patient/") ? relative.substring("Patient/".length()) : relative;
    }

    /// Lists that a server keeps by what they are for (https://hl7.org/fhir/R4/lifecycle.html#lists).
    ///
    /// @param code of R4's example codes of lists
    /// @param loinc the section that such a list fills
    private record Current(String code, String loinc) {

        static Optional<Current> named(String name) {
            return switch (name) {
                case "$current-problems" -> Optional.of(new Current("problems", "11450-4"));
                case "$current-medications" -> Optional.of(new Current("medications", "10160-0"));
                case "$current-allergies", "$current-drug-allergies" ->
                        Optional.of(new Current("allergies", "48765-2"));
                default -> Optional.empty();
            };
        }
    }

    /// The id of the newest current list of the patient; empty when there is none that may be seen.
    ///
    /// @param name such as `$current-problems`
    Optional<String> current(String name) {
        var list =
                Current.named(name)
                        .orElseThrow(() ->
                                SearchProblems.value(
                                        "_list",
                                        "_list names Lists by their ids, or is $current-problems,"
                                                + " $current-medications, $current-allergies or"
                                                + " $current-drug-allergies."));
        var whose =
                patient.orElseThrow(() ->
                        SearchProblems.value(
                                "_list",
                                name
                                        + " is a list of one patient: add patient=[id], or search in the"
                                        + " compartment Patient/[id]."));
        return spent
                .answers
                .computeIfAbsent(new Question(name, "Patient", whose), _ -> newest(list, whose))
                .stream()
                .findFirst();
    }

    private Set<String> newest(Current list, String whose) {
        var parameters = SearchParameters.r4();
        var code = Keys.salt("List", "code");
        var query =
                new SearchQuery(
                        "List",
                        List.of(
                                new Criterion.OfPatients(Set.of(whose)),
                                new Criterion.AnyToken(
                                        Set.of(
                                                Keys.reference(
                                                        Keys.salt("List", "subject"),
                                                        Keys.resource("Patient", whose)))),
                                new Criterion.AnyToken(
                                        Set.of(Keys.code(Keys.salt("List", "status"), "current"))),
                                new Criterion.AnyToken(
                                        Set.of(
                                                Keys.token(code, LISTS, list.code()),
                                                Keys.token(code, LOINC, list.loinc())))),
                        List.of(new Sort.By(parameters.find("List", "date").orElseThrow(), true)),
                        1,
                        Optional.empty(),
                        false,
                        List.of());
        return found(query, "_list").matches().stream()
                .map(stored -> stored.id())
                .collect(toUnmodifiableSet());
    }

    /// By which parameter resources of a type are parts of others of that type.
    static Optional<SearchParameter> upwards(String type) {
        return List.of("partof", "part-of").stream()
                .flatMap(code -> SearchParameters.r4().find(type, code).stream())
                .filter(parameter -> parameter.targets().contains(type))
                .findFirst();
    }

    /// A resource and all that are parts of it, of its own type, however many steps down. Circles come to their end.
    ///
    /// @param name of the parameter that asks
    Set<String> below(SearchParameter upwards, String id, String name) {
        return spent.answers.computeIfAbsent(
                new Question("below", upwards.base(), id),
                _ -> reached(id, name, ids -> parts(upwards, ids, name)));
    }

    /// A resource and all that it is a part of.
    Set<String> above(SearchParameter upwards, String id, String name) {
        return spent.answers.computeIfAbsent(
                new Question("above", upwards.base(), id),
                _ -> reached(id, name, ids -> wholes(upwards, ids, name)));
    }

    private static Set<String> reached(
            String id, String name, Function<List<String>, Set<String>> step) {
        var reached = new LinkedHashSet<>(Set.of(id));
        var last = List.of(id);
        for (var steps = 0; !last.isEmpty(); steps++) {
            var next = new LinkedHashSet<String>();
            for (var from = 0; from < last.size(); from += AT_ONCE) {
                next.addAll(step.apply(last.subList(from, Math.min(from + AT_ONCE, last.size()))));
            }
            next.removeAll(reached);
            reached.addAll(next);
            if (steps == MOST_STEPS || reached.size() > MOST) {
                throw SearchProblems.tooCostly(
                        name,
                        "Up to "
                                + MOST
                                + " resources in "
                                + MOST_STEPS
                                + " steps are followed above or below one, and there are more; begin"
                                + " with one nearer to what is sought.");
            }
            last = List.copyOf(next);
        }
        return reached;
    }

    private Set<String> parts(SearchParameter upwards, List<String> ids, String name) {
        var salt = Keys.salt(upwards);
        var hashes = new HashSet<Long>();
        ids.forEach(id -> hashes.add(Keys.reference(salt, Keys.resource(upwards.base(), id))));
        var found = new HashSet<String>();
        var query = SearchQuery.of(upwards.base(), MOST_ON_PAGE, new Criterion.AnyToken(hashes));
        for (var page = found(query, name); ; ) {
            page.matches().forEach(stored -> found.add(stored.id()));
            if (page.next().isEmpty()) {
                return found;
            }
            page = found(query.from(page.next().get()), name);
        }
    }

    private Set<String> wholes(SearchParameter upwards, List<String> ids, String name) {
        var extractor = Extractor.of(SearchParameters.none().with(List.of(upwards)));
        var query =
                SearchQuery.of(upwards.base(), MOST_ON_PAGE, new Criterion.Ids(Set.copyOf(ids)));
        var values = new ArrayList<SearchValue>();
        found(query, name)
                .matches()
                .forEach(stored -> values.addAll(extractor.extract(stored.resource())));
        var found = new HashSet<String>();
        for (var value : values) {
            if (value instanceof SearchValue.Reference(_, var type, var id)
                    && type.equals(upwards.base())) {
                found.add(id);
            }
        }
        return found;
    }

    private SearchPage found(SearchQuery query, String name) {
        var asked =
                search.orElseThrow(() ->
                        SearchProblems.unsupported(
                                name,
                                "This is looked up for a search at its own address, and neither in"
                                        + " the condition of a write nor in a limit of an app."));
        spent.searches++;
        if (spent.searches > MOST_SEARCHES) {
            throw tooMuch(name);
        }
        var page = asked.apply(query);
        spent.resources += page.matches().size();
        if (spent.resources > MOST) {
            throw tooMuch(name);
        }
        return page;
    }

    private static Refused tooMuch(String name) {
        return SearchProblems.tooCostly(
                name,
                "With \""
                        + SearchProblems.cut(name)
                        + "\" a search has to look up more than "
                        + MOST
                        + " resources, or in more than "
                        + MOST_SEARCHES
                        + " steps, before it begins; name fewer resources, or begin with one nearer"
                        + " to what is sought.");
    }
}
