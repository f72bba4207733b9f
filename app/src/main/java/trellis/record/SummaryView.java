package trellis.record;

import java.util.List;
import java.util.Optional;
import trellis.page.Part;

/// The patient summary.
///
/// @param patient our opaque id
/// @param clinical whether the parts that only clinicians may see are there
/// @param details who the person is
/// @param parts the clinical parts; empty for those who may not see them
/// @param encounters the newest
record SummaryView(
        String patient,
        boolean clinical,
        Part<Details> details,
        Optional<Clinical> parts,
        Part<Rows<EncounterRules.Row>> encounters) {

    /// What only clinicians see.
    record Clinical(
            Part<List<FlagRules.Row>> flags,
            Part<AllergyRules.View> allergies,
            Part<Problems> problems,
            Part<Medicines> medicines,
            Part<Results> results,
            Part<Rows<DocumentRules.Row>> documents,
            Part<Rows<ImmunisationRules.Row>> immunisations) {}

    /// Active problems, and how many are past.
    record Problems(Rows<ProblemRules.Row> rows, int past) {}

    /// Current medicines, how many are past, and what is known of those stopped lately.
    record Medicines(Rows<MedicineRules.Row> rows, int past, String stoppedLately) {}

    /// The latest result of each kind.
    ///
    /// @param vitalSigns kinds of vital sign, and how many there are among the newest results
    /// @param laboratory kinds of laboratory result, likewise
    /// @param read how many of the newest results were looked at
    /// @param total how many results there are
    record Results(
            Rows<ResultRules.Row> vitalSigns,
            Rows<ResultRules.Row> laboratory,
            int read,
            int total) {}

    /// Who somebody is, beyond the banner. Texts are ready to show; what is unknown is said.
    ///
    /// @param fullName every given name
    /// @param otherNames former and other names
    /// @param address where the person lives, or why that is not shown
    /// @param contacts telephone numbers and mail addresses, or why they are not shown
    /// @param practice the GP practice, or why it is not shown
    /// @param numbers identifiers other than the NHS number
    /// @param languages in which the person communicates
    /// @param testData whether this is a synthetic record
    /// @param restricted whether the record is restricted
    record Details(
            String fullName,
            List<String> otherNames,
            String address,
            List<String> contacts,
            String practice,
            List<String> numbers,
            List<String> languages,
            boolean testData,
            boolean restricted) {}
}
