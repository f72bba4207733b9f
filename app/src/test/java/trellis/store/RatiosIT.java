package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditLog;
import trellis.fhir.Json;
import trellis.fhir.Resource;

/// That a way that was made to be quick still is, beside the plain way to the same end: both in turns, in one run on one machine, so
/// that its speed does not matter. Never how long anything takes. The bounds are far below what is seen on a machine that does nothing
/// else, which stands with each.
@Isolated
class RatiosIT {
    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final Logger LOG = LoggerFactory.getLogger(RatiosIT.class);
    private static final int TURNS = 21;
    private static final Preparation PREPARATION = new Preparation();
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Kept KEPT = new Kept(10_000_000);
    private static PostgresStore store;
    private static AuditLog log;

    @BeforeAll
    static void open() {
        store =
                new PostgresStore(
                        DATABASE.dataSource(),
                        DATABASE.dataSource(),
                        new Catalogue(),
                        KEPT,
                        Clock.systemUTC(),
                        1,
                        Watch.none(DATABASE.dataSource()));
        log = new AuditLog(DATABASE.dataSource(), KEPT, new SimpleMeterRegistry());
        put("{'resourceType':'Patient','id':'p'}");
        for (var i = 0; i < 200; i++) {
            put(observation("o" + i));
        }
    }

    @AfterAll
    static void close() {
        log.close();
        store.close();
    }

    /// Seen: 8.7 to 18.
    @Test
    void a_body_is_put_together_from_bytes_twice_as_fast_as_from_a_tree() {
        var plain = Bodies.plain(json(observation("o")));
        var now = Instant.now();
        var ratio =
                ratio(
                        "from a tree",
                        () -> Bodies.whole(plain.bytes(), plain.splice(), 3, now),
                        () -> {
                            var tree = Json.parse(plain.bytes());
                            tree.withObject("/meta").put("versionId", "3");
                            tree.withObject("/meta").put("lastUpdated", now.toString());
                            return Json.write(tree);
                        },
                        2_000);
        assertThat(ratio).isGreaterThan(2);
    }

    /// Seen: 4.7 to 5.6.
    @Test
    void a_group_of_writes_takes_less_than_half_of_what_they_take_one_by_one() {
        var ratio =
                ratio(
                        "one by one",
                        () -> store.write(Write.unchecked(changes(20))),
                        () -> {
                            changes(20)
                                    .forEach(change ->
                                            store.write(Write.unchecked(List.of(change))));
                            return 20;
                        },
                        1);
        assertThat(ratio).isGreaterThan(2);
    }

    /// Seen: 1.8 to 2.7; the line takes most of either.
    @Test
    void a_page_that_is_kept_takes_less_than_one_that_is_read_with_its_line_in_the_audit_too() {
        try (var rows = new Forgetting(DATABASE.dataSource())) {
            rows.begin();
            log.record();
            var query = SearchQuery.of("Observation", 50, new Criterion.OfPatients(Set.of("p")));
            Claims.answering(() -> page(query));
            var given = KEPT.given();
            var ratio =
                    ratio("read", () -> Claims.answering(() -> page(query)), () -> page(query), 20);
            assertThat(KEPT.given()).isGreaterThan(given);
            assertThat(ratio).isGreaterThan(1.2);
        }
    }

    private static SearchPage page(SearchQuery query) {
        var page = Claims.reading(() -> store.search(query));
        log.record();
        return page;
    }

    /// How many times as long the plain way takes.
    ///
    /// @param times how often each is gone in one turn
    private static double ratio(String what, Way quick, Way plain, int times) {
        var ratios = new double[TURNS];
        for (var turn = 0; turn < TURNS; turn++) {
            var one = nanos(quick, times);
            ratios[turn] = (double) nanos(plain, times) / one;
        }
        // The first turns are of Java that has not settled.
        var settled = Arrays.stream(ratios).skip(TURNS / 3).sorted().toArray();
        var middle = settled[settled.length / 2];
        LOG.info("{}: {} times as long", what, "%.1f".formatted(middle));
        return middle;
    }

    private static long nanos(Way way, int times) {
        var begun = System.nanoTime();
        for (var i = 0; i < times; i++) {
            assertThat(Optional.of(way.go())).isPresent();
        }
        return System.nanoTime() - begun;
    }

    private interface Way {
        Object go();
    }

    private static List<Change> changes(int many) {
        return IntStream.range(0, many)
                .mapToObj(_ -> change(observation("new" + NUMBER.incrementAndGet())))
                .toList();
    }

    private static String observation(String id) {
        return ("{'resourceType':'Observation','id':'%s','status':'final','code':{'coding':[{'system':'http://loinc.org','code':'8867-4',"
                        + "'display':'Heart rate'}],'text':'Pulse'},'subject':{'reference':'Patient/p'},'effectiveDateTime':'2026-01-0%dT10:00:00Z',"
                        + "'valueQuantity':{'value':7%d,'unit':'/min','system':'http://unitsofmeasure.org','code':'/min'}}")
                .formatted(id, 1 + id.length() % 9, id.length() % 9);
    }

    private static void put(String json) {
        store.write(Write.unchecked(List.of(change(json))));
    }

    private static Change change(String json) {
        return Change.Put.of(PREPARATION.prepare(Resource.of(json(json))));
    }

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(UTF_8));
    }
}
