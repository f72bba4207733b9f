package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import trellis.access.Caller;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;

/// What is kept is given without asking for it again, and never when it has been written to, whoever wrote.
class KeptIT {
    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final Preparation PREPARATION = new Preparation();
    private static final AtomicInteger PEOPLE = new AtomicInteger();

    private final JdbcClient db = JdbcClient.create(DATABASE.dataSource());
    private final Counting reads = new Counting(DATABASE.dataSource());
    private final Kept kept = new Kept(1_000_000);
    private final PostgresStore here =
            new PostgresStore(
                    reads, reads, new Catalogue(), kept, Clock.systemUTC(), 2, Watch.none(reads));
    private final AuditLog log =
            new AuditLog(DATABASE.dataSource(), kept, new SimpleMeterRegistry());

    /// Another node.
    private final PostgresStore there = PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC());

    private final Forgetting forgetting = new Forgetting(DATABASE.dataSource());
    private String patient = "";

    @BeforeEach
    void begin() {
        patient = "p" + PEOPLE.incrementAndGet();
        put(there, "{'resourceType':'Patient','id':'%s'}".formatted(patient));
        observation(there, "o", patient, 1);
        forgetting.begin();
        // From here on a moment is known.
        log.record(line());
    }

    @AfterEach
    void close() {
        forgetting.close();
        log.close();
        here.close();
        there.close();
    }

    @Test
    void what_is_asked_for_again_is_not_read_again() {
        assertThat(values(patient)).containsExactly(1);
        assertThat(value("o")).isEqualTo(1);
        var before = reads.opened.get();
        assertThat(values(patient)).containsExactly(1);
        assertThat(value("o")).isEqualTo(1);
        assertThat(reads.opened.get()).isEqualTo(before);
    }

    @Test
    void each_answer_has_its_line_and_no_other() {
        values(patient);
        var before = lines();
        values(patient);
        observation(there, "o", patient, 2);
        values(patient);
        assertThat(lines()).isEqualTo(before + 2);
    }

    @Test
    void what_is_not_to_be_written_down_is_not_made_from_what_is_kept() {
        values(patient);
        observation(there, "o", patient, 2);
        assertThat(Claims.answering(() -> Claims.reading(() -> numbers(here.search(of(patient))))))
                .containsExactly(2);
    }

    @Test
    void what_is_remembered_for_longer_than_a_request_is_not_what_was_kept() {
        values(patient);
        observation(there, "o", patient, 2);
        // As a cache of something else would be filled in a request.
        assertThat(Claims.answering(() -> numbers(here.search(of(patient))))).containsExactly(2);
    }

    @Test
    void a_question_with_very_many_values_is_not_kept() {
        var many = new HashSet<Long>();
        for (var i = 0L; i < 101; i++) {
            many.add(i);
        }
        var query = SearchQuery.of("Observation", 20, new Criterion.AnyToken(many));
        answer(() -> here.search(query));
        var before = reads.opened.get();
        answer(() -> here.search(query));
        assertThat(reads.opened.get()).isGreaterThan(before);
    }

    @Test
    void whoever_does_not_have_it_confirmed_is_given_nothing_kept() {
        values(patient);
        observation(there, "o", patient, 2);
        assertThat(numbers(here.search(of(patient)))).containsExactly(2);
        assertThat(numbers(here.read("Observation", id("o"), Sight.everything()).orElseThrow()))
                .isEqualTo(2);
    }

    @Test
    void another_node_changes_adds_deletes_and_moves() {
        assertThat(values(patient)).containsExactly(1);
        observation(there, "o", patient, 2);
        assertThat(values(patient)).containsExactly(2);
        assertThat(value("o")).isEqualTo(2);
        observation(there, "more", patient, 3);
        assertThat(values(patient)).containsExactly(3, 2);
        assertThat(values(patient)).containsExactly(3, 2);
        there.write(
                Write.unchecked(
                        List.of(
                                new Change.Delete(
                                        "Observation", id("more"), OptionalLong.empty()))));
        assertThat(values(patient)).containsExactly(2);
        var other = patient + "-other";
        put(there, "{'resourceType':'Patient','id':'%s'}".formatted(other));
        assertThat(values(other)).isEmpty();
        observation(there, "o", other, 2);
        assertThat(values(patient)).isEmpty();
        assertThat(values(other)).containsExactly(2);
    }

    @Test
    void what_belongs_to_nobody_is_kept_by_itself() {
        put(there, "{'resourceType':'Organization','id':'%s','name':'a'}".formatted(id("org")));
        log.record(line());
        assertThat(name("org")).isEqualTo("a");
        var before = reads.opened.get();
        observation(there, "o", patient, 2);
        assertThat(name("org")).isEqualTo("a");
        assertThat(reads.opened.get()).isEqualTo(before);
        put(there, "{'resourceType':'Organization','id':'%s','name':'b'}".formatted(id("org")));
        assertThat(name("org")).isEqualTo("b");
    }

    @Test
    void what_was_under_way_when_it_was_read_is_seen_once_it_is_committed() throws Exception {
        var written = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        Write.Table<String> waiting =
                (_, _) -> {
                    written.countDown();
                    await(go);
                };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing =
                    threads.submit(() ->
                            there.write(
                                    new Write(
                                            List.of(change("o", patient, 2)),
                                            Write.References.UNCHECKED,
                                            List.of(
                                                    new Write.Alongside<>(
                                                            waiting, _ -> List.of("wait"))))));
            written.await();
            log.record(line());
            assertThat(values(patient)).containsExactly(1);
            assertThat(values(patient)).containsExactly(1);
            go.countDown();
            writing.get();
            assertThat(values(patient)).containsExactly(2);
        }
    }

    @Test
    void after_a_crash_nothing_that_was_kept_counts() {
        assertThat(values(patient)).containsExactly(1);
        // What PostgreSQL does with tables that are not logged.
        db.sql("truncate written, written_since").update();
        var before = reads.opened.get();
        assertThat(values(patient)).containsExactly(1);
        assertThat(reads.opened.get()).isGreaterThan(before);
        forgetting.begin();
        log.record(line());
        values(patient);
        // Where a replica takes over that has not seen the last writes, their numbers come again.
        db.sql("update written_since set epoch = gen_random_uuid(), since = '3'").update();
        var elsewhere = reads.opened.get();
        assertThat(values(patient)).containsExactly(1);
        assertThat(reads.opened.get()).isGreaterThan(elsewhere);
        log.record(line());
        values(patient);
        var again = reads.opened.get();
        assertThat(values(patient)).containsExactly(1);
        assertThat(reads.opened.get()).isEqualTo(again);
    }

    @Test
    void what_is_forgotten_is_no_proof() {
        assertThat(values(patient)).containsExactly(1);
        observation(there, "o", patient, 2);
        // Nothing is forgotten that a transaction under way, in whichever database, may not have
        // seen.
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    aMinuteLater();
                    return noted(patient) == 0;
                });
        assertThat(values(patient)).containsExactly(2);
    }

    private void aMinuteLater() throws SQLException {
        db.sql("update written_since set turned = now() - interval '2 minutes'").update();
        try (var connection = DATABASE.dataSource().getConnection()) {
            WrittenSql.turn(connection);
            WrittenSql.forget(connection);
        }
    }

    private long noted(String whose) {
        return db.sql("select count(*) from written where scope = ?")
                .param(Keys.resource("Patient", whose))
                .query(Long.class)
                .single();
    }

    @Test
    void a_node_forgets_for_all_and_not_twice_in_a_minute() throws SQLException {
        try (var connection = DATABASE.dataSource().getConnection()) {
            WrittenSql.turn(connection);
            var since = since();
            observation(there, "o", patient, 7);
            WrittenSql.turn(connection);
            assertThat(since()).isEqualTo(since);
        }
    }

    private String since() {
        return db.sql("select since::text from written_since").query(String.class).single();
    }

    @Test
    void what_depends_on_the_time_and_on_others_is_read_each_time() {
        var related =
                new Sight.Related(
                        Set.of("Observation"),
                        Set.of(),
                        Set.of("org"),
                        Set.of(),
                        Instant.EPOCH,
                        Map.of(Basis.ENCOUNTER, Duration.ofDays(1)),
                        Set.of(patient),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        Set.of());
        for (var query :
                List.of(
                        of(patient).seenBy(related),
                        SearchQuery.of(
                                "Observation",
                                20,
                                new Criterion.Labelled(
                                        parameter("Observation", "code"), Set.of("pulse"))))) {
            answer(() -> here.search(query));
            var before = reads.opened.get();
            answer(() -> here.search(query));
            assertThat(reads.opened.get()).as("%s", query).isGreaterThan(before);
        }
    }

    @Test
    void what_all_of_a_type_give_holds_until_any_of_it_is_written_to() {
        var all = SearchQuery.of("Observation", 100, new Criterion.Ids(Set.of(id("o"))));
        var ofActive =
                SearchQuery.of(
                        "Observation",
                        100,
                        new Criterion.Ids(Set.of(id("o"))),
                        new Criterion.Refers(
                                parameter("Observation", "patient"),
                                "Patient",
                                List.of(new Criterion.Present(parameter("Patient", "active")))));
        var withPatient =
                new SearchQuery(
                        "Observation",
                        all.criteria(),
                        List.of(),
                        100,
                        Optional.empty(),
                        false,
                        List.of(
                                new SearchQuery.Include(
                                        parameter("Observation", "patient"),
                                        Optional.of("Patient"),
                                        false)));
        assertThat(numbers(answer(() -> here.search(all)))).containsExactly(1);
        assertThat(numbers(answer(() -> here.search(ofActive)))).isEmpty();
        assertThat(answer(() -> here.search(withPatient)).included()).hasSize(1);
        var before = reads.opened.get();
        answer(() -> here.search(all));
        answer(() -> here.search(ofActive));
        answer(() -> here.search(withPatient));
        assertThat(reads.opened.get()).isEqualTo(before);

        put(there, "{'resourceType':'Patient','id':'%s','active':true}".formatted(patient));
        assertThat(numbers(answer(() -> here.search(all)))).containsExactly(1);
        assertThat(reads.opened.get()).isEqualTo(before);
        assertThat(numbers(answer(() -> here.search(ofActive)))).containsExactly(1);
        assertThat(
                        answer(() -> here.search(withPatient))
                                .included()
                                .getFirst()
                                .json()
                                .path("active")
                                .asBoolean())
                .isTrue();

        observation(there, "o", patient, 2);
        assertThat(numbers(answer(() -> here.search(all)))).containsExactly(2);
        assertThat(numbers(answer(() -> here.search(ofActive)))).containsExactly(2);
        assertThat(numbers(answer(() -> here.search(withPatient)))).containsExactly(2);
    }

    @Test
    void what_this_node_has_written_to_is_not_even_claimed() {
        values(patient);
        values(patient);
        var overtaken = kept.overtaken();
        observation(here, "o", patient, 2);
        assertThat(values(patient)).containsExactly(2);
        assertThat(kept.overtaken()).isEqualTo(overtaken);
        assertThat(values(patient)).containsExactly(2);
        observation(there, "o", patient, 3);
        assertThat(values(patient)).containsExactly(3);
        assertThat(kept.overtaken()).isEqualTo(overtaken + 1);
    }

    private static SearchParameter parameter(String type, String code) {
        return SearchParameters.r4().find(type, code).orElseThrow();
    }

    @Test
    void what_one_may_not_see_is_not_given_from_what_another_saw() {
        var own =
                new Sight.Own(
                        List.of(new Sight.Own.Part(patient, Set.of("Patient"), Set.of())),
                        Set.of());
        assertThat(values(patient)).containsExactly(1);
        var seen = of(patient).seenBy(own);
        assertThat(numbers(answer(() -> here.search(seen)))).isEmpty();
        assertThat(answer(() -> here.read("Observation", id("o"), own))).isEmpty();
        assertThat(value("o")).isEqualTo(1);
        assertThat(answer(() -> here.read("Observation", id("o"), own))).isEmpty();
        assertThat(numbers(answer(() -> here.search(seen)))).isEmpty();
    }

    @Test
    void nobody_is_given_less_than_was_acknowledged_before_they_asked() throws Exception {
        var acknowledged = new AtomicInteger(1);
        var done = new AtomicBoolean();
        var behind = new ArrayList<String>();
        var readers = new ArrayList<Future<Boolean>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var reader = 0; reader < 6; reader++) {
                var byId = reader % 2 == 0;
                readers.add(
                        threads.submit(() -> {
                            while (!done.get()) {
                                var least = acknowledged.get();
                                var seen = byId ? value("o") : values(patient).getFirst();
                                if (seen < least) {
                                    synchronized (behind) {
                                        behind.add(seen + " after " + least);
                                    }
                                }
                            }
                            return byId;
                        }));
            }
            for (var value = 2; value <= 150; value++) {
                observation(value % 2 == 0 ? there : here, "o", patient, value);
                acknowledged.set(value);
            }
            done.set(true);
            for (var reader : readers) {
                reader.get();
            }
        }
        assertThat(behind).isEmpty();
    }

    private List<Integer> values(String whose) {
        return numbers(answer(() -> here.search(of(whose))));
    }

    private int value(String name) {
        return numbers(
                answer(() -> here.read("Observation", id(name), Sight.everything())).orElseThrow());
    }

    private String name(String name) {
        return answer(() -> here.read("Organization", id(name), Sight.everything()))
                .orElseThrow()
                .json()
                .path("name")
                .asString();
    }

    /// As a request does it.
    private <T> T answer(Supplier<T> work) {
        return Claims.answering(() -> {
            var answer = Claims.reading(work);
            log.record(line());
            return answer;
        });
    }

    private static SearchQuery of(String whose) {
        return SearchQuery.of("Observation", 20, new Criterion.OfPatients(Set.of(whose)));
    }

    private static List<Integer> numbers(SearchPage page) {
        return page.matches().stream().map(KeptIT::numbers).toList();
    }

    private static int numbers(Stored stored) {
        return stored.json().path("valueInteger").asInt();
    }

    private String id(String name) {
        return name + "-of-" + patient.replace("-other", "");
    }

    private void observation(PostgresStore store, String name, String whose, int value) {
        store.write(Write.unchecked(List.of(change(name, whose, value))));
    }

    private Change change(String name, String whose, int value) {
        return put(
                "{'resourceType':'Observation','id':'%s','subject':{'reference':'Patient/%s'},'valueInteger':%d}"
                        .formatted(id(name), whose, value));
    }

    private static void put(PostgresStore store, String json) {
        store.write(Write.unchecked(List.of(put(json))));
    }

    private static Change put(String json) {
        var resource = Json.parse(json.replace('\'', '"').getBytes(UTF_8));
        return Change.Put.of(PREPARATION.prepare(Resource.of(resource)));
    }

    private long lines() {
        return db.sql("select count(*) from audit").query(Long.class).single();
    }

    private static AuditEntry line() {
        return new AuditEntry(
                Instant.now(),
                Caller.command("test"),
                AuditEntry.Action.READ,
                "read",
                AuditEntry.Target.NONE,
                List.of(),
                200,
                AuditEntry.Source.HERE);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Counting extends DelegatingDataSource {
        private final AtomicInteger opened = new AtomicInteger();

        Counting(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            opened.incrementAndGet();
            return super.getConnection();
        }
    }
}
