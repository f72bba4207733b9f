package trellis.record;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import trellis.page.StaffFormat;
import trellis.page.When;
import trellis.page.Words;

/// The value of an Observation, or of one of its components, in words.
final class ValueRules {

    private static final String SYSTOLIC = "8480-6";
    private static final String DIASTOLIC = "8462-4";

    private ValueRules() {}

    /// A number that can be drawn in a trend.
    ///
    /// @param value as reported
    /// @param unit as reported; two numbers with different units are never drawn together
    record Amount(BigDecimal value, String unit) {}

    /// The value; why there is none; or `No value recorded`.
    static String value(JsonNode holder) {
        var pressure = pressure(holder);
        if (pressure.isPresent()) {
            return pressure.get();
        }
        var own = single(holder);
        var parts = new ArrayList<String>();
        own.ifPresent(parts::add);
        for (var component : holder.path("component")) {
            var name = Words.of(component.path("code")).orElse("Part not named");
            parts.add(
                    name
                            + " "
                            + single(component)
                                    .or(() -> absent(component))
                                    .orElse("no value recorded"));
        }
        return parts.isEmpty()
                ? absent(holder).orElse("No value recorded")
                : String.join("; ", parts);
    }

    /// The number to draw: the value itself, or the systolic pressure of a blood pressure.
    static Optional<Amount> number(JsonNode holder) {
        return quantity(holder.path("valueQuantity"))
                .or(() ->
                        component(holder, SYSTOLIC)
                                .flatMap(one -> quantity(one.path("valueQuantity"))));
    }

    /// The second number of a pair: the diastolic pressure.
    static Optional<Amount> second(JsonNode holder) {
        return component(holder, DIASTOLIC).flatMap(one -> quantity(one.path("valueQuantity")));
    }

    private static Optional<String> pressure(JsonNode holder) {
        var systolic =
                component(holder, SYSTOLIC).flatMap(one -> quantity(one.path("valueQuantity")));
        var diastolic =
                component(holder, DIASTOLIC).flatMap(one -> quantity(one.path("valueQuantity")));
        if (systolic.isEmpty()
                || diastolic.isEmpty()
                || !systolic.get().unit().equals(diastolic.get().unit())) {
            return Optional.empty();
        }
        return Optional.of(
                StaffFormat.resultNumber(systolic.get().value())
                        + "/"
                        + StaffFormat.result(diastolic.get().value(), diastolic.get().unit()));
    }

    private static Optional<JsonNode> component(JsonNode holder, String loinc) {
        for (var component : holder.path("component")) {
            if (Words.code(component.path("code"), "http://loinc.org")
                    .filter(loinc::equals)
                    .isPresent()) {
                return Optional.of(component);
            }
        }
        return Optional.empty();
    }

    private static Optional<Amount> quantity(JsonNode quantity) {
        if (!quantity.path("value").isNumber() || !quantity.path("comparator").isMissingNode()) {
            return Optional.empty();
        }
        return Optional.of(new Amount(quantity.path("value").decimalValue(), unit(quantity)));
    }

    private static String unit(JsonNode quantity) {
        return quantity.path("unit").asString(quantity.path("code").asString(""));
    }

    private static Optional<String> single(JsonNode holder) {
        var quantity = holder.path("valueQuantity");
        if (quantity.path("value").isNumber()) {
            var comparator = quantity.path("comparator").asString("");
            var text = StaffFormat.result(quantity.path("value").decimalValue(), unit(quantity));
            return Optional.of(comparator.isEmpty() ? text : comparator(comparator) + " " + text);
        }
        return Words.of(holder.path("valueCodeableConcept"))
                .or(() -> text(holder.path("valueString")))
                .or(() -> bool(holder.path("valueBoolean")))
                .or(() -> text(holder.path("valueInteger")))
                .or(() -> when(holder.path("valueDateTime")))
                .or(() -> text(holder.path("valueTime")))
                .or(() -> range(holder.path("valueRange")))
                .or(() -> ratio(holder.path("valueRatio")))
                .or(() ->
                        holder.path("valueSampledData").isObject()
                                ? Optional.of("Series of samples")
                                : Optional.empty());
    }

    private static String comparator(String code) {
        return switch (code) {
            case "<" -> "less than";
            case "<=" -> "at most";
            case ">" -> "more than";
            case ">=" -> "at least";
            default -> code;
        };
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.of(node.asString("")).filter(text -> !text.isBlank());
    }

