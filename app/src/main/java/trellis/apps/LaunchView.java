package trellis.apps;

import java.util.List;

/// The apps that can be opened from a record.
///
/// @param patient our opaque id
/// @param links by id
record LaunchView(String patient, List<Link> links) {

    /// One app.
    ///
    /// @param runs who runs it; may be empty
    /// @param href where it is opened, with what it is about; good for five minutes
    record Link(String name, String runs, String href) {}
}
