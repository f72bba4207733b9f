package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchTime;
import trellis.store.Written.Outcome;

class PostgresStoreIT {

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static PostgresStore store;
    private static final Preparation PREPARATION = new Preparation();

    @BeforeAll
    static void open() {
        store = PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC());
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void rows_of_another_capability_are_written_though_no_resource_changes() {
        var rows = new ArrayList<String>();
        Write.Table<String> table = (_, some) -> rows.addAll(some);
        var written =
                store.write(
                        new Write(
                                List.of(),
                                Write.References.UNCHECKED,
                                List.of(new Write.Alongside<>(table, _ -> List.of("a refusal")))));
        assertThat(written).isEmpty();
        assertThat(rows).containsExactly("a refusal");
    }

    @Test
    void what_was_written_is_read_with_version_and_time_in_its_meta() {
        var written = put("{\"resourceType\":\"Patient\",\"id\":\"a1\",\"active\":true}");
        assertThat(written.outcome()).isEqualTo(Outcome.CREATED);

        var read = store.read("Patient", "a1").orElseThrow();
        assertThat(read.version()).isEqualTo(1);
        assertThat(new String(read.body(), UTF_8))
                .startsWith(
                        "{\"resourceType\":\"Patient\",\"id\":\"a1\",\"meta\":{\"versionId\":\"1\",\"lastUpdated\":\"20")
                .endsWith("Z\"},\"active\":true}");
        assertThat(read.lastUpdated()).isEqualTo(written.lastUpdated());
    }

    @Test
    void meta_stays_where_it_stood_and_keeps_what_was_in_it() {
        put(
                "{\"resourceType\":\"Patient\",\"id\":\"a2\",\"active\":true,"
                        + "\"meta\":{\"versionId\":\"77\",\"tag\":[{\"code\":\"x\"}]}}");
        assertThat(new String(store.read("Patient", "a2").orElseThrow().body(), UTF_8))
                .matches(
                        "\\{\"resourceType\":\"Patient\",\"id\":\"a2\",\"active\":true,\"meta\":\\{\"versionId\":\"1\","
                                + "\"lastUpdated\":\"[^\"]+\",\"tag\":\\[\\{\"code\":\"x\"}]}}");
    }

