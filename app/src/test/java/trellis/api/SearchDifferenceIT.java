package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.search.Compartments;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchValue;
import trellis.store.Catalogue;
import trellis.store.Change;
import trellis.store.Keys;
import trellis.store.PostgresStore;
import trellis.store.Preparation;
import trellis.store.SearchPage;
import trellis.store.Stored;
import trellis.store.TestDatabase;
import trellis.store.Write;

/// Random searches over the small cohort and over resources made to be odd, asked of PostgreSQL and
/// of a naive evaluation of the specification in memory: the same resources in the same order.
class SearchDifferenceIT {

    static final String BASE = "http://here.example/fhir";

    private static final Path COHORT = Path.of("../../shared/data/cohort-200");
    private static final int BATCH = 400;
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-10-31T12:00:00Z"), ZoneOffset.UTC);

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final NaiveStore NAIVE = new NaiveStore();
    private static final SearchParser PARSER =
            new SearchParser(
                    CLOCK,
                    new SearchCursors(new SecretKeySpec(new byte[32], "AES")),
                    Optional::empty,
                    new Catalogue());
    private static PostgresStore store;

    @BeforeAll
    static void load() throws IOException {
        store = PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC());
        var resources = new ArrayList<ObjectNode>();
        if (Files.exists(COHORT)) {
            try (var lines = lines(Files.newInputStream(COHORT.resolve("organisations.json")))) {
                entries(lines.lines().collect(Collectors.joining()), resources);
            }
            try (var lines =
                    lines(
                            new GZIPInputStream(
                                    Files.newInputStream(
                                            COHORT.resolve("bundles-50.ndjson.gz"))))) {
                lines.lines().forEach(line -> entries(line, resources));
            }
        }
        try (var lines =
                lines(
                        Objects.requireNonNull(
                                SearchDifferenceIT.class.getResourceAsStream(
                                        "odd-resources.ndjson")))) {
            lines.lines().forEach(line -> resources.add(Json.parse(line.getBytes(UTF_8))));
        }
        put(resources);
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("vacuum analyze");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BufferedReader lines(java.io.InputStream in) {
        return new BufferedReader(new InputStreamReader(in, UTF_8));
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static void entries(String bundle, List<ObjectNode> out) {
        var json = Json.parse(bundle.getBytes(UTF_8));
        var addresses = new HashMap<String, String>();
        for (var entry : json.path("entry")) {
            addresses.put(
                    entry.path("fullUrl").asString(""),
                    entry.path("request").path("url").asString(""));
        }
        for (var entry : json.path("entry")) {
            var resource = (ObjectNode) entry.path("resource");
            resolve(resource, addresses);
            out.add(resource);
        }
    }

    private static void resolve(JsonNode json, Map<String, String> addresses) {
        if (json instanceof ObjectNode object) {
            var address = addresses.get(object.path("reference").asString(""));
            if (address != null) {
                object.put("reference", address);
            }
            object.forEach(child -> resolve(child, addresses));
        } else if (json instanceof ArrayNode array) {
            array.forEach(child -> resolve(child, addresses));
        }
    }

    private static void put(List<ObjectNode> resources) {
        var preparation = new Preparation();
        for (var from = 0; from < resources.size(); from += BATCH) {
            var batch = resources.subList(from, Math.min(from + BATCH, resources.size()));
            store.write(
                    Write.unchecked(
                            batch.stream()
                                    .map(json ->
                                            (Change)
                                                    Change.Put.of(
                                                            preparation.prepare(Resource.of(json))))
                                    .toList()));
        }
        for (var json : resources) {
            var resource = Resource.of(json);
            var stored = store.read(resource.type(), resource.id().orElseThrow()).orElseThrow();
            NAIVE.put(resource, stored);
        }
    }

    /// Every page of a search, one after the other, as addresses.
    private static List<String> all(String type, List<Parameter> parameters) {
        return all(SearchPlace.of(type), parameters);
    }

    private static List<String> all(SearchPlace place, List<Parameter> parameters) {
        return all(place, parameters, Integer.MAX_VALUE);
    }

    /// The first pages, until they have so many.
    private static List<String> all(SearchPlace place, List<Parameter> parameters, int most) {
        var found = new ArrayList<String>();
        var request = PARSER.parse(place, _ -> true, parameters, BASE, false);
        for (var page = store.search(request.query()); ; ) {
            page.matches().forEach(match -> found.add(match.type() + "/" + match.id()));
            if (page.next().isEmpty() || found.size() >= most) {
                return found;
            }
            var next = PARSER.next(place, request, page.next().get());
            request = PARSER.parse(place, _ -> true, next, BASE, false);
            page = store.search(request.query());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_searches_find_exactly_what_the_specification_says(long seed) {
        assumeThat(COHORT).as("the cohort beside the repository").exists();
        var random = new Random(seed);
        var questions = new NaiveQuestions(NAIVE, random, CLOCK.instant());
        for (var asked = 0; asked < 120; ) {
            var type = questions.pick(NAIVE.types());
            var some = new ArrayList<NaiveQuestions.Question>();
            for (var wanted = 1 + random.nextInt(3); wanted > 0; wanted--) {
                questions.any(type, 2).ifPresent(some::add);
            }
            if (!some.isEmpty()) {
                compare(type, some, random);
                asked++;
            }
        }
    }

    /// The codes of a record are kept with their patient, and found by that.
    @ParameterizedTest
    @CsvSource({
        "AllergyIntolerance, code",
        "Condition, code",
        "DiagnosticReport, code",
        "Immunization, vaccine-code",
        "MedicationRequest, code",
        "Observation, code",
        "Procedure, code"
    })
    void a_code_in_a_record_is_found_as_the_specification_says(String type, String code) {
        assumeThat(COHORT).as("the cohort beside the repository").exists();
        var random = new Random(type.hashCode());
        var questions = new NaiveQuestions(NAIVE, random, CLOCK.instant());
        var whose = SearchParameters.r4().find(type, "patient").orElseThrow();
        var what = SearchParameters.r4().find(type, code).orElseThrow();
        for (var asked = 0; asked < 40; asked++) {
            var entry = questions.pick(NAIVE.of(type));
            var some = new ArrayList<NaiveQuestions.Question>();
            questions.about(whose, entry).ifPresent(some::add);
            questions.about(what, entry).ifPresent(some::add);
            if (random.nextInt(3) == 0) {
                questions.any(type, 1).ifPresent(some::add);
            }
            compare(type, some, random);
        }
    }

    /// A walk along the values is chosen only where many resources match; here they do.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Observation; 29463-7; ; -date",
                "Observation; 29463-7; ; date",
                "Observation; 29463-7; 2000; -date,_id",
                "Observation; ; 1990; -date",
                "Observation; ; ; date,-_lastUpdated",
                "Encounter; ; ; -date",
                "Condition; ; ; -recorded-date"
            })
    void the_order_of_many_is_walked(
            String type, @Nullable String code, @Nullable String from, String sort) {
        assumeThat(COHORT).as("the cohort beside the repository").exists();
        var parameters = new ArrayList<Parameter>();
        parameters.add(new Parameter("_sort", sort));
        parameters.add(new Parameter("_count", "7"));
        var some = NAIVE.of(type).stream();
        if (code != null) {
            parameters.add(new Parameter("code", code));
            var parameter = SearchParameters.r4().find(type, "code").orElseThrow();
            some =
                    some.filter(e ->
                            e.of(parameter).stream()
                                    .anyMatch(v ->
                                            v instanceof SearchValue.Token t
                                                    && t.code().equals(code)));
        }
        if (from != null) {
            parameters.add(new Parameter("date", "ge" + from));
            var parameter = SearchParameters.r4().find(type, "date").orElseThrow();
            var low = Instant.parse(from + "-01-01T00:00:00Z").getEpochSecond() * 1_000_000;
            some =
                    some.filter(e ->
                            e.of(parameter).stream()
                                    .anyMatch(v ->
                                            v instanceof SearchValue.Span span
                                                    && span.high() > low));
        }
        Comparator<NaiveStore.Entry> order = (_, _) -> 0;
        for (var key : sort.split(",")) {
            order = order.thenComparing(by(type, key.replaceFirst("^-", ""), key.startsWith("-")));
        }
        var expected =
                some.sorted(
                                order.thenComparing(
                                        Comparator.comparing(NaiveStore.Entry::row).reversed()))
                        .map(NaiveStore.Entry::address)
                        .limit(70)
                        .toList();
        var query = PARSER.parse(type, parameters, BASE, false).query();
        assertThat(store.explain(query, false).getFirst().what()).startsWith("Walk the values");
        assertThat(all(SearchPlace.of(type), parameters, 70)).isEqualTo(expected);
    }

    @Test
    void every_parameter_with_a_value_finds_exactly_what_the_specification_says() {
        var random = new Random(42);
        var questions = new NaiveQuestions(NAIVE, random, CLOCK.instant());
        var asked = 0;
        for (var type : NAIVE.types()) {
            for (var parameter : SearchParameters.r4().of(type)) {
                var having =
                        NAIVE.of(type).stream().filter(e -> !e.of(parameter).isEmpty()).toList();
                if (parameter.code().equals("_id")
                        || parameter.code().equals("_lastUpdated")
                        || having.isEmpty()) {
                    continue;
                }
                for (var i = 0; i < 5; i++) {
                    var question = questions.about(parameter, questions.pick(having));
                    if (question.isPresent()) {
                        compare(type, List.of(question.get()), random);
                        asked++;
                    }
                }
            }
        }
        assertThat(asked).isGreaterThan(400);
    }

    private static void compare(
            String type, List<NaiveQuestions.Question> questions, Random random) {
        var parameters = new ArrayList<Parameter>();
        questions.forEach(question -> parameters.add(question.parameter()));
        var order = order(type, random, parameters);
        var expected =
                NAIVE.of(type).stream()
                        .filter(e -> questions.stream().allMatch(q -> q.holds().test(e)))
                        .sorted(order)
                        .map(NaiveStore.Entry::address)
                        .toList();
        var pages = 1 + random.nextInt(4);
        var count = Math.max(1, Math.min(1000, expected.size() / pages + random.nextInt(2)));
        parameters.add(new Parameter("_count", String.valueOf(count)));
        assertThat(all(type, parameters)).as(type + "?" + parameters).isEqualTo(expected);
        parameters.removeLast();
        parameters.add(new Parameter("_summary", "count"));
        var total = store.search(PARSER.parse(type, parameters, BASE, false).query()).total();
        assertThat(total).as(type + "?" + parameters).hasValue(expected.size());
    }

    /// Sometimes adds a `_sort`.
    static Comparator<NaiveStore.Entry> order(
            String type, Random random, List<Parameter> parameters) {
        Comparator<NaiveStore.Entry> newest =
                Comparator.comparing(NaiveStore.Entry::row).reversed();
        if (random.nextInt(3) > 0) {
            return newest;
        }
        var sortable = SearchOrder.sortable(SearchParameters.r4(), type);
        var keys = new ArrayList<String>();
        Comparator<NaiveStore.Entry> order = (_, _) -> 0;
        for (var i = 1 + random.nextInt(2); i > 0; i--) {
            var code = sortable.get(random.nextInt(sortable.size()));
            var descending = random.nextBoolean();
            keys.add((descending ? "-" : "") + code);
            order = order.thenComparing(by(type, code, descending));
        }
        parameters.add(new Parameter("_sort", String.join(",", keys)));
        return order.thenComparing(newest);
    }

    private static Comparator<NaiveStore.Entry> by(String type, String code, boolean descending) {
        return switch (code) {
            case "_id" -> turned(Comparator.comparing(NaiveStore.Entry::id), descending);
            case "_lastUpdated" ->
                    turned(Comparator.comparing(NaiveStore.Entry::updated), descending);
            default -> {
                var parameter = SearchParameters.r4().find(type, code).orElseThrow();
                Comparator<Key> plain = turned(Comparator.<Key>naturalOrder(), descending);
                yield Comparator.comparing(
                        e -> best(e, parameter, plain).orElse(null), Comparator.nullsLast(plain));
            }
        };
    }

    private static <T> Comparator<T> turned(Comparator<T> order, boolean descending) {
        return descending ? order.reversed() : order;
    }

    private static Optional<Key> best(
            NaiveStore.Entry entry, SearchParameter parameter, Comparator<Key> order) {
        return entry.of(parameter).stream().flatMap(value -> Key.of(value).stream()).min(order);
    }

    /// A value to sort by; of each kind of value, one field counts.
    private record Key(BigDecimal number, String text) implements Comparable<Key> {

        static Optional<Key> of(SearchValue value) {
            return switch (value) {
                case SearchValue.Span span ->
                        Optional.of(new Key(BigDecimal.valueOf(span.low()), ""));
                case SearchValue.Numeric(_, var number) -> Optional.of(new Key(number, ""));
                case SearchValue.Quantity quantity -> Optional.of(new Key(quantity.value(), ""));
                case SearchValue.Text(_, var text) -> Optional.of(text(Keys.normal(text)));
                case SearchValue.Token token ->
                        Optional.of(text(token.code() + "\u0000" + token.system()));
                case SearchValue.Reference(_, var type, var id) ->
                        Optional.of(text(type + "/" + id));
                case SearchValue.Elsewhere(_, var url) -> Optional.of(text(url));
                case SearchValue.Logical(_, var system, var id) ->
                        Optional.of(text(system + "|" + id));
                case SearchValue.Uri(_, var uri) -> Optional.of(text(uri));
                case SearchValue.Label _,
                        SearchValue.Typed _,
                        SearchValue.Position _,
                        SearchValue.Composite _ ->
                        Optional.empty();
            };
        }

        private static Key text(String text) {
            return new Key(BigDecimal.ZERO, text);
        }

        @Override
        public int compareTo(Key other) {
            var byNumber = number.compareTo(other.number);
            return byNumber != 0
                    ? byNumber
                    : java.util.Arrays.compareUnsigned(
                            text.getBytes(UTF_8), other.text.getBytes(UTF_8));
        }
    }

    @Test
    void includes_bring_exactly_what_is_referred_to_and_what_refers() {
        var random = new Random(5);
        var questions = new NaiveQuestions(NAIVE, random, CLOCK.instant());
        for (var asked = 0; asked < 60; asked++) {
            var type = questions.pick(NAIVE.types());
            var include = questions.include(type);
            if (include.isEmpty()) {
                continue;
            }
            var parameters = List.of(include.get().parameter(), new Parameter("_count", "7"));
            var page = store.search(PARSER.parse(type, parameters, BASE, false).query());
            var matches = page.matches().stream().map(SearchDifferenceIT::address).toList();
            var expected = include.get().brings(matches);
            assertThat(page.cut()).isEqualTo(expected.size() > SearchPage.MOST_INCLUDED);
            if (!page.cut()) {
                assertThat(page.included().stream().map(SearchDifferenceIT::address).toList())
                        .as(type + "?" + parameters)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    @Test
    void includes_that_go_on_bring_all_that_can_be_reached() {
        var random = new Random(6);
        var questions = new NaiveQuestions(NAIVE, random, CLOCK.instant());
        for (var asked = 0; asked < 60; asked++) {
            var type = questions.pick(NAIVE.types());
            var first = questions.include(type);
            var further = questions.further(questions.pick(NAIVE.types()));
            if (first.isEmpty() || further.isEmpty()) {
                continue;
            }
            var parameters =
                    List.of(
                            first.get().parameter(),
                            further.get().parameter(),
                            new Parameter("_count", "3"));
            var page = store.search(PARSER.parse(type, parameters, BASE, false).query());
            var matches = page.matches().stream().map(SearchDifferenceIT::address).toList();
            var expected = NaiveQuestions.reached(matches, first.get(), further.get());
            assertThat(page.cut()).isEqualTo(expected.size() > SearchPage.MOST_INCLUDED);
            if (!page.cut()) {
                assertThat(page.included().stream().map(SearchDifferenceIT::address).toList())
                        .as(type + "?" + parameters)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void random_filters_find_exactly_what_the_specification_says(long seed) {
        assumeThat(COHORT).as("the cohort beside the repository").exists();
        var random = new Random(seed);
        var questions = new NaiveQuestions(NAIVE, random, CLOCK.instant());
        for (var asked = 0; asked < 80; ) {
            var type = questions.pick(NAIVE.types());
            var filter = questions.filter(type, 3);
            if (filter.isPresent()) {
                compare(type, List.of(filter.get()), random);
                asked++;
            }
        }
    }

    @Test
    void a_search_of_several_types_is_one_list_in_one_order() {
        var random = new Random(7);
        var questions = new NaiveQuestions(NAIVE, random, CLOCK.instant());
        for (var asked = 0; asked < 40; asked++) {
            var types =
                    List.of(
                                    questions.pick(NAIVE.types()),
                                    questions.pick(NAIVE.types()),
                                    questions.pick(NAIVE.types()))
                            .stream()
                            .distinct()
                            .sorted()
                            .toList();
            var parameters = new ArrayList<Parameter>();
            parameters.add(new Parameter("_type", String.join(",", types)));
            var question = questions.updated(types);
            parameters.add(question.parameter());
            var descending = random.nextBoolean();
            var code = questions.pick(List.of("_id", "_lastUpdated", "_profile", "_source"));
            parameters.add(new Parameter("_sort", (descending ? "-" : "") + code));
            parameters.add(new Parameter("_count", String.valueOf(50 + random.nextInt(950))));
            var expected =
                    types.stream()
                            .flatMap(type -> NAIVE.of(type).stream())
                            .filter(question.holds())
                            .sorted(
                                    by(types.getFirst(), code, descending)
                                            .thenComparing(
                                                    Comparator.comparing(NaiveStore.Entry::row)
                                                            .reversed()))
                            .map(NaiveStore.Entry::address)
                            .toList();
            assertThat(all(SearchPlace.of(List.of()), parameters))
                    .as(parameters.toString())
                    .isEqualTo(expected);
        }
    }

    @Test
    void a_compartment_holds_what_refers_to_it_by_the_parameters_of_r4() {
        var random = new Random(8);
        var questions = new NaiveQuestions(NAIVE, random, CLOCK.instant());
        for (var asked = 0; asked < 60; asked++) {
            var name = questions.pick(List.of("Patient", "Encounter", "Practitioner"));
            var focus = questions.pick(NAIVE.of(name));
            var type =
                    questions.pick(
                            Compartments.r4().types(name).stream()
                                    .filter(one -> !one.equals("AuditEvent"))
                                    .toList());
            var codes = Compartments.r4().parameters(name, type);
            var expected =
                    NAIVE.of(type).stream()
                            .filter(e ->
                                    e.address().equals(focus.address())
                                            || codes.stream().anyMatch(c -> leads(e, c, focus)))
                            .sorted(Comparator.comparing(NaiveStore.Entry::row).reversed())
                            .map(NaiveStore.Entry::address)
                            .toList();
            var place = SearchPlace.of(List.of(name, focus.id(), type));
            assertThat(all(place, List.of(new Parameter("_count", "9"))))
                    .as(place.address())
                    .isEqualTo(expected);
        }
    }

    /// Each way of asking has an index to begin at: no plan reads all resources.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '^',
            textBlock =
                    """
                    Observation; patient=PATIENT&code=8302-2&_sort=-date&_count=20; res_token
                    Observation; patient=PATIENT&code=8302-2&_count=20; res_token
                    Observation; patient=PATIENT&code=http://loinc.org|&_count=20; res_patient
                    Observation; patient=PATIENT&status=final&_sort=-date&_count=20; res_patient
                    Observation; code=8302-2&date=ge2019&_count=20; (res_token|ix_date|res_type)
                    Observation; code:text=body h&patient=PATIENT; res_patient
                    Observation; code:text=body h; res_token
                    Observation; value-quantity=gt1.9|http://unitsofmeasure.org|m; ix_number_(value|row)
                    Location; near=42.4|-71.1|2|km; ix_number_(value|row)
                    Patient; _profile:below=http://nothing.example; res_token
                    Patient; identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|x; res_token
                    Condition; _list=none; (ix_reference|loc_pkey)
                    Observation; _filter=patient eq Patient/PATIENT and date ge 2019; res_(token|patient)
                    Encounter; part-of:Encounter.part-of:Encounter.part-of:Encounter._id=x; ix_reference
                    """)
    void every_way_of_asking_begins_at_an_index(String type, String query, String index) {
        var patient = NAIVE.of("Patient").getFirst().id();
        var parameters =
                Parameter.parse(
                        query.replace("PATIENT", patient).replace("|", "%7C").replace(" ", "%20"));
        var request = PARSER.parse(type, parameters, BASE, false);
        for (var statement : store.explain(request.query(), true)) {
            var plan = String.join("\n", statement.plan());
            assertThat(plan)
                    .as(type + "?" + query + "\n" + plan)
                    .containsPattern(index)
                    .doesNotContain("Seq Scan on res");
        }
    }

    @Test
    void a_compartment_begins_at_the_references_to_it() {
        var patient = NAIVE.of("Patient").getFirst().id();
        var place = SearchPlace.of(List.of("Patient", patient, "Observation"));
        var request = PARSER.parse(place, _ -> true, List.of(), BASE, false);
        for (var statement : store.explain(request.query(), true)) {
            assertThat(String.join("\n", statement.plan()))
                    .contains("ix_reference_target")
                    .doesNotContain("Seq Scan on res");
        }
    }

    private static boolean leads(NaiveStore.Entry from, String code, NaiveStore.Entry to) {
        return SearchParameters.r4().find(from.type(), code).stream()
                .flatMap(parameter -> from.of(parameter).stream())
                .anyMatch(value ->
                        value instanceof SearchValue.Reference(_, var type, var id)
                                && (type + "/" + id).equals(to.address()));
    }

    private static String address(Stored stored) {
        return stored.type() + "/" + stored.id();
    }
}
