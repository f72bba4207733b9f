package trellis.matching;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Two records of one person that were made one.
///
/// @param stays id of the Patient that stays
/// @param goes id of the Patient that is replaced
/// @param before versions of the two before
/// @param after and after
record Merge(
        long id,
        String stays,
        String goes,
        Versions before,
        Versions after,
        Said merged,
        Optional<Said> undone) {

    /// @param stays of the record that stays
    /// @param goes of the record that is replaced
    record Versions(long stays, long goes) {}

    /// Who did it, why, and when.
    record Said(String who, long account, String why, Instant when) {}

    /// Something that was pointed to the record that stays.
    ///
    /// @param before its version before
    /// @param version and after
    record Moved(String type, String id, long before, long version) {}

    /// A merge with all that it moved, as it goes into its tables.
    record Whole(Merge merge, List<Moved> moved) {}
}
