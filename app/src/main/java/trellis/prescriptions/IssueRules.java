package trellis.prescriptions;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What may happen to one issue of a prescription, and what becomes of it. Source: the states of fulfilment and the cancellation
/// rules of the NHS Digital medicines implementation guide; where they say nothing, `docs/clarifications.md`.
final class IssueRules {
    /// How long after dispensing a claim is taken.
    static final Duration CLAIMABLE = Duration.ofDays(180);

    private IssueRules() {}

    /// What an event makes of an issue.
    ///
    /// @throws EpsError.Refusal when it may not happen now
    static Issue next(Issue issue, Event event, Instant now) {
        return answered(after(issue, event, now));
    }

    /// Nothing more comes of an issue that is over: what was handed over in part stays so, and no cancellation of it waits any more.
    private static Issue answered(Issue issue) {
        return issue.state().over() && issue.lines().stream().anyMatch(Line::pending)
                ? issue.with(
                        issue.lines().stream()
                                .map(line -> line.pending() ? line.answered() : line)
                                .toList())
                : issue;
    }

    private static Issue after(Issue issue, Event event, Instant now) {
        return switch (event) {
            case Event.Release(var by) -> released(issue, by, now);
            case Event.Return(var by, _) -> returned(issue, by);
            case Event.Notify told -> notified(issue, told, now);
            case Event.Withdraw(var by, var notification, _) -> withdrawn(issue, by, notification);
            case Event.Cancel cancel -> cancelled(issue, cancel).issue();
            case Event.Claim claim -> claimed(issue, claim, now);
            case Event.Turn(var due) -> turned(issue, due);
            case Event.Due _ -> due(issue);
            case Event.Expire _ -> expired(issue, now);
            case Event.Lapse _ -> lapsed(issue);
        };
    }

    // --- releasing and returning -----------------------------------------------------------------

    private static Issue released(Issue issue, String by, Instant now) {
        return switch (issue.state()) {
            case State.ToBeDispensed _ -> {
                if (overdue(issue, now)) {
                    throw tooOld();
                }
                yield issue.in(new State.WithDispenser(by))
                        .with(open(issue, line -> line.is(LineStatus.WITH_DISPENSER)));
            }
            case State.WithDispenser(var holder) -> throw held(holder, by);
            case State.Active(var holder) -> throw held(holder, by);
            case State.Cancelled _, State.FutureCancelled _ ->
                    throw EpsError.PRESCRIPTION_CANCELLED.refusal("It has been cancelled");
            case State.Expired _ -> throw tooOld();
            case State.Dispensed _, State.NotDispensed _, State.Claimed _, State.NotClaimed _ ->
                    throw EpsError.PRESCRIPTION_DISPENSED.refusal(
                            "It is done: " + issue.state().words());
            case State.Awaiting _, State.FutureRepeat _, State.FuturePrescription _ ->
                    throw wrong(issue, "it may not be dispensed yet");
        };
    }

    /// Its last day is over, whether or not that has been noted yet.
    private static boolean overdue(Issue issue, Instant now) {
        return !now.isBefore(issue.expires());
    }

    private static EpsError.Refusal tooOld() {
        return EpsError.PRESCRIPTION_EXPIRED.refusal("It has expired");
    }

    private static Issue returned(Issue issue, String by) {
        holds(issue, by);
        if (!(issue.state() instanceof State.WithDispenser)) {
            throw wrong(issue, "only what has been downloaded and not touched can be returned");
        }
        var lines =
                open(
                        issue,
                        line ->
                                line.cancellation()
                                        .map(line::cancelled)
                                        .orElseGet(() -> line.is(LineStatus.TO_BE_DISPENSED)));
        return issue.with(lines)
                .in(
                        lines.stream().allMatch(line -> line.status().over())
                                ? new State.Cancelled()
                                : new State.ToBeDispensed());
    }

    // --- dispensing ------------------------------------------------------------------------------

