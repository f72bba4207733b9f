package trellis.prescriptions;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One issue of a prescription: the only one of most, one of many of repeat dispensing.
///
/// @param number from 1
/// @param notifications of dispensing that count, oldest first
/// @param due when it may be dispensed, for an issue that waits
/// @param expires the moment after its last
/// @param completed when it was dispensed, or was said not to be
record Issue(
        int number,
        State state,
        List<Line> lines,
        List<Notification> notifications,
        Optional<Instant> due,
        Instant expires,
        Optional<Instant> completed) {

    /// What a dispenser has said, and how things stood before.
    ///
    /// @param before state and items before it
    record Notification(String id, State before, List<LineStatus> lines) {}

    Issue {
        lines = List.copyOf(lines);
        notifications = List.copyOf(notifications);
    }

    Issue in(State now) {
        return new Issue(number, now, lines, notifications, due, expires, completed);
    }

    Issue with(List<Line> now) {
        return new Issue(number, state, now, notifications, due, expires, completed);
    }

    Issue told(List<Notification> now) {
        return new Issue(number, state, lines, now, due, expires, completed);
    }

    Issue due(Instant when) {
        return new Issue(
                number, state, lines, notifications, Optional.of(when), expires, completed);
    }

    Issue completed(Optional<Instant> when) {
        return new Issue(number, state, lines, notifications, due, expires, when);
    }

    /// Whether every item that could still be dispensed is to be cancelled.
    boolean pending() {
        var open = lines.stream().filter(line -> !line.status().over()).toList();
        return !open.isEmpty() && open.stream().allMatch(Line::pending);
    }
}
