package trellis.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static trellis.bulk.Exported.text;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Role;
import trellis.apps.AloneApp;
import trellis.fhir.Json;

/// `$import`: from a manifest to the records.
class ImportApiIT {
    @RegisterExtension
    static final TestServer server =
            TestServer.start(Map.of("TRELLIS_IMPORT_FROM", "any", "TRELLIS_JOBS_EACH", "200"));

    private static final Wire WIRE = new Wire(server);
    private static final Exported MACHINE = new Exported(server, WIRE.machine());
    private static final JdbcClient DB = JdbcClient.create(server.database().dataSource());
    private static final Map<String, byte[]> FILES = new ConcurrentHashMap<>();

    private static HttpServer elsewhere;

    @BeforeAll
    static void open() throws IOException {
        elsewhere =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        elsewhere.createContext(
                "/",
                exchange -> {
                    var file = FILES.get(exchange.getRequestURI().getPath());
                    if (file == null) {
                        exchange.sendResponseHeaders(404, -1);
                    } else {
                        exchange.sendResponseHeaders(200, file.length);
                        exchange.getResponseBody().write(file);
                    }
                    exchange.close();
                });
        elsewhere.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        elsewhere.start();
    }

    @AfterAll
    static void close() {
        elsewhere.stop(0);
    }

    private static String at(String name) {
        return "http://127.0.0.1:" + elsewhere.getAddress().getPort() + "/" + name;
    }

