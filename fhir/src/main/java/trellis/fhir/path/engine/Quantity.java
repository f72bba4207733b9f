package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.Optional;
import trellis.fhir.search.Units;

/// System.Quantity.
///
/// @param value the number
/// @param unit a UCUM code, `1` for none, or when `calendar` a calendar word in the singular
/// @param calendar whether the unit is a calendar duration such as `month`
public record Quantity(BigDecimal value, String unit, boolean calendar) implements Value {
    /// Fewer digits than units are counted with, so that what is equal comes out equal.
    private static final MathContext EXACT_ENOUGH = new MathContext(24);

    private static final int LONGEST_UNIT = 100;

    /// UCUM's codes for the units of time, as R4 converts a FHIR Quantity of time.
    /// Clause: https://hl7.org/fhir/R4/fhirpath.html#quantity
    private static final Map<String, String> CALENDAR_BY_CODE = Map.of("a", "year", "mo", "month");

    /// Calendar durations of a fixed length, in UCUM.
    private static final Map<String, String> CODE_BY_CALENDAR =
            Map.of(
                    "week",
                    "wk",
                    "day",
                    "d",
                    "hour",
                    "h",
                    "minute",
                    "min",
                    "second",
                    "s",
                    "millisecond",
                    "ms");

    /// A calendar duration, or a quantity in a UCUM unit.
    static Quantity of(BigDecimal value, String unit, boolean calendar) {
        return calendar
                ? new Quantity(value, singular(unit), true)
                : new Quantity(value, unit.isEmpty() ? "1" : unit, false);
    }

    static Quantity of(BigDecimal value) {
        return new Quantity(value, "1", false);
    }

    /// A FHIR Quantity or one of its profiles; empty for anything else, for one without a value and
    /// for one with a comparator, which stands for no single value.
    static Optional<Quantity> of(Node node) {
        var name = node.definition().name();
        var json = node.json();
        var isQuantity =
                name.equals("SimpleQuantity")
                        || name.equals("MoneyQuantity")
                        || name.equals("Quantity")
                        || node.definition().base().equals("Quantity");
        if (!isQuantity || !json.path("value").isNumber() || json.has("comparator")) {
            return Optional.empty();
        }
        var value = json.path("value").decimalValue();
        var code = json.path("code").asString("");
        if (json.path("system").asString("").equals(Units.UCUM) && !code.isEmpty()) {
            var word = CALENDAR_BY_CODE.get(code);
            return Optional.of(
                    word == null
                            ? new Quantity(value, code, false)
                            : new Quantity(value, word, true));
        }
        var unit = code.isEmpty() ? json.path("unit").asString("1") : code;
        return Optional.of(new Quantity(value, unit, false));
    }

    static String singular(String word) {
        return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    static boolean isCalendarWord(String word) {
        var one = singular(word);
        return one.equals("year") || one.equals("month") || CODE_BY_CALENDAR.containsKey(one);
    }

    /// The unit in UCUM; empty for years and months of the calendar.
    Optional<String> code() {
        return calendar ? Optional.ofNullable(CODE_BY_CALENDAR.get(unit)) : Optional.of(unit);
    }

    /// The other's value in this one's unit; empty when they cannot be compared.
    Optional<BigDecimal> inThisUnit(Quantity other) {
        if (unit.equals(other.unit) && calendar == other.calendar) {
            return Optional.of(other.value);
        }
        if (calendar && other.calendar && (isLong() || other.isLong())) {
            if (!isLong() || !other.isLong()) {
                return Optional.empty();
            }
            return Optional.of(
                    unit.equals("year")
                            ? other.value.divide(BigDecimal.valueOf(12), MathContext.DECIMAL128)
                            : other.value.multiply(BigDecimal.valueOf(12)));
        }
        return code().flatMap(
                        own -> other.code().flatMap(theirs -> converted(other.value, theirs, own)));
    }

    /// Empty when a unit is unknown or they measure different things.
    private static Optional<BigDecimal> converted(BigDecimal value, String from, String to) {
        if (from.equals(to)) {
            return Optional.of(value);
        }
        var here = Units.ucum().scale(from);
        var there = Units.ucum().scale(to);
        return here.isEmpty() || there.isEmpty() || !here.get().unit().equals(there.get().unit())
                ? Optional.empty()
                : Optional.of(
                        Numbers.plain(
                                here.get()
                                        .of(value)
                                        .subtract(there.get().offset())
                                        .divide(there.get().factor(), EXACT_ENOUGH)));
    }

    private boolean isLong() {
        return CODE_BY_CALENDAR.get(unit) == null;
    }

    /// Negative, zero or positive; empty when they cannot be compared.
    Optional<Integer> compare(Quantity other) {
        return inThisUnit(other).map(value::compareTo);
    }

    Optional<Quantity> times(Quantity other) {
        return joined(
                        other,
                        other.unit.equals("1")
                                ? unit
                                : unit.equals("1") ? other.unit : unit + "." + group(other.unit))
                .flatMap(u ->
                        Numbers.times(value, other.value)
                                .map(v -> new Quantity(v, u, calendar && u.equals(unit))));
    }

    Optional<Quantity> over(Quantity other) {
        var same = unit.equals(other.unit);
        return joined(
                        other,
                        same ? "1" : other.unit.equals("1") ? unit : unit + "/" + group(other.unit))
                .flatMap(u ->
                        Numbers.over(value, other.value)
                                .map(v -> new Quantity(v, u, calendar && u.equals(unit))));
    }

    /// Calendar years have no product in UCUM, and a unit does not grow without end.
    private Optional<String> joined(Quantity other, String joined) {
        var plain = (code().isPresent() && other.code().isPresent()) || joined.equals(unit);
        return plain && joined.length() <= LONGEST_UNIT ? Optional.of(joined) : Optional.empty();
    }

    private static String group(String unit) {
        return (unit.indexOf('.') < 0 && unit.indexOf('/') < 0) ? unit : "(" + unit + ")";
    }

    Quantity with(BigDecimal other) {
        return new Quantity(other, unit, calendar);
    }

    @Override
    public String toString() {
        if (!calendar) {
            return value.toPlainString() + " '" + unit + "'";
        }
        return value.toPlainString()
                + " "
                + unit
                + (value.compareTo(BigDecimal.ONE) == 0 ? "" : "s");
    }
}
