package trellis.audit;

import java.time.Instant;
import java.util.Optional;
import trellis.audit.AuditEntry.Action;

/// What is looked for in the log.
///
/// @param patient key of a patient whose information was touched; 0 for any
/// @param account number of the account that did it; 0 for any
/// @param action only this kind of thing
/// @param from not before
/// @param until before
/// @param older only lines older than this place; where the page before ended
public record AuditQuery(
        long patient,
        long account,
        Optional<Action> action,
        Instant from,
        Instant until,
        Optional<Place> older) {

    /// A place in the log, which is ordered by time and then by number.
    ///
    /// @param at microseconds since 1970 UTC
    /// @param seq the line's number
    public record Place(long at, long seq) {
        /// As it stands in an address.
        public String text() {
            return at + "." + seq;
        }

        /// Reads [#text]; empty when it is none.
        public static Optional<Place> of(String text) {
            if (!text.matches("\\d{1,18}\\.\\d{1,18}")) {
                return Optional.empty();
            }
            var dot = text.indexOf('.');
            return Optional.of(
                    new Place(
                            Long.parseLong(text.substring(0, dot)),
                            Long.parseLong(text.substring(dot + 1))));
        }
    }

    AuditQuery olderThan(Place place) {
        return new AuditQuery(patient, account, action, from, until, Optional.of(place));
    }
}
