package trellis.notices;

import java.time.Duration;
import trellis.notices.Delivery.Created;
import trellis.notices.Delivery.Delivered;
import trellis.notices.Delivery.Event;
import trellis.notices.Delivery.Failed;
import trellis.notices.Delivery.Receipt;
import trellis.notices.Delivery.Sending;
import trellis.notices.Delivery.Sent;
import trellis.notices.Delivery.Skipped;
import trellis.notices.Delivery.Why;

/// What becomes of a step when something happens to it. Pure functions.
final class DeliveryRules {
    /// How often a carrier is tried before the next step of the plan has its turn.
    static final int MOST_TRIES = 5;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(30);
    private static final int GROWS_BY = 4;

    private DeliveryRules() {}

    /// The state after an event. What has arrived stays so, whatever is said later; a receipt that comes late or before its
    /// time counts; what cannot happen to a state leaves it alone.
    static Delivery after(Delivery state, Event event) {
        return switch (state) {
            case Created _ -> created(state, event);
            case Sending(var tries) -> sending(tries, event);
            case Sent _ -> sent(state, event);
            case Failed _, Skipped _ -> ended(state, event);
            case Delivered _ -> state;
        };
    }

    private static Delivery created(Delivery state, Event event) {
        return switch (event) {
            case Event.Begun _ -> new Sending(0);
            case Event.Spared(var why) -> new Skipped(why);
            case Event.Received(var receipt) -> received(receipt);
            case Event.Accepted _, Event.Faltered _, Event.Rejected _ -> state;
        };
    }

    private static Delivery sending(int tries, Event event) {
        return switch (event) {
            case Event.Begun _ -> new Sending(tries);
            case Event.Accepted _ -> new Sent();
            case Event.Faltered _ ->
                    tries + 1 < MOST_TRIES ? new Sending(tries + 1) : new Failed(Why.NO_CARRIER);
            case Event.Rejected _ -> new Failed(Why.REFUSED);
            case Event.Spared(var why) -> new Skipped(why);
            case Event.Received(var receipt) -> received(receipt);
        };
    }

    private static Delivery sent(Delivery state, Event event) {
        return switch (event) {
            case Event.Received(var receipt) -> received(receipt);
            case Event.Begun _,
                    Event.Accepted _,
                    Event.Faltered _,
                    Event.Rejected _,
                    Event.Spared _ ->
                    state;
        };
    }

    /// Only that it has arrived after all changes what has ended.
    private static Delivery ended(Delivery state, Event event) {
        return switch (event) {
            case Event.Received(var receipt) ->
                    receipt == Receipt.DELIVERED ? new Delivered() : state;
            case Event.Begun _,
                    Event.Accepted _,
                    Event.Faltered _,
                    Event.Rejected _,
                    Event.Spared _ ->
                    state;
        };
    }

    private static Delivery received(Receipt receipt) {
        return switch (receipt) {
            case DELIVERED -> new Delivered();
            case PERMANENT_FAILURE -> new Failed(Why.PERMANENT);
            case TEMPORARY_FAILURE -> new Failed(Why.TEMPORARY);
            case TECHNICAL_FAILURE -> new Failed(Why.TECHNICAL);
        };
    }

    /// How long to wait before a carrier is tried again: four times as long each time, half an hour at the most.
    ///
    /// @param tries how often it has failed, 1 or more
    static Duration pause(int tries) {
        var pause = FIRST_PAUSE;
        for (var n = 1; n < tries && pause.compareTo(LONGEST_PAUSE) < 0; n++) {
            pause = pause.multipliedBy(GROWS_BY);
        }
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
