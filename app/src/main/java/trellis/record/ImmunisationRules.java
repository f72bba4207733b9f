package trellis.record;

import trellis.page.StaffFormat;

/// What a record says of immunisations, newest first.
final class ImmunisationRules {

    static final String[] DATES = {"/occurrenceDateTime", "/recorded"};

    private ImmunisationRules() {}

    /// One immunisation.
    ///
    /// @param status in words; empty when it was simply given
    record Row(
            String id,
            String vaccine,
            String date,
            String source,
            String status,
            boolean mistaken) {}

    static Row row(Fact fact, Sources sources) {
        return new Row(
                fact.key(),
                fact.words("vaccineCode").orElse("Vaccine not named"),
                fact.when(DATES)
                        .map(StaffFormat::date)
                        .or(() -> fact.text("/occurrenceString"))
                        .orElse(StaffFormat.NOT_RECORDED),
                sources.of(fact),
                status(fact),
                fact.mistaken());
    }

    private static String status(Fact fact) {
        return switch (fact.status()) {
            case "completed" -> "";
            case "not-done" ->
                    "Not given" + fact.words("statusReason").map(why -> ": " + why).orElse("");
            case "entered-in-error" -> "Entered in error";
            default -> "Status not known";
        };
    }
}
