package trellis.registrations;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Pages of registration.
final class RegistrationView {
    private RegistrationView() {}

    /// What was typed.
    ///
    /// @param why code of a removal; empty for none chosen
    public record Form(String day, String why) {}

    /// One patient's registration, and changing it.
    ///
    /// @param patient our opaque id
    /// @param practice of whoever asks
    /// @param here whether the patient is registered there
    /// @param done what was just done, in a sentence
    /// @param barred why the patient cannot be registered
    /// @param unseen why it is not shown who was where; empty when it is
    /// @param reasons for a removal, in words by code
    /// @param errors by field
    public record Asking(
            String patient,
            String practice,
            boolean here,
            Optional<String> done,
            Optional<String> barred,
            Optional<String> unseen,
            List<Time> history,
            Map<String, String> reasons,
            Form form,
            Map<String, String> errors) {

        /// The message at a field, if there is one.
        public Optional<String> error(String field) {
            return Optional.ofNullable(errors.get(field));
        }
    }

    /// A time at a practice, ready to show.
    public record Time(String practice, String from, String to) {}

    /// What is about to be done.
    ///
    /// @param question as the heading asks it
    /// @param rows what to check, in order
    public record Checking(
            String patient,
            String question,
            Map<String, String> rows,
            String effect,
            String button,
            Form form) {}

    /// Who left a practice.
    ///
    /// @param shown `All 7 shown`
    /// @param next address of the rest
    public record Left(String practice, List<Row> rows, String shown, Optional<String> next) {}

    /// Somebody who left.
    ///
    /// @param patient our opaque id; empty when the record is not there any more
    /// @param on the day
    /// @param why in words
    public record Row(
            String patient,
            String name,
            String born,
            String gender,
            String nhsNumber,
            String postcode,
            String on,
            String why) {}
}
