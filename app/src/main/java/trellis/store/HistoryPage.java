package trellis.store;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// One page of a history, newest first.
///
/// @param versions what was found
/// @param next where the next page begins; empty on the last page. A page may be short, or empty, and have a next one all the same
/// @param total how many versions there are, when that was asked for
public record HistoryPage(List<Version> versions, Optional<Place> next, OptionalLong total) {
    public HistoryPage {
        versions = List.copyOf(versions);
    }

    /// One version.
    ///
    /// @param created whether there was nothing, or nothing any more, before it
    public record Version(Stored stored, boolean created) {}

    /// A place between two versions: the one that was looked at last.
    ///
    /// @param updated microseconds since 1970 UTC
    /// @param row of the resource
    /// @param version its number
    public record Place(long updated, long row, long version) {}
}
