package trellis.notices;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import trellis.notices.Delivery.Event;
import trellis.notices.Delivery.Why;
import trellis.notices.Notice.Channel;
import trellis.notices.Notice.Step;
import trellis.notices.NoticeRules.Next;

/// What a worker does: takes a notice that is due from the queue in the database, which nobody else can take meanwhile, and
/// moves it along its plan. What a worker that died had in hand comes back after two minutes.
///
/// @param mail carries mails; empty when that is not set up
/// @param texts carries texts; empty when that is not set up
/// @param contacts how the holder of an account can be told; empty when nobody is there to tell
record Telling(
        NoticeSql sql,
        NoticeSettings settings,
        Optional<Carrier> mail,
        Optional<Carrier> texts,
        LongFunction<Optional<Contact>> contacts) {
    /// Longer than the most patient carrier takes.
    private static final Duration IN_HAND = Duration.ofMinutes(2);

    /// Who was told so lately that something waits, and has not looked, is not told again of what came since.
    private static final Duration TOGETHER = Duration.ofMinutes(10);

    /// Takes one notice and does what is to be done about it by now.
    ///
    /// @return whether there was one
    boolean work(Instant now) {
        var until = now.plus(IN_HAND);
        var claimed = sql.claim(now, until);
        claimed.ifPresent(id -> {
            if (sql.locked(id, notice -> turn(notice, now)).orElse(new Next.Done())
                    instanceof Next.Try(var step)) {
                hand(id, step, now);
            }
            sql.locked(
                    id,
                    notice -> {
                        sql.release(id, until, due(NoticeRules.next(notice.steps(), now), now));
                        return id;
                    });
        });
        return claimed.isPresent();
    }

    private static Optional<Instant> due(Next next, Instant now) {
        return switch (next) {
            case Next.Try _ -> Optional.of(now);
            case Next.Wait(var until) -> Optional.of(until);
            case Next.Done _ -> Optional.empty();
        };
    }

    /// Whose turn it is. What needs no carrier happens at once; for what needs one, that it is about to be handed over is
    /// written down first.
    private Next turn(Notice notice, Instant now) {
        var contact = contacts.apply(notice.account());
        var planned = notice.steps().isEmpty() ? planned(notice, contact, now) : notice;
        if (planned.read().isPresent()) {
            read(planned, now);
            return new Next.Done();
        }
        var current = planned;
        while (NoticeRules.next(current.steps(), now) instanceof Next.Try(var step)) {
            var spared = spared(step, contact);
            if (spared.isPresent()) {
                current = happened(current, step.place(), new Event.Spared(spared.get()), now);
            } else {
                var outside = step.leg().channel() != Channel.APP;
                var told =
                        outside
                                ? sql.told(current, step.leg().channel(), now.minus(TOGETHER))
                                : Optional.of(now);
                var begun = happened(current, step.place(), new Event.Begun(), told.orElse(now));
                if (told.isEmpty()) {
                    // As it was, so that whoever hands it over knows whether somebody has tried
                    // before.
                    return new Next.Try(step);
                }
                current = happened(begun, step.place(), new Event.Accepted(), told.orElse(now));
            }
        }
        return NoticeRules.next(current.steps(), now);
    }

    private Notice planned(Notice notice, Optional<Contact> contact, Instant now) {
        var plan =
                contact.filter(Contact::person).isPresent() ? settings.people() : settings.staff();
        var steps =
                NoticeRules.steps(
                        NoticeRules.preferring(plan, contact.flatMap(Contact::first)), now);
        steps.forEach(step -> sql.keep(notice.id(), step));
        return with(notice, steps);
    }

    private Optional<Why> spared(Step step, Optional<Contact> contact) {
        var channel = step.leg().channel();
        if (contact.isEmpty()) {
            return Optional.of(Why.NOBODY);
        }
        if (!setUp(channel)) {
            return Optional.of(Why.NOT_SET_UP);
        }
        if (contact.get().refused().contains(channel)) {
            return Optional.of(Why.CHOICE);
        }
        return channel == Channel.APP || to(channel, contact.get()).isPresent()
                ? Optional.empty()
                : Optional.of(Why.NO_ADDRESS);
    }

    private static Optional<String> to(Channel channel, Contact contact) {
        return switch (channel) {
            case APP -> Optional.empty();
            case MAIL -> contact.mail();
            case TEXT -> contact.mobile();
        };
    }

    private void hand(long id, Step step, Instant now) {
        var notice = sql.locked(id, one -> one);
        var contact = notice.flatMap(one -> contacts.apply(one.account()));
        var channel = step.leg().channel();
        var carrier = channel == Channel.MAIL ? mail : texts;
        if (notice.isEmpty() || contact.isEmpty() || carrier.isEmpty()) {
            return;
        }
        var what =
                NoticeRules.outside(
                        notice.get().kind(),
                        contact.get().language(),
                        settings.address().orElseThrow());
        var again = !(step.state() instanceof Delivery.Created);
        to(channel, contact.get())
                .map(to -> carrier.get().carry(to, what, notice.get().reference(step), again))
                .ifPresent(event ->
                        sql.locked(id, current -> happened(current, step.place(), event, now)));
    }

    Notice happened(Notice notice, int place, Event event, Instant now) {
        var steps =
                notice.steps().stream()
                        .map(step -> step.place() == place ? step.after(event, now) : step)
                        .toList();
        keep(notice, steps);
        return with(notice, steps);
    }

    private static Notice with(Notice notice, List<Step> steps) {
        return new Notice(
                notice.id(),
                notice.account(),
                notice.kind(),
                notice.link(),
                notice.raised(),
                notice.read(),
                steps);
    }

    /// Somebody has read what waits.
    void read(Notice notice, Instant now) {
        keep(notice, NoticeRules.read(notice.steps(), now));
    }

    private void keep(Notice notice, List<Step> steps) {
        steps.stream()
                .filter(step -> !notice.steps().contains(step))
                .forEach(step -> sql.keep(notice.id(), step));
    }

    /// Which ways there are here.
    boolean setUp(Channel channel) {
        return switch (channel) {
            case APP -> true;
            case MAIL -> mail.isPresent() && settings.address().isPresent();
            case TEXT -> texts.isPresent() && settings.address().isPresent();
        };
    }
}
