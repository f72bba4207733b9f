package trellis.summaries;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import trellis.page.StaffFormat;
import trellis.page.When;
import trellis.page.Words;
import trellis.people.NhsNumber;

/// A summary made from the record (GP Summary headings). Pure functions.
///
/// What is current is never left out for its age or for want of a code: an unknown status counts as current, and an allergy that
/// was entered without details stands there without them.
final class SummaryRules {
    /// Types that every summary is made from.
    static final Set<String> CORE =
            Set.of("AllergyIntolerance", "MedicationRequest", "MedicationStatement");

    /// Types of additional information, for people who have agreed to it.
    static final Set<String> ADDITIONAL = Set.of("Condition", "Flag", "Immunization", "Procedure");

    /// Types of what practices send beside medicines and allergies: who may not read all of them sees none of it.
    static final Set<String> SENT =
            Set.of("Condition", "Encounter", "Flag", "Immunization", "Observation", "Procedure");

    /// What is not certain, in words.
    private static final Map<String, String> UNCERTAIN =
            Map.of(
                    "unconfirmed", "unconfirmed",
                    "provisional", "provisional",
                    "differential", "one of several possibilities");

    private static final int ACUTE_MONTHS = 12;
    private static final int DISCONTINUED_MONTHS = 6;
    private static final Set<String> OVER = Set.of("stopped", "completed", "cancelled");
    private static final Set<String> NEVER = Set.of("entered-in-error", "draft", "not-taken");
    private static final Set<String> NOT_ORDERED = Set.of("proposal", "plan", "option");
    private static final List<String> MEDICINE =
            List.of("Type", "Date", "Medication", "Dosage instructions", "Quantity");
    private static final List<String> FACT =
            List.of("Date", "Description", "Additional information");

    private SummaryRules() {}

    /// What the record holds of a person, by type, and medicines that it points to, by id.
    record Held(Map<String, List<JsonNode>> facts, Map<String, JsonNode> medicines) {
        List<JsonNode> of(String type) {
            return facts.getOrDefault(type, List.of());
        }
    }

    /// The sections of a summary; none when the record has nothing that one is made from.
    ///
    /// @param additional whether the person has agreed to additional information
    static List<Section> sections(Held held, boolean additional, LocalDate today) {
        var all = new ArrayList<Section>();
        all.add(allergies(held));
        var acute = today.minusMonths(ACUTE_MONTHS);
        var discontinued = today.minusMonths(DISCONTINUED_MONTHS);
        all.add(
                medicines(
                        held,
                        "Acute Medications (For the 12 month period " + period(acute, today) + ")",
                        "AcuteMedsHeader",
                        "acute medications",
                        one -> acute(one) && (!over(one) || since(one, acute))));
        all.add(
                medicines(
                        held,
                        "Current Repeat Medications",
                        "RepeatMedsHeader",
                        "current repeat medications",
                        one -> !acute(one) && !over(one)));
        all.add(
                medicines(
                        held,
                        "Discontinued Repeat Medications (For the 6 month period "
                                + period(discontinued, today)
                                + ")",
                        "DiscRepeatMedsHeader",
                        "discontinued repeat medications",
                        one -> !acute(one) && over(one) && since(one, discontinued)));
        if (all.stream().allMatch(section -> section.rows().isEmpty())) {
            return List.of();
        }
        if (additional) {
            all.add(facts("Risks to Patient", "RisksToPatientHeader", flags(held)));
            all.add(facts("Diagnoses", "DiagnosesHeader", conditions(held, true)));
            all.add(facts("Problems and Issues", "ProblemsHeader", conditions(held, false)));
            all.add(facts("Treatments", "TreatmentsHeader", treatments(held)));
        }
        return List.copyOf(all);
    }

    /// The number of a summary with this content: the same as long as it is the same.
    static String uuid(NhsNumber number, List<Section> sections) {
        var text = new StringBuilder(number.digits());
        for (var section : sections) {
            text.append('\n').append(section.code());
            section.rows().forEach(row -> text.append('\n').append(String.join("\t", row)));
        }
        return UUID.nameUUIDFromBytes(text.toString().getBytes(StandardCharsets.UTF_8))
                .toString()
                .toUpperCase(Locale.ROOT);
    }

    private static String period(LocalDate from, LocalDate to) {
        return StaffFormat.date(from) + " to " + StaffFormat.date(to);
    }

    private static String text(JsonNode one, String pointer) {
        return one.at(pointer).asString("");
    }

    private static String words(JsonNode concept) {
        return Words.of(concept).orElse("");
    }