    private static Issue notified(Issue issue, Event.Notify told, Instant now) {
        holds(issue, told.by());
        var from = told.replaces().map(before -> without(issue, before)).orElse(issue);
        if (!(from.state() instanceof State.WithDispenser)
                && !(from.state() instanceof State.Active)) {
            throw wrong(issue, "it is not being dispensed");
        }
        told.items().keySet().stream()
                .filter(id -> from.lines().stream().noneMatch(line -> line.id().equals(id)))
                .findFirst()
                .ifPresent(id -> {
                    throw EpsError.ITEM_NOT_FOUND.refusal("The prescription has no item " + id);
                });
        if (overdue(issue, now) && (told.replaces().isEmpty() || handsOverMore(issue, told))) {
            throw tooOld();
        }
        var lines = from.lines().stream().map(line -> line(line, told.items())).toList();
        var to = result(lines, told.by());
        if (!to.code().equals(told.to())) {
            throw EpsError.PRESCRIPTION_INVALID_STATE_TRANSITION.refusal(
                    "With these items the prescription is '"
                            + to.words()
                            + "' ("
                            + to.code()
                            + "), not "
                            + told.to());
        }
        var notifications = new ArrayList<>(from.notifications());
        notifications.add(
                new Issue.Notification(
                        told.id(), from.state(), from.lines().stream().map(Line::status).toList()));
        return from.with(lines)
                .told(notifications)
                .in(to)
                .completed(Optional.of(now).filter(_ -> to.over()));
    }

    /// Whether something is said to be handed over that was not before.
    private static boolean handsOverMore(Issue issue, Event.Notify told) {
        return issue.lines().stream()
                .filter(line -> !line.status().handedOver())
                .flatMap(line -> Optional.ofNullable(told.items().get(line.id())).stream())
                .anyMatch(LineStatus::handedOver);
    }

    private static Line line(Line line, Map<String, LineStatus> told) {
        var to = told.get(line.id());
        if (to == null) {
            return line;
        }
        var allowed =
                switch (line.status()) {
                    case TO_BE_DISPENSED, WITH_DISPENSER, OWING ->
                            switch (to) {
                                case DISPENSED, NOT_DISPENSED, PARTIAL, OWING, WITH_DISPENSER ->
                                        true;
                                case CANCELLED, EXPIRED, TO_BE_DISPENSED -> false;
                            };
                    // What has been handed over stays handed over; the rest of it may follow.
                    case PARTIAL -> to.handedOver();
                    // Said once more it changes nothing; what is dispensed would be dispensed
                    // twice.
                    case NOT_DISPENSED, CANCELLED, EXPIRED -> to == line.status();
                    case DISPENSED -> false;
                };
        if (!allowed) {
            throw EpsError.PRESCRIPTION_INVALID_LINE_STATE_TRANSITION.refusal(
                    "The item "
                            + line.id()
                            + " is '"
                            + line.status().words()
                            + "' and cannot become '"
                            + to.words()
                            + "'");
        }
        return line.is(to);
    }

    private static State result(List<Line> lines, String by) {
        if (lines.stream().anyMatch(line -> !line.status().over())) {
            return new State.Active(by);
        }
        return lines.stream().anyMatch(line -> line.status().handedOver())
                ? new State.Dispensed(by)
                : new State.NotDispensed(by);
    }

    private static Issue withdrawn(Issue issue, String by, String notification) {
        holds(issue, by);
        return switch (issue.state()) {
            case State.Active _, State.Dispensed _ -> without(issue, notification);
            case State.Awaiting _,
                    State.ToBeDispensed _,
                    State.WithDispenser _,
                    State.NotDispensed _,
                    State.Claimed _,
                    State.NotClaimed _,
                    State.Expired _,
                    State.Cancelled _,
                    State.FutureRepeat _,
                    State.FuturePrescription _,
                    State.FutureCancelled _ ->
                    throw wrong(issue, "nothing that was dispensed can be withdrawn");
        };
    }

    /// As it was before its last notification.
    private static Issue without(Issue issue, String notification) {
        var all = issue.notifications();
        if (issue.state() instanceof State.Claimed || issue.state() instanceof State.NotClaimed) {
            throw wrong(issue, "what has been claimed for stays");
        }
        if (all.isEmpty() || !all.getLast().id().equals(notification)) {
            throw EpsError.DISPENSE_AMEND_IDENTIFIER_MISMATCH.refusal(
                    "The last dispense notification is not " + notification);
        }
        var last = all.getLast();
        var lines = new ArrayList<Line>();
        for (var i = 0; i < issue.lines().size(); i++) {
            lines.add(issue.lines().get(i).is(last.lines().get(i)));
        }
        return issue.with(lines)
                .told(all.subList(0, all.size() - 1))
                .in(last.before())
                .completed(Optional.empty());
    }

    // --- claiming --------------------------------------------------------------------------------

