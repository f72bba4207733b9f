package trellis.record;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import trellis.page.StaffFormat;
import trellis.page.Words;

/// How a medicine is taken, as the medication line writes it: DOSE, route, frequency (interface rules
/// 11 to 13). Only what the Dosage says: nothing is worked out.
final class DosingRules {

    private static final Map<String, String[]> PERIODS =
            Map.of(
                    "s", new String[] {"second", "seconds"},
                    "min", new String[] {"minute", "minutes"},
                    "h", new String[] {"hour", "hours"},
                    "d", new String[] {"day", "days"},
                    "wk", new String[] {"week", "weeks"},
                    "mo", new String[] {"month", "months"},
                    "a", new String[] {"year", "years"});

    private DosingRules() {}

    /// One dosage.
    ///
    /// @param dose number and unit; empty when none is recorded
    /// @param rest route, frequency and what else is said, in order
    record Line(Optional<String> dose, List<String> rest) {}

    /// One line for each dosage; none when the request has no dosage.
    static List<Line> lines(Fact fact) {
        return fact.each("dosageInstruction").stream().map(DosingRules::line).toList();
    }

    private static Line line(JsonNode dosage) {
        var rest = new ArrayList<String>();
        Words.of(dosage.path("route")).ifPresent(rest::add);
        var text = dosage.path("text").asString("").strip();
        frequency(dosage.path("timing")).ifPresent(rest::add);
        if (dosage.path("asNeededBoolean").asBoolean(false)
                && !text.toLowerCase(java.util.Locale.UK).contains("as needed")) {
            rest.add("when required");
        }
        Words.of(dosage.path("asNeededCodeableConcept"))
                .ifPresent(why -> rest.add("when required for " + why));
        text.lines()
                .map(Words::plain)
                .filter(line -> !line.isBlank())
                .distinct()
                .forEach(rest::add);
        return new Line(dose(dosage), rest);
    }

    private static Optional<String> dose(JsonNode dosage) {
        var given = dosage.path("doseAndRate").path(0);
        var quantity = given.path("doseQuantity");
        if (quantity.path("value").isNumber()) {
            return Optional.of(quantity(quantity));
        }
        var range = given.path("doseRange");
        if (range.path("low").path("value").isNumber()
                && range.path("high").path("value").isNumber()) {
            return Optional.of(
                    StaffFormat.doseNumber(range.path("low").path("value").decimalValue())
                            + " to "
                            + quantity(range.path("high")));
        }
        return Optional.empty();
    }

    private static String quantity(JsonNode quantity) {
        var unit = quantity.path("unit").asString(quantity.path("code").asString(""));
        var value = quantity.path("value").decimalValue();
        return unit.isBlank()
                ? StaffFormat.doseNumber(value) + " (unit not recorded)"
                : StaffFormat.dose(value, unit);
    }

    private static Optional<String> frequency(JsonNode timing) {
        var coded = Words.of(timing.path("code"));
        var repeat = timing.path("repeat");
        var unit = PERIODS.get(repeat.path("periodUnit").asString(""));
        if (coded.isPresent() || unit == null || !repeat.path("period").isNumber()) {
            return coded;
        }
        var times = repeat.path("frequency").asInt(1);
        var most = repeat.path("frequencyMax").asInt(times);
        var period = repeat.path("period").decimalValue();
        var one = period.compareTo(BigDecimal.ONE) == 0;
        var often =
                most > times
                        ? times + " to " + most + " times"
                        : times == 1 ? "" : times + " times";
        if (one) {
            var each = times == 1 && most == 1 ? "once" : often;
            return Optional.of(
                    unit[0].equals("hour") && times == 1 ? "every hour" : each + " a " + unit[0]);
        }
        var every = "every " + StaffFormat.doseNumber(period) + " " + unit[1];
        return Optional.of(often.isEmpty() ? every : often + " " + every);
    }
}
