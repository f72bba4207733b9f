package trellis.matching;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pages of matching.
final class MatchingView {
    private MatchingView() {}

    /// Pairs of records.
    ///
    /// @param answered whether it shows what somebody has answered
    /// @param said what has just been done; empty at first
    /// @param weights where the weights come from
    /// @param next address of the next page
    public record Queue(
            boolean answered,
            String said,
            String weights,
            List<Row> rows,
            String shown,
            Optional<String> next) {}

    /// One pair.
    ///
    /// @param why what speaks for it, in a few words
    /// @param result what somebody found; empty while nobody has
    public record Row(
            long id, Who one, Who other, String likely, List<String> why, String result) {}

    /// Somebody, as short as a list allows.
    ///
    /// @param id our opaque id
    public record Who(
            String id,
            String name,
            String born,
            String gender,
            String nhsNumber,
            String postcode) {}

    /// Two records side by side.
    ///
    /// @param lines field by field
    /// @param sum of the weights, and what it means
    /// @param guards what forbids that they are taken for one person by the weight alone
    /// @param form present while it waits
    /// @param result what somebody found; empty while nobody has
    /// @param merge number of the merge that came of it
    public record Two(
            long id,
            Who one,
            Who other,
            List<Line> lines,
            String sum,
            List<String> guards,
            Optional<Form> form,
            String result,
            Optional<Long> merge) {}

    /// One field of both.
    ///
    /// @param agreement in words; empty when one of them does not have it
    /// @param weight in words
    public record Line(
            String field,
            String one,
            String other,
            String agreement,
            String weight,
            boolean against) {}

    /// The answers.
    ///
    /// @param versions of the two records, as they are shown
    /// @param answers in words by code
    /// @param stays which may stay, in words by id
    /// @param chosen what was sent
    /// @param errors by field
    public record Form(
            List<Long> versions,
            Map<String, String> answers,
            Map<String, String> stays,
            Map<String, String> chosen,
            Map<String, String> errors) {
        String value(String field) {
            return chosen.getOrDefault(field, "");
        }

        Optional<String> error(String field) {
            return Optional.ofNullable(errors.get(field));
        }
    }

    /// One merge.
    ///
    /// @param said what was done, by whom and why
    /// @param moved how many things were pointed to the record that stays
    /// @param between what was written since
    /// @param error what is wrong with what was sent; empty at first
    public record Merged(
            long id,
            Who stays,
            Who goes,
            List<String> said,
            int moved,
            boolean undone,
            List<Written> between,
            String words,
            String error) {}

    /// Something that was written between a merge and its undoing.
    public record Written(String what, String when, String where) {}
}
