package trellis.record;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import trellis.page.StaffFormat;
import trellis.page.When;
import trellis.page.Words;
import trellis.store.Stored;

/// What the page of one item says. Pure functions.
final class ItemRules {

    private static final int DRAWN = 60;

    private ItemRules() {}

    /// Which list an item belongs to, and what it is called there; empty for what has no page.
    static Optional<String> part(String type) {
        return switch (type) {
            case "AllergyIntolerance" -> Optional.of("allergies");
            case "Condition" -> Optional.of("problems");
            case "MedicationRequest" -> Optional.of("medicines");
            case "Encounter" -> Optional.of("encounters");
            case "Immunization" -> Optional.of("immunisations");
            case "Observation" -> Optional.of("results");
            case "DocumentReference", "Composition", "DiagnosticReport" -> Optional.of("documents");
            case "Flag" -> Optional.of("summary");
            default -> Optional.empty();
        };
    }

    /// What an item is, for the page's heading.
    static String heading(Fact fact) {
        return switch (fact.type()) {
            case "MedicationRequest" -> MedicineRules.row(fact, Sources.NONE).name();
            case "Immunization" -> fact.words("vaccineCode").orElse("Vaccine not named");
            case "Encounter" ->
                    fact.each("type").stream().findFirst().flatMap(Words::of).orElse("Encounter");
            case "DocumentReference", "Composition", "DiagnosticReport" ->
                    DocumentRules.title(fact);
            default -> fact.words("code").orElse("Not named");
        };
    }

    /// What an item says: its concepts with every code, its dates, and where it came from.
    static List<ItemView.Line> lines(Fact fact, Sources sources) {
        var lines = new ArrayList<ItemView.Line>();
        fact.text("/status").ifPresent(status -> lines.add(line("Status", status)));
        concept(lines, "Clinical status", fact.json().path("clinicalStatus"));
        concept(lines, "Certainty", fact.json().path("verificationStatus"));
        concept(lines, "Severity", fact.json().path("severity"));
        if (fact.type().equals("Observation")) {
            lines.add(line("Result", ValueRules.value(fact.json())));
            lines.add(line("Reference range", ValueRules.ranges(fact.json())));
            lines.add(
                    line(
                            "Flags",
                            ValueRules.flags(fact.json()).isEmpty()
                                    ? "None"
                                    : String.join(", ", ValueRules.flags(fact.json()))));
        }
        for (var date : DATES) {
            fact.when(date.pointer())
                    .map(StaffFormat::dateTime)
                    .ifPresent(text -> lines.add(line(date.name(), text)));
        }
        for (var note : fact.each("note")) {
            lines.add(line("Note", note.path("text").asString("")));
        }
        concept(lines, "Recorded as", fact.json().path("code"));
        concept(lines, "Recorded as", fact.json().path("vaccineCode"));
        concept(lines, "Recorded as", fact.json().path("medicationCodeableConcept"));
        for (var reason : fact.each("reasonCode")) {
            concept(lines, "Reason", reason);
        }
        lines.add(line("Source", sources.of(fact)));
        return lines;
    }

    private record Dated(String name, String pointer) {}

    private static final List<Dated> DATES =
            List.of(
                    new Dated("Since", "/onsetDateTime"),
                    new Dated("Until", "/abatementDateTime"),
                    new Dated("Measured", "/effectiveDateTime"),
                    new Dated("Issued", "/issued"),
                    new Dated("Prescribed", "/authoredOn"),
                    new Dated("Given", "/occurrenceDateTime"),
                    new Dated("From", "/period/start"),
                    new Dated("To", "/period/end"),
                    new Dated("Date", "/date"),
                    new Dated("Recorded", "/recordedDate"));

    private static ItemView.Line line(String name, String value) {
        return new ItemView.Line(name, value);
    }

    /// A concept with its words and each of its codes, so that nothing chosen for the lists hides what
    /// was sent.
    private static void concept(List<ItemView.Line> lines, String name, JsonNode concept) {
        var words = new ArrayList<String>();
        Optional.of(concept.path("text").asString(""))
                .filter(text -> !text.isBlank())
                .ifPresent(words::add);
        for (var coding : concept.path("coding")) {
            var display = coding.path("display").asString("");
            words.add(
                    (display + " [" + system(coding) + coding.path("code").asString("") + "]")
                            .strip());
        }
        if (!words.isEmpty()) {
            lines.add(line(name, String.join("; ", words)));
        }
    }

    private static String system(JsonNode coding) {
        return switch (coding.path("system").asString("")) {
            case Words.SNOMED -> "SNOMED CT ";
            case Words.DMD -> "dm+d ";
            case "http://loinc.org" -> "LOINC ";
            case "http://www.nlm.nih.gov/research/umls/rxnorm" -> "RxNorm ";
            case "http://hl7.org/fhir/sid/cvx" -> "CVX ";
            default -> "";
        };
    }

    /// The same measurement over time.
    static ItemView.Series series(List<Fact> all, int total, Sources sources) {
        var kind =
                new ResultRules.Kind(
                        all.stream().sorted(Fact.newestFirst(ResultRules.DATES)).toList());
        var standing =
                kind.facts().stream()
                        .filter(fact -> !fact.mistaken() && !fact.status().equals("cancelled"))
                        .toList();
        var drawn =
                standing.stream()
                        .limit(DRAWN)
                        .filter(fact -> ValueRules.number(fact.json()).isPresent())
                        .toList();
        var rows = kind.facts().stream().map(fact -> ResultRules.row(fact, sources)).toList();
        return new ItemView.Series(
                new Rows<>(rows, total),
                Trend.of(standing, DRAWN, 640, 160),
                extreme(drawn, Comparator.naturalOrder()),
                extreme(drawn, Comparator.reverseOrder()),
                drawn.isEmpty() ? "" : date(drawn.getLast()),
                drawn.isEmpty() ? "" : date(drawn.getFirst()),
                ResultRules.oneUnit(kind));
    }

    private static String extreme(List<Fact> drawn, Comparator<BigDecimal> order) {
        return drawn.stream()
                .flatMap(fact ->
                        java.util.stream.Stream.concat(
                                ValueRules.number(fact.json()).stream(),
                                ValueRules.second(fact.json()).stream()))
                .min(Comparator.comparing(ValueRules.Amount::value, order))
                .map(amount -> StaffFormat.result(amount.value(), amount.unit()))
                .orElse("");
    }

    private static String date(Fact fact) {
        return fact.when(ResultRules.DATES).map(StaffFormat::date).orElse(StaffFormat.NOT_RECORDED);
    }

    /// The versions of an item.
    static List<ItemView.Version> versions(List<Stored> stored) {
        return stored.stream()
                .map(version ->
                        new ItemView.Version(
                                "Version " + version.version(),
                                StaffFormat.dateTime(new When.At(version.lastUpdated())),
                                version.deleted() ? "Deleted" : status(new Fact(version.json()))))
                .toList();
    }

    private static String status(Fact fact) {
        return fact.mistaken() ? "Entered in error" : fact.text("/status").orElse("Stored");
    }
}
