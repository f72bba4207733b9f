package trellis.privacy;

import java.util.List;
import java.util.Optional;

/// The queue of whoever looks after privacy.
///
/// @param reviewed whether it shows what has been looked at
/// @param recorded whether a review has just been written down
/// @param rows the worst first, or the latest first
/// @param next address of the next page
record PrivacyView(
        boolean reviewed,
        int waiting,
        int done,
        boolean recorded,
        List<Row> rows,
        String shown,
        Optional<String> next) {

    /// One case.
    ///
    /// @param patient how the audit calls the record
    /// @param why what looks wrong, or what the person asks
    /// @param result what came of it; empty while it waits
    record Row(
            long id,
            boolean asked,
            String who,
            String when,
            String accesses,
            String patient,
            List<String> why,
            String words,
            boolean waits,
            String result,
            String note) {}
}
