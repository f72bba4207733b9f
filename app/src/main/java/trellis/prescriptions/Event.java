package trellis.prescriptions;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What happens to one issue of a prescription.
sealed interface Event {

    /// A dispenser downloads it.
    ///
    /// @param by ODS code
    record Release(String by) implements Event {}

    /// A dispenser gives it back untouched.
    ///
    /// @param reason code of `EPS-task-dispense-return-status-reason`
    record Return(String by, String reason) implements Event {}

    /// A dispenser says what has been handed over.
    ///
    /// @param id of the notification
    /// @param to code of the state that it says the prescription is in: 0003, 0006 or 0007
    /// @param items what became of items, by their identifiers
    /// @param replaces the notification that it takes the place of
    record Notify(
            String by,
            String id,
            String to,
            Map<String, LineStatus> items,
            Optional<String> replaces)
            implements Event {}

    /// A dispenser takes back the last notification.
    ///
    /// @param notification that is taken back
    /// @param reason code of `EPS-task-dispense-withdraw-reason`
    record Withdraw(String by, String notification, String reason) implements Event {}

    /// A prescriber cancels an item.
    record Cancel(String item, Line.Cancellation what) implements Event {}

    /// A dispenser asks to be paid.
    ///
    /// @param id of the claim
    /// @param replaces the claim that it takes the place of
    record Claim(String by, String id, Optional<String> replaces) implements Event {}

    /// The issue before it is over.
    ///
    /// @param due when its own turn comes
    record Turn(Instant due) implements Event {}

    /// Its day has come.
    record Due() implements Event {}

    /// Its last day is over.
    record Expire() implements Event {}

    /// The time for a claim has passed.
    record Lapse() implements Event {}
}
