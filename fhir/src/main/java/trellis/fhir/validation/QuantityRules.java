package trellis.fhir.validation;

import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;
import static trellis.fhir.validation.Elements.text;
import static trellis.fhir.validation.Elements.texts;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Invariants of quantities, ranges and timings.
final class QuantityRules {
    private static final String UCUM = "http://unitsofmeasure.org";
    private static final List<String> QUANTITIES =
            List.of(
                    "Quantity",
                    "SimpleQuantity",
                    "MoneyQuantity",
                    "Age",
                    "Count",
                    "Distance",
                    "Duration");

    private static final String REPEAT = "Timing.repeat";

    private static final List<Rule> TIMING =
            List.of(
                    new Rule(
                            REPEAT,
                            "tim-1",
                            "A duration needs a durationUnit",
                            it -> lacks(it, "duration") || has(it, "durationUnit")),
                    new Rule(
                            REPEAT,
                            "tim-2",
                            "A period needs a periodUnit",
                            it -> lacks(it, "period") || has(it, "periodUnit")),
                    new Rule(
                            REPEAT,
                            "tim-4",
                            "The duration must not be negative",
                            it -> notNegative(it, "duration")),
                    new Rule(
                            REPEAT,
                            "tim-5",
                            "The period must not be negative",
                            it -> notNegative(it, "period")),
                    new Rule(
                            REPEAT,
                            "tim-6",
                            "A periodMax needs a period",
                            it -> lacks(it, "periodMax") || has(it, "period")),
                    new Rule(
                            REPEAT,
                            "tim-7",
                            "A durationMax needs a duration",
                            it -> lacks(it, "durationMax") || has(it, "duration")),
                    new Rule(
                            REPEAT,
                            "tim-8",
                            "A countMax needs a count",
                            it -> lacks(it, "countMax") || has(it, "count")),
                    new Rule(
                            REPEAT,
                            "tim-9",
                            "An offset needs a \"when\" other than C, CM, CD and CV",
                            it -> lacks(it, "offset") || isBesideMeal(it)),
                    new Rule(
                            REPEAT,
                            "tim-10",
                            "Give timeOfDay or when, not both",
                            it -> lacks(it, "timeOfDay") || lacks(it, "when")));

    private static final List<Rule> SPECIAL =
            List.of(
                    new Rule(
                            "Age",
                            "age-1",
                            "An age must be above 0 and have a UCUM unit of time",
                            it ->
                                    coded(it)
                                            && number(it, "value")
                                                    .map(v -> v.signum() > 0)
                                                    .orElse(true)),
                    new Rule(
                            "Count",
                            "cnt-3",
                            "A count must be a whole number with the UCUM code 1",
                            it ->
                                    coded(it)
                                            && (lacks(it, "code") || is(it, "code", "1"))
                                            && !text(it, "value").contains(".")),
                    new Rule(
                            "Distance",
                            "dis-1",
                            "A distance must have a UCUM unit of length",
                            QuantityRules::coded),
                    new Rule(
                            "Duration",
                            "drt-1",
                            "A duration with a code must have a value and the UCUM system",
                            it ->
                                    lacks(it, "code")
                                            || (is(it, "system", UCUM) && has(it, "value"))),
                    new Rule(
                            "MoneyQuantity",
                            "mqty-1",
                            "An amount of money must have a code of urn:iso:std:iso:4217",
                            it ->
                                    codeIfValue(it)
                                            && (lacks(it, "system")
                                                    || is(it, "system", "urn:iso:std:iso:4217"))),
                    new Rule(
                            "Range",
                            "rng-2",
                            "The low end of a range must not be above its high end",
                            QuantityRules::lowIsBelowHigh));

    static final List<Rule> ALL =
            Stream.of(
                            QUANTITIES.stream().flatMap(QuantityRules::ofEveryKind),
                            SPECIAL.stream(),
                            TIMING.stream())
                    .flatMap(s -> s)
                    .toList();

    private QuantityRules() {}

    private static Stream<Rule> ofEveryKind(String type) {
        return Stream.of(
                new Rule(
                        type,
                        "qty-3",
                        "A quantity with a code must say the system of its unit",
                        it -> lacks(it, "code") || has(it, "system")),
                new Rule(
                        type,
                        "uri",
                        "The system of a unit must be an absolute URI",
                        it -> lacks(it, "code") || Texts.isAbsolute(text(it, "system"))));
    }

    private static boolean codeIfValue(ObjectNode quantity) {
        return has(quantity, "code") || lacks(quantity, "value");
    }

    private static boolean coded(ObjectNode quantity) {
        return codeIfValue(quantity) && (lacks(quantity, "system") || is(quantity, "system", UCUM));
    }

    private static boolean lowIsBelowHigh(ObjectNode range) {
        for (var low : each(range, "low")) {
            for (var high : each(range, "high")) {
                var from = number(low, "value");
                var to = number(high, "value");
                if (from.isPresent() && to.isPresent() && sameUnit(low, high)) {
                    return from.get().compareTo(to.get()) <= 0;
                }
            }
        }
        return true;
    }

    private static boolean sameUnit(ObjectNode a, ObjectNode b) {
        return text(a, "code").equals(text(b, "code"))
                && text(a, "system").equals(text(b, "system"));
    }

    /// A number's value; empty when it is not there.
    static Optional<BigDecimal> number(ObjectNode in, String name) {
        var value = in.get(name);
        return value != null && value.isNumber()
                ? Optional.of(value.decimalValue())
                : Optional.empty();
    }

    private static boolean isBesideMeal(ObjectNode repeat) {
        var atMeals = List.of("C", "CM", "CD", "CV");
        return has(repeat, "when") && texts(repeat, "when").stream().noneMatch(atMeals::contains);
    }

    private static boolean notNegative(ObjectNode in, String name) {
        return number(in, name).map(v -> v.signum() >= 0).orElse(true);
    }
}
