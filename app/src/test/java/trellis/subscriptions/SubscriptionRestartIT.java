package trellis.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static trellis.subscriptions.Asking.filtered;
import static trellis.subscriptions.Asking.wanted;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.Wire;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Write;
import trellis.subscriptions.Receiver.Event;

/// What was written before a stop is told after the start.
class SubscriptionRestartIT {
    @RegisterExtension
    static final TestServer server =
            TestServer.start(
                    Map.of(
                            "TRELLIS_SUBSCRIPTIONS_TO",
                            "any",
                            "TRELLIS_SUBSCRIPTIONS_RETRY",
                            "1",
                            "TRELLIS_SUBSCRIPTIONS_PATIENCE",
                            "3600"));

    @Test
    void nothing_is_lost_when_the_receiver_and_the_server_are_down() {
        var asking = new Asking(server, new Wire(server).machine());
        try (var receiver = new Receiver()) {
            asking.keep(
                    "Organization/ZR1", "{'resourceType':'Organization','id':'ZR1','name':'T'}");
            asking.patient("down");
            asking.begin(
                    filtered(
                            wanted(
                                    "down",
                                    "urn:trellis:topic:record-change",
                                    "rest-hook",
                                    receiver.url("/d"),
                                    "id-only"),
                            "Observation?patient=Patient/down"));
            receiver.answers(() -> 503);
            for (var i = 1; i <= 5; i++) {
                asking.observation("down-" + i, "down", "final", i);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> receiver.calls().size() >= 3);
            // The last is committed and nobody has looked at it yet.
            var json = Asking.observationJson("down-6", "down", "final", 6).replace('\'', '"');
            var content =
                    server.bean(Preparation.class)
                            .prepare(
                                    Resource.of(
                                            trellis.fhir.Json.parse(
                                                    json.getBytes(
                                                            java.nio.charset.StandardCharsets
                                                                    .UTF_8))));
            server.bean(Store.class)
                    .write(Write.unchecked(java.util.List.of(Change.Put.of(content))));
            server.stop();
            receiver.answers(() -> 200);
            server.startAgain();
            await().atMost(Duration.ofSeconds(60)).until(() -> receiver.events().size() >= 6);
            assertThat(receiver.events())
                    .containsExactly(
                            new Event(1, "Observation/down-1"),
                            new Event(2, "Observation/down-2"),
                            new Event(3, "Observation/down-3"),
                            new Event(4, "Observation/down-4"),
                            new Event(5, "Observation/down-5"),
                            new Event(6, "Observation/down-6"));
            var again = new Asking(server, new Wire(server).machine());
            assertThat(again.get("Subscription/down").body()).contains("\"status\":\"active\"");
            var left =
                    JdbcClient.create(server.database().dataSource())
                            .sql("select count(*) from outbox")
                            .query(Long.class)
                            .single();
            assertThat(left).isZero();
        }
    }
}
