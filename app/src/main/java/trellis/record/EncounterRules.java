package trellis.record;

import java.util.stream.Collectors;
import trellis.page.StaffFormat;
import trellis.page.When;
import trellis.page.Words;

/// What a record says of encounters: visits, admissions and contacts, newest first.
final class EncounterRules {

    private EncounterRules() {}

    /// One encounter.
    ///
    /// @param id of the resource
    /// @param kind what it was; empty for who may not see that
    /// @param setting inpatient, emergency and so on
    /// @param start when it began
    /// @param end when it ended; `Not ended` while it goes on
    /// @param reason why; empty when nothing says
    /// @param source who and where
    /// @param status in words; empty when it is simply finished
    /// @param mistaken entered in error
    record Row(
            String id,
            String kind,
            String setting,
            String start,
            String end,
            String reason,
            String source,
            String status,
            boolean mistaken) {}

    /// A row.
    ///
    /// @param clinical whether to say what the encounter was for: who only administers does not see it
    static Row row(Fact fact, Sources sources, boolean clinical) {
        return new Row(
                fact.key(),
                clinical
                        ? fact.each("type").stream()
                                .findFirst()
                                .flatMap(Words::of)
                                .orElse("Kind not recorded")
                        : "",
                setting(fact),
                fact.when("/period/start")
                        .map(StaffFormat::dateTime)
                        .orElse(StaffFormat.NOT_RECORDED),
                end(fact),
                clinical ? reasons(fact) : "",
                sources.of(fact),
                status(fact),
                fact.mistaken());
    }

    private static String reasons(Fact fact) {
        return fact.each("reasonCode").stream()
                .flatMap(reason -> Words.of(reason).stream())
                .collect(Collectors.joining(", "));
    }

    private static String end(Fact fact) {
        var start = fact.when("/period/start");
        return fact.when("/period/end")
                .map(end ->
                        end instanceof When.At(var instant)
                                        && start.map(When::firstDay)
                                                .filter(end.firstDay()::equals)
                                                .isPresent()
                                ? StaffFormat.time(instant)
                                : StaffFormat.dateTime(end))
                .orElse(fact.status().equals("finished") ? StaffFormat.NOT_RECORDED : "Not ended");
    }

    private static String setting(Fact fact) {
        var kind = fact.json().path("class");
        return switch (kind.path("code").asString("")) {
            case "AMB" -> "Ambulatory";
            case "EMER" -> "Emergency";
            case "IMP", "ACUTE", "NONAC" -> "Inpatient";
            case "HH" -> "At home";
            case "VR" -> "Virtual";
            case "SS" -> "Short stay";
            case "FLD" -> "In the field";
            case "OBSENC" -> "Observation";
            case "PRENC" -> "Before admission";
            default -> kind.path("display").asString("Setting not recorded");
        };
    }

    private static String status(Fact fact) {
        return switch (fact.status()) {
            case "finished" -> "";
            case "planned" -> "Planned";
            case "arrived" -> "Arrived";
            case "triaged" -> "Triaged";
            case "in-progress" -> "In progress";
            case "onleave" -> "On leave";
            case "cancelled" -> "Cancelled";
            case "entered-in-error" -> "Entered in error";
            default -> "Status not known";
        };
    }
}
