package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Catalogue;
import trellis.store.Change;
import trellis.store.PostgresStore;
import trellis.store.Preparation;
import trellis.store.SearchPage;
import trellis.store.TestDatabase;
import trellis.store.Write;

class SearchPagingIT {

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final String BASE = "http://here.example/fhir";
    private static final int PEOPLE = 200;

    private static final Preparation PREPARATION = new Preparation();
    private static final SearchParser PARSER =
            new SearchParser(
                    Clock.systemUTC(),
                    new SearchCursors(new SecretKeySpec(new byte[32], "AES")),
                    Optional::empty,
                    new Catalogue());
    private static PostgresStore store;

    @BeforeAll
    static void people_of_three_names_and_some_without_a_birthday() {
        store = PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC());
        put(IntStream.range(0, PEOPLE).mapToObj(i -> person("p" + i, i, i)).toList());
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static String person(String id, int i, int note) {
        var birthday =
                i % 5 == 0 ? "" : ",\"birthDate\":\"19%02d-01-%02d\"".formatted(i % 37, 1 + i % 28);
        return "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"%s\",\"text\":\"n%d\"}]%s}"
                .formatted(id, List.of("Ash", "Birch", "Cedar").get(i % 3), note, birthday);
    }

    private static void put(List<String> resources) {
        store.write(
                Write.unchecked(
                        resources.stream()
                                .map(json ->
                                        (Change)
                                                Change.Put.of(
                                                        PREPARATION.prepare(
                                                                Resource.of(
                                                                        Json.parse(
                                                                                json.getBytes(
                                                                                        UTF_8))))))
                                .toList()));
    }

    private static SearchRequest first(String query) {
        return PARSER.parse("Patient", Parameter.parse(query), BASE, false);
    }

    /// All pages, with something done after each.
    private static List<String> pages(String query, Runnable between) {
        var ids = new ArrayList<String>();
        var request = first(query);
        for (SearchPage page = store.search(request.query()); ; ) {
            page.matches().forEach(match -> ids.add(match.id()));
            if (page.next().isEmpty()) {
                return ids;
            }
            between.run();
            var next = PARSER.next(SearchPlace.of("Patient"), request, page.next().get());
            request = PARSER.parse("Patient", next, BASE, false);
            page = store.search(request.query());
        }
    }

    private static final List<String> ORDERS =
            List.of(
                    "",
                    "&_sort=birthdate",
                    "&_sort=-birthdate",
                    "&_sort=family,-birthdate",
                    "&_sort=-_id",
                    "&_sort=birthdate,family,_id",
                    "&_sort=-_lastUpdated",
                    "&_sort=-active,_tag");

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 50, 199, 200, 201})
    void pages_one_after_the_other_are_the_whole_list(int count) {
        for (var order : ORDERS) {
            var whole = pages("_count=1000" + order, () -> {});
            assertThat(whole).hasSizeGreaterThanOrEqualTo(PEOPLE).doesNotHaveDuplicates();
            assertThat(pages("_count=" + count + order, () -> {})).as(order).isEqualTo(whole);
        }
    }

    @Test
    void writing_between_pages_neither_repeats_nor_loses_a_match() {
        var random = new Random(3);
        var created = new ArrayList<String>();
        for (var order : ORDERS.subList(0, 5)) {
            var whole = pages("_count=1000" + order, () -> {});
            var while_writing =
                    pages(
                            "_count=9" + order,
                            () -> {
                                var changed = random.nextInt(PEOPLE);
                                var id = "new" + created.size();
                                created.add(id);
                                put(
                                        List.of(
                                                person("p" + changed, changed, 1000),
                                                person(id, random.nextInt(60), 0)));
                            });
            while_writing.removeIf(id -> created.contains(id) && !whole.contains(id));
            assertThat(while_writing).as(order).isEqualTo(whole);
        }
    }

    /// What no index orders is ordered first and fetched then: what is no match any more by then must not end the list.
    @Test
    void what_changes_while_a_page_is_made_does_not_end_the_list() throws Exception {
        var staying = new ArrayList<String>();
        for (var i = 0; i < 20; i++) {
            put(List.of(tree("f" + i, "Oak"), tree("s" + i, "Oak")));
            staying.add("s" + i);
        }
        var done = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing =
                    threads.submit(() -> {
                        for (var turn = 0; !done.get(); turn++) {
                            var name = turn % 2 == 0 ? "Elm" : "Oak";
                            put(IntStream.range(0, 20).mapToObj(i -> tree("f" + i, name)).toList());
                        }
                    });
            try {
                for (var i = 0; i < 15; i++) {
                    assertThat(pages("family=oak&_sort=gender&_count=1", () -> {}))
                            .containsAll(staying);
                }
            } finally {
                done.set(true);
                writing.get();
            }
        }
    }

    private static String tree(String id, String name) {
        return "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"%s\"}]}"
                .formatted(id, name);
    }

    @Test
    void the_total_is_of_all_pages() {
        var page = store.search(first("family=ash&_count=2&_total=accurate").query());
        assertThat(page.matches()).hasSize(2);
        assertThat(page.total()).hasValue(pages("family=ash&_count=1000", () -> {}).size());
        assertThat(store.search(first("family=none&_total=accurate").query()).total()).hasValue(0);
        assertThat(store.search(first("family=ash").query()).total()).isEmpty();
    }

    @Test
    void the_key_of_page_addresses_is_made_once_and_kept() {
        var db = JdbcClient.create(DATABASE.dataSource());
        var key = new SearchKeySql(db).key();
        assertThat(key.getEncoded()).hasSize(32);
        assertThat(new SearchKeySql(db).key()).isEqualTo(key);
    }
}