    private static Issue claimed(Issue issue, Event.Claim claim, Instant now) {
        holds(issue, claim.by());
        var late =
                issue.completed().filter(when -> !now.isBefore(when.plus(CLAIMABLE))).isPresent();
        return switch (issue.state()) {
            case State.Dispensed(var holder) -> {
                if (claim.replaces().isPresent()) {
                    throw EpsError.DISPENSE_AMEND_IDENTIFIER_MISMATCH.refusal(
                            "There is no claim to replace");
                }
                if (late) {
                    throw wrong(issue, "a claim is taken within 180 days");
                }
                yield issue.in(new State.Claimed(holder, claim.id()));
            }
            case State.Claimed(var holder, var counts) -> {
                if (claim.replaces().isEmpty()) {
                    throw wrong(issue, "it has been claimed; replace that claim");
                }
                if (!claim.replaces().get().equals(counts)) {
                    throw EpsError.DISPENSE_AMEND_IDENTIFIER_MISMATCH.refusal(
                            "The claim that counts is another one");
                }
                if (late) {
                    throw EpsError.CLAIM_AMEND_PERIOD_ISSUE.refusal(
                            "A claim is replaced within 180 days of dispensing");
                }
                yield issue.in(new State.Claimed(holder, claim.id()));
            }
            case State.WithDispenser _, State.Active _, State.NotDispensed _ ->
                    throw EpsError.CLAIM_INVALID_NOT_DISPENSED.refusal(
                            "It is '" + issue.state().words() + "': nothing can be claimed");
            case State.NotClaimed _ ->
                    throw claim.replaces().isPresent()
                            ? EpsError.CLAIM_AMEND_PERIOD_ISSUE.refusal(
                                    "The time for claims is over")
                            : wrong(issue, "the time for claims is over");
            case State.Awaiting _,
                    State.ToBeDispensed _,
                    State.Expired _,
                    State.Cancelled _,
                    State.FutureRepeat _,
                    State.FuturePrescription _,
                    State.FutureCancelled _ ->
                    throw EpsError.CLAIM_INVALID_NOT_DISPENSED.refusal(
                            "It is '" + issue.state().words() + "': nothing can be claimed");
        };
    }

    // --- cancelling ------------------------------------------------------------------------------

    /// What a cancellation comes to.
    record Answer(Issue issue, CancelResponse response) {}

    /// Cancels an item, or marks it for the dispenser.
    static Answer cancelled(Issue issue, Event.Cancel cancel) {
        var found =
                issue.lines().stream().filter(line -> line.id().equals(cancel.item())).findFirst();
        if (found.isEmpty()) {
            return new Answer(issue, CancelResponse.NOT_FOUND);
        }
        var line = found.get();
        return switch (issue.state()) {
            case State.Cancelled _, State.FutureCancelled _ ->
                    new Answer(issue, CancelResponse.ALREADY_CANCELLED);
            case State.Expired _ -> new Answer(issue, CancelResponse.EXPIRED);
            case State.NotDispensed _ -> new Answer(issue, CancelResponse.NOT_DISPENSED);
            case State.Dispensed _, State.Claimed _, State.NotClaimed _ ->
                    new Answer(issue, closed(line).orElse(CancelResponse.DISPENSED));
            case State.ToBeDispensed _, State.Awaiting _ ->
                    atOnce(issue, line, cancel.what(), new State.Cancelled());
            case State.FutureRepeat _, State.FuturePrescription _ ->
                    atOnce(issue, line, cancel.what(), new State.FutureCancelled());
            case State.WithDispenser _ ->
                    marked(issue, line, cancel.what(), CancelResponse.WITH_DISPENSER);
            case State.Active _ ->
                    marked(issue, line, cancel.what(), CancelResponse.WITH_DISPENSER_ACTIVE);
        };
    }

    private static Answer atOnce(Issue issue, Line line, Line.Cancellation what, State all) {
        var answer = closed(line);
        if (answer.isPresent()) {
            return new Answer(issue, answer.get());
        }
        var lines = replaced(issue, line, line.cancelled(what));
        var over = lines.stream().allMatch(one -> one.status().over());
        return new Answer(
                issue.with(lines).in(over ? all : issue.state()), CancelResponse.CANCELLED);
    }

    private static Answer marked(
            Issue issue, Line line, Line.Cancellation what, CancelResponse response) {
        var answer = closed(line);
        if (answer.isPresent()) {
            return new Answer(issue, answer.get());
        }
        if (line.cancellation().filter(before -> !before.by().equals(what.by())).isPresent()) {
            return new Answer(issue, CancelResponse.ASKED_BY_ANOTHER);
        }
        return new Answer(issue.with(replaced(issue, line, line.asked(what))), response);
    }

