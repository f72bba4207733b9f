package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.HistoryQuery.Scope;
import trellis.store.HistoryQuery.Span;

/// Histories of a type and of everything; which versions somebody may see.
class HistoriesIT {
    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final Preparation PREPARATION = new Preparation();
    private static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    private static PostgresStore store;

    @BeforeAll
    static void open() {
        store = PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC());
        put(patient("one"));
        put(patient("two"));
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void pages_of_a_type_hold_every_version_once_newest_first() {
        for (var id = 0; id < 7; id++) {
            for (var version = 0; version < 3; version++) {
                put(flag("paged" + id, "one", "v" + version));
            }
        }
        store.write(
                Write.unchecked(
                        List.of(new Change.Delete("Flag", "paged3", OptionalLong.empty()))));

        var found = all(new Scope.OfType("Flag"), 4, Sight.everything());

        var names = found.stream().filter(v -> v.stored().id().startsWith("paged")).toList();
        assertThat(names).hasSize(22);
        assertThat(names.stream().map(v -> v.stored().id() + "/" + v.stored().version()))
                .doesNotHaveDuplicates();
        assertThat(names)
                .extracting(v -> v.stored().lastUpdated())
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(names.getFirst().stored().deleted()).isTrue();
        assertThat(names).filteredOn(HistoryPage.Version::created).hasSize(7);
    }

    @Test
    void the_history_of_everything_holds_every_type() {
        put(flag("mixed", "one", "x"));
        put("{'resourceType':'Basic','id':'mixed','code':{'text':'x'}}");
        var types =
                all(new Scope.OfAll(), 50, Sight.everything()).stream()
                        .filter(v -> v.stored().id().equals("mixed"))
                        .map(v -> v.stored().type())
                        .toList();
        assertThat(types).containsExactly("Basic", "Flag");
        assertThat(all(new Scope.OfTypes(Set.of("Basic")), 50, Sight.everything()))
                .extracting(v -> v.stored().type())
                .containsOnly("Basic");
    }

    @Test
    void a_version_that_bore_a_label_stays_hidden_from_whom_it_was_hidden() {
        put(flag("labelled", "one", "x").replace("'id'", meta("R") + ",'id'"));
        put(flag("labelled", "one", "x"));

        assertThat(versions("labelled", Sight.everything())).containsExactly(2L, 1L);
        assertThat(versions("labelled", own("one"))).containsExactly(2L);
        assertThat(store.read("Flag", "labelled", 1, own("one"))).isEmpty();
        assertThat(store.read("Flag", "labelled", 2, own("one"))).isPresent();
    }

    @Test
    void a_label_that_came_later_hides_the_versions_before() {
        put(flag("sealed", "one", "x"));
        put(flag("sealed", "one", "x").replace("'id'", meta("R") + ",'id'"));
        assertThat(versions("sealed", own("one"))).isEmpty();
        assertThat(of("Flag", "sealed", own("one"))).isEmpty();
    }

    @Test
    void what_was_sealed_is_sealed_still_when_it_is_deleted() {
        put(flag("gone", "one", "x").replace("'id'", meta("R") + ",'id'"));
        put(flag("gone-plain", "one", "x"));
        store.write(
                Write.unchecked(
                        List.of(
                                new Change.Delete("Flag", "gone", OptionalLong.empty()),
                                new Change.Delete("Flag", "gone-plain", OptionalLong.empty()))));
        assertThat(versions("gone", own("one"))).isEmpty();
        assertThat(store.read("Flag", "gone", own("one"))).isEmpty();
        assertThat(versions("gone", Sight.everything())).containsExactly(2L, 1L);
        assertThat(versions("gone-plain", own("one"))).containsExactly(2L, 1L);
        assertThat(store.read("Flag", "gone-plain", own("one"))).isPresent();
    }

    @Test
    void a_version_about_another_patient_is_seen_by_whoever_sees_both() {
        put(flag("moved", "one", "x"));
        put(flag("moved", "two", "x"));
        assertThat(versions("moved", Sight.everything())).containsExactly(2L, 1L);
        assertThat(versions("moved", own("two"))).containsExactly(2L);
        assertThat(versions("moved", own("one"))).isEmpty();
        assertThat(versions("moved", own("one", "two"))).containsExactly(2L, 1L);
    }

    @Test
    void a_history_of_a_type_holds_what_may_be_seen_and_no_more() {
        put(flag("mine", "one", "x"));
        put(flag("mine", "one", "y"));
        put(flag("theirs", "two", "x"));
        var seen = all(new Scope.OfType("Flag"), 2, own("one"));
        assertThat(seen).extracting(v -> v.stored().id()).contains("mine").doesNotContain("theirs");
        assertThat(all(new Scope.OfAll(), 2, own("one")))
                .extracting(v -> v.stored().id())
                .contains("mine", "one")
                .doesNotContain("theirs", "two");
    }

    @Test
    void a_page_that_looked_long_enough_ends_and_says_where_to_go_on() throws SQLException {
        put(flag("before", "two", "x"));
        for (var id = 0; id < 25; id++) {
            put(flag("between" + id, "one", "x"));
        }
        var histories = new HistorySql(new ReadSql(new Bodies()), 10);
        var query = query(new Scope.OfType("Flag"), 5, own("two"), Optional.empty());
        var pages = new ArrayList<HistoryPage>();
        try (var connection = DATABASE.dataSource().getConnection()) {
            for (var next = Optional.of(query); next.isPresent(); ) {
                var page = histories.page(connection, next.get());
                pages.add(page);
                next =
                        page.next()
                                .map(p ->
                                        query(
                                                new Scope.OfType("Flag"),
                                                5,
                                                own("two"),
                                                Optional.of(p)));
            }
        }
        assertThat(pages.size()).isGreaterThan(2);
        assertThat(pages.stream().flatMap(page -> page.versions().stream()))
                .extracting(v -> v.stored().id())
                .contains("before")
                .doesNotHaveDuplicates();
    }

