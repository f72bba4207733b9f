package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchTime;

/// What is slow is told of with its plan, and without anything of a patient.
class SlowSearchesIT {
    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final SearchTime BORN = SearchTime.parse("1971-12-14").orElseThrow();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @Test
    void a_slow_search_is_told_of_once_with_its_plan_and_without_values() throws Exception {
        try (var slow = slow(50);
                var store = store(slow)) {
            put(
                    store,
                    "{'resourceType':'Patient','id':'secret-id','birthDate':'1971-12-14','name':[{'family':'Secretname'}]}");

            var page = whileLocked(() -> store.search(people()));

            assertThat(page.matches()).hasSize(1);
            assertThat(slow.count()).isEqualTo(1);
            var line = requireNonNull(told.poll(20, TimeUnit.SECONDS));
            assertThat(line)
                    .startsWith("A search of Patient took ")
                    .contains("select ", "?", "  Limit  (cost=")
                    .doesNotContainIgnoringCase("secret")
                    .doesNotContain(Long.toString(BORN.low()), Long.toString(BORN.high()));
            assertThat(took(line)).isGreaterThanOrEqualTo(100);
            assertThat(told.poll(6, TimeUnit.SECONDS)).isNull();
        }
    }

    @Test
    void of_several_slow_searches_the_slowest_is_told_of() throws Exception {
        try (var slow = slow(50);
                var store = store(slow)) {
            whileLocked(() -> {
                slow.took(measured(), Duration.ofMillis(70).toNanos());
                slow.took(people(), Duration.ofMillis(60).toNanos());
                slow.took(people(), Duration.ofMillis(40).toNanos());
                return store.search(people());
            });
            slow.took(measured(), Duration.ofHours(1).toNanos());

            assertThat(requireNonNull(told.poll(20, TimeUnit.SECONDS)))
                    .startsWith("A search of Observation took 3600000 ms")
                    .contains("(slow besides it in these seconds: 3)")
                    .contains("Find the matches of a page")
                    .doesNotContain("7.25");
            assertThat(slow.count()).isEqualTo(4);
        }
    }

    @Test
    void what_is_quick_is_not_told_of_and_zero_tells_of_nothing() throws Exception {
        try (var patient = slow(600_000);
                var never = slow(0);
                var store = store(patient)) {
            whileLocked(() -> store.search(people()));
            never.took(people(), Duration.ofDays(1).toNanos());

            assertThat(told.poll(6, TimeUnit.SECONDS)).isNull();
            assertThat(patient.count() + never.count()).isZero();
        }
    }

    private SlowSearches slow(int millis) {
        return SlowSearches.begun(new SlowSettings(millis), DATABASE.dataSource(), told::add);
    }

    private static PostgresStore store(SlowSearches slow) {
        return PostgresStore.on(
                DATABASE.dataSource(),
                DATABASE.dataSource(),
                new Catalogue(),
                Kept.nothing(),
                Clock.systemUTC(),
                new Watch(new SimpleMeterRegistry(), slow));
    }

    private static void put(PostgresStore store, String json) {
        var resource = Json.parse(json.replace('\'', '"').getBytes(UTF_8));
        store.write(
                Write.unchecked(
                        List.of(Change.Put.of(new Preparation().prepare(Resource.of(resource))))));
    }

    private static SearchQuery people() {
        return SearchQuery.of(
                "Patient",
                20,
                new Criterion.AnyValue(
                        parameter("Patient", "family"),
                        List.of(new Criterion.Test.Starts("secretname"))),
                new Criterion.AnyValue(
                        parameter("Patient", "birthdate"),
                        List.of(
                                new Criterion.Test.When(
                                        Criterion.Prefix.EQ, BORN.low(), BORN.high()))));
    }

    private static SearchQuery measured() {
        var amount = new BigDecimal("7.25");
        return SearchQuery.of(
                "Observation",
                20,
                new Criterion.AnyValue(
                        parameter("Observation", "value-quantity"),
                        List.of(
                                new Criterion.Test.Amount(
                                        Criterion.Prefix.GT, amount, amount, 0, 0))));
    }

    private static SearchParameter parameter(String type, String code) {
        return SearchParameters.r4().find(type, code).orElseThrow();
    }

    /// Holds what every search reads for a while, so that one that comes meanwhile is slow.
    private static <T> T whileLocked(Supplier<T> search) throws SQLException {
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table res in access exclusive mode");
            var found = CompletableFuture.supplyAsync(search);
            statement.execute("select pg_sleep(0.3)");
            connection.commit();
            return found.join();
        }
    }

    private static long took(String line) {
        return Long.parseLong(line.replaceFirst("(?s)^A search of \\w+ took (\\d+) ms .*", "$1"));
    }
}
