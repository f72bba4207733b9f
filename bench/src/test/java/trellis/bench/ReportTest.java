package trellis.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import trellis.fhir.Json;

class ReportTest {
    private static final double UNKNOWN = Double.NaN;

    private static Figures figures() {
        var figures = new Figures();
        figures.fact("Command", "./trellis bench --only <read> & \"more\"");
        figures.note("A peer's note <b>");
        figures.add(row("Trellis 1", "read", "closed, 16 clients", List.of(900.0, 1200.0, 1000.0)));
        figures.add(row("Peer <script>", "read", "closed, 16 clients", List.of(10.0)));
        figures.add(row("Trellis 1", "mix", "open, 700 a second", List.of(700.0)));
        return figures;
    }

    private static Figures.Row row(String server, String key, String loop, List<Double> rounds) {
        var latency = new Histogram(120_000_000L, 3);
        for (var i = 1; i <= 1_000; i++) {
            latency.recordValue(i * 100L);
        }
        var isPeer = server.startsWith("Peer");
        return new Figures.Row(
                server,
                new Workload(
                        key,
                        16,
                        "Read & <see>",
                        key.equals("mix") ? "= 100 read" : "GET Patient/1"),
                loop,
                "requests",
                2_000,
                10,
                rounds,
                Figures.Latency.of(latency),
                isPeer ? 3 : 0,
                isPeer ? "answered 500 <html>" : "",
                new Usage(
                        isPeer ? UNKNOWN : 4,
                        2,
                        1,
                        new Usage.Memory(5e8, 1e8, 2e8),
                        isPeer ? UNKNOWN : 4e8,
                        isPeer ? UNKNOWN : 2e6,
                        isPeer ? UNKNOWN : 6e6));
    }

    @Test
    void the_page_is_well_formed_and_asks_for_nothing_else() throws Exception {
        var html = new ReportPage(figures()).html();

        // Without what only HTML allows it is XML, so that nothing is left open.
        var xml = html.replaceAll("<(!doctype|meta)[^>]*>|<br>", "");
        var page =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(xml)));
        assertThat(page.getElementsByTagName("svg").getLength()).isGreaterThan(7);
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(html).doesNotContain("src=", "url(", "@import", "http");
    }

    @Test
    void the_page_escapes_what_others_say() {
        assertThat(new ReportPage(figures()).html())
                .contains(
                        "Peer &lt;script&gt;",
                        "Read &amp; &lt;see&gt;",
                        "A peer&#39;s note &lt;b&gt;",
                        "answered 500 &lt;html&gt;",
                        "&quot;more&quot;")
                .doesNotContain("<script", "NaN");
    }

    @Test
    void the_json_has_the_same_figures_as_numbers() {
        var json = Json.parse(new Report(figures()).json());

        var row = json.at("/rows/0");
        assertThat(row.path("perSecond").asInt()).isEqualTo(1_000);
        assertThat(row.path("rounds")).hasSize(3);
        assertThat(row.path("p50ms").asDouble()).isBetween(49.9, 50.1);
        assertThat(row.path("maxms").asDouble()).isBetween(99.9, 100.1);
        assertThat(row.path("serverCpuMillisEach").asDouble()).isEqualTo(2);
        assertThat(row.path("allocatedKilobytesEach").asInt()).isEqualTo(200);
        assertThat(row.path("walBytesEach").asInt()).isEqualTo(3_000);
        assertThat(json.at("/facts/Command").asString("")).contains("<read> & \"more\"");
        var peer = json.at("/rows/1");
        assertThat(peer.has("walBytesEach") || peer.has("serverCpuMillisEach")).isFalse();
        assertThat(peer.path("firstError").asString("")).isEqualTo("answered 500 <html>");
    }

    @Test
    void both_are_written(@TempDir Path folder) throws Exception {
        new Report(figures()).write(folder.resolve("new"));

        assertThat(Files.readString(folder.resolve("new/bench.html")))
                .startsWith("<!doctype html>");
        assertThat(folder.resolve("new/bench.json")).isNotEmptyFile();
    }

    @Test
    void the_command_is_told_without_tokens_and_folders() {
        assertThat(
                        Machine.command(
                                List.of(
                                        "--url",
                                        "http://127.0.0.1:8080/fhir",
                                        "--token",
                                        "secret",
                                        "--bundles",
                                        "/a/place/of/mine/bundles.ndjson.gz")))
                .isEqualTo(
                        "./trellis bench --url http://127.0.0.1:8080/fhir --token ... --bundles bundles.ndjson.gz");
    }

    @Test
    void what_a_jvm_says_of_its_memory_is_understood() {
        assertThat(
                        Jvm.allocated(
                                """
                                "main" #3 prio=5 cpu=27.19ms elapsed=9.03s allocated=9033M defined_classes=20
                                "worker" #30 cpu=1.00ms allocated=18440B defined_classes=0
                                "other" #31 cpu=1.00ms allocated=10K defined_classes=0
                                """))
                .isEqualTo(9033.0 * 1048576 + 18440 + 10240);
        assertThat(
                        Jvm.heap(
                                """
                                garbage-first heap   total reserved 6172672K, committed 606208K, used 83800K [0x0, 0x1)
                                 region size 4096K, 14 young (57344K), 1 survivors (4096K)
                                 Metaspace       used 40000K, committed 41000K, reserved 1114112K
                                """))
                .isEqualTo(83800.0 * 1024);
        assertThat(Jvm.heap("no such process")).isNaN();
        assertThat(Jvm.allocated("")).isNaN();
    }
}
