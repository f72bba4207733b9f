package trellis.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;
import trellis.Trellis;
import trellis.fhir.Json;
import trellis.settings.Settings;
import trellis.store.Snapshot;
import trellis.store.TestDatabase;

/// The export of a node, and its way into another one.
class ExportIT {
    private static TestDatabase database;

    @TempDir Path folder;

    private final Terminal terminal = new Terminal();

    @BeforeAll
    static void fill() {
        database = TestDatabase.fresh();
        var demo = Path.of("../demo").toString();
        new Import(new Terminal().console(), settings(database), InputStream.nullInputStream())
                .run(List.of(demo));
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    private static Settings settings(TestDatabase of) {
        return Settings.read(of.environment(), Trellis.SETTINGS);
    }

    private int export(String... arguments) {
        return new Export(terminal.console(), settings(database)).run(List.of(arguments));
    }

    /// Every body without version and time, by type and id.
    private static Map<String, ObjectNode> bodies(TestDatabase of) {
        var bodies = new TreeMap<String, ObjectNode>();
        try (var snapshot = Snapshot.of(of.dataSource(), java.time.Clock.systemUTC())) {
            for (var type : snapshot.counts(Instant.EPOCH).keySet()) {
                snapshot.each(
                        type,
                        Instant.EPOCH,
                        stored -> {
                            var json = stored.json();
                            ((ObjectNode) json.path("meta"))
                                    .remove(List.of("versionId", "lastUpdated"));
                            bodies.put(type + "/" + stored.id(), json);
                        });
            }
        }
        return bodies;
    }

    @Test
    void an_export_makes_the_same_node_elsewhere() {
        var target = folder.resolve("out");

        assertThat(export(target.toString())).isZero();

        try (var other = TestDatabase.fresh()) {
            var code =
                    new Import(terminal.console(), settings(other), InputStream.nullInputStream())
                            .run(List.of(target.toString()));
            assertThat(code).isZero();
            assertThat(bodies(other)).hasSize(16_168).isEqualTo(bodies(database));
        }
    }

    @Test
    void the_manifest_counts_what_is_in_each_file() throws IOException {
        var target = folder.resolve("out");
        export(target.toString(), "--type", "Patient,Flag");

        var manifest = Json.parse(Files.readAllBytes(target.resolve("manifest.json")));

        try (var files = Files.list(target)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "manifest.json", "Flag.ndjson.gz", "Patient.ndjson.gz");
        }
        assertThat(manifest.path("output").toString())
                .contains("{\"type\":\"Patient\",\"url\":\"Patient.ndjson.gz\",\"count\":56}");
        assertThat(lines(target.resolve("Patient.ndjson.gz"))).isEqualTo(56);
    }

    private static long lines(Path file) throws IOException {
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)), UTF_8))) {
            return in.lines().count();
        }
    }

    @Test
    void one_file_and_the_standard_output_hold_all_types() throws IOException {
        var file = folder.resolve("all.ndjson");

        export(file.toString(), "--type", "Patient,Flag");
        export("-", "--type", "Flag");

        assertThat(Files.readAllLines(file)).hasSizeGreaterThan(56);
        assertThat(terminal.out().lines()).allMatch(line -> line.contains("\"Flag\""));
    }

    @Test
    void nothing_is_exported_that_has_not_changed_since() {
        assertThat(export("-", "--since", "2999-01-01")).isZero();

        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void nothing_is_written_over() throws IOException {
        Files.writeString(folder.resolve("mine.txt"), "mine");

        assertThat(export(folder.toString())).isEqualTo(2);

        assertThat(terminal.err()).contains("is not empty");
    }
}