    private static Optional<When> when(JsonNode one, String... pointers) {
        return Stream.of(pointers)
                .map(pointer -> text(one, pointer))
                .filter(date -> !date.isEmpty())
                .flatMap(date -> When.of(date).stream())
                .findFirst();
    }

    private static String date(JsonNode one, String... pointers) {
        return when(one, pointers).map(StaffFormat::date).orElse("");
    }

    private static Comparator<JsonNode> newest(String... pointers) {
        return Comparator.comparing(
                one -> when(one, pointers).map(When::start),
                Comparator.comparing(
                        start -> start.orElse(java.time.Instant.EPOCH), Comparator.reverseOrder()));
    }

    // --- allergies -------------------------------------------------------------------------------

    private static Section allergies(Held held) {
        var rows =
                held.of("AllergyIntolerance").stream()
                        .filter(SummaryRules::stands)
                        .filter(one ->
                                !Set.of("inactive", "resolved")
                                        .contains(text(one, "/clinicalStatus/coding/0/code")))
                        .sorted(newest("/recordedDate", "/onsetDateTime"))
                        .map(SummaryRules::allergy)
                        .toList();
        return new Section(
                "Allergies and Adverse Reactions",
                "AllergiesHeader",
                "allergies and adverse reactions",
                List.of("Date", "Description", "Certainty", "Severity", "Supporting Information"),
                rows);
    }

    /// Whether it is neither a mistake nor refuted.
    private static boolean stands(JsonNode one) {
        return verification(one).noneMatch(Set.of("entered-in-error", "refuted")::contains);
    }

    private static Stream<String> verification(JsonNode one) {
        return one.at("/verificationStatus/coding")
                .valueStream()
                .map(coding -> coding.path("code").asString(""));
    }

    private static List<String> allergy(JsonNode one) {
        var reactions = new ArrayList<String>();
        one.path("reaction")
                .forEach(reaction ->
                        reaction.path("manifestation")
                                .forEach(shown -> Words.of(shown).ifPresent(reactions::add)));
        var severity =
                one.path("reaction")
                        .valueStream()
                        .map(reaction -> reaction.path("severity").asString(""))
                        .filter(word -> !word.isEmpty())
                        .findFirst()
                        .orElse(text(one, "/criticality"));
        var description =
                Words.of(one.path("code"))
                        .or(() -> Words.of(one.at("/reaction/0/substance")))
                        .orElse("Substance not recorded");
        return List.of(
                date(one, "/recordedDate", "/onsetDateTime"),
                description,
                text(one, "/verificationStatus/coding/0/code"),
                severity,
                String.join(", ", reactions));
    }

    // --- medicines -------------------------------------------------------------------------------

    private static Section medicines(
            Held held, String title, String code, String caption, Predicate<JsonNode> which) {
        var rows =
                Stream.concat(
                                held.of("MedicationRequest").stream(),
                                held.of("MedicationStatement").stream())
                        .filter(one -> !NEVER.contains(text(one, "/status")))
                        .filter(one -> !NOT_ORDERED.contains(text(one, "/intent")))
                        .filter(which)
                        .sorted(newest(DATES))
                        .map(one -> medicine(one, held, caption))
                        .toList();
        return new Section(title, code, caption, MEDICINE, rows);
    }

    private static final String[] DATES = {
        "/authoredOn", "/effectiveDateTime", "/effectivePeriod/start", "/dateAsserted"
    };

    private static final String[] ENDS = {
        "/effectivePeriod/end", "/dispenseRequest/validityPeriod/end"
    };

    private static boolean over(JsonNode one) {
        return OVER.contains(text(one, "/status"));
    }

    /// Given once: it says so, or it says nothing and is completed.
    private static boolean acute(JsonNode one) {
        var course =
                one.at("/courseOfTherapyType/coding")
                        .valueStream()
                        .map(coding -> coding.path("code").asString(""))
                        .toList();
        return course.isEmpty()
                ? text(one, "/status").equals("completed")
                : course.contains("acute");
    }

    /// Whether it was given, or may have been in use, on a day or after; what has no date may have been. Where no end is
    /// recorded, one that was changed here was in use until then, and one that came as it is when it was written.
    private static boolean since(JsonNode one, LocalDate day) {
        var changed = !acute(one) && !Set.of("", "1").contains(text(one, "/meta/versionId"));
        return when(one, ENDS)
                .or(() -> changed ? when(one, "/meta/lastUpdated") : Optional.empty())
                .or(() -> when(one, DATES))
                .map(end -> !end.lastDay().isBefore(day))
                .orElse(true);
    }

