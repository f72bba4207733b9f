package trellis.record;

import java.util.List;
import java.util.Optional;

/// One item of a record: what it says, where it came from, and every version there was.
///
/// @param patient our opaque id
/// @param clinical whether the viewer may open the clinical parts
/// @param part the list it belongs to, as its address names it
/// @param heading what it is
/// @param mistaken entered in error
/// @param lines what it says, in order
/// @param texts its readable text, for a document
/// @param files its attachments, for a document
/// @param results the results of a report
/// @param series the same measurement over time, for a result
/// @param versions newest first
record ItemView(
        String patient,
        boolean clinical,
        String part,
        String heading,
        boolean mistaken,
        List<Line> lines,
        List<String> texts,
        List<File> files,
        List<ResultRules.Row> results,
        Optional<Series> series,
        List<Version> versions) {

    /// One thing it says.
    record Line(String name, String value) {}

    /// An attachment that can be saved.
    record File(String name, String href) {}

    /// A measurement over time.
    ///
    /// @param rows newest first
    /// @param chart oldest left, newest right; empty when it cannot be drawn
    /// @param low the lowest value drawn, with its unit
    /// @param high the highest value drawn, with its unit
    /// @param from the date of the oldest value drawn
    /// @param to the date of the newest
    /// @param oneUnit whether all values share one unit
    record Series(
            Rows<ResultRules.Row> rows,
            Optional<Trend> chart,
            String low,
            String high,
            String from,
            String to,
            boolean oneUnit) {}

    /// One version.
    record Version(String number, String when, String status) {}

    ItemView {
        lines = List.copyOf(lines);
        texts = List.copyOf(texts);
        files = List.copyOf(files);
        results = List.copyOf(results);
        versions = List.copyOf(versions);
    }
}
