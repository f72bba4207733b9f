package trellis.demographics;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Pages of demographics.
final class DemographicsView {
    private DemographicsView() {}

    /// What is known of somebody who is traced, as it was typed.
    public record Form(
            String family,
            String given,
            String born,
            String gender,
            String postcode,
            String phone,
            String nhsNumber)
            implements Serializable {
        /// Nothing typed.
        static final Form EMPTY = new Form("", "", "", "", "", "", "");
    }

    /// The page of a trace.
    ///
    /// @param ended whether the search that was asked for is no longer kept
    /// @param errors by field, in the form's order
    /// @param registers whether whoever asks may register people
    public record Tracing(
            Form form,
            boolean ended,
            Map<String, String> errors,
            Optional<Traced> traced,
            boolean registers) {

        /// The message at a field, if there is one.
        public Optional<String> error(String field) {
            return Optional.ofNullable(errors.get(field));
        }
    }

    /// Who was traced.
    ///
    /// @param fits in whom all that was typed is found
    /// @param others who else it may be
    public record Traced(List<Row> fits, List<Row> others) {}

    /// Somebody traced.
    ///
    /// @param score from `0.00` to `1.00`; for whoever was found by number, what differs of the rest
    public record Row(
            String patient,
            String name,
            String born,
            String gender,
            String nhsNumber,
            String postcode,
            Optional<String> died,
            boolean restricted,
            String score) {}

    /// Who somebody is, and was.
    ///
    /// @param facts what is so now, in order
    /// @param changes the latest first
    /// @param more whether there are earlier ones
    public record Known(
            String patient,
            boolean registers,
            Map<String, List<String>> facts,
            List<Time> registrations,
            List<Change> changes,
            boolean more) {}

    /// A time at a practice.
    public record Time(String practice, String from, String to) {}

    /// One change.
    ///
    /// @param from as it was; a word where it was nothing
    /// @param when it was written down
    /// @param who wrote it
    public record Change(String what, String from, String to, String when, String who) {}
}