    private static List<String> medicine(JsonNode one, Held held, String kind) {
        var dosage =
                Stream.concat(
                                one.path("dosageInstruction").valueStream(),
                                one.path("dosage").valueStream())
                        .map(SummaryRules::dosage)
                        .filter(line -> !line.isEmpty())
                        .toList();
        var quantity = one.at("/dispenseRequest/quantity");
        var never = one.path("doNotPerform").asBoolean(false);
        return List.of(
                never
                        ? "Not to be given"
                        : kind.contains("acute")
                                ? text(one, "/status").equals("cancelled")
                                        ? "Acute, cancelled"
                                        : "Acute"
                                : over(one)
                                        ? "Discontinued"
                                        : text(one, "/status").equals("on-hold")
                                                ? "On hold"
                                                : "Repeat",
                date(one, DATES),
                (never ? "NOT TO BE GIVEN: " : "") + name(one, held),
                dosage.isEmpty() ? "Not recorded" : String.join("; ", dosage),
                quantity.has("value")
                        ? (quantity.path("value").decimalValue().toPlainString()
                                        + " "
                                        + quantity.path("unit").asString(""))
                                .strip()
                        : "");
    }

    private static String dosage(JsonNode dosage) {
        var text = text(dosage, "/text");
        if (!text.isEmpty()) {
            return text;
        }
        var parts = new ArrayList<String>();
        var dose = dosage.at("/doseAndRate/0/doseQuantity");
        if (dose.has("value")) {
            parts.add(
                    (dose.path("value").decimalValue().toPlainString()
                                    + " "
                                    + dose.path("unit").asString(dose.path("code").asString("")))
                            .strip());
        }
        parts.add(words(dosage.path("route")));
        parts.add(words(dosage.at("/timing/code")));
        parts.add(text(dosage, "/patientInstruction"));
        parts.removeIf(String::isEmpty);
        return String.join(", ", parts);
    }

    private static String name(JsonNode one, Held held) {
        var reference = one.at("/medicationReference/reference").asString("");
        return Words.of(one.path("medicationCodeableConcept"))
                .or(() ->
                        one.path("contained")
                                .valueStream()
                                .filter(inner ->
                                        reference.equals("#" + inner.path("id").asString("")))
                                .flatMap(inner -> Words.of(inner.path("code")).stream())
                                .findFirst())
                .or(() ->
                        Optional.ofNullable(
                                        held.medicines()
                                                .get(reference.replaceFirst("^Medication/", "")))
                                .flatMap(medicine -> Words.of(medicine.path("code"))))
                .or(() ->
                        Optional.of(text(one, "/medicationReference/display"))
                                .filter(display -> !display.isEmpty()))
                .orElse("Medicine not named");
    }

    // --- additional information ------------------------------------------------------------------

    private static Section facts(String title, String code, List<List<String>> rows) {
        return new Section(title, code, title.toLowerCase(Locale.ROOT), FACT, rows);
    }

    private static List<List<String>> flags(Held held) {
        return held.of("Flag").stream()
                .filter(one -> text(one, "/status").equals("active"))
                .sorted(newest("/period/start"))
                .map(one -> List.of(date(one, "/period/start"), words(one.path("code")), ""))
                .toList();
    }

    private static List<List<String>> conditions(Held held, boolean diagnoses) {
        return held.of("Condition").stream()
                .filter(SummaryRules::stands)
                .filter(one ->
                        diagnoses
                                == one.path("category")
                                        .valueStream()
                                        .flatMap(category -> category.path("coding").valueStream())
                                        .anyMatch(coding ->
                                                coding.path("code")
                                                        .asString("")
                                                        .equals("encounter-diagnosis")))
                .sorted(newest("/onsetDateTime", "/onsetPeriod/start", "/recordedDate"))
                .map(one ->
                        List.of(
                                date(one, "/onsetDateTime", "/onsetPeriod/start", "/recordedDate"),
                                words(one.path("code")),
                                status(one)))
                .toList();
    }

    /// Whether it goes on, and how certain it is where that is not sure.
    private static String status(JsonNode one) {
        return Stream.concat(
                        Stream.of(text(one, "/clinicalStatus/coding/0/code")),
                        verification(one).map(code -> UNCERTAIN.getOrDefault(code, "")))
                .filter(word -> !word.isEmpty())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static List<List<String>> treatments(Held held) {
        return Stream.concat(held.of("Procedure").stream(), held.of("Immunization").stream())
                .filter(one -> text(one, "/status").equals("completed"))
                .sorted(newest(DONE))
                .map(one ->
                        List.of(
                                date(one, DONE),
                                Words.of(one.path("code"))
                                        .or(() -> Words.of(one.path("vaccineCode")))
                                        .orElse(""),
                                ""))
                .toList();
    }

    private static final String[] DONE = {
        "/performedDateTime", "/performedPeriod/start", "/occurrenceDateTime"
    };
}
