package trellis.subscriptions;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.settings.Settings;
import trellis.store.Outbox;
import trellis.store.Rounds;

/// The door of telling others: keeps the rounds going in which what was written is given to those who want to know it, and told.
///
/// Three steps, each of which begins again where it was after a restart: the store notes what was written in the transaction of
/// the write ([Outbox]); [DispatchChanges] gives it, in order, to each Subscription that wants it; [DeliveryChanges] tells the
/// receiver, one message after the other, and goes on only when one was taken.
@Component
public final class Subscriptions {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration TIDIED = Duration.ofMinutes(1);

    private final DispatchChanges dispatch;
    private final DeliveryChanges delivery;
    private final StatusChanges statuses;
    private final SubscriptionSql sql;
    private final EventSql events;
    private final Outbox outbox;
    private final SubscriptionSettings settings;
    private final Clock clock;
    private final AtomicLong waiting;
    private final Rounds dispatching = Rounds.of("changes to be told", PAUSE, this::dispatch);
    private final Rounds delivering = Rounds.of("subscriptions", PAUSE, this::deliver);
    private final Rounds tidying = Rounds.of("old events of subscriptions", TIDIED, this::tidy);

    Subscriptions(
            DispatchChanges dispatch,
            DeliveryChanges delivery,
            StatusChanges statuses,
            DataSource database,
            Outbox outbox,
            Settings settings,
            Clock clock,
            MeterRegistry meters) {
        this.dispatch = dispatch;
        this.delivery = delivery;
        this.statuses = statuses;
        this.sql = new SubscriptionSql(database);
        this.events = new EventSql(database);
        this.outbox = outbox;
        this.settings = SubscriptionSettings.from(settings);
        this.clock = clock;
        this.waiting = new AtomicLong();
        meters.gauge("trellis.subscriptions.waiting", waiting);
    }

    @PostConstruct
    void begin() {
        dispatching.begin();
        delivering.begin();
        tidying.begin();
    }

    @PreDestroy
    void end() {
        delivery.close();
        dispatching.close();
        delivering.close();
        tidying.close();
    }

    private void dispatch() {
        while (dispatch.round() && !dispatching.closing()) {
            delivering.wake();
        }
        delivering.wake();
    }

    private void deliver() {
        delivery.round(delivering::wake);
    }

    private void bound() {
        var most = settings.waiting();
        var why =
                "More than "
                        + most
                        + " events wait, and no further ones are kept; send it again with the status"
                        + " requested to go on";
        for (var id : events.over(most, true)) {
            sql.one(id).ifPresent(one -> statuses.stop(one, why));
        }
        // What was on its way when it was stopped has come after it: it is thrown away the next
        // time.
        events.over(most, false).forEach(id -> events.cut(id, most));
    }

    private void tidy() {
        var now = clock.instant();
        bound();
        var before = now.minus(settings.kept());
        for (var id : events.late(before)) {
            sql.one(id)
                    .filter(one -> one.state() != Standing.State.OFF)
                    .ifPresent(one ->
                            statuses.alsoError(
                                    one,
                                    "Events older than "
                                            + settings.kept().toDays()
                                            + " days were dropped before they were told"));
        }
        events.forget(before);
        sql.forgetTokens(now);
        waiting.set(outbox.waiting(DispatchChanges.WATCHER) + events.waiting());
    }
}
