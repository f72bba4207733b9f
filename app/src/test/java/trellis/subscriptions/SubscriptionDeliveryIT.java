package trellis.subscriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static trellis.subscriptions.Asking.filtered;
import static trellis.subscriptions.Asking.wanted;
import static trellis.subscriptions.Asking.with;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.Wire;
import trellis.access.Role;
import trellis.subscriptions.Receiver.Event;

/// Told once and in order, whatever nodes, other owners and receivers do.
class SubscriptionDeliveryIT {
    private static final String ANY = "urn:trellis:topic:record-change";
    private static final int WAITING = 40;

    /// How many of one owner are worked at a time.
    private static final int EACH = 8;

    @RegisterExtension
    static final TestServer server =
            TestServer.start(
                    Map.of(
                            "TRELLIS_SUBSCRIPTIONS_TO",
                            "any",
                            "TRELLIS_SUBSCRIPTIONS_RETRY",
                            "1",
                            "TRELLIS_SUBSCRIPTIONS_PATIENCE",
                            "3600",
                            "TRELLIS_SUBSCRIPTIONS_WAITING",
                            Integer.toString(WAITING)));

    private static final Wire WIRE = new Wire(server);
    private static final Asking MACHINE = new Asking(server, WIRE.machine());

    private final Receiver receiver = new Receiver();

    @BeforeAll
    static void fill() {
        MACHINE.keep("Organization/ZR1", "{'resourceType':'Organization','id':'ZR1','name':'T'}");
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    private static ObjectNode hook(String id, String url, String patient) {
        return filtered(
                wanted(id, ANY, "rest-hook", url, "id-only"),
                "Observation?patient=Patient/" + patient);
    }

    private static List<Event> told(Receiver receiver, int least) {
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> receiver.events().size() >= least);
        return receiver.events();
    }

    private static List<Long> numbers(Receiver receiver) {
        return receiver.events().stream().map(Event::number).toList();
    }

    private static double sent(TestServer node) {
        return node.bean(MeterRegistry.class).counter("trellis.subscriptions.sent").count();
    }

