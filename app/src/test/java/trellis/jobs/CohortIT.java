package trellis.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import trellis.Trellis;
import trellis.fhir.Json;
import trellis.settings.Settings;
import trellis.store.Snapshot;
import trellis.store.TestDatabase;

/// The whole synthetic cohort: loaded, counted, and loaded again in its other layout, which must
/// change nothing. The second load takes the fifty small records; `-Dtrellis.cohort=whole` takes all.
class CohortIT {
    private static final Path COHORT = Path.of("../../shared/data/cohort-200");
    private static final String BUNDLES =
            "whole".equals(System.getProperty("trellis.cohort"))
                    ? "bundles.ndjson.gz"
                    : "bundles-50.ndjson.gz";

    private final Terminal terminal = new Terminal();

    private int load(TestDatabase database, String... names) {
        var files = Stream.of(names).map(name -> COHORT.resolve(name).toString()).toList();
        var settings = Settings.read(database.environment(), Trellis.SETTINGS);
        return new Import(terminal.console(), settings, InputStream.nullInputStream()).run(files);
    }

    private static Set<String> idsIn(Path file) {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)), UTF_8))) {
            return lines.lines()
                    .map(line -> Json.parse(line.getBytes(UTF_8)).path("id").asString())
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The ids of each type, and that every one is at its first version.
    private static Map<String, Set<String>> ids(TestDatabase database) {
        var ids = new TreeMap<String, Set<String>>();
        try (var snapshot = Snapshot.of(database.dataSource(), java.time.Clock.systemUTC())) {
            for (var type : snapshot.counts(Instant.EPOCH).keySet()) {
                snapshot.each(
                        type,
                        Instant.EPOCH,
                        stored -> {
                            assertThat(stored.version()).as(stored.id()).isEqualTo(1);
                            ids.computeIfAbsent(type, _ -> new TreeSet<>()).add(stored.id());
                        });
            }
        }
        return ids;
    }

    private static Map<String, Set<String>> expected() throws IOException {
        var expected = new TreeMap<String, Set<String>>();
        try (var files = Files.list(COHORT.resolve("bulk"))) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                expected.put(name.substring(0, name.indexOf('.')), idsIn(file));
            }
        }
        return expected;
    }

    @Test
    void the_whole_cohort_is_stored_under_its_ids_and_the_other_layout_changes_nothing()
            throws IOException {
        assumeTrue(Files.isDirectory(COHORT), "the synthetic cohort is not here");
        try (var database = TestDatabase.fresh()) {
            assertThat(load(database, "bulk")).as(terminal::all).isZero();
            assertThat(terminal.out()).contains("197,314 new, 0 changed");
            var expected = expected();
            assertThat(ids(database)).isEqualTo(expected);

            assertThat(load(database, "organisations.json", BUNDLES)).isZero();

            assertThat(terminal.out().lines().toList().getLast()).contains(" 0 new, 0 changed");
            assertThat(ids(database)).isEqualTo(expected);
        }
    }

    @Test
    void bundles_are_stored_under_their_ids_and_once() {
        assumeTrue(Files.isDirectory(COHORT), "the synthetic cohort is not here");
        try (var database = TestDatabase.fresh()) {
            var files = List.of("organisations.json", "bundles-50.ndjson.gz");

            assertThat(load(database, files.toArray(String[]::new))).as(terminal::all).isZero();
            assertThat(load(database, files.toArray(String[]::new))).isZero();

            assertThat(terminal.out())
                    .contains("16,125 new, 0 changed, 0 already there")
                    .contains("0 new, 0 changed, 16,125 already there");
            assertThat(ids(database).get("Patient")).hasSize(50);
        }
    }
}
