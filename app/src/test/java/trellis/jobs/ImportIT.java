package trellis.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.Trellis;
import trellis.settings.Settings;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.PostgresStore;
import trellis.store.SearchQuery;
import trellis.store.Stored;
import trellis.store.TestDatabase;

/// The import of every form it takes, and of much that it cannot take.
class ImportIT {
    private static final String ROSE =
            """
            {"resourceType":"Patient","id":"rose","name":[{"family":"Rose"}]}\
            """;
    private static final String FERN =
            """
            {"resourceType":"Patient","id":"fern","name":[{"family":"Fern"}]}\
            """;
    private static final String WRONG =
            """
            {"resourceType":"Patient","id":"wrong","birthDate":"yesterday"}\
            """;
    private static final String TRANSACTION =
            """
            {"resourceType":"Bundle","type":"transaction","entry":[
             {"fullUrl":"urn:uuid:5b0d2e7e-0000-4000-8000-000000000001",
              "resource":{"resourceType":"Patient","id":"oak"},
              "request":{"method":"PUT","url":"Patient/oak"}},
             {"fullUrl":"urn:uuid:5b0d2e7e-0000-4000-8000-000000000002",
              "resource":{"resourceType":"Encounter","status":"finished",
               "class":{"code":"AMB"},
               "subject":{"reference":"urn:uuid:5b0d2e7e-0000-4000-8000-000000000001"}},
              "request":{"method":"POST","url":"Encounter"}}]}
            """;

    @TempDir Path folder;

    private final TestDatabase database = TestDatabase.fresh();
    private final PostgresStore store = PostgresStore.on(database.dataSource(), Clock.systemUTC());
    private final Terminal terminal = new Terminal();

    @AfterEach
    void close() {
        store.close();
        database.close();
    }

    private int run(String... arguments) {
        return run(InputStream.nullInputStream(), arguments);
    }

    private int run(InputStream piped, String... arguments) {
        return run(Map.of(), piped, arguments);
    }

    private int run(Map<String, String> more, InputStream piped, String... arguments) {
        var environment = new HashMap<>(database.environment());
        environment.putAll(more);
        var settings = Settings.read(environment, Trellis.SETTINGS);
        return new Import(terminal.console(), settings, piped).run(List.of(arguments));
    }

    private String file(String name, String content) {
        return file(name, content.getBytes(UTF_8));
    }

