package trellis.prescriptions;

import java.time.Instant;
import java.util.Optional;

/// One item of one issue.
///
/// @param id identifier of the item (`prescription-order-item-number`), in small letters
/// @param cancellation asked for; until it is clear what becomes of the item it is pending
record Line(String id, LineStatus status, Optional<Cancellation> cancellation) {

    /// That somebody wants an item cancelled.
    ///
    /// @param by SDS user id of the prescriber
    /// @param reason code of `medicationrequest-status-reason`
    record Cancellation(String by, String reason, Instant at) {}

    /// An item nothing has happened to.
    static Line of(String id) {
        return new Line(id, LineStatus.TO_BE_DISPENSED, Optional.empty());
    }

    Line is(LineStatus now) {
        return new Line(id, now, cancellation);
    }

    Line cancelled(Cancellation by) {
        return new Line(id, LineStatus.CANCELLED, Optional.of(by));
    }

    Line asked(Cancellation by) {
        return new Line(id, status, Optional.of(by));
    }

    /// The same when the cancellation that was asked for has been answered for good.
    Line answered() {
        return new Line(id, status, Optional.empty());
    }

    /// Whether a cancellation waits for the dispenser. What is over waits for nobody; taken back, it does again.
    boolean pending() {
        return cancellation.isPresent() && !status.over();
    }
}