    @Test
    void the_same_content_again_makes_no_version() {
        var json = "{\"resourceType\":\"Patient\",\"id\":\"a3\",\"birthDate\":\"1970-01-01\"}";
        put(json);
        var again = put(json.replace("{\"resourceType", "{ \"resourceType"));
        assertThat(again.outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(again.version()).isEqualTo(1);
        assertThat(store.history("Patient", "a3", Long.MAX_VALUE, 10, Sight.everything()))
                .hasSize(1);
    }

    @Test
    void history_keeps_every_version_newest_first_and_a_deletion_is_one_of_them() {
        put("{\"resourceType\":\"Patient\",\"id\":\"a4\",\"gender\":\"male\"}");
        put("{\"resourceType\":\"Patient\",\"id\":\"a4\",\"gender\":\"female\"}");
        var deleted = store.write(Write.unchecked(List.of(delete("Patient", "a4")))).getFirst();
        assertThat(deleted.outcome()).isEqualTo(Outcome.DELETED);

        var history = store.history("Patient", "a4", Long.MAX_VALUE, 10, Sight.everything());
        assertThat(history).extracting(Stored::version).containsExactly(3L, 2L, 1L);
        assertThat(history).extracting(Stored::deleted).containsExactly(true, false, false);
        assertThat(history.get(1).json().path("gender").asString()).isEqualTo("female");
        assertThat(store.read("Patient", "a4").orElseThrow().deleted()).isTrue();
        assertThat(
                        store.read("Patient", "a4", 1, Sight.everything())
                                .orElseThrow()
                                .json()
                                .path("gender")
                                .asString())
                .isEqualTo("male");

        var back = put("{\"resourceType\":\"Patient\",\"id\":\"a4\",\"gender\":\"other\"}");
        assertThat(back.outcome()).isEqualTo(Outcome.CREATED);
        assertThat(back.version()).isEqualTo(4);
    }

    @Test
    void what_several_values_have_in_common_is_what_all_of_them_hold_for() {
        var born = SearchParameters.r4().find("Patient", "birthdate").orElseThrow();
        var family = SearchParameters.r4().find("Patient", "family").orElseThrow();
        for (var n = 0; n < 6; n++) {
            put(
                    "{\"resourceType\":\"Patient\",\"id\":\"common-%d\",\"birthDate\":\"1931-05-0%d\",\"name\":[{\"family\":\"%s\"}]}"
                            .formatted(n, 1 + n / 2, n % 2 == 0 ? "Wolsten" : "Featherstone"));
        }
        var days =
                new Criterion.AnyValue(
                        born,
                        List.of(
                                new Criterion.Test.Begins(
                                        Set.of(low("1931-05-01"), low("1931-05-03")))));
        var names = new Criterion.AnyValue(family, List.of(new Criterion.Test.Starts("wols")));
        var common = new Criterion.Common(List.of(days, names));
        assertThat(ids(common)).containsExactlyInAnyOrder("common-0", "common-4");
        assertThat(ids(common)).isEqualTo(ids(new Criterion.AllOf(List.of(days, names))));
        assertThat(ids(new Criterion.Common(List.of(names)))).hasSize(3);
    }

    private static long low(String day) {
        return SearchTime.parse(day).orElseThrow().low();
    }

    private static List<String> ids(Criterion criterion) {
        return store.search(SearchQuery.of("Patient", 10, criterion)).matches().stream()
                .map(Stored::id)
                .toList();
    }

    @Test
    void deleting_what_never_was_says_so() {
        assertThat(store.write(Write.unchecked(List.of(delete("Patient", "never")))))
                .extracting(Written::outcome)
                .containsExactly(Outcome.ABSENT);
        assertThat(store.read("Patient", "never")).isEmpty();
    }

    @Test
    void a_stale_change_is_refused_and_takes_its_companions_with_it() {
        put("{\"resourceType\":\"Patient\",\"id\":\"a5\",\"active\":true}");
        var stale =
                new Change.Put(
                        prepared("{\"resourceType\":\"Patient\",\"id\":\"a5\",\"active\":false}"),
                        OptionalLong.of(9),
                        false);
        var companion = Change.Put.of(prepared("{\"resourceType\":\"Patient\",\"id\":\"a6\"}"));
        assertThat(refusal(Write.unchecked(List.of(companion, stale))))
                .isEqualTo(new Problem.Stale("Patient/a5", 9, 1));
        assertThat(store.read("Patient", "a6")).isEmpty();
    }

    @Test
    void a_reference_must_lead_somewhere_when_that_is_asked() {
        var observation =
                "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"subject\":{\"reference\":\"Patient/nobody\"}}";
        var problem = refusal(enforced(Change.Put.of(prepared(observation))));
        assertThat(problem).isInstanceOf(Problem.Invalid.class);
        assertThat(((Problem.Invalid) problem).issues().getFirst().expression())
                .isEqualTo("Observation.subject");

        var together =
                store.write(
                        enforced(
                                Change.Put.of(prepared(observation)),
                                Change.Put.of(
                                        prepared(
                                                "{\"resourceType\":\"Patient\",\"id\":\"nobody\"}"))));
        assertThat(together).extracting(Written::outcome).containsOnly(Outcome.CREATED);

        assertThat(refusal(enforced(delete("Patient", "nobody"))))
                .isInstanceOf(Problem.Conflict.class);
        assertThat(store.write(enforced(delete("Patient", "nobody"), delete("Observation", "o1"))))
                .extracting(Written::outcome)
                .containsOnly(Outcome.DELETED);
    }

    @Test
    void a_record_that_goes_to_another_patient_takes_its_history_along() {
        var json =
                "{\"resourceType\":\"Observation\",\"id\":\"o2\",\"subject\":{\"reference\":\"Patient/%s\"}}";
        put(json.formatted("p-one"));
        put(json.formatted("p-two"));
        put(json.formatted("p-three"));
        assertThat(store.history("Observation", "o2", Long.MAX_VALUE, 10, Sight.everything()))
                .extracting(v -> v.json().path("subject").path("reference").asString())
                .containsExactly("Patient/p-three", "Patient/p-two", "Patient/p-one");
        assertThat(store.read("Observation", "o2").orElseThrow().patient())
                .isEqualTo(Keys.resource("Patient", "p-three"));
    }

    @Test
    void of_many_who_send_the_same_version_one_wins() throws Exception {
        put("{\"resourceType\":\"Patient\",\"id\":\"race\"}");
        var wins =
                together(
                        20,
                        n -> {
                            var change =
                                    new Change.Put(
                                            prepared(
                                                    "{\"resourceType\":\"Patient\",\"id\":\"race\",\"multipleBirthInteger\":"
                                                            + n
                                                            + "}"),
                                            OptionalLong.of(1),
                                            false);
                            try {
                                store.write(Write.unchecked(List.of(change)));
                                return 1;
                            } catch (Refused _) {
                                return 0;
                            }
                        });
        assertThat(wins.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1);
        assertThat(store.read("Patient", "race").orElseThrow().version()).isEqualTo(2);
    }

    @Test
    void many_who_create_one_id_make_versions_one_after_the_other() throws Exception {
        var versions =
                together(
                        20,
                        n ->
                                put("{\"resourceType\":\"Patient\",\"id\":\"new\",\"multipleBirthInteger\":"
                                                + n
                                                + "}")
                                        .version());
        assertThat(versions).doesNotHaveDuplicates().hasSize(20);
        assertThat(store.history("Patient", "new", Long.MAX_VALUE, 50, Sight.everything()))
                .hasSize(20);
    }

    @Test
    void work_on_one_condition_is_done_one_at_a_time() throws Exception {
        var created =
                together(
                        20,
                        _ ->
                                store.write(
                                                List.of("Patient?x"),
                                                view ->
                                                        Write.unchecked(
                                                                view.read("Patient", "once")
                                                                                .isPresent()
                                                                        ? List.of()
                                                                        : List.of(
                                                                                Change.Put.of(
                                                                                        prepared(
                                                                                                "{\"resourceType\":\"Patient\",\"id\":\"once\"}")))))
                                        .size());
        assertThat(created.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1);
    }

    private interface Numbered<T> {
        T call(int number);
    }

    private static <T> List<T> together(int callers, Numbered<T> work) throws Exception {
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<T>>();
            for (var i = 0; i < callers; i++) {
                var number = i;
                calls.add(() -> work.call(number));
            }
            var results = new ArrayList<T>();
            for (Future<T> future : pool.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static Write enforced(Change... changes) {
        return new Write(List.of(changes), Write.References.ENFORCED, List.of());
    }

    private static Change delete(String type, String id) {
        return new Change.Delete(type, id, OptionalLong.empty());
    }

    @Test
    void the_versions_of_a_record_are_those_of_what_it_holds() {
        put("{\"resourceType\":\"Patient\",\"id\":\"v1\"}");
        put(
                "{\"resourceType\":\"Flag\",\"id\":\"v2\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/v1\"},\"code\":{\"text\":\"x\"}}");
        put(
                "{\"resourceType\":\"Flag\",\"id\":\"v3\",\"status\":\"active\",\"subject\":{\"reference\":\"Patient/v1\"},\"code\":{\"text\":\"y\"}}");
        var first = versions();
        assertThat(first)
                .hasSize(3)
                .isEqualTo(
                        store.record(Set.of("v1"), TYPES, 10, Sight.everything()).stream()
                                .map(one -> new Store.Version(one.row(), one.version()))
                                .toList());

        put(
                "{\"resourceType\":\"Flag\",\"id\":\"v3\",\"status\":\"inactive\",\"subject\":{\"reference\":\"Patient/v1\"},\"code\":{\"text\":\"y\"}}");
        var second = versions();
        assertThat(second).hasSize(3).isNotEqualTo(first);

        store.write(
                Write.unchecked(List.of(new Change.Delete("Flag", "v2", OptionalLong.empty()))));
        assertThat(versions()).hasSize(2).isNotEqualTo(second);
        assertThat(store.versions(Set.of("v1"), Set.of("Flag"), 10, Sight.everything())).hasSize(1);
    }

    private static final Set<String> TYPES = Set.of("Patient", "Flag");

    private static List<Store.Version> versions() {
        return store.versions(Set.of("v1"), TYPES, 10, Sight.everything());
    }

    private static Written put(String json) {
        return store.write(Write.unchecked(List.of(Change.Put.of(prepared(json))))).getFirst();
    }

    private static Prepared prepared(String json) {
        return PREPARATION.prepare(Resource.of(Json.parse(json.getBytes(UTF_8))));
    }

    private static Problem refusal(Write write) {
        return catchThrowableOfType(Refused.class, () -> store.write(write)).problem();
    }
}
