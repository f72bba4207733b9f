package trellis.apps;

import java.util.List;

/// The page "Apps that act for you".
///
/// @param rows by name
/// @param taken whether something has just been taken back
record MyAppsView(List<Row> rows, boolean taken) {

    /// One app.
    ///
    /// @param runs who runs it; may be empty
    /// @param may what it may do, in words
    record Row(String id, String name, String runs, List<String> may) {}
}