    @Test
    void what_was_current_at_a_moment_is_one_version() {
        put(flag("then", "one", "first"));
        var second = put(flag("then", "one", "second"));
        put(flag("then", "one", "third"));
        var moment = WriteSql.micros(second.lastUpdated());
        var query =
                new HistoryQuery(
                        new Scope.Of("Flag", "then"),
                        new Span(Long.MIN_VALUE, moment, moment + 1),
                        10,
                        Optional.empty(),
                        false,
                        Sight.everything());
        assertThat(store.history(query).versions())
                .extracting(v -> v.stored().version())
                .containsExactly(2L);
        var since =
                new HistoryQuery(
                        new Scope.Of("Flag", "then"),
                        new Span(moment, Long.MIN_VALUE, Long.MAX_VALUE),
                        10,
                        Optional.empty(),
                        false,
                        Sight.everything());
        assertThat(store.history(since).versions())
                .extracting(v -> v.stored().version())
                .containsExactly(3L, 2L);
    }

    /// An empty table would be read as a whole.
    @Test
    void a_page_is_ordered_scans_merged_and_nothing_is_sorted() throws SQLException {
        var ofType = plan(query(new Scope.OfType("Flag"), 50, own("one"), Optional.empty()));
        assertThat(ofType).contains("res_updated", "res_ended", "hist_type", "Merge Append");
        assertThat(ofType).doesNotContain("Seq Scan").doesNotContain("->  Sort");
        var place = Optional.of(new HistoryPage.Place(1, 1, 1));
        var later = plan(query(new Scope.OfType("Flag"), 50, Sight.everything(), place));
        assertThat(later).contains("res_updated", "res_ended", "hist_type", "Merge Append");
        assertThat(later).doesNotContain("Seq Scan").doesNotContain("->  Sort");
        var ofAll = plan(query(new Scope.OfAll(), 50, own("one"), Optional.empty()));
        assertThat(ofAll).contains("res_when", "hist_when", "Merge Append");
        assertThat(ofAll).doesNotContain("Seq Scan").doesNotContain("->  Sort");
    }

    private static String plan(HistoryQuery query) throws SQLException {
        var sql = new HistorySql(new ReadSql(new Bodies())).statement(query).toString();
        var text = new StringBuilder();
        var parts = sql.split("\\?", -1);
        for (var at = 0; at < parts.length; at++) {
            text.append(at == 0 ? "" : "$" + at).append(parts[at]);
        }
        var lines = new ArrayList<String>();
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("set enable_seqscan = off");
            statement.execute("set plan_cache_mode = force_generic_plan");
            statement.execute("deallocate all");
            statement.execute("prepare read as " + text);
            var values = String.join(", ", java.util.Collections.nCopies(parts.length - 1, "null"));
            var call = parts.length == 1 ? "" : " (" + values + ")";
            try (var rows = statement.executeQuery("explain execute read" + call)) {
                while (rows.next()) {
                    lines.add(rows.getString(1));
                }
            }
            statement.execute("discard all");
        }
        return String.join("\n", lines);
    }

    private static List<HistoryPage.Version> all(Scope scope, int count, Sight sight) {
        var all = new ArrayList<HistoryPage.Version>();
        var place = Optional.<HistoryPage.Place>empty();
        do {
            var page = store.history(query(scope, count, sight, place));
            all.addAll(page.versions());
            place = page.next();
        } while (place.isPresent());
        return all;
    }

    private static HistoryQuery query(
            Scope scope, int count, Sight sight, Optional<HistoryPage.Place> after) {
        return new HistoryQuery(scope, Span.ALWAYS, count, after, false, sight);
    }

    private static List<Long> versions(String id, Sight sight) {
        return store.history("Flag", id, Long.MAX_VALUE, 50, sight).stream()
                .map(Stored::version)
                .toList();
    }

    private static List<HistoryPage.Version> of(String type, String id, Sight sight) {
        return all(new Scope.Of(type, id), 10, sight);
    }

    /// What a person sees of themselves, nothing restricted.
    private static Sight own(String... patients) {
        var parts = new ArrayList<Sight.Own.Part>();
        for (var patient : patients) {
            parts.add(
                    new Sight.Own.Part(patient, Set.of("Patient", "Flag"), Set.of(SYSTEM + "|R")));
        }
        return new Sight.Own(parts, Set.of("Basic"));
    }

    private static String meta(String label) {
        return "'meta':{'security':[{'system':'" + SYSTEM + "','code':'" + label + "'}]}";
    }

    private static String patient(String id) {
        return "{'resourceType':'Patient','id':'" + id + "'}";
    }

    private static String flag(String id, String patient, String text) {
        return "{'resourceType':'Flag','id':'%s','status':'active','code':{'text':'%s'},'subject':{'reference':'Patient/%s'}}"
                .formatted(id, text, patient);
    }

    private static Written put(String json) {
        var resource = Resource.of(Json.parse(json.replace('\'', '"').getBytes(UTF_8)));
        return store.write(
                        Write.unchecked(
                                List.of(
                                        new Change.Put(
                                                PREPARATION.prepare(resource),
                                                OptionalLong.empty(),
                                                false))))
                .getFirst();
    }
}
