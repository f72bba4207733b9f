package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Catalogue;
import trellis.store.Change;
import trellis.store.PostgresStore;
import trellis.store.Preparation;
import trellis.store.SearchPage;
import trellis.store.Stored;
import trellis.store.TestDatabase;
import trellis.store.Write;

/// Searches among what is contained (docs/api/search.md), asked of PostgreSQL and of a naive evaluation in memory.
class SearchContainedIT {
    private static final int CONTAINERS = 150;
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-10-31T12:00:00Z"), ZoneOffset.UTC);
    private static final List<String> TYPES = List.of("Patient", "Observation", "Organization");
    private static final Preparation PREPARATION = new Preparation();
    private static final SearchParser PARSER =
            new SearchParser(
                    CLOCK,
                    new SearchCursors(new SecretKeySpec(new byte[32], "AES")),
                    Optional::empty,
                    new Catalogue());

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final NaiveStore WHOLE = new NaiveStore();
    private static final NaiveStore WITHIN = new NaiveStore();

    /// By the row of something contained, what contains it and what it is called in there.
    private static final Map<Long, String> CONTAINER = new HashMap<>();

    private static PostgresStore store;

    @BeforeAll
    static void fill() {
        store = PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC());
        var random = new Random(3);
        var all = new ArrayList<ObjectNode>();
        for (var i = 0; i < CONTAINERS; i++) {
            var type = TYPES.get(random.nextInt(TYPES.size()));
            var container = some(random, type, "w" + i);
            if (random.nextInt(5) > 0) {
                var contained = container.putArray("contained");
                for (var j = 1 + random.nextInt(3); j > 0; j--) {
                    contained.add(some(random, TYPES.get(random.nextInt(TYPES.size())), "c" + j));
                }
            }
            all.add(container);
        }
        put(all);
        var rows = rows();
        for (var json : all) {
            var whole = Resource.of(json);
            var stored = store.read(whole.type(), whole.id().orElseThrow()).orElseThrow();
            WHOLE.put(whole, stored);
            var entry = WHOLE.of(whole.type()).getLast();
            for (var one : json.path("contained")) {
                var inner = Resource.of((ObjectNode) one);
                var row = requireNonNull(rows.get(stored.row() + "#" + inner.id().orElseThrow()));
                WITHIN.put(inner, row, entry.updated());
                CONTAINER.put(row, entry.address());
            }
        }
    }

    private static ObjectNode some(Random random, String type, String id) {
        var name = List.of("Ash", "Birch", "Cedar ash", "Beech").get(random.nextInt(4));
        var day =
                "20%02d-0%d-1%d"
                        .formatted(random.nextInt(20), 1 + random.nextInt(9), random.nextInt(9));
        var rest =
                switch (type) {
                    case "Patient" ->
                            "'name':[{'family':'%s'}],'birthDate':'%s','identifier':[{'system':'urn:x','value':'%d'}]"
                                    .formatted(name, day, random.nextInt(30));
                    case "Observation" ->
                            "'status':'final','code':{'coding':[{'system':'urn:c','code':'%d','display':'%s'}]},'effectiveDateTime':'%s','valueQuantity':{'value':%d.5,'system':'http://unitsofmeasure.org','code':'kg'},'subject':{'reference':'Patient/w%d'}"
                                    .formatted(
                                            random.nextInt(6),
                                            name,
                                            day,
                                            random.nextInt(9),
                                            random.nextInt(20));
                    default -> "'name':'%s','active':%b".formatted(name, random.nextBoolean());
                };
        return Json.parse(
                "{'resourceType':'%s','id':'%s',%s}"
                        .formatted(type, id, rest)
                        .replace('\'', '"')
                        .getBytes(UTF_8));
    }

    private static void put(List<ObjectNode> resources) {
        store.write(
                Write.unchecked(
                        resources.stream()
                                .map(json ->
                                        (Change)
                                                Change.Put.of(
                                                        PREPARATION.prepare(Resource.of(json))))
                                .toList()));
    }

    private static JdbcClient database() {
        return JdbcClient.create(DATABASE.dataSource());
    }

    private static Map<String, Long> rows() {
        var rows = new HashMap<String, Long>();
        database()
                .sql("select container || '#' || fid as name, rid from contained")
                .query(row -> {
                    rows.put(row.getString("name"), row.getLong("rid"));
                });
        return rows;
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void random_searches_find_what_is_contained(long seed) {
        var random = new Random(seed);
        var questions = new NaiveQuestions(WITHIN, random, CLOCK.instant());
        for (var asked = 0; asked < 120; ) {
            var type = TYPES.get(random.nextInt(TYPES.size()));
            var question = questions.any(type, 0);
            if (question.isPresent()) {
                compare(type, question.get(), random);
                asked++;
            }
        }
    }

    private static void compare(String type, NaiveQuestions.Question question, Random random) {
        var both = random.nextBoolean();
        var itself = random.nextBoolean();
        var parameters = new ArrayList<>(List.of(question.parameter()));
        parameters.add(new Parameter("_contained", both ? "both" : "true"));
        parameters.add(new Parameter("_containedType", itself ? "contained" : "container"));
        var order = SearchDifferenceIT.order(type, random, parameters);
        var whole = both ? matches(WHOLE, type, question.holds()) : List.<NaiveStore.Entry>of();
        var within = matches(WITHIN, type, question.holds());
        var found = new ArrayList<>(whole);
        found.addAll(itself ? within : standing(whole, within));
        var expected = found.stream().sorted(order).map(e -> called(e, itself)).toList();
        parameters.add(new Parameter("_count", String.valueOf(1 + random.nextInt(40))));
        assertThat(all(type, parameters)).as(type + "?" + parameters).isEqualTo(expected);
        parameters.removeLast();
        parameters.add(new Parameter("_summary", "count"));
        assertThat(store.search(query(type, parameters).query()).total())
                .as(type + "?" + parameters)
                .hasValue(expected.size());
    }

    private static List<NaiveStore.Entry> matches(
            NaiveStore some, String type, Predicate<NaiveStore.Entry> holds) {
        return some.of(type).stream().filter(holds).toList();
    }

    /// For each container that does not match by itself the first of what it contains.
    private static List<NaiveStore.Entry> standing(
            List<NaiveStore.Entry> whole, List<NaiveStore.Entry> within) {
        var first = new LinkedHashMap<String, NaiveStore.Entry>();
        within.stream()
                .sorted(Comparator.comparing(NaiveStore.Entry::row))
                .forEach(e -> first.putIfAbsent(CONTAINER.get(e.row()), e));
        whole.forEach(e -> first.remove(e.address()));
        return List.copyOf(first.values());
    }

    private static String called(NaiveStore.Entry entry, boolean itself) {
        var container = CONTAINER.get(entry.row());
        return container == null
                ? entry.address()
                : itself ? container + "#" + entry.id() : container;
    }

    private static SearchRequest query(String type, List<Parameter> parameters) {
        return PARSER.parse(
                SearchPlace.of(type), _ -> true, parameters, SearchDifferenceIT.BASE, false);
    }

    private static List<String> all(String type, List<Parameter> parameters) {
        var found = new ArrayList<String>();
        var request = query(type, parameters);
        for (var page = store.search(request.query()); ; ) {
            for (var match : page.matches()) {
                found.add(called(request, page, match));
            }
            if (page.next().isEmpty()) {
                return found;
            }
            request = query(type, PARSER.next(SearchPlace.of(type), request, page.next().get()));
            page = store.search(request.query());
        }
    }

    private static String called(SearchRequest request, SearchPage page, Stored match) {
        var address = match.type() + "/" + match.id();
        var within = page.within().get(match.row());
        if (within == null || !request.showsContained()) {
            return address;
        }
        assertThat(within.of(match.json())).isPresent();
        return address + "#" + within.id();
    }

    @Test
    void a_new_version_keeps_the_number_of_what_it_still_contains() {
        var random = new Random(9);
        var container = some(random, "Organization", "changing");
        container.putArray("contained").add(some(random, "Patient", "a"));
        put(List.of(container));
        var row = store.read("Organization", "changing").orElseThrow().row();
        var before = rows().get(row + "#a");
        var changed = some(random, "Organization", "changing");
        changed.putArray("contained")
                .add(some(random, "Patient", "b"))
                .add(some(random, "Patient", "a"));
        put(List.of(changed));
        assertThat(rows().get(row + "#a")).isEqualTo(before);
        assertThat(rows()).containsKey(row + "#b");
        var less = some(random, "Organization", "changing");
        put(List.of(less));
        assertThat(rows()).doesNotContainKeys(row + "#a", row + "#b");
        var left =
                database()
                        .sql("select count(*) from ix_string where rid = ?")
                        .param(before)
                        .query(Long.class)
                        .single();
        assertThat(left).isZero();
    }
}