    private static Optional<String> bool(JsonNode node) {
        return node.isBoolean()
                ? Optional.of(node.booleanValue() ? "Yes" : "No")
                : Optional.empty();
    }

    private static Optional<String> when(JsonNode node) {
        return text(node).flatMap(When::of).map(StaffFormat::dateTime);
    }

    private static Optional<String> ratio(JsonNode ratio) {
        var above = quantity(ratio.path("numerator"));
        var below = quantity(ratio.path("denominator"));
        return above.isPresent() && below.isPresent()
                ? Optional.of(
                        StaffFormat.result(above.get().value(), above.get().unit())
                                + " : "
                                + StaffFormat.result(below.get().value(), below.get().unit()))
                : Optional.empty();
    }

    private static Optional<String> absent(JsonNode holder) {
        return Words.of(holder.path("dataAbsentReason")).map(why -> "No value: " + why);
    }

    /// A range as a sentence says it: `3.5 to 5.3 mmol/L`, `up to 5`, `from 10`.
    static Optional<String> range(JsonNode range) {
        var low = quantity(range.path("low"));
        var high = quantity(range.path("high"));
        if (low.isPresent() && high.isPresent()) {
            return Optional.of(
                    StaffFormat.resultNumber(low.get().value())
                            + " to "
                            + StaffFormat.result(high.get().value(), high.get().unit()));
        }
        return low.map(one -> "from " + StaffFormat.result(one.value(), one.unit()))
                .or(() -> high.map(one -> "up to " + StaffFormat.result(one.value(), one.unit())));
    }

    /// The reference ranges: each in its own words, else low and high.
    static String ranges(JsonNode holder) {
        var texts = new ArrayList<String>();
        for (var range : holder.path("referenceRange")) {
            text(range.path("text"))
                    .or(() -> range(range))
                    .map(text ->
                            Words.of(range.path("appliesTo").path(0))
                                    .map(who -> text + " (" + who + ")")
                                    .orElse(text))
                    .ifPresent(texts::add);
        }
        return texts.isEmpty() ? StaffFormat.NOT_RECORDED : String.join("; ", texts);
    }

    /// The flags of the laboratory in words; where it gave none but one plain reference range, above or
    /// below that range. Empty when there is nothing to flag.
    static List<String> flags(JsonNode holder) {
        var flags = new ArrayList<String>();
        for (var interpretation : holder.path("interpretation")) {
            var flag = flag(interpretation);
            if (!flag.isEmpty()) {
                flags.add(flag);
            }
        }
        if (holder.path("interpretation").isEmpty()) {
            outside(holder).ifPresent(flags::add);
        }
        for (var component : holder.path("component")) {
            for (var flag : flags(component)) {
                flags.add(
                        Words.of(component.path("code"))
                                .map(name -> name + " " + flag)
                                .orElse(flag));
            }
        }
        return flags;
    }

    private static String flag(JsonNode interpretation) {
        return switch (Words.firstCode(interpretation)) {
            case "H", "HU" -> "High";
            case "L", "LU" -> "Low";
            case "HH" -> "Critically high";
            case "LL" -> "Critically low";
            case "A" -> "Abnormal";
            case "AA" -> "Critically abnormal";
            case "N" -> "";
            default -> Words.of(interpretation).orElse("");
        };
    }

    private static Optional<String> outside(JsonNode holder) {
        var value = quantity(holder.path("valueQuantity"));
        var ranges = holder.path("referenceRange");
        if (value.isEmpty()
                || ranges.size() != 1
                || !ranges.path(0).path("appliesTo").isMissingNode()
                || !ranges.path(0).path("age").isMissingNode()) {
            return Optional.empty();
        }
        var low =
                quantity(ranges.path(0).path("low"))
                        .filter(one -> one.unit().equals(value.get().unit()));
        var high =
                quantity(ranges.path(0).path("high"))
                        .filter(one -> one.unit().equals(value.get().unit()));
        if (low.filter(one -> value.get().value().compareTo(one.value()) < 0).isPresent()) {
            return Optional.of("Below range");
        }
        return high.filter(one -> value.get().value().compareTo(one.value()) > 0).isPresent()
                ? Optional.of("Above range")
                : Optional.empty();
    }
}
