package trellis.subscriptions;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import trellis.access.Askers;
import trellis.access.Caller;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.settings.Settings;
import trellis.store.Store;
import trellis.subscriptions.NotificationRules.Head;
import trellis.subscriptions.NotificationRules.Kind;
import trellis.subscriptions.NotificationRules.Told;
import trellis.subscriptions.Standing.Event;
import trellis.subscriptions.Standing.State;
import trellis.subscriptions.Wanted.Way;
import trellis.subscriptions.Wanted.Wire;

/// Tells receivers: one thread for each Subscription that has something to be done, at most as many as there are permits, one
/// message after the other. A node holds a Subscription while it works it; one that stops or dies leaves it to another.
@Component
final class DeliveryChanges {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryChanges.class);
    private static final int AT_ONCE = 32;
    private static final int EACH = 8;
    private static final int ROUNDS = 50;
    private static final Duration TURN = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 4 << 20;
    private static final int MESSAGES = 100;
    private static final Duration HELD = Duration.ofMinutes(3);
    private static final Duration ENDING = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final String NOBODY =
            "Whoever asked for it may not ask any more: their token was revoked, or their account or app closed";

    private final SubscriptionSql sql;
    private final EventSql events;
    private final Store store;
    private final Askers askers;
    private final WantedReads reads;
    private final TellingReads telling;
    private final StatusChanges statuses;
    private final DispatchChanges dispatch;
    private final SocketChanges sockets;
    private final SenderReads senders;
    private final SubscriptionSettings settings;
    private final Clock clock;
    private final Counter sent;
    private final Counter failed;
    private final Semaphore permits = new Semaphore(AT_ONCE);
    private volatile boolean closing;

    DeliveryChanges(
            DataSource database,
            Store store,
            Askers askers,
            WantedReads reads,
            TellingReads telling,
            StatusChanges statuses,
            DispatchChanges dispatch,
            SocketChanges sockets,
            SenderReads senders,
            Settings settings,
            Clock clock,
            MeterRegistry meters) {
        this.sql = new SubscriptionSql(database);
        this.events = new EventSql(database);
        this.store = store;
        this.askers = askers;
        this.reads = reads;
        this.telling = telling;
        this.statuses = statuses;
        this.dispatch = dispatch;
        this.sockets = sockets;
        this.senders = senders;
        this.settings = SubscriptionSettings.from(settings);
        this.clock = clock;
        this.sent = meters.counter("trellis.subscriptions.sent");
        this.failed = meters.counter("trellis.subscriptions.failed");
    }

    /// Begins what is to be done and has room.
    ///
    /// @param freed what is done when there is room again after there was none
    void round(Runnable freed) {
        sweep();
        var room = closing ? 0 : permits.drainPermits();
        if (room == 0) {
            return;
        }
        var worker = UUID.randomUUID().toString();
        List<Standing> mine = List.of();
        try {
            var now = clock.instant();
            mine = sql.claim(sockets.ids(), worker, now, now.plus(HELD), room, EACH);
        } finally {
            permits.release(room - mine.size());
        }
        var full = mine.size() == room;
        for (var standing : mine) {
            Thread.ofVirtual()
                    .name("subscription")
                    .start(() -> {
                        work(standing, worker);
                        if (full) {
                            freed.run();
                        }
                    });
        }
    }

    private void sweep() {
        var ids = sockets.ids();
        if (!ids.isEmpty()) {
            sockets.sweep(ids, sql.some(ids));
        }
    }

    /// No further message is begun, and what is under way is waited for.
    void close() {
        closing = true;
        try {
            if (!permits.tryAcquire(AT_ONCE, ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.info("Receivers are still waited for; another node goes on with them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(Standing standing, String worker) {
        try {
            done(standing, worker);
        } catch (RuntimeException e) {
            // What it says may hold what the log must not.
            LOG.warn(
                    "Subscription/{} could not be worked: {}",
                    standing.id(),
                    e.getClass().getName());
            later(standing, e);
        } finally {
            permits.release();
            try {
                sql.release(standing.id(), worker);
            } catch (RuntimeException e) {
                LOG.debug("a Subscription is let go of by time", e);
            }
        }
    }

    /// Whatever went wrong, it is not tried again at once: the turns are for the others too.
    private void later(Standing standing, RuntimeException fault) {
        try {
            if (DispatchChanges.isAway(fault)) {
                var now = clock.instant();
                sql.failed(
                        standing,
                        standing.failing().orElse(now),
                        now.plus(pause(standing.failures())));
            } else {
                faltered(
                        standing,
                        "It could not be carried out here; the log of the server says more");
            }
        } catch (RuntimeException e) {
            LOG.debug("a Subscription that failed is held until its time is over", e);
        }
    }

    private void done(Standing standing, String worker) {
        var stored = store.read("Subscription", standing.id());
        if (stored.isEmpty() || stored.get().deleted()) {
            sql.remove(standing.id());
            return;
        }
        var status = stored.get().json().path("status").asString("");
        var now = clock.instant();
        if (status.equals("off") || (standing.state() == State.CHANGED && status.equals("error"))) {
            statuses.become(standing, State.valueOf(status.toUpperCase(java.util.Locale.ROOT)), "");
            return;
        }
        if (standing.ends().filter(end -> !end.isAfter(now)).isPresent()) {
            statuses.become(standing, State.OFF, "");
            return;
        }
        var caller = askers.again(standing.caller(), standing.shown());
        if (caller.isEmpty()) {
            sockets.close(standing.id());
            statuses.become(standing, State.ERROR, NOBODY);
            return;
        }
        try {
            var wanted = reads.of(stored.get().json(), caller.get(), standing.base());
            if (standing.state() == State.ACTIVE) {
                tell(standing, wanted, caller.get(), worker);
            } else {
                begin(standing, wanted, worker);
            }
        } catch (Refused e) {
            if (e.problem() instanceof Problem.Unavailable) {
                throw e;
            }
            statuses.become(
                    standing,
                    State.ERROR,
                    "It cannot be carried out as it stands now: send it again to see why");
        }
    }

    // --- the beginning ---------------------------------------------------------------------------

    /// What is written from now on is noted before the receiver is asked, so that nothing lies between.
    private void begin(Standing standing, Wanted wanted, String worker) {
        if (!wanted.wants(clock.instant())) {
            statuses.become(standing, State.OFF, "");
            return;
        }
        sql.read(standing, wanted);
        dispatch.watch();
        if (wanted.channel().way() == Way.WEBSOCKET || wanted.wire() == Wire.PLAIN) {
            statuses.become(standing, State.ACTIVE, "");
            return;
        }
        var head = head(standing, wanted, "requested", standing.numbered());
        var greeting = message(head, wanted, Kind.HANDSHAKE, List.of());
        if (!holds(standing, worker)) {
            return;
        }
        var why = senders.of(wanted).send(standing, wanted, greeting);
        why.ifPresent(_ -> failed.increment());
        statuses.become(
                standing,
                why.isEmpty() ? State.ACTIVE : State.ERROR,
                why.map(words -> "The handshake failed. " + words).orElse(""));
    }

    // --- events ----------------------------------------------------------------------------------

    private void tell(Standing standing, Wanted wanted, Caller first, String worker) {
        var caller = Optional.of(first);
        var over = clock.instant().plus(TURN);
        for (var i = 0; i < MESSAGES && goesOn(over) && caller.isPresent(); i++) {
            var some = next(standing, wanted, caller.get(), worker);
            if (some.isEmpty()) {
                heartbeat(standing, wanted, worker);
                return;
            }
            if (!told(standing, wanted, caller.get(), some, worker)) {
                return;
            }
            // Rights are asked again before each message.
            caller = askers.again(standing.caller(), standing.shown());
        }
    }

    private boolean goesOn(Instant over) {
        return !closing && clock.instant().isBefore(over);
    }

    private boolean holds(Standing standing, String worker) {
        return sql.hold(standing, worker, clock.instant().plus(HELD));
    }

    /// Much that may not be seen is passed over before something comes, so the time is made longer on the way.
    private List<Event> next(Standing standing, Wanted wanted, Caller caller, String worker) {
        var most = wanted.channel().most();
        var some = events.unsent(standing.id(), most);
        var more = true;
        for (var i = 0; i < ROUNDS && some.size() < most && more; i++) {
            if (!holds(standing, worker)) {
                return List.of();
            }
            more = telling.number(caller, standing.id());
            some = events.unsent(standing.id(), most);
        }
        return some;
    }

    /// @return whether it goes on
    private boolean told(
            Standing standing, Wanted wanted, Caller caller, List<Event> some, String worker) {
        var told = new ArrayList<Told>();
        var bytes = 0;
        var last = some.getFirst();
        for (var event : some) {
            var one = telling.told(caller, event, wanted, wanted.channel().content());
            var size = one.map(NotificationRules::size).orElse(0);
            if (!told.isEmpty() && bytes + size > MOST_BYTES) {
                break;
            }
            // What has its number and may not be seen any more is passed over.
            one.ifPresent(told::add);
            bytes += size;
            last = event;
        }
        // Right before it is sent: it may have been written, or deleted, while it was looked at.
        if (!holds(standing, worker)) {
            return false;
        }
        if (!told.isEmpty()) {
            telling.record(caller, standing.id(), told);
            var head = head(standing, wanted, "active", told.getLast().event().number());
            var message = message(head, wanted, Kind.EVENT, told);
            var why = senders.of(wanted).send(standing, wanted, message);
            if (why.isPresent()) {
                faltered(standing, why.get());
                return false;
            }
            sent.increment();
        }
        var now = clock.instant();
        events.sent(standing.id(), last.place(), now);
        sql.said(standing.id(), now);
        return true;
    }

    private void heartbeat(Standing standing, Wanted wanted, String worker) {
        var now = clock.instant();
        var due =
                wanted.channel()
                        .heartbeat()
                        .filter(period ->
                                standing.said()
                                        .filter(said -> said.plus(period).isAfter(now))
                                        .isEmpty());
        if (due.isEmpty() || wanted.wire() == Wire.PLAIN || !holds(standing, worker)) {
            return;
        }
        var number = sql.one(standing.id()).map(Standing::numbered).orElse(0L);
        var head = head(standing, wanted, "active", number);
        senders.of(wanted)
                .send(standing, wanted, message(head, wanted, Kind.HEARTBEAT, List.of()))
                .ifPresentOrElse(
                        why -> faltered(standing, why), () -> sql.said(standing.id(), now));
    }

    /// A websocket that is gone is no failure: what waits goes to the next.
    private void faltered(Standing standing, String why) {
        failed.increment();
        if (!sockets.ids().contains(standing.id()) && why.equals("Nobody is connected")) {
            return;
        }
        var now = clock.instant();
        var known = sql.one(standing.id()).orElse(standing);
        var since = known.failing().orElse(now);
        if (Duration.between(since, now).compareTo(settings.patience()) >= 0) {
            statuses.become(standing, State.ERROR, why);
        } else {
            sql.failed(standing, since, now.plus(pause(known.failures())));
        }
    }

    /// Twice as long after each failure, up to an hour, and never all at one time.
    private Duration pause(int failures) {
        var longest = settings.retry().toMillis() << Math.min(failures, 20);
        var bounded = Math.min(longest, LONGEST_PAUSE.toMillis());
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(bounded / 2, bounded + 1));
    }

    // --- messages --------------------------------------------------------------------------------

    private static Head head(Standing standing, Wanted wanted, String status, long number) {
        return new Head(
                standing.base(),
                standing.id(),
                wanted.topic().url(),
                status,
                number,
                Optional.empty());
    }

    /// A message as a receiver wants it.
    Sender.Message message(Head head, Wanted wanted, Kind kind, List<Told> told) {
        var channel = wanted.channel();
        var words = NotificationRules.words(head, kind, told);
        if (wanted.wire() == Wire.PLAIN && channel.way() != Way.WEBSOCKET) {
            return plain(wanted, told, words);
        }
        var bundle = NotificationRules.bundle(head, kind, channel.content(), told, now());
        var type = channel.way() == Way.EMAIL ? "application/fhir+json" : channel.payload();
        return new Sender.Message("POST", "", NotificationRules.written(bundle, type), type, words);
    }

    /// R4's own way: a request without content, or the resource put where it belongs below the endpoint.
    private static Sender.Message plain(Wanted wanted, List<Told> told, String words) {
        var payload = wanted.channel().payload();
        if (told.isEmpty() || wanted.channel().content() != Wanted.Content.FULL) {
            return new Sender.Message("POST", "", new byte[0], "", words);
        }
        var stored = told.getFirst().stored();
        return new Sender.Message(
                "PUT",
                stored.type() + "/" + stored.id(),
                NotificationRules.written(stored.json(), payload),
                payload,
                words);
    }

    private Instant now() {
        return clock.instant();
    }
}