    private static String patients(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"resourceType\":\"Patient\",\"id\":\"" + prefix + i + "\"}\n")
                .collect(Collectors.joining());
    }

    private static String manifest(String... urls) {
        var inputs =
                java.util.Arrays.stream(urls)
                        .map(url -> "{\"type\":\"Patient\",\"url\":\"" + url + "\"}")
                        .collect(Collectors.joining(","));
        return "{\"inputFormat\":\"application/fhir+ndjson\",\"inputSource\":\"https://elsewhere.example\","
                + "\"storageDetail\":{\"type\":\"https\"},\"input\":["
                + inputs
                + "]}";
    }

    @Test
    void what_is_named_in_a_manifest_is_loaded_and_what_cannot_be_is_told() {
        FILES.put(
                "/one.ndjson",
                (patients("one-", 1200)
                                + "no json\n{\"resourceType\":\"Patient\",\"id\":\"x\",\"nonsense\":1}\n")
                        .getBytes(UTF_8));
        FILES.put("/two.ndjson", packed(patients("two-", 3)));

        var done =
                MACHINE.done(
                        MACHINE.taken(
                                "POST",
                                "/fhir/$import",
                                manifest(at("one.ndjson"), at("two.ndjson"), at("none.ndjson"))));

        assertThat(done.at("/output/0/count").asInt(-1)).isEqualTo(1200);
        assertThat(done.at("/output/0/created").asInt(-1)).isEqualTo(1200);
        assertThat(done.at("/output/0/rejected").asInt(-1)).isEqualTo(2);
        assertThat(done.at("/output/1/count").asInt(-1)).isEqualTo(3);
        assertThat(done.at("/output/2/rejected").asInt(-1)).isEqualTo(1);
        var errors = MACHINE.lines(done, "error", "OperationOutcome");
        assertThat(errors).hasSize(3);
        assertThat(errors.get(0)).contains("input 1, line 1201: ");
        assertThat(errors.get(1)).contains("input 1, line 1202: ", "nonsense");
        assertThat(errors.get(2))
                .contains("input 3: The input cannot be read: the other server answers 404");
        assertThat(WIRE.kept("Patient/one-1199").path("id").asString("")).isEqualTo("one-1199");
    }

    private static byte[] packed(String text) {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    @Test
    void parameters_say_the_same_as_a_manifest() {
        FILES.put("/three.ndjson", patients("three-", 2).getBytes(UTF_8));
        var parameters =
                """
                {"resourceType":"Parameters","parameter":[
                 {"name":"inputFormat","valueCode":"application/fhir+ndjson"},
                 {"name":"input","part":[{"name":"type","valueCode":"Patient"},{"name":"url","valueUri":"%s"}]}]}
                """
                        .formatted(at("three.ndjson"));
        var done = MACHINE.done(MACHINE.taken("POST", "/fhir/$import", parameters));
        assertThat(done.at("/output/0/count").asInt(-1)).isEqualTo(2);
        assertThat(done.path("error")).isEmpty();
    }

    @Test
    void an_import_goes_on_where_a_dying_node_was_and_tells_of_what_it_rejected_before() {
        FILES.put(
                "/four.ndjson",
                (patients("four-", 1) + "no json\n" + patients("five-", 1)).getBytes(UTF_8));
        var place = MACHINE.taken("POST", "/fhir/$import", manifest(at("four.ndjson")));
        var id = place.substring(place.lastIndexOf('/') + 1);
        MACHINE.done(place);
        // As if the node had died when the first two lines were done.
        DB.sql(
                        """
                        insert into import_progress
                               (file, name, began, updated, high, beyond, created, changed, same, rejected)
                        values (convert_to('bulk ' || ? || ' 0', 'UTF8'), 'x', now(), now(), 2, '{}', 1, 0, 0, 1)
                        """)
                .param(id)
                .update();
        DB.sql(
                        """
                        update bulk_job set state = 'running', worker = 'another', held = now() - interval '1 second'
                         where id = ?
                        """)
                .param(id)
                .update();

        var done = MACHINE.done(place);

        assertThat(done.at("/output/0/count").asInt(-1)).isEqualTo(2);
        assertThat(done.at("/output/0/same").asInt(-1)).isEqualTo(1);
        assertThat(done.at("/output/0/rejected").asInt(-1)).isEqualTo(1);
        assertThat(MACHINE.lines(done, "error", "OperationOutcome")).hasSize(1);
    }

    @Test
    void only_the_machine_and_apps_that_may_write_everything_import() {
        var order = manifest(at("three.ndjson"));
        var gp = new Exported(server, WIRE.account("import-gp", Role.GP, "ZR1"));
        assertThat(gp.ask("POST", "/fhir/$import", order).statusCode()).isEqualTo(403);
        var app = new Exported(server, AloneApp.token(server, "import-app", Role.SYSTEM, "ZR1"));
        assertThat(app.ask("POST", "/fhir/$import", order).statusCode()).isEqualTo(202);
        var clinician =
                new Exported(server, AloneApp.token(server, "import-other", Role.CLINICIAN, "ZR1"));
        assertThat(clinician.ask("POST", "/fhir/$import", order).statusCode()).isEqualTo(403);
    }

    @Test
    void what_cannot_be_fetched_is_refused_at_once() {
        for (var wrong :
                java.util.List.of(
                        manifest(),
                        manifest("ftp://elsewhere.example/x"),
                        manifest("file:///etc/passwd"),
                        manifest("https://somebody:secret@elsewhere.example/x"),
                        manifest("nowhere"),
                        manifest(at("one.ndjson"))
                                .replace("application/fhir+ndjson", "text/csv"))) {
            var answer = MACHINE.ask("POST", "/fhir/$import", wrong);
            assertThat(answer.statusCode()).as(wrong + text(answer)).isEqualTo(400);
        }
        assertThat(MACHINE.ask("GET", "/fhir/$import", "").statusCode()).isEqualTo(405);
        assertThat(
                        MACHINE.send(
                                        "POST",
                                        "/fhir/$import",
                                        Map.of("Content-Type", "application/fhir+json"),
                                        manifest(at("one.ndjson")))
                                .statusCode())
                .isEqualTo(400);
    }

    @Test
    void the_standard_setting_fetches_over_https_from_public_addresses_alone() {
        try (var strict = TestServer.start(Map.of())) {
            var machine = new Exported(strict, new Wire(strict).machine());
            assertThat(
                            machine.ask("POST", "/fhir/$import", manifest(at("one.ndjson")))
                                    .statusCode())
                    .isEqualTo(400);
            var done =
                    machine.done(
                            machine.taken(
                                    "POST",
                                    "/fhir/$import",
                                    manifest(
                                            "https://127.0.0.1:"
                                                    + elsewhere.getAddress().getPort()
                                                    + "/one.ndjson")));
            var why =
                    Json.parse(
                            machine.lines(done, "error", "OperationOutcome")
                                    .getFirst()
                                    .getBytes(UTF_8));
            assertThat(why.at("/issue/0/diagnostics").asString(""))
                    .isEqualTo(
                            "input 1: The input cannot be read: the address is none of the public internet");
        }
    }
}
