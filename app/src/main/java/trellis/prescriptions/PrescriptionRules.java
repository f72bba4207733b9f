package trellis.prescriptions;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What happens to the issues of one prescription together: one after the other has its turn, and a cancellation concerns all
/// that are to come.
final class PrescriptionRules {
    private static final int LONGEST_LEAD = 7;

    /// A quarter of what an issue lasts, so that a short one cannot be drawn with all that follow it.
    private static final int PART = 4;

    private PrescriptionRules() {}

    /// What an event makes of a prescription.
    ///
    /// @param number of the issue that it happens to
    /// @throws EpsError.Refusal when it may not happen now
    static Prescription next(Prescription prescription, int number, Event event, Instant now) {
        var issue =
                prescription
                        .issue(number)
                        .orElseThrow(() ->
                                EpsError.PRESCRIPTION_NOT_FOUND.refusal(
                                        "The prescription has no issue " + number));
        var after = IssueRules.next(issue, event, now);
        var issues = new ArrayList<>(prescription.issues());
        issues.set(issues.indexOf(issue), after);
        if (number < issues.size()) {
            var follows = issues.get(number);
            issues.set(number, following(prescription, after, follows, now));
        }
        return prescription.with(issues);
    }

    /// How many days before the medicines of one issue are used up the next may be dispensed.
    ///
    /// @param days how long an issue lasts
    static int lead(int days) {
        return Math.min(LONGEST_LEAD, days / PART);
    }

    /// The next issue has its turn when the one before it is over, and loses it when that is taken back.
    private static Issue following(
            Prescription prescription, Issue before, Issue follows, Instant now) {
        if (before.state().over() && follows.state() instanceof State.FutureRepeat) {
            var done = before.completed().orElse(now);
            return IssueRules.next(
                    follows,
                    new Event.Turn(
                            done.plus(
                                    Duration.ofDays(
                                            prescription.days() - lead(prescription.days())))),
                    now);
        }
        if (!before.state().over() && before.state().holder().isPresent()) {
            return switch (follows.state()) {
                case State.Awaiting _, State.ToBeDispensed _ ->
                        follows.in(new State.FutureRepeat());
                case State.FutureRepeat _,
                        State.FuturePrescription _,
                        State.FutureCancelled _,
                        State.Cancelled _,
                        State.Expired _ ->
                        follows;
                case State.WithDispenser _,
                        State.Active _,
                        State.Dispensed _,
                        State.NotDispensed _,
                        State.Claimed _,
                        State.NotClaimed _ ->
                        throw EpsError.PRESCRIPTION_INVALID_STATE_TRANSITION.refusal(
                                "The issue after it is being dispensed");
            };
        }
        return follows;
    }

    /// What a cancellation comes to.
    record Answer(Prescription prescription, CancelResponse response) {}

    /// Cancels an item in every issue that is not over; the answer is that of the one that is dealt with now.
    static Answer cancelled(Prescription prescription, Event.Cancel cancel) {
        var current = prescription.current();
        var issues = new ArrayList<Issue>();
        var response = CancelResponse.NOT_FOUND;
        for (var issue : prescription.issues()) {
            var answer = IssueRules.cancelled(issue, cancel);
            issues.add(answer.issue());
            if (issue.number() == current.number()) {
                response = answer.response();
            }
        }
        return new Answer(prescription.with(issues), response);
    }

    /// The issues of a new prescription.
    ///
    /// @param items identifiers of its items
    /// @param count how many issues there are
    /// @param starts when the first may be dispensed
    /// @param ends the moment after the last in which the first may be dispensed
    /// @param over the moment after which none may be
    static List<Issue> fresh(
            List<String> items,
            int count,
            Instant starts,
            Instant ends,
            Instant over,
            Instant now) {
        var issues = new ArrayList<Issue>();
        for (var number = 1; number <= count; number++) {
            var first = number == 1;
            var waits = starts.isAfter(now);
            issues.add(
                    new Issue(
                            number,
                            !first
                                    ? new State.FutureRepeat()
                                    : waits
                                            ? new State.FuturePrescription()
                                            : new State.ToBeDispensed(),
                            items.stream().map(Line::of).toList(),
                            List.of(),
                            Optional.of(starts).filter(_ -> first),
                            first ? ends : over,
                            Optional.empty()));
        }
        return issues;
    }
}
