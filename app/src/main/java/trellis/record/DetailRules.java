package trellis.record;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trellis.page.StaffFormat;
import trellis.page.Words;
import trellis.people.Patient;

/// Who somebody is, beyond the banner. Pure functions.
final class DetailRules {

    private static final String HIDDEN = "Restricted: not shown";

    private DetailRules() {}

    /// What the patient's own references are called, that must be known first.
    static Set<String> references(Patient patient) {
        var references = new HashSet<String>();
        for (var gp : patient.json().path("generalPractitioner")) {
            references.add(gp.path("reference").asString(""));
        }
        return references;
    }

    /// The details.
    ///
    /// @param address whether the caller may see where the person lives and is registered
    /// @param called names by reference
    static SummaryView.Details of(Patient patient, boolean address, Map<String, String> called) {
        var names = patient.names();
        var main = patient.name();
        return new SummaryView.Details(
                main.map(Patient.Name::whole).orElse("Name not known"),
                names.stream()
                        .filter(name -> main.filter(name::equals).isEmpty())
                        .map(DetailRules::other)
                        .toList(),
                address
                        ? patient.addressLine().orElse(StaffFormat.NOT_RECORDED)
                        : "Restricted: address not shown",
                address ? patient.contacts() : List.of(HIDDEN),
                address ? practice(patient, called) : "Restricted: practice not shown",
                address ? patient.otherNumbers() : List.of(HIDDEN),
                languages(patient),
                labelled(patient, "HTEST"),
                patient.restricted());
    }

    private static String other(Patient.Name name) {
        return name.use().isEmpty() ? name.whole() : name.whole() + ", " + name.use();
    }

    private static String practice(Patient patient, Map<String, String> called) {
        var sources = new Sources(Map.of(), called);
        var parts = new java.util.ArrayList<String>();
        for (var gp : patient.json().path("generalPractitioner")) {
            sources.name(gp).ifPresent(parts::add);
        }
        return parts.isEmpty() ? StaffFormat.NOT_RECORDED : String.join(", ", parts);
    }

    private static List<String> languages(Patient patient) {
        var all = new java.util.ArrayList<String>();
        for (var one : patient.json().path("communication")) {
            Optional<String> words = Words.of(one.path("language"));
            words.map(language ->
                            one.path("preferred").asBoolean(false)
                                    ? language + " (preferred)"
                                    : language)
                    .ifPresent(all::add);
        }
        return all;
    }

    private static boolean labelled(Patient patient, String code) {
        for (var label : patient.json().path("meta").path("security")) {
            if (label.path("code").asString("").equals(code)) {
                return true;
            }
        }
        return false;
    }
}