    private String file(String name, byte[] content) {
        try {
            return Files.write(folder.resolve(name), content).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] packed(String content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private Stored stored(String type, String id) {
        return store.read(type, id).orElseThrow();
    }

    @Test
    void what_an_empty_node_is_given_is_found_at_once_and_need_not_be_gone_through_again()
            throws SQLException {
        assertThat(run(file("rose.ndjson", ROSE))).isZero();
        assertThat(counted("select count(*) from search_index where base = '*'")).isEqualTo(1);
        assertThat(counted("select count(*) from search_index where not ready")).isZero();
    }

    @Test
    void what_is_imported_is_found_by_search_parameters_that_were_added() {
        var parameter =
                """
                {"resourceType":"SearchParameter","id":"nick","url":"http://here.example/nick",\
                "name":"Nick","status":"active","description":"A nickname","code":"nick",\
                "base":["Patient"],"type":"token","expression":"Patient.name.use"}
                """;
        assertThat(run(file("parameter.ndjson", parameter))).isZero();
        var sorrel =
                """
                {"resourceType":"Patient","id":"sorrel","name":[{"use":"nickname","text":"Sorrel"}]}
                """;
        assertThat(run(file("sorrel.ndjson", sorrel))).isZero();
        var nickname = Keys.code(Keys.salt("Patient", "nick"), "nickname");
        var found =
                store.search(
                        SearchQuery.of("Patient", 5, new Criterion.AnyToken(Set.of(nickname))));
        assertThat(found.matches()).extracting(Stored::id).containsExactly("sorrel");
    }

    @Test
    void what_breaks_a_profile_that_is_to_hold_is_rejected_with_its_line() throws IOException {
        var numberless =
                """
                {"resourceType":"Patient","id":"thyme","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number"}]}
                """;
        var rejects = folder.resolve("rejects");
        var code =
                run(
                        Map.of(
                                "TRELLIS_PROFILES",
                                "Patient=https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"),
                        InputStream.nullInputStream(),
                        "--rejects",
                        rejects.toString(),
                        file("people.ndjson", ROSE.strip() + "\n" + numberless.strip() + "\n"));
        assertThat(code).isEqualTo(1);
        assertThat(store.read("Patient", "rose")).isPresent();
        assertThat(store.read("Patient", "thyme")).isEmpty();
        assertThat(terminal.all()).contains("1 rejected");
        assertThat(Files.readString(rejects))
                .contains("Patient.identifier[0]")
                .contains("\"line\":2");
    }

    private long counted(String sql) throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Test
    void resources_one_a_line_are_stored_under_their_ids() {
        assertThat(run(file("Patient.ndjson", ROSE + "\n\n" + FERN + "\n"))).isZero();

        assertThat(stored("Patient", "rose").json().at("/name/0/family").stringValue())
                .isEqualTo("Rose");
        assertThat(stored("Patient", "fern").version()).isEqualTo(1);
        assertThat(terminal.out()).contains("2 new, 0 changed, 0 already there, 0 rejected");
    }

    @Test
    void the_same_again_changes_nothing() {
        var file = file("Patient.ndjson", ROSE + "\n" + FERN + "\n");
        run(file);

        assertThat(run(file)).isZero();

        assertThat(stored("Patient", "rose").version()).isEqualTo(1);
        assertThat(terminal.out()).contains("0 new, 0 changed, 2 already there");
    }

    @Test
    void a_packed_file_is_known_by_its_bytes_not_its_name() throws IOException {
        assertThat(run(file("notes.txt", packed(ROSE + "\n")))).isZero();

        assertThat(stored("Patient", "rose").version()).isEqualTo(1);
    }

    @Test
    void what_comes_through_a_pipe_is_read() {
        var piped = new ByteArrayInputStream((ROSE + "\n" + FERN).getBytes(UTF_8));

        assertThat(run(piped, "-")).isZero();

        assertThat(stored("Patient", "fern").version()).isEqualTo(1);
    }

    @Test
    void a_bundle_laid_out_over_many_lines_is_one_transaction() {
        assertThat(run(file("bundle.json", TRANSACTION))).isZero();

        var encounter = stored("Encounter", "5b0d2e7e-0000-4000-8000-000000000002");
        assertThat(encounter.json().at("/subject/reference").stringValue())
                .isEqualTo("Patient/oak");
    }

    @Test
    void what_is_posted_under_a_uuid_is_not_made_twice() {
        var file = file("bundle.json", TRANSACTION);
        run(file);

        assertThat(run(file)).isZero();

        assertThat(terminal.out()).contains("0 new, 0 changed, 2 already there");
    }

    @Test
    void a_wrong_line_is_told_and_the_others_are_stored() {
        var file = file("Patient.ndjson", ROSE + "\n" + WRONG + "\n{\"broken\n" + FERN + "\n");

        assertThat(run(file)).isEqualTo(1);

        assertThat(stored("Patient", "rose").version()).isEqualTo(1);
        assertThat(stored("Patient", "fern").version()).isEqualTo(1);
        assertThat(terminal.err())
                .contains("Patient.ndjson, line 2, Patient.birthDate: ")
                .contains("Patient.ndjson, line 3, column 9: Not well-formed JSON")
                .doesNotContain("yesterday");
        assertThat(terminal.out()).contains("2 new").contains("2 rejected");
    }

    @Test
    void a_transaction_with_a_wrong_entry_is_rejected_whole_and_names_the_entry() {
        var wrong = TRANSACTION.replace("\"finished\"", "\"wandering\"").replace("\n", " ");
        var right = TRANSACTION.replace("oak", "elm").replace("\n", " ");
        var file = file("two.ndjson", wrong + "\n" + right + "\n");

        assertThat(run(file)).isEqualTo(1);

        assertThat(store.read("Patient", "oak")).isEmpty();
        assertThat(stored("Patient", "elm").version()).isEqualTo(1);
        assertThat(terminal.err())
                .contains("two.ndjson, line 1, Bundle.entry[1].resource.status: ");
        assertThat(terminal.out()).contains("2 new").contains("2 rejected");
    }

    @Test
    void of_a_batch_or_a_collection_all_is_stored_but_the_wrong() {
        var entry = "{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"Patient/%s\"}}";
        var batch =
                "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
                        + entry.formatted(ROSE, "rose")
                        + ","
                        + entry.formatted(WRONG, "wrong")
                        + "]}";
        var collection =
                "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":"
                        + WRONG
                        + "},{\"resource\":"
                        + FERN
                        + "}]}";

        assertThat(run(file("both.ndjson", batch + "\n" + collection + "\n"))).isEqualTo(1);

        assertThat(stored("Patient", "rose").version()).isEqualTo(1);
        assertThat(stored("Patient", "fern").version()).isEqualTo(1);
        assertThat(terminal.err())
                .contains("line 1, Bundle.entry[1].resource.birthDate")
                .contains("line 2, Bundle.entry[0].resource.birthDate");
    }

    @Test
    void a_folder_is_read_and_what_is_not_json_by_name_is_left_out() {
        file("a.ndjson", ROSE);
        file("b.json", FERN);
        file("notes.md", "# not this");

        assertThat(run(folder.toString())).isZero();

        assertThat(terminal.out()).contains("2 new");
        assertThat(terminal.err()).contains("1 files are not FHIR JSON by their names: left out");
    }

    @Test
    void xml_and_arrays_and_text_are_rejected_by_name() {
        var xml = file("a.json", "<Patient xmlns=\"http://hl7.org/fhir\"/>");
        var array = file("b.json", "[" + ROSE + "]");
        var text = file("c.json", "resourceType,id\nPatient,rose\n");

        assertThat(run(xml, array, text, file("d.json", ROSE))).isEqualTo(1);

        assertThat(terminal.err())
                .contains("a.json: This is XML")
                .contains("b.json: This is a JSON array")
                .contains("c.json: This is not JSON");
        assertThat(terminal.out()).contains("1 new");
    }

    @Test
    void of_a_file_that_breaks_off_what_was_whole_is_kept() throws IOException {
        var lines = new StringBuilder();
        for (var i = 0; i < 5_000; i++) {
            // Ids that do not pack well, so that a cut leaves many lines whole.
            lines.append(ROSE.replace("rose", "rose-" + Integer.toHexString(i * 0x9E3779B1)))
                    .append('\n');
        }
        var whole = packed(lines.toString());
        var file = file("cut.ndjson.gz", Arrays.copyOf(whole, whole.length / 2));

        assertThat(run(file)).isEqualTo(1);

        assertThat(stored("Patient", "rose-0").version()).isEqualTo(1);
        assertThat(terminal.err()).containsPattern("line \\d+: The packed file breaks off here");
    }

    @Test
    void a_line_beyond_the_limit_is_rejected_and_the_next_is_read() {
        var long_ = ROSE.replace("Rose", "R".repeat(2 << 20));
        var file = file("long.ndjson", long_ + "\n" + FERN + "\n");

        assertThat(run("--limit", "1", file)).isEqualTo(1);

        assertThat(terminal.err()).contains("line 1: The line is longer than 1 MB");
        assertThat(stored("Patient", "fern").version()).isEqualTo(1);
    }

    @Test
    void a_resource_that_stands_twice_ends_as_the_later_one() {
        var later = ROSE.replace("Rose", "Dog-Rose");

        assertThat(run(file("twice.ndjson", ROSE + "\n" + FERN + "\n" + later))).isZero();

        assertThat(stored("Patient", "rose").version()).isEqualTo(2);
        assertThat(stored("Patient", "rose").json().at("/name/0/family").stringValue())
                .isEqualTo("Dog-Rose");
    }

    @Test
    void every_reject_can_be_written_to_a_file() throws IOException {
        var rejects = folder.resolve("rejects.out");

        run("--rejects", rejects.toString(), file("Patient.ndjson", WRONG + "\n" + ROSE));

        assertThat(Files.readAllLines(rejects))
                .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .contains("\"line\":1")
                .contains("\"expression\":\"Patient.birthDate\"")
                .doesNotContain("yesterday");
    }

    @Test
    void a_file_that_is_not_there_is_one_sentence_and_could_not_run() {
        assertThat(run(folder.resolve("nothing.ndjson").toString())).isEqualTo(2);

        assertThat(terminal.err()).startsWith("trellis: there is no file or folder");
    }

    @Test
    void an_empty_file_is_nothing() {
        assertThat(run(file("empty.ndjson", ""))).isZero();

        assertThat(terminal.out()).contains("0 resources");
    }
}
