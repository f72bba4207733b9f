package trellis.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import trellis.page.StaffFormat;
import trellis.page.Words;

/// What a record says of results: Observation resources, the latest of each kind with what came before
/// (interface rules 19 to 21).
final class ResultRules {

    static final String[] DATES = {
        "/effectiveDateTime",
        "/effectivePeriod/end",
        "/effectivePeriod/start",
        "/effectiveInstant",
        "/issued"
    };

    /// How many values a row draws and how many earlier ones it names.
    private static final int DRAWN = 8;

    private static final int NAMED = 3;

    private ResultRules() {}

    /// One result.
    ///
    /// @param id of the newest resource of its kind
    /// @param name what was measured
    /// @param value with its unit
    /// @param range the reference range; `Not recorded`
    /// @param flags `High`, `Low` and so on; empty when there is nothing to flag
    /// @param status in words; empty when it is simply final
    /// @param date when it was measured
    /// @param source where it came from
    /// @param previous earlier values with their dates, newest first, in words
    /// @param trend the last values drawn
    /// @param mistaken entered in error
    record Row(
            String id,
            String name,
            String value,
            String range,
            List<String> flags,
            String status,
            String date,
            String source,
            List<String> previous,
            Optional<Trend> trend,
            boolean mistaken) {}

    /// The observations of one kind, newest first.
    record Kind(List<Fact> facts) {
        Fact latest() {
            return facts.getFirst();
        }

        /// Whether this is measured at the patient and not in a laboratory.
        boolean vitalSign() {
            return latest().each("category").stream()
                    .anyMatch(category -> Words.firstCode(category).equals("vital-signs"));
        }
    }

    /// Observations by kind, the kind with the newest first; without what was entered in error or
    /// cancelled.
    static List<Kind> kinds(List<Fact> all) {
        var kinds = new LinkedHashMap<String, List<Fact>>();
        all.stream()
                .filter(fact -> !fact.mistaken() && !fact.status().equals("cancelled"))
                .sorted(Fact.newestFirst(DATES))
                .forEach(fact ->
                        kinds.computeIfAbsent(kind(fact), _ -> new ArrayList<>()).add(fact));
        return kinds.values().stream().map(Kind::new).toList();
    }

    /// What makes two observations the same measurement: the LOINC code, else the first code, else the
    /// words. Never the words alone where there is a code.
    static String kind(Fact fact) {
        var code = fact.json().path("code");
        return Words.code(code, "http://loinc.org")
                .map(loinc -> "http://loinc.org|" + loinc)
                .orElseGet(() -> {
                    var first = code.path("coding").path(0);
                    return first.isMissingNode()
                            ? "|" + code.path("text").asString("")
                            : first.path("system").asString("")
                                    + "|"
                                    + first.path("code").asString("");
                });
    }

    /// A row for the latest of a kind with what came before.
    static Row row(Kind kind, Sources sources) {
        return row(
                kind.latest(),
                previous(kind.facts()),
                Trend.of(kind.facts(), DRAWN, 120, 32),
                sources);
    }

    /// A row for one observation by itself.
    static Row row(Fact fact, Sources sources) {
        return row(fact, List.of(), Optional.empty(), sources);
    }

    private static Row row(
            Fact fact, List<String> previous, Optional<Trend> trend, Sources sources) {
        return new Row(
                fact.key(),
                name(fact),
                ValueRules.value(fact.json()),
                ValueRules.ranges(fact.json()),
                ValueRules.flags(fact.json()),
                status(fact),
                fact.when(DATES).map(StaffFormat::dateTime).orElse(StaffFormat.NOT_RECORDED),
                sources.of(fact),
                previous,
                trend,
                fact.mistaken());
    }

    static String name(Fact fact) {
        return fact.words("code").orElse("Measurement not named");
    }

    private static List<String> previous(List<Fact> newestFirst) {
        return newestFirst.stream()
                .skip(1)
                .limit(NAMED)
                .map(fact ->
                        ValueRules.value(fact.json())
                                + fact.when(DATES)
                                        .map(when -> " (" + StaffFormat.date(when) + ")")
                                        .orElse(""))
                .toList();
    }

    private static String status(Fact fact) {
        return switch (fact.status()) {
            case "final" -> "";
            case "registered" -> "Not yet available";
            case "preliminary" -> "Preliminary";
            case "amended" -> "Amended";
            case "corrected" -> "Corrected";
            case "cancelled" -> "Cancelled";
            case "entered-in-error" -> "Entered in error";
            default -> "Status not known";
        };
    }

    /// Whether all values of a kind share one unit; if not, the page warns.
    static boolean oneUnit(Kind kind) {
        var units =
                kind.facts().stream()
                        .flatMap(fact -> ValueRules.number(fact.json()).stream())
                        .map(ValueRules.Amount::unit)
                        .collect(Collectors.groupingBy(unit -> unit));
        return Map.copyOf(units).size() < 2;
    }
}
