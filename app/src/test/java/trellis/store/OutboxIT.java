package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Outbox.Event;

/// What was written is noted for whoever waits for it: all of it, in order.
class OutboxIT {
    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final Preparation PREPARATION = new Preparation();
    private static final PostgresStore STORE =
            PostgresStore.on(DATABASE.dataSource(), Clock.systemUTC());
    private static final int RESOURCES = 3;

    private final Outbox outbox = new Outbox(DATABASE.dataSource());

    @AfterAll
    static void close() {
        STORE.close();
    }

    private static void put(String type, String id, int value) {
        var json =
                "{\"resourceType\":\""
                        + type
                        + "\",\"id\":\""
                        + id
                        + "\",\"language\":\"x-"
                        + value
                        + "\"}";
        STORE.write(
                Write.unchecked(
                        List.of(
                                Change.Put.of(
                                        PREPARATION.prepare(
                                                Resource.of(Json.parse(json.getBytes(UTF_8))))))));
    }

    private List<Event> taken(String watcher) {
        var all = new ArrayList<Event>();
        while (outbox.take(
                        watcher,
                        7,
                        events -> {
                            all.addAll(events);
                            return List.of();
                        },
                        (_, _) -> {})
                > 0) {
            // Until nothing is left.
        }
        return all;
    }

    @Test
    void versions_that_somebody_waits_for_are_taken_once_and_others_are_not_noted() {
        put("Basic", "before", 1);
        outbox.watch("one", () -> Set.of("Basic"));
        outbox.watch("two", () -> Set.of("Basic", "Group"));
        put("Basic", "a", 1);
        put("Basic", "a", 1);
        put("Basic", "a", 2);
        put("Group", "b", 1);
        put("Library", "c", 1);
        STORE.write(
                Write.unchecked(List.of(new Change.Delete("Basic", "a", OptionalLong.empty()))));
        assertThat(taken("one"))
                .extracting(event -> event.id() + event.version() + event.deleted())
                .containsExactly("a1false", "a2false", "a3true");
        assertThat(taken("one")).isEmpty();
        assertThat(outbox.waiting("two")).isEqualTo(4);
        assertThat(taken("two")).hasSize(4);
        outbox.watch("one", Set::of);
        outbox.watch("two", Set::of);
        put("Basic", "a", 3);
        assertThat(taken("one")).isEmpty();
    }

    @Test
    void what_is_not_done_is_not_taken() {
        outbox.watch("failing", () -> Set.of("Media"));
        put("Media", "a", 1);
        assertThatThrownBy(() ->
                        outbox.take(
                                "failing",
                                10,
                                _ -> {
                                    throw new IllegalStateException("not now");
                                },
                                (_, _) -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThat(taken("failing")).hasSize(1);
        outbox.watch("failing", Set::of);
    }

    @Test
    void versions_of_one_resource_are_in_order_whoever_writes_and_takes_meanwhile()
            throws InterruptedException {
        outbox.watch("busy", () -> Set.of("Slot"));
        var all = new ArrayList<Event>();
        var value = new AtomicInteger();
        var writers = Executors.newFixedThreadPool(6);
        for (var i = 0; i < 6; i++) {
            writers.execute(() -> {
                for (var n = 0; n < 40; n++) {
                    put("Slot", "s" + n % RESOURCES, value.incrementAndGet());
                }
            });
        }
        writers.shutdown();
        while (!writers.isTerminated()) {
            all.addAll(taken("busy"));
        }
        all.addAll(taken("busy"));
        var last = new HashMap<String, Long>();
        for (var event : all) {
            assertThat(event.version()).isEqualTo(last.getOrDefault(event.id(), 0L) + 1);
            last.put(event.id(), event.version());
        }
        assertThat(all).hasSize(240);
        assertThat(last).hasSize(RESOURCES);
        outbox.watch("busy", Set::of);
    }

    @Test
    void nothing_that_is_committed_after_somebody_began_to_wait_is_missed() throws Exception {
        try (var writer = Executors.newSingleThreadExecutor()) {
            var written = new AtomicInteger();
            var end = new AtomicInteger(Integer.MAX_VALUE);
            writer.execute(() -> {
                while (written.get() < end.get()) {
                    put("Schedule", "s", written.get() + 1);
                    written.incrementAndGet();
                }
            });
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> written.get() > 20);
            outbox.watch("late", () -> Set.of("Schedule"));
            var known = written.get();
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> written.get() > known + 20);
            end.set(0);
            writer.shutdown();
            assertThat(writer.awaitTermination(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            var versions = taken("late").stream().map(Event::version).toList();
            assertThat(versions.getFirst()).isLessThanOrEqualTo(known + 2L);
            for (var i = 1; i < versions.size(); i++) {
                assertThat(versions.get(i)).isEqualTo(versions.get(i - 1) + 1);
            }
            assertThat(versions.getLast()).isEqualTo(written.get());
            outbox.watch("late", Set::of);
        }
    }
}
