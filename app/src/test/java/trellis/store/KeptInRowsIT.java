package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchTime;

/// What an older version of the program stored, which kept neither dates nor a record's codes with the rows, is found in its order while
/// it is gone through and afterwards.
class KeptInRowsIT {
    private static final int MANY = 120;

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final Catalogue CATALOGUE = new Catalogue(TextSettings.none());
    private static final SearchParameter CODE = parameter("code");
    private static final SearchParameter DATE = parameter("date");
    private static final long HASH = Keys.token(Keys.salt(CODE), "urn:codes", "x");

    /// An Observation of the code that is looked for.
    ///
    /// @param low where its time begins
    private record One(String id, OptionalLong low) {}

    private static final List<One> ALL = new ArrayList<>();
    private static PostgresStore store;

    private static SearchParameter parameter(String code) {
        return SearchParameters.r4().find("Observation", code).orElseThrow();
    }

    @BeforeAll
    static void fill() throws SQLException {
        store =
                PostgresStore.on(
                        DATABASE.dataSource(),
                        DATABASE.dataSource(),
                        CATALOGUE,
                        Kept.nothing(),
                        Clock.systemUTC(),
                        Watch.none(DATABASE.dataSource()));
        var random = new Random(5);
        put("{'resourceType':'Patient','id':'p'}");
        for (var i = 0; i < MANY; i++) {
            var id = "o" + i;
            var times = times(random);
            put(
                    "{'resourceType':'Observation','id':'%s','subject':{'reference':'Patient/p'},'code':{'coding':[{'system':'urn:codes','code':'%s'}]}%s}"
                            .formatted(id, i % 3 == 0 ? "y" : "x", effective(times)));
            if (i % 3 != 0) {
                var lows =
                        times.stream()
                                .mapToLong(time -> SearchTime.parse(time).orElseThrow().low());
                ALL.add(new One(id, lows.min()));
            }
        }
        asBefore();
    }

    /// None, one or several, as a Timing has them.
    private static List<String> times(Random random) {
        var times = new ArrayList<String>();
        for (var i = random.nextInt(4); i > 0; i--) {
            times.add("20%02d-03-%02d".formatted(random.nextInt(10, 14), random.nextInt(1, 9)));
        }
        return times;
    }

    private static String effective(List<String> times) {
        return switch (times.size()) {
            case 0 -> "";
            case 1 -> ",'effectiveDateTime':'" + times.getFirst() + "'";
            default -> ",'effectiveTiming':{'event':['" + String.join("','", times) + "']}";
        };
    }

    private static void put(String json) {
        var resource = Json.parse(json.replace('\'', '"').getBytes(UTF_8));
        store.write(
                Write.unchecked(
                        List.of(Change.Put.of(new Preparation().prepare(Resource.of(resource))))));
    }

    /// The rows as the version before wrote them.
    private static void asBefore() throws SQLException {
        var joined = RecordCodes.joined(Keys.resource("Patient", "p"), HASH);
        execute("update res set dated = null, tok = array_remove(tok, " + joined + ")");
        execute("delete from search_index");
    }

    private static void execute(String sql) throws SQLException {
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void what_was_there_before_is_in_its_order_while_it_is_gone_through_and_afterwards()
            throws SQLException {
        rightly(false);
        try (var learning = new Learning(store, DATABASE.dataSource(), CATALOGUE);
                var reindexing =
                        new Reindexing(
                                learning,
                                DATABASE.dataSource(),
                                new Preparation(CATALOGUE),
                                new Foreground(100))) {
            assertThat(CATALOGUE.pending("Observation", "_dated")).contains(0L);
            assertThat(CATALOGUE.pending("Procedure", "_dated")).isEmpty();
            rightly(false);
            // Later, when every node knows of it.
            execute("update search_index set since = now() - interval '1 minute'");
            reindexing.round();
        }
        assertThat(CATALOGUE.pending("Observation", "_dated")).isEmpty();
        rightly(true);
        assertThat(CATALOGUE.isKeptInRecords(CODE)).isTrue();
        assertThat(ids(query(CODE_IN_RECORD, true))).isEqualTo(ordered(true));
    }

    private static final Criterion CODE_ALONE = new Criterion.AnyToken(Set.of(HASH), false);
    private static final Criterion CODE_IN_RECORD = new Criterion.AnyToken(Set.of(HASH), true);

    /// @param inRow whether dates are taken from the rows
    private static void rightly(boolean inRow) {
        var newest = query(CODE_ALONE, true);
        assertThat(ids(newest)).isEqualTo(ordered(true));
        assertThat(ids(query(CODE_ALONE, false))).isEqualTo(ordered(false));
        assertThat(store.explain(newest, false).getFirst().sql().contains("r.dated"))
                .isEqualTo(inRow);
    }

    /// Those without a date last, and of equals what was written later first.
    private static List<String> ordered(boolean descending) {
        var last = descending ? Long.MIN_VALUE : Long.MAX_VALUE;
        var byDate = Comparator.<One>comparingLong(one -> one.low().orElse(last));
        var order =
                (descending ? byDate.reversed() : byDate)
                        .thenComparing(
                                one -> Integer.parseInt(one.id().substring(1)),
                                Comparator.reverseOrder());
        return ALL.stream().sorted(order).map(One::id).toList();
    }

    private static SearchQuery query(Criterion code, boolean descending) {
        return new SearchQuery(
                "Observation",
                List.of(new Criterion.OfPatients(Set.of("p")), code),
                List.of(new SearchQuery.Sort.By(DATE, descending)),
                7,
                Optional.empty(),
                false,
                List.of());
    }

    /// Of all pages.
    private static List<String> ids(SearchQuery query) {
        var ids = new ArrayList<String>();
        var page = store.search(query);
        while (true) {
            page.matches().forEach(one -> ids.add(one.id()));
            if (page.next().isEmpty()) {
                return ids;
            }
            page = store.search(query.from(page.next().get()));
        }
    }
}
