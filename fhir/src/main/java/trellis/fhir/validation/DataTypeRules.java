package trellis.fhir.validation;

import static trellis.fhir.validation.Elements.count;
import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.hasAny;
import static trellis.fhir.validation.Elements.hasChoice;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;
import static trellis.fhir.validation.Elements.text;
import static trellis.fhir.validation.Elements.texts;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.search.SearchTime;

/// Invariants of the data types.
final class DataTypeRules {
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

    static final List<Rule> ALL =
            Stream.concat(types(), Stream.concat(quantities(), timing())).toList();

    private DataTypeRules() {}

    private static Stream<Rule> types() {
        return Stream.of(
                new Rule(
                        "Extension",
                        "ext-1",
                        "An extension must have either a value or extensions of its own, not both",
                        it -> hasChoice(it, "value") != has(it, "extension")),
                new Rule(
                        "Attachment",
                        "att-1",
                        "An attachment with data must say its contentType",
                        it -> lacks(it, "data") || has(it, "contentType")),
                new Rule(
                        "ContactPoint",
                        "cpt-2",
                        "A contact point with a value must say its system",
                        it -> lacks(it, "value") || has(it, "system")),
                new Rule(
                        "DataRequirement.codeFilter",
                        "drq-1",
                        "A code filter must have either a path or a searchParam",
                        it -> count(it, "path", "searchParam") == 1),
                new Rule(
                        "DataRequirement.dateFilter",
                        "drq-2",
                        "A date filter must have either a path or a searchParam",
                        it -> count(it, "path", "searchParam") == 1),
                new Rule(
                        "Expression",
                        "exp-1",
                        "An expression must have an expression or a reference",
                        it -> hasAny(it, "expression", "reference")),
                new Rule(
                        "Period",
                        "per-1",
                        "The start must not be after the end",
                        DataTypeRules::inOrder),
                new Rule(
                        "Ratio",
                        "rat-1",
                        "A ratio must have both numerator and denominator, or neither and an extension",
                        it ->
                                has(it, "numerator") == has(it, "denominator")
                                        && hasAny(it, "numerator", "extension")),
                new Rule(
                        "TriggerDefinition",
                        "trd-1",
                        "A trigger must not have both timing and data",
                        it -> lacks(it, "data") || !hasChoice(it, "timing")),
                new Rule(
                        "TriggerDefinition",
                        "trd-2",
                        "A trigger with a condition must have data",
                        it -> lacks(it, "condition") || has(it, "data")),
                new Rule(
                        "TriggerDefinition",
                        "trd-3",
                        "A named event needs a name, a periodic one a timing, a data event data",
                        DataTypeRules::hasWhatItsTypeNeeds));
    }

    private static boolean inOrder(ObjectNode period) {
        return ordered(text(period, "start"), text(period, "end"));
    }

    /// Whether one time is not after another; also when one of them is not given.
    static boolean ordered(String first, String second) {
        if (first.isEmpty() || second.isEmpty() || first.equals(second)) {
            return true;
        }
        var from = SearchTime.parse(first);
        var to = SearchTime.parse(second);
        return from.isEmpty() || to.isEmpty() || from.get().low() < to.get().high();
    }

    private static boolean hasWhatItsTypeNeeds(ObjectNode trigger) {
        return switch (text(trigger, "type")) {
            case "named-event" -> has(trigger, "name");
            case "periodic" -> hasChoice(trigger, "timing");
            case String type when type.startsWith("data-") -> has(trigger, "data");
            default -> true;
        };
    }

    private static Stream<Rule> quantities() {
        var coded =
                QUANTITIES.stream()
                        .map(type ->
                                new Rule(
                                        type,
                                        "qty-3",
                                        "A quantity with a code must say the system of its unit",
                                        it -> lacks(it, "code") || has(it, "system")));
        var special =
                Stream.of(
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
                                DataTypeRules::coded),
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
                                        hasCode(it)
                                                && (lacks(it, "system")
                                                        || is(
                                                                it,
                                                                "system",
                                                                "urn:iso:std:iso:4217"))),
                        new Rule(
                                "Range",
                                "rng-2",
                                "The low end of a range must not be above its high end",
                                DataTypeRules::lowIsBelowHigh));
        return Stream.concat(coded, special);
    }

    private static boolean hasCode(ObjectNode quantity) {
        return has(quantity, "code") || lacks(quantity, "value");
    }

    private static boolean coded(ObjectNode quantity) {
        return hasCode(quantity) && (lacks(quantity, "system") || is(quantity, "system", UCUM));
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

    private static Stream<Rule> timing() {
        var type = "Timing.repeat";
        return Stream.of(
                new Rule(
                        type,
                        "tim-1",
                        "A duration needs a durationUnit",
                        it -> lacks(it, "duration") || has(it, "durationUnit")),
                new Rule(
                        type,
                        "tim-2",
                        "A period needs a periodUnit",
                        it -> lacks(it, "period") || has(it, "periodUnit")),
                new Rule(
                        type,
                        "tim-4",
                        "The duration must not be negative",
                        it -> notNegative(it, "duration")),
                new Rule(
                        type,
                        "tim-5",
                        "The period must not be negative",
                        it -> notNegative(it, "period")),
                new Rule(
                        type,
                        "tim-6",
                        "A periodMax needs a period",
                        it -> lacks(it, "periodMax") || has(it, "period")),
                new Rule(
                        type,
                        "tim-7",
                        "A durationMax needs a duration",
                        it -> lacks(it, "durationMax") || has(it, "duration")),
                new Rule(
                        type,
                        "tim-8",
                        "A countMax needs a count",
                        it -> lacks(it, "countMax") || has(it, "count")),
                new Rule(
                        type,
                        "tim-9",
                        "An offset needs a \"when\" other than C, CM, CD and CV",
                        it -> lacks(it, "offset") || isBesideMeal(it)),
                new Rule(
                        type,
                        "tim-10",
                        "Give timeOfDay or when, not both",
                        it -> lacks(it, "timeOfDay") || lacks(it, "when")));
    }

    private static boolean isBesideMeal(ObjectNode repeat) {
        var atMeals = List.of("C", "CM", "CD", "CV");
        return has(repeat, "when") && texts(repeat, "when").stream().noneMatch(atMeals::contains);
    }

    private static boolean notNegative(ObjectNode in, String name) {
        return number(in, name).map(v -> v.signum() >= 0).orElse(true);
    }
}
