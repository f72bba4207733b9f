package trellis.page;

import java.util.Optional;

/// The patient banner of ISB 1505: who this page is about, in one order and in one set of words on
/// every page (interface rules 1 to 5 and 9). Texts are ready to show.
///
/// @param patient our opaque id, for links
/// @param name `SURNAME, First (Title)`
/// @param born `14-Jul-1945`, or what is known of it
/// @param age `81y`; empty when the birth date is not known or the person has died
/// @param died when a dead person died, or `Died: date not recorded`; empty for the living
/// @param ageAtDeath age at death, if both dates are known
/// @param gender `Female`
/// @param nhsNumber `999 123 4567`, or `Not known`
/// @param allergies the state and the substances; empty for those who may not see clinical content
/// @param restricted whether the record is marked restricted
/// @param opened what the mark says while the record is open with a reason
public record PatientBanner(
        String patient,
        String name,
        String born,
        Optional<String> age,
        Optional<String> died,
        Optional<String> ageAtDeath,
        String gender,
        String nhsNumber,
        Optional<Allergies> allergies,
        boolean restricted,
        Optional<String> opened) {

    /// The allergies' line.
    ///
    /// @param state one of four
    /// @param substances the substances' names, joined; empty unless the state is known
    public record Allergies(AllergyState state, String substances) {}

    /// The same banner with the allergies' line.
    public PatientBanner with(Allergies line) {
        return new PatientBanner(
                patient,
                name,
                born,
                age,
                died,
                ageAtDeath,
                gender,
                nhsNumber,
                Optional.of(line),
                restricted,
                opened);
    }

    /// The same banner with the mark of a record that was opened with a reason.
    public PatientBanner opened(String mark) {
        return new PatientBanner(
                patient,
                name,
                born,
                age,
                died,
                ageAtDeath,
                gender,
                nhsNumber,
                allergies,
                restricted,
                Optional.of(mark));
    }
}