    @Test
    void two_nodes_on_one_database_tell_each_event_once_and_in_order() throws Exception {
        MACHINE.patient("two");
        try (var second = server.beside()) {
            var there = new Asking(second, new Wire(second).machine());
            MACHINE.begin(with(hook("two", receiver.url("/two"), "two"), "backport-max-count", 3));
            var before = sent(server);
            var written = new AtomicInteger();
            try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var asking : List.of(MACHINE, there)) {
                    writers.execute(() -> {
                        for (var value = 1; value <= 10; value++) {
                            asking.observation(
                                    "two-" + asking.server().port(), "two", "final", value);
                            written.incrementAndGet();
                        }
                    });
                }
            }
            // Until either has told something.
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        there.observation("two-more", "two", "final", written.incrementAndGet());
                        told(receiver, written.get());
                        return sent(server) > before && sent(second) > 0;
                    });
            told(receiver, written.get());
            assertThat(numbers(receiver))
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, written.get()).boxed().toList());
            assertThat(sent(server) - before + sent(second))
                    .isEqualTo(receiver.taken("event-notification").size());
        }
    }

    @Test
    void one_owner_with_much_to_be_told_leaves_turns_for_another() {
        var greedy = new Asking(server, WIRE.account("greedy", Role.CLINICIAN, "ZR1"));
        var modest = new Asking(server, WIRE.account("modest", Role.CLINICIAN, "ZR1"));
        MACHINE.patient("share");
        // More than a node works at once, of all owners together.
        var many = 34;
        var events = 10;
        try (var slow = new Receiver()) {
            for (var i = 0; i < many; i++) {
                var one =
                        with(hook("greedy-" + i, slow.url("/g"), "share"), "backport-timeout", 60);
                assertThat(greedy.put(one).statusCode()).isEqualTo(201);
            }
            for (var i = 0; i < many; i++) {
                greedy.awaitStatus("greedy-" + i, "active");
            }
            modest.begin(hook("modest", receiver.url("/m"), "share"));
            var held = new AtomicInteger();
            var most = new AtomicInteger();
            var gate = new CountDownLatch(1);
            slow.answers(() -> {
                most.accumulateAndGet(held.incrementAndGet(), Math::max);
                hold(gate);
                held.decrementAndGet();
                return 200;
            });
            for (var i = 1; i <= events; i++) {
                MACHINE.observation("share-" + i, "share", "final", i);
            }
            told(receiver, events);
            assertThat(numbers(receiver))
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, events).boxed().toList());
            // What is told to the one says nothing of how far the other has come.
            await().atMost(Duration.ofSeconds(60)).until(() -> most.get() > 0);
            assertThat(most.get()).isLessThanOrEqualTo(EACH);
            assertThat(slow.events()).isEmpty();
            gate.countDown();
            assertThat(told(slow, many * events)).hasSize(many * events);
            assertThat(most.get()).isLessThanOrEqualTo(EACH);
        }
    }

    private static void hold(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void past_the_bound_no_more_is_kept_and_the_first_are_told_when_it_goes_on() {
        MACHINE.patient("full");
        // Two at once, because what was tried already is kept, however much it is.
        var subscription = with(hook("full", receiver.url("/f"), "full"), "backport-max-count", 2);
        MACHINE.begin(subscription);
        receiver.answers(() -> 503);
        for (var i = 1; i <= WAITING + 5; i++) {
            MACHINE.observation("full-" + i, "full", "final", i);
        }
        // It is looked at once a minute.
        await().atMost(Duration.ofSeconds(150))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> MACHINE.get("Subscription/full").body().contains("\"error\""));
        assertThat(MACHINE.get("Subscription/full").body())
                .contains("More than " + WAITING + " events wait");
        MACHINE.observation("full-lost", "full", "final", 1);
        // What another is told of, written later, shows that this has been given on. The other may
        // be told of this too.
        try (var other = new Receiver()) {
            MACHINE.begin(hook("full-other", other.url("/o"), "full"));
            MACHINE.observation("full-later", "full", "final", 1);
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            other.events().stream()
                                    .anyMatch(one -> one.focus().equals("Observation/full-later")));
        }
        receiver.answers(() -> 200);
        MACHINE.begin(subscription);
        MACHINE.observation("full-after", "full", "final", 1);
        told(receiver, WAITING + 1);
        var expected = new ArrayList<Event>();
        for (var i = 1; i <= WAITING; i++) {
            expected.add(new Event(i, "Observation/full-" + i));
        }
        expected.add(new Event(WAITING + 1, "Observation/full-after"));
        assertThat(receiver.events()).containsExactlyElementsOf(expected);
    }

    @Test
    void receivers_that_never_read_nor_answer_hold_nobody_up_and_are_tried_again_later() {
        MACHINE.patient("mute");
        MACHINE.patient("heard");
        // All turns that one owner has.
        var all = new ArrayList<ObjectNode>();
        var mute = new Receiver();
        for (var i = 0; i < EACH; i++) {
            all.add(with(hook("mute-" + i, mute.url("/" + i), "mute"), "backport-timeout", 1));
        }
        all.forEach(one -> assertThat(MACHINE.put(one).statusCode()).isEqualTo(201));
        all.forEach(one -> MACHINE.awaitStatus(one.path("id").asString(""), "active"));
        MACHINE.begin(hook("heard", receiver.url("/h"), "heard"));
        var port = mute.port();
        mute.close();
        try (var silent = new MuteReceiver(port)) {
            MACHINE.observation("mute-1", "mute", "final", 1);
            await().atMost(Duration.ofSeconds(30)).until(() -> silent.connections() >= EACH);
            MACHINE.observation("mute-2", "mute", "final", 2);
            MACHINE.observation("heard-1", "heard", "final", 1);
            assertThat(told(receiver, 1)).containsExactly(new Event(1, "Observation/heard-1"));
            // Each is tried again, and not without a pause.
            await().atMost(Duration.ofSeconds(30)).until(() -> silent.connections() >= 2 * EACH);
            assertThat(silent.connections()).isLessThan(6 * EACH);
        }
        try (var back = new Receiver(port)) {
            told(back, 2 * EACH);
            for (var i = 0; i < EACH; i++) {
                var path = "/" + i;
                var mine = new ArrayList<Event>();
                back.taken("event-notification").stream()
                        .filter(call -> call.path().equals(path))
                        .forEach(call -> mine.addAll(Receiver.events(call.status())));
                assertThat(mine)
                        .containsExactly(
                                new Event(1, "Observation/mute-1"),
                                new Event(2, "Observation/mute-2"));
            }
        }
    }

    @Test
    void one_that_does_not_read_what_is_too_much_to_be_taken_in_unread_is_given_up_too() {
        MACHINE.patient("large");
        var first = new Receiver();
        MACHINE.begin(
                with(
                        filtered(
                                wanted("large", ANY, "rest-hook", first.url("/l"), "full-resource"),
                                "DocumentReference?patient=Patient/large"),
                        "backport-timeout",
                        1));
        var port = first.port();
        first.close();
        try (var silent = new MuteReceiver(port)) {
            MACHINE.keep(
                    "DocumentReference/large",
                    "{'resourceType':'DocumentReference','id':'large','status':'current','subject':{'reference':'Patient/large'},"
                            + "'content':[{'attachment':{'contentType':'text/plain','data':'"
                            + "QUFB".repeat(2 << 20)
                            + "'}}]}");
            await().atMost(Duration.ofSeconds(60)).until(() -> silent.connections() >= 2);
        }
        try (var back = new Receiver(port)) {
            assertThat(told(back, 1)).containsExactly(new Event(1, "DocumentReference/large"));
        }
    }

    @Test
    void what_is_answered_with_500_is_told_again_before_anything_later_and_nothing_is_lost() {
        MACHINE.patient("again");
        MACHINE.begin(with(hook("again", receiver.url("/a"), "again"), "backport-max-count", 2));
        var failures = new AtomicInteger(3);
        receiver.answers(() -> failures.getAndDecrement() > 0 ? 500 : 200);
        for (var i = 1; i <= 9; i++) {
            MACHINE.observation("again-" + i, "again", "final", i);
        }
        told(receiver, 9);
        var expected = new ArrayList<Event>();
        for (var i = 1; i <= 9; i++) {
            expected.add(new Event(i, "Observation/again-" + i));
        }
        assertThat(receiver.events()).containsExactlyElementsOf(expected);
        var failed = receiver.calls().stream().filter(call -> call.answer() == 500).toList();
        assertThat(failed)
                .hasSize(3)
                .allSatisfy(call ->
                        assertThat(Receiver.events(call.status()).getFirst())
                                .isEqualTo(new Event(1, "Observation/again-1")));
    }
}
