package trellis.notices;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import trellis.notices.Delivery.Event;
import trellis.notices.Delivery.Receipt;
import trellis.notices.Delivery.Why;

/// What becomes of a step, for every state and every event.
class DeliveryRulesTest {

    static List<Delivery> states() {
        var all = new ArrayList<Delivery>();
        all.add(new Delivery.Created());
        for (var tries = 0; tries < DeliveryRules.MOST_TRIES; tries++) {
            all.add(new Delivery.Sending(tries));
        }
        all.add(new Delivery.Sent());
        all.add(new Delivery.Delivered());
        for (var why : Why.values()) {
            all.add(new Delivery.Failed(why));
            all.add(new Delivery.Skipped(why));
        }
        return all;
    }

    static List<Event> events() {
        var all = new ArrayList<Event>();
        all.add(new Event.Begun());
        all.add(new Event.Accepted());
        all.add(new Event.Faltered());
        all.add(new Event.Rejected());
        Arrays.stream(Why.values()).map(Event.Spared::new).forEach(all::add);
        Arrays.stream(Receipt.values()).map(Event.Received::new).forEach(all::add);
        return all;
    }

    /// The table, said otherwise than the rules say it: by what may lead where.
    private static Delivery expected(Delivery state, Event event) {
        var open = state instanceof Delivery.Created || state instanceof Delivery.Sending;
        var under = state instanceof Delivery.Sending;
        if (state instanceof Delivery.Delivered) {
            return state;
        }
        if (event instanceof Event.Received(var receipt)) {
            if (receipt == Receipt.DELIVERED) {
                return new Delivery.Delivered();
            }
            return open || state instanceof Delivery.Sent
                    ? new Delivery.Failed(
                            switch (receipt) {
                                case PERMANENT_FAILURE -> Why.PERMANENT;
                                case TEMPORARY_FAILURE -> Why.TEMPORARY;
                                case TECHNICAL_FAILURE, DELIVERED -> Why.TECHNICAL;
                            })
                    : state;
        }
        if (event instanceof Event.Spared(var why)) {
            return open ? new Delivery.Skipped(why) : state;
        }
        if (event instanceof Event.Begun) {
            return state instanceof Delivery.Created ? new Delivery.Sending(0) : state;
        }
        if (!under) {
            return state;
        }
        if (event instanceof Event.Accepted) {
            return new Delivery.Sent();
        }
        if (event instanceof Event.Rejected) {
            return new Delivery.Failed(Why.REFUSED);
        }
        var tries = ((Delivery.Sending) state).tries() + 1;
        return tries == DeliveryRules.MOST_TRIES
                ? new Delivery.Failed(Why.NO_CARRIER)
                : new Delivery.Sending(tries);
    }

    @TestFactory
    List<DynamicTest> every_state_answers_every_event() {
        var all = new ArrayList<DynamicTest>();
        for (var state : states()) {
            for (var event : events()) {
                all.add(
                        DynamicTest.dynamicTest(
                                state + " and " + event,
                                () ->
                                        assertThat(DeliveryRules.after(state, event))
                                                .isEqualTo(expected(state, event))));
            }
        }
        assertThat(all).hasSize(states().size() * events().size());
        return all;
    }

    @Test
    void pauses_grow_and_are_bounded() {
        assertThat(List.of(1, 2, 3, 4, 5, 50).stream().map(DeliveryRules::pause))
                .containsExactly(
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(8),
                        Duration.ofMinutes(30),
                        Duration.ofMinutes(30),
                        Duration.ofMinutes(30));
    }
}
