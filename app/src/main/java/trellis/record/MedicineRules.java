package trellis.record;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.page.StaffFormat;
import trellis.page.When;
import trellis.page.Words;

/// What a record says of medicines: MedicationRequest resources, current and past (interface rules 11
/// to 15; CUI MEDv-024, 062 to 077, 099, 162 to 166).
final class MedicineRules {

    /// How many days back "stopped lately" looks.
    static final int LATELY = 28;

    private static final Set<String> CURRENT = Set.of("active", "on-hold", "unknown", "");
    private static final Set<String> NOT_YET = Set.of("draft");
    private static final Set<String> NOT_ORDERED = Set.of("proposal", "plan", "option");
    private static final String[] START = {
        "/dispenseRequest/validityPeriod/start",
        "/dosageInstruction/0/timing/repeat/boundsPeriod/start",
        "/authoredOn"
    };
    private static final String[] END = {
        "/dispenseRequest/validityPeriod/end", "/dosageInstruction/0/timing/repeat/boundsPeriod/end"
    };

    private MedicineRules() {}

    /// One medicine.
    ///
    /// @param id of the resource
    /// @param name the medicine, whole
    /// @param recordedAs the sender's own name for it when that differs
    /// @param dosing one line for each dosage
    /// @param status in words, never empty
    /// @param suspended whether it is on hold, which must stand out
    /// @param start since when
    /// @param end until when; empty for a current one
    /// @param reason what for; empty when nothing says
    /// @param source who prescribed it and where
    /// @param mistaken entered in error
    record Row(
            String id,
            String name,
            Optional<String> recordedAs,
            List<DosingRules.Line> dosing,
            String status,
            boolean suspended,
            String start,
            String end,
            String reason,
            String source,
            boolean mistaken) {}

    /// Medicines in use: newest start first. Suspended ones count as current (MEDv-099), and so does
    /// one without a known status: leaving it out could hide it.
    static List<Fact> current(List<Fact> all) {
        return all.stream()
                .filter(MedicineRules::isCurrent)
                .sorted(Fact.newestFirst(START))
                .toList();
    }

    /// Medicines no longer in use: newest end first; where no end was recorded, newest start first.
    static List<Fact> past(List<Fact> all) {
        return all.stream()
                .filter(fact -> !fact.mistaken() && !isCurrent(fact) && !notOrdered(fact))
                .sorted(newestEndFirst())
                .toList();
    }

    /// What is in neither list: drafts, plans, proposals, and what was entered in error.
    static List<Fact> others(List<Fact> all) {
        return all.stream()
                .filter(fact -> fact.mistaken() || notOrdered(fact))
                .sorted(Fact.newestFirst(START))
                .toList();
    }

    /// What the page says of medicines that were stopped lately. Most records do not say when a
    /// medicine was stopped; then the page says that, and not a number.
    static String stoppedLately(List<Fact> past, LocalDate today) {
        if (past.isEmpty()) {
            return "No past medicines recorded";
        }
        var since = today.minusDays(LATELY);
        var lately = past.stream().filter(fact -> stoppedSince(fact, since)).count();
        var undated =
                past.stream()
                        .filter(fact -> !stoppedSince(fact, since) && fact.when(END).isEmpty())
                        .count();
        var counted = lately + " stopped in the last " + LATELY + " days";
        if (undated == 0) {
            return counted;
        }
        return lately == 0
                ? "When past medicines were stopped is not recorded"
                : counted + "; for others the day is not recorded";
    }

    /// Whether it surely ended on or after a day: it says so, or it began after that day and is over.
    private static boolean stoppedSince(Fact fact, LocalDate since) {
        return fact.when(END)
                .or(() -> fact.when(START))
                .filter(when -> !when.firstDay().isBefore(since))
                .isPresent();
    }

    static Row row(Fact fact, Sources sources) {
        var concept = fact.json().path("medicationCodeableConcept");
        var name =
                Words.of(concept)
                        .or(() -> contained(fact))
                        .or(() -> sources.name(fact.json().path("medicationReference")))
                        .orElse("Medicine not named");
        return new Row(
                fact.key(),
                (forbidden(fact) ? "NOT TO BE GIVEN: " : "") + name,
                Words.recordedAs(concept),
                DosingRules.lines(fact),
                status(fact),
                fact.status().equals("on-hold"),
                fact.when(START).map(StaffFormat::date).orElse(StaffFormat.NOT_RECORDED),
                isCurrent(fact)
                        ? ""
                        : fact.when(END).map(StaffFormat::date).orElse(StaffFormat.NOT_RECORDED),
                reason(fact, sources),
                sources.of(fact),
                fact.mistaken());
    }

    private static Optional<String> contained(Fact fact) {
        var local = fact.reference("/medicationReference").filter(text -> text.startsWith("#"));
        return local.flatMap(reference ->
                fact.each("contained").stream()
                        .filter(one -> reference.equals("#" + one.path("id").asString("")))
                        .findFirst()
                        .flatMap(one -> Words.of(one.path("code"))));
    }

    private static String reason(Fact fact, Sources sources) {
        var coded = fact.each("reasonCode").stream().findFirst().flatMap(Words::of);
        return coded.or(() ->
                        fact.each("reasonReference").stream().findFirst().flatMap(sources::name))
                .orElse("");
    }

    private static String status(Fact fact) {
        if (fact.mistaken()) {
            return "Entered in error";
        }
        if (forbidden(fact)) {
            return "Not to be given";
        }
        if (NOT_ORDERED.contains(fact.text("/intent").orElse(""))) {
            return "Planned, not prescribed";
        }
        return switch (fact.status()) {
            case "active" -> "Current";
            case "on-hold" -> "Suspended";
            case "completed" -> "Completed";
            case "stopped" -> "Stopped";
            case "cancelled" -> "Cancelled";
            case "draft" -> "Draft, not prescribed";
            default -> "Status not known";
        };
    }

    /// An order not to give it (`doNotPerform`), which is the contrary of what the rest of it says.
    private static boolean forbidden(Fact fact) {
        return fact.json().path("doNotPerform").asBoolean(false);
    }

    private static boolean isCurrent(Fact fact) {
        return !fact.mistaken() && !notOrdered(fact) && CURRENT.contains(fact.status());
    }

    private static boolean notOrdered(Fact fact) {
        return NOT_YET.contains(fact.status())
                || NOT_ORDERED.contains(fact.text("/intent").orElse(""));
    }

    private static Comparator<Fact> newestEndFirst() {
        return Comparator.comparing((Fact fact) ->
                        fact.when(END)
                                .or(() -> fact.when(START))
                                .map(When::start)
                                .orElse(java.time.Instant.MIN))
                .reversed();
    }
}
