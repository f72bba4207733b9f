package trellis.prescriptions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import trellis.page.AllergyState;
import trellis.page.PatientBanner;

/// What stands beside the items of a prescription when it is checked before it is handed over: allergies, and medicines that are
/// taken already. It warns of what is the same by its words; it compares no codes, knows no classes of medicines and no
/// interactions, and says so.
final class CheckRules {
    /// Codes by which somebody is said to have no allergies (SNOMED CT).
    private static final Set<String> NONE = Set.of("716186003", "409137002", "428607008");

    private static final int SHORTEST = 5;

    /// Stands before a medicine that an order says not to give.
    private static final String NEVER = "NOT TO BE GIVEN: ";

    private CheckRules() {}

    /// What the record says.
    ///
    /// @param state of the allergies
    /// @param allergies what the patient is allergic to
    /// @param current medicines that are taken now, without those of the prescription itself
    /// @param known whether what is taken now could be looked at
    /// @param gaps what could not be looked at, each in a sentence
    record Check(
            AllergyState state,
            List<String> allergies,
            List<String> current,
            boolean known,
            List<String> gaps) {
        PatientBanner.Allergies line() {
            return new PatientBanner.Allergies(state, String.join(", ", allergies));
        }
    }

    /// @param prescribed identifiers of the items of the prescription
    static Check check(
            PrescriptionReads.Facts allergies,
            PrescriptionReads.Facts medicines,
            List<String> prescribed) {
        var active =
                allergies.found().stream()
                        .filter(one ->
                                !status(one, "verificationStatus").equals("entered-in-error"))
                        .filter(one -> !status(one, "verificationStatus").equals("refuted"))
                        .filter(one -> Set.of("", "active").contains(status(one, "clinicalStatus")))
                        .toList();
        var known = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        active.stream().filter(one -> !none(one)).forEach(one -> known.add(words(one, "code")));
        var current = new TreeSet<String>(String.CASE_INSENSITIVE_ORDER);
        medicines.found().stream()
                .filter(one -> !prescribed.contains(one.path("id").asString("")))
                .forEach(one ->
                        current.add(
                                (one.path("doNotPerform").asBoolean(false) ? NEVER : "")
                                        + words(one, "medicationCodeableConcept")));
        var state =
                !known.isEmpty()
                        ? AllergyState.KNOWN
                        : !allergies.shown() || !allergies.whole()
                                ? AllergyState.UNAVAILABLE
                                : active.isEmpty() ? AllergyState.NOT_RECORDED : AllergyState.NONE;
        return new Check(
                state,
                List.copyOf(known),
                List.copyOf(current),
                medicines.shown(),
                gaps(allergies, medicines));
    }

    private static List<String> gaps(
            PrescriptionReads.Facts allergies, PrescriptionReads.Facts medicines) {
        var gaps = new ArrayList<String>();
        if (!allergies.shown() || !medicines.shown()) {
            gaps.add(
                    "Allergies and current medicines are not shown to you: open the record with a"
                            + " reason.");
        }
        if (!allergies.whole()) {
            gaps.add("There are more allergies than are looked at here: open the record.");
        }
        if (!medicines.whole()) {
            gaps.add("There are more current medicines than are looked at here: open the record.");
        }
        return gaps;
    }

    private static String status(JsonNode one, String field) {
        return one.path(field).path("coding").path(0).path("code").asString("");
    }

    private static boolean none(JsonNode one) {
        return one.path("code")
                .path("coding")
                .valueStream()
                .anyMatch(coding -> NONE.contains(coding.path("code").asString("")));
    }

    private static String words(JsonNode one, String field) {
        var concept = one.path(field);
        var text = concept.path("text").asString("");
        return text.isEmpty()
                ? concept.path("coding").path(0).path("display").asString("Not recorded")
                : text;
    }

    /// What speaks against handing a medicine over, each in a sentence: an allergy, or an order not to give it.
    static List<String> against(String medicine, Check check) {
        return Stream.concat(
                        alike(medicine, check.allergies()).map(one -> "Allergy recorded: " + one),
                        alike(medicine, check.current()).filter(one -> one.startsWith(NEVER)))
                .toList();
    }

    /// What is taken already and sounds like a medicine, each in a sentence.
    static List<String> taken(String medicine, Check check) {
        return alike(medicine, check.current())
                .filter(one -> !one.startsWith(NEVER))
                .map(one -> "Taken already: " + one)
                .toList();
    }

    private static Stream<String> alike(String medicine, List<String> others) {
        var words = significant(medicine);
        return others.stream()
                .filter(other -> significant(other).stream().anyMatch(words::contains));
    }

    /// Words that name a substance rather than a form or a strength.
    private static Set<String> significant(String text) {
        var forms =
                Set.of(
                        "tablets",
                        "tablet",
                        "capsules",
                        "capsule",
                        "solution",
                        "suspension",
                        "cream",
                        "ointment",
                        "injection",
                        "inhaler",
                        "soluble",
                        "modified",
                        "release",
                        "allergy",
                        "spray",
                        "drops",
                        "sachets",
                        "sodium",
                        "hydrochloride",
                        "containing",
                        "products");
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}]+"))
                .filter(word -> word.length() >= SHORTEST && !forms.contains(word))
                .collect(Collectors.toSet());
    }
}
