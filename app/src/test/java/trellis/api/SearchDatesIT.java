package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Catalogue;
import trellis.store.Change;
import trellis.store.PostgresStore;
import trellis.store.Preparation;
import trellis.store.TestDatabase;
import trellis.store.Write;

/// Searches by date, case by case, as another server has written them down (`date-searches.txt`).
class SearchDatesIT {

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    /// Rows of both tables of HAPI, the compact ones counted for each of their six prefixes.
    private static final int CASES = 165 + 42;

    private static final SearchParser PARSER =
            new SearchParser(
                    Clock.systemUTC(),
                    new SearchCursors(new SecretKeySpec(new byte[32], "AES")),
                    Optional::empty,
                    new Catalogue());
    private static final Map<String, Set<String>> FOUND = new HashMap<>();
    private static PostgresStore store;

    /// One case.
    private record Case(String query, String stored, boolean found) {}

    private static List<Case> all() throws IOException {
        var all = new ArrayList<Case>();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        SearchDatesIT.class.getResourceAsStream(
                                                "date-searches.txt")),
                                UTF_8))) {
            for (var line : lines.lines().filter(l -> !l.startsWith("#")).toList()) {
                var parts = line.split(";", -1);
                var query = parts[0].replace("!", "");
                dates(parts[1]).forEach(date -> all.add(new Case(query, date, true)));
                dates(parts[2]).forEach(date -> all.add(new Case(query, date, false)));
            }
        }
        return all;
    }

    private static Stream<String> dates(String text) {
        return Arrays.stream(text.strip().split(" ")).filter(date -> !date.isEmpty());
    }

    static Stream<Arguments> cases() throws IOException {
        return all().stream().map(one -> Arguments.of(one.query(), one.stored(), one.found()));
    }

    @BeforeAll
    static void every_stored_date_is_an_observation() throws IOException {
        store = PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC());
        var preparation = new Preparation();
        var dates =
                all().stream()
                        .map(Case::stored)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        store.write(
                Write.unchecked(
                        dates.stream()
                                .map(date ->
                                        "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"effectiveDateTime\":\"%s\"}"
                                                .formatted(id(date), date))
                                .map(json -> Resource.of(Json.parse(json.getBytes(UTF_8))))
                                .map(one -> (Change) Change.Put.of(preparation.prepare(one)))
                                .toList()));
    }

    private static String id(String date) {
        return date.replace(":", ".");
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_date_is_found_as_the_table_says(String query, String stored, boolean found) {
        var ids =
                FOUND.computeIfAbsent(
                        query,
                        asked ->
                                store
                                        .search(
                                                PARSER.parse(
                                                                "Observation",
                                                                Parameter.parse(
                                                                        "_count=1000&date="
                                                                                + asked),
                                                                "",
                                                                false)
                                                        .query())
                                        .matches()
                                        .stream()
                                        .map(match -> match.id())
                                        .collect(Collectors.toSet()));
        assertThat(ids.contains(id(stored))).isEqualTo(found);
    }

    @Test
    void no_case_was_lost() throws IOException {
        assertThat(all()).hasSize(CASES);
    }
}
