package trellis.record;

import java.util.List;
import java.util.stream.Collectors;
import trellis.page.AllergyState;
import trellis.page.PatientBanner;

/// Allergies as a page shows them.
///
/// @param state one of four
/// @param rows what is current, alphabetically
/// @param notes what else the record says, a sentence each
record AllergyView(AllergyState state, List<Row> rows, List<String> notes) {

    /// One allergy or intolerance.
    ///
    /// @param id of the resource
    /// @param substance what it is to
    /// @param reactions of one event joined by `+`, of separate events by a comma; `Not known`
    /// @param status in words; empty when it is simply active
    /// @param recorded when
    /// @param source where it came from
    /// @param mistaken entered in error
    record Row(
            String id,
            String substance,
            String reactions,
            String status,
            String recorded,
            String source,
            boolean mistaken) {}

    AllergyView {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /// Nothing could be read.
    static AllergyView unavailable() {
        return new AllergyView(AllergyState.UNAVAILABLE, List.of(), List.of());
    }

    /// The banner's line.
    PatientBanner.Allergies line() {
        return new PatientBanner.Allergies(
                state,
                rows.stream().map(Row::substance).distinct().collect(Collectors.joining(", ")));
    }
}