    /// What is to be said of an item to which nothing more happens.
    static Optional<CancelResponse> closed(Line line) {
        return switch (line.status()) {
            case CANCELLED -> Optional.of(CancelResponse.ALREADY_CANCELLED);
            case EXPIRED -> Optional.of(CancelResponse.EXPIRED);
            case NOT_DISPENSED -> Optional.of(CancelResponse.NOT_DISPENSED);
            case DISPENSED -> Optional.of(CancelResponse.DISPENSED);
            case PARTIAL, OWING, TO_BE_DISPENSED, WITH_DISPENSER -> Optional.empty();
        };
    }

    /// What became of cancellations that waited: by item, once it is clear.
    static Map<Line, CancelResponse> settled(Issue before, Issue after) {
        var settled = new LinkedHashMap<Line, CancelResponse>();
        for (var i = 0; i < before.lines().size(); i++) {
            var line = after.lines().get(i);
            if (before.lines().get(i).pending()) {
                closed(line)
                        .or(() ->
                                Optional.of(CancelResponse.DISPENSED)
                                        .filter(_ -> after.state().over()))
                        .map(answer ->
                                answer == CancelResponse.ALREADY_CANCELLED
                                        ? CancelResponse.CANCELLED
                                        : answer)
                        .ifPresent(answer -> settled.put(line, answer));
            }
        }
        return settled;
    }

    // --- time ------------------------------------------------------------------------------------

    private static Issue turned(Issue issue, Instant due) {
        if (issue.state() instanceof State.FutureRepeat) {
            return issue.in(new State.Awaiting()).due(due);
        }
        throw wrong(issue, "it does not wait for its turn");
    }

    private static Issue due(Issue issue) {
        if (issue.state() instanceof State.Awaiting
                || issue.state() instanceof State.FuturePrescription) {
            return issue.in(new State.ToBeDispensed());
        }
        throw wrong(issue, "it does not wait for its day");
    }

    private static Issue expired(Issue issue, Instant now) {
        return switch (issue.state()) {
            case State.Awaiting _,
                    State.ToBeDispensed _,
                    State.WithDispenser _,
                    State.FutureRepeat _,
                    State.FuturePrescription _ ->
                    issue.in(new State.Expired())
                            .with(open(issue, line -> line.is(LineStatus.EXPIRED)));
            case State.Active(var holder) -> {
                var lines =
                        open(
                                issue,
                                line ->
                                        line.status().handedOver()
                                                ? line
                                                : line.is(LineStatus.EXPIRED));
                // What has been handed over can still be claimed.
                var some = lines.stream().anyMatch(line -> line.status().handedOver());
                yield issue.with(lines)
                        .in(some ? new State.Dispensed(holder) : new State.Expired())
                        .completed(Optional.of(now).filter(_ -> some));
            }
            case State.Dispensed _,
                    State.NotDispensed _,
                    State.Claimed _,
                    State.NotClaimed _,
                    State.Expired _,
                    State.Cancelled _,
                    State.FutureCancelled _ ->
                    throw wrong(issue, "it does not expire any more");
        };
    }

    private static Issue lapsed(Issue issue) {
        if (issue.state() instanceof State.Dispensed(var holder)) {
            return issue.in(new State.NotClaimed(holder));
        }
        throw wrong(issue, "there is nothing to claim");
    }

    // --- what they share -------------------------------------------------------------------------

    private static List<Line> open(Issue issue, UnaryOperator<Line> change) {
        return issue.lines().stream()
                .map(line -> line.status().over() ? line : change.apply(line))
                .toList();
    }

    private static List<Line> replaced(Issue issue, Line before, Line after) {
        return issue.lines().stream().map(line -> line.equals(before) ? after : line).toList();
    }

    private static void holds(Issue issue, String by) {
        issue.state()
                .holder()
                .filter(holder -> !holder.equals(by))
                .ifPresent(holder -> {
                    throw held(holder, by);
                });
    }

    private static EpsError.Refusal held(String holder, String by) {
        return holder.equals(by)
                ? EpsError.PRESCRIPTION_INVALID_STATE_TRANSITION.refusal(
                        "It has been downloaded by this dispenser already")
                : EpsError.PRESCRIPTION_WITH_ANOTHER_DISPENSER.heldBy(
                        holder, "It is with another dispenser");
    }

    private static EpsError.Refusal wrong(Issue issue, String why) {
        return EpsError.PRESCRIPTION_INVALID_STATE_TRANSITION.refusal(
                "The prescription is '" + issue.state().words() + "': " + why);
    }
}
