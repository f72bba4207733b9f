package trellis.summaries;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The page of a summary.
final class SummaryView {
    private SummaryView() {}

    /// The question before it.
    ///
    /// @param related whether there is a relationship
    /// @param choices to choose from, in words by code
    /// @param chosen code; empty at first
    /// @param words what was written
    /// @param error what is missing
    public record Asking(
            String patient,
            boolean related,
            Map<String, String> choices,
            String chosen,
            String words,
            Optional<String> error) {}

    /// The summary itself.
    ///
    /// @param state in a sentence: from whom and when, or why there is none
    /// @param sections empty when there is none
    public record Showing(String patient, String state, List<Section> sections) {}
}
