package trellis.audit;

import java.util.List;
import java.util.Optional;

/// The page on which somebody looks at records that were opened with a reason.
///
/// @param reviewed whether those are shown that somebody has looked at, or those that wait
/// @param rows newest first
/// @param waiting how many wait
/// @param done how many have been looked at
/// @param shown how many are shown, in words
/// @param next address of the next page
/// @param recorded whether a review has just been recorded
record OpeningsView(
        boolean reviewed,
        List<Row> rows,
        int waiting,
        int done,
        String shown,
        Optional<String> next,
        boolean recorded) {

    /// One opening.
    ///
    /// @param patient the patient's id
    /// @param done what came of looking at it; empty while it waits
    record Row(
            long id,
            String when,
            String until,
            String who,
            String organisation,
            String patient,
            String reason,
            String words,
            boolean waits,
            String done,
            String note) {}
}
