package trellis.portal;

import java.util.List;
import java.util.Optional;

/// The page "Who looked at your record", and the page that asks what somebody wants to know of an entry.
///
/// @param patient our opaque id
/// @param asked whether a question has just been asked
/// @param rows newest first
/// @param next address of older entries
/// @param first address of the newest ones, on every page but the first
record LookedView(
        String patient,
        boolean asked,
        List<Row> rows,
        Optional<String> next,
        Optional<String> first) {

    /// One entry.
    ///
    /// @param app through which app; may be empty
    /// @param questioned whether it has been asked about
    record Row(
            long line,
            String when,
            String who,
            String what,
            String why,
            String app,
            boolean questioned) {}

    /// The page that asks.
    record Question(String patient, Row row, String words, Optional<String> error) {}
}
