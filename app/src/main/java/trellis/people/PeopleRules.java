package trellis.people;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import trellis.page.PatientBanner;
import trellis.page.StaffFormat;

/// How well somebody matches a search, in which order people are shown, and how the banner names them.
/// Pure functions.
final class PeopleRules {

    private PeopleRules() {}

    /// Why somebody is in the list, best first.
    enum Match {
        NHS_NUMBER("Same NHS number"),
        NAME_AND_BIRTH("Same name and date of birth"),
        NAME("Same name"),
        SURNAME_BEGINS("Surname begins so"),
        BEGINNING("First name begins so"),
        DETAILS("Same details"),
        SIMILAR("Similar name");

        private final String words;

        Match(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /// Somebody found.
    ///
    /// @param differs what was asked for and is otherwise in the record; shown as a warning
    record Found(Patient patient, Match match, List<String> differs) {}

    /// Somebody found, or empty when the patient does not fit the search at all.
    static Optional<Found> match(Patient patient, FormRules.Ask ask) {
        var differs = differs(patient, ask);
        if (ask.nhsNumber().isPresent() && ask.nhsNumber().equals(patient.nhsNumber())) {
            return Optional.of(new Found(patient, Match.NHS_NUMBER, named(patient, ask, differs)));
        }
        if (ask.words().isEmpty()) {
            return ask.describes() && differs.isEmpty()
                    ? Optional.of(new Found(patient, Match.DETAILS, differs))
                    : Optional.empty();
        }
        var born = ask.born().isPresent() && differs.isEmpty();
        var surname = NameRules.surnameBegins(patient, ask.words());
        return fit(NameRules.fit(patient, ask.words()), born, surname)
                .map(match -> new Found(patient, match, differs));
    }

    private static Optional<Match> fit(NameRules.Fit names, boolean bornThen, boolean surname) {
        return switch (names) {
            case EXACT -> Optional.of(bornThen ? Match.NAME_AND_BIRTH : Match.NAME);
            case BEGINS -> Optional.of(surname ? Match.SURNAME_BEGINS : Match.BEGINNING);
            case SIMILAR -> Optional.of(Match.SIMILAR);
            case NONE -> Optional.empty();
        };
    }

    private static List<String> named(Patient patient, FormRules.Ask ask, List<String> differs) {
        if (ask.words().isEmpty() || NameRules.fit(patient, ask.words()) != NameRules.Fit.NONE) {
            return differs;
        }
        var all = new ArrayList<String>();
        all.add("Name differs");
        all.addAll(differs);
        return all;
    }

    private static List<String> differs(Patient patient, FormRules.Ask ask) {
        var differs = new ArrayList<String>();
        ask.born()
                .filter(born -> !patient.json().path("birthDate").asString("").startsWith(born))
                .ifPresent(_ -> differs.add("Date of birth differs"));
        ask.nhsNumber()
                .filter(number -> patient.nhsNumber().filter(number::equals).isEmpty())
                .ifPresent(_ -> differs.add("NHS number differs"));
        ask.postcode()
                .filter(code -> !FormRules.bare(patient.postcode().orElse("")).startsWith(code))
                .ifPresent(_ -> differs.add("Postcode differs"));
        return differs;
    }

    /// Best match first; then those in which nothing differs; then surname, first name, birth date.
    static Comparator<Found> order() {
        return Comparator.comparing((Found found) -> found.patient().inactive())
                .thenComparing(Found::match)
                .thenComparing(found -> found.differs().size())
                .thenComparing(found -> found.patient().shownName())
                .thenComparing(found -> found.patient().json().path("birthDate").asString(""))
                .thenComparing(found -> found.patient().key());
    }

    /// The banner of a patient, without allergies (PAB-0016, 0033 to 0042, 0055 to 0060).
    static PatientBanner banner(Patient patient, LocalDate today) {
        var born = patient.born();
        var died =
                patient.dead()
                        ? Optional.of(
                                patient.died().map(StaffFormat::date).orElse("date not recorded"))
                        : Optional.<String>empty();
        return new PatientBanner(
                patient.key(),
                patient.shownName(),
                born.map(StaffFormat::date).orElse(StaffFormat.NOT_KNOWN),
                patient.dead() ? Optional.empty() : born.map(date -> StaffFormat.age(date, today)),
                died,
                patient.died()
                        .flatMap(end -> born.map(date -> StaffFormat.age(date, end.firstDay()))),
                patient.gender(),
                patient.nhsNumber().map(NhsNumber::spaced).orElse(StaffFormat.NOT_KNOWN),
                Optional.empty(),
                patient.restricted(),
                Optional.empty());
    }
}
