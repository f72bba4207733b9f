package trellis.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownWeaknessesTest {
    private static final String BILL =
            """
            {"components": [
              {"purl": "pkg:maven/trellis/trellis-fhir@0.1.0-SNAPSHOT?type=jar"},
              {"purl": "pkg:maven/org.example/sound@1.2?type=jar"},
              {"purl": "pkg:maven/org.example/weak@3.4?type=jar"}]}
            """;

    private static final String KNOWN =
            "{\"results\": [{}, {\"vulns\": [{\"id\": \"GHSA-1\"}, {\"id\": \"GHSA-2\"}]}]}";

    @TempDir private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(URI list, String accepted) throws Exception {
        var bill = Files.writeString(folder.resolve("bill.json"), BILL);
        var fine = Files.writeString(folder.resolve("accepted.txt"), accepted);
        return new KnownWeaknesses(list, new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(bill, fine);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void a_part_with_a_weakness_is_named_until_it_is_accepted() throws Exception {
        var asked = new AtomicReference<String>("");
        var at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var server = HttpServer.create(at, 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.set(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    exchange.sendResponseHeaders(200, KNOWN.length());
                    exchange.getResponseBody().write(KNOWN.getBytes(StandardCharsets.UTF_8));
                    exchange.close();
                });
        server.start();
        try {
            var list = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
            assertThat(run(list, "# none\n")).isEqualTo(1);
            assertThat(said())
                    .contains("pkg:maven/org.example/weak@3.4: GHSA-1, GHSA-2")
                    .contains("2 parts, 1 with");
            assertThat(asked.get()).contains("sound@1.2\"").doesNotContain("trellis", "?type");
            assertThat(run(list, "GHSA-1 not reached from here\nGHSA-2 same\n")).isZero();
        } finally {
            server.stop(0);
        }
    }

    @Test
    void a_list_that_cannot_be_reached_is_said_and_stops_nothing() throws Exception {
        assertThat(run(URI.create("http://127.0.0.1:9/"), "")).isZero();
        assertThat(said()).contains("NOT CHECKED");
    }
}
