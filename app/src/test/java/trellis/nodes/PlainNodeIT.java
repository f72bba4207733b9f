package trellis.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.TestServer;

/// Without TLS, on one machine, where a setting says so.
class PlainNodeIT {
    @TempDir static Path folder;

    @Test
    void an_assertion_counts_without_tls_only_where_that_is_allowed() throws Exception {
        var region = new Region(folder);
        region.node("south");
        region.node("north");
        var settings = new HashMap<>(region.settings("south", 0, ""));
        settings.keySet().removeIf(name -> name.startsWith("TRELLIS_TLS"));
        settings.put("TRELLIS_NODE_PLAIN", "true");
        settings.put("TRELLIS_NODE_ADDRESS", "http://127.0.0.1:1");
        try (var server = TestServer.start(settings);
                var client = HttpClient.newHttpClient()) {
            Region.meet(
                    server,
                    new Node(
                            "north",
                            "The north",
                            Set.of("ZN1"),
                            URI.create("http://127.0.0.1:1"),
                            "CN=north,O=Region",
                            true));
            var request = HttpRequest.newBuilder(server.at("/nodes/DocumentReference"));
            var bare = client.send(request.build(), BodyHandlers.ofString());
            assertThat(bare.statusCode()).isEqualTo(401);
            var assertion =
                    region.assertion(
                            "north", "south", "ZN1", "9000000009", Instant.now().plusSeconds(60));
            var signed =
                    client.send(
                            request.header("Authorization", "Bearer " + assertion).build(),
                            BodyHandlers.ofString());
            assertThat(signed.statusCode()).as(signed.body()).isEqualTo(200);
        }
    }
}
