package trellis.subscriptions;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import trellis.access.Caller;

/// Where the work on one Subscription stands.
///
/// @param id of the resource
/// @param caller who wrote it last
/// @param shown how they showed it, as [trellis.access.Askers] keeps it
/// @param base address of this server's API as they called it
/// @param generation another with every write of somebody's, and never again
/// @param born the same until the resource is deleted
/// @param numbered the number of the last event that was told, or was about to be
/// @param failures one after the other
/// @param failing since when
/// @param said when something was told last
record Standing(
        String id,
        Caller caller,
        String shown,
        String base,
        State state,
        long generation,
        long born,
        long numbered,
        int failures,
        Optional<Instant> failing,
        Optional<Instant> said,
        Optional<Instant> ends) {

    /// Where it stands.
    enum State {
        /// It was written, and nobody has looked yet.
        CHANGED,
        /// The receiver has not said yet that it is there.
        REQUESTED,
        /// Events are told.
        ACTIVE,
        /// Events are kept and not told.
        ERROR,
        /// Nothing is kept and nothing told.
        OFF;

        /// As it is stored.
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /// An event that somebody is to be told of.
    ///
    /// @param place in the order of telling
    /// @param number as it is told; 0 for one that was not told yet
    /// @param looksBack whether the version before decided as well
    record Event(
            long place,
            long number,
            String type,
            String id,
            long version,
            Topic.Interaction interaction,
            boolean looksBack,
            Instant happened) {}

    /// The status on the wire.
    String status() {
        return switch (state) {
            case CHANGED, REQUESTED -> "requested";
            case ACTIVE -> "active";
            case ERROR -> "error";
            case OFF -> "off";
        };
    }
}
