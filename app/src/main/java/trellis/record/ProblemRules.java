package trellis.record;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.page.StaffFormat;

/// What a record says of problems: Condition resources that are active, and those that are past.
final class ProblemRules {

    private static final Set<String> PAST = Set.of("resolved", "inactive", "remission");
    private static final String[] ONSET = {"/onsetDateTime", "/onsetPeriod/start", "/recordedDate"};
    private static final String[] END = {
        "/abatementDateTime", "/abatementPeriod/end", "/abatementPeriod/start"
    };

    private ProblemRules() {}

    /// One problem.
    ///
    /// @param id of the resource
    /// @param name what it is
    /// @param onset since when
    /// @param end until when; `Not recorded` for a past one without a date, empty for a current one
    /// @param status in words; empty when it is simply active and confirmed
    /// @param source where it came from
    /// @param recorded when
    /// @param mistaken entered in error
    record Row(
            String id,
            String name,
            String onset,
            String end,
            String status,
            String source,
            String recorded,
            boolean mistaken) {}

    /// Problems that are active, newest onset first. One without a status counts as active: leaving it
    /// out could hide it.
    static List<Fact> current(List<Fact> all) {
        return all.stream()
                .filter(fact ->
                        !fact.mistaken()
                                && !refuted(fact)
                                && !PAST.contains(fact.code("clinicalStatus")))
                .sorted(Fact.newestFirst(ONSET))
                .toList();
    }

    /// Problems that are over, last ended first.
    static List<Fact> past(List<Fact> all) {
        return all.stream()
                .filter(fact ->
                        !fact.mistaken()
                                && !refuted(fact)
                                && PAST.contains(fact.code("clinicalStatus")))
                .sorted(Fact.newestFirst(END).thenComparing(Fact.newestFirst(ONSET)))
                .toList();
    }

    /// What is in neither list: refuted or entered in error.
    static List<Fact> withdrawn(List<Fact> all) {
        return all.stream()
                .filter(fact -> fact.mistaken() || refuted(fact))
                .sorted(Fact.newestFirst(ONSET))
                .toList();
    }

    static Row row(Fact fact, Sources sources) {
        var past = PAST.contains(fact.code("clinicalStatus"));
        return new Row(
                fact.key(),
                fact.words("code").orElse("Problem not named"),
                fact.when(ONSET[0], ONSET[1])
                        .map(StaffFormat::date)
                        .or(() -> fact.text("/onsetString"))
                        .orElse(StaffFormat.NOT_RECORDED),
                fact.when(END).map(StaffFormat::date).orElse(past ? StaffFormat.NOT_RECORDED : ""),
                status(fact),
                sources.of(fact),
                fact.when("/recordedDate").map(StaffFormat::date).orElse(StaffFormat.NOT_RECORDED),
                fact.mistaken());
    }

    private static String status(Fact fact) {
        if (fact.mistaken()) {
            return "Entered in error";
        }
        var clinical =
                switch (fact.code("clinicalStatus")) {
                    case "recurrence" -> "Recurrence";
                    case "relapse" -> "Relapse";
                    case "inactive" -> "Inactive";
                    case "remission" -> "In remission";
                    case "resolved" -> "Resolved";
                    case "active" -> "";
                    default -> "Status not recorded";
                };
        var verification =
                switch (fact.code("verificationStatus")) {
                    case "unconfirmed" -> "Unconfirmed";
                    case "provisional" -> "Provisional";
                    case "differential" -> "One of several possibilities";
                    case "refuted" -> "Refuted";
                    default -> "";
                };
        return joined(joined(clinical, verification), severity(fact).orElse(""));
    }

    private static Optional<String> severity(Fact fact) {
        return fact.words("severity");
    }

    private static String joined(String one, String other) {
        return one.isEmpty() || other.isEmpty() ? one + other : one + ", " + other;
    }

    private static boolean refuted(Fact fact) {
        return fact.code("verificationStatus").equals("refuted");
    }
}
