package trellis.api;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConcurrencyIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    @Test
    void of_two_updates_of_the_same_version_exactly_one_wins() throws Exception {
        for (var round = 0; round < 10; round++) {
            var id = wire().patient("{\"resourceType\":\"Patient\"}");
            var statuses =
                    together(
                            List.of("male", "female").stream()
                                    .map(gender ->
                                            (Callable<Integer>) () -> update(id, gender).status())
                                    .toList());

            assertThat(statuses).containsExactlyInAnyOrder(200, 412);
            assertThat(wire().get("/Patient/" + id).header("ETag")).isEqualTo("W/\"2\"");
        }
    }

    private static Wire.Reply update(String id, String gender) {
        var content =
                "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"gender\":\"%s\"}"
                        .formatted(id, gender);
        return wire().put("/Patient/" + id, content, "If-Match", "W/\"1\"");
    }

    @Test
    void fifty_conditional_creates_at_once_make_one() throws Exception {
        var value = UUID.randomUUID().toString();
        var condition = "identifier=https://x.example|" + value;
        var patient =
                "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"https://x.example\",\"value\":\"%s\"}]}"
                        .formatted(value);

        var replies =
                together(
                        IntStream.range(0, 50)
                                .mapToObj(_ ->
                                        (Callable<Wire.Reply>)
                                                () ->
                                                        wire().post(
                                                                        "/Patient",
                                                                        patient,
                                                                        "If-None-Exist",
                                                                        condition))
                                .toList());

        assertThat(replies.stream().collect(groupingBy(Wire.Reply::status, counting())))
                .isEqualTo(Map.of(201, 1L, 200, 49L));
        assertThat(replies.stream().map(Wire.Reply::id).distinct()).hasSize(1);
    }

    @Test
    void transactions_with_the_same_condition_make_one_and_all_refer_to_it() throws Exception {
        var value = UUID.randomUUID().toString();
        var bundle =
                """
                {"resourceType":"Bundle","type":"transaction","entry":[
                 {"fullUrl":"urn:uuid:7d8b1c1e-0000-4000-8000-000000000001",
                  "resource":{"resourceType":"Patient","identifier":[{"system":"https://x.example","value":"VALUE"}]},
                  "request":{"method":"POST","url":"Patient","ifNoneExist":"identifier=https://x.example|VALUE"}},
                 {"resource":{"resourceType":"Basic","code":{"text":"note"},
                   "subject":{"reference":"urn:uuid:7d8b1c1e-0000-4000-8000-000000000001"}},
                  "request":{"method":"POST","url":"Basic"}}]}\
                """
                        .replace("VALUE", value);

        var replies =
                together(
                        IntStream.range(0, 20)
                                .mapToObj(_ ->
                                        (Callable<Wire.Reply>)
                                                () ->
                                                        wire().post(
                                                                        "",
                                                                        bundle,
                                                                        "Prefer",
                                                                        "return=representation"))
                                .toList());

        assertThat(replies).allSatisfy(reply -> reply.is(200));
        assertThat(
                        replies.stream()
                                .map(r -> r.at("/entry/1/resource/subject/reference"))
                                .distinct())
                .hasSize(1);
        assertThat(
                        wire().get("/Patient?identifier=https://x.example%7C" + value)
                                .json()
                                .path("entry"))
                .hasSize(1);
    }

    /// Starts all at the same moment.
    private static <T> List<T> together(List<Callable<T>> calls) throws Exception {
        var start = new CountDownLatch(1);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var running =
                    calls.stream()
                            .map(call ->
                                    callers.submit(() -> {
                                        start.await();
                                        return call.call();
                                    }))
                            .toList();
            start.countDown();
            var results = new java.util.ArrayList<T>();
            for (Future<T> one : running) {
                results.add(one.get());
            }
            return results;
        }
    }
}
