package trellis.api;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import trellis.fhir.search.Units;
import trellis.store.Criterion;
import trellis.store.Criterion.Prefix;
import trellis.store.Criterion.Test;
import trellis.store.Keys;

/// Number and quantity parameters: a prefix, a number with the precision it is written with, and for
/// quantities a unit (https://hl7.org/fhir/R4/search.html#number).
final class SearchAmounts {

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?");
    private static final BigDecimal HALF = new BigDecimal("0.5");
    private static final BigDecimal TENTH = new BigDecimal("0.1");

    private SearchAmounts() {}

    static Criterion numbers(SearchAsked asked) {
        return new Criterion.AnyValue(
                asked.parameter(),
                asked.values().stream().map(value -> number(asked, value)).toList());
    }

    static Criterion quantities(SearchAsked asked) {
        return new Criterion.AnyValue(
                asked.parameter(),
                asked.values().stream().map(value -> quantity(asked, value)).toList());
    }

    /// The test of one number.
    static Test number(SearchAsked asked, String value) {
        return amount(asked, value, 0, 0);
    }

    /// The test of one quantity: `number`, `number|system|code` or `number||code`.
    static Test quantity(SearchAsked asked, String value) {
        var pieces = SearchText.split(value, '|').stream().map(SearchText::plain).toList();
        if (pieces.size() == 1) {
            return amount(asked, value, 0, 0);
        }
        if (pieces.size() != 3 || pieces.get(2).isEmpty()) {
            throw SearchProblems.value(
                    asked.name(),
                    "A quantity is written number, number|system|code or number||code, such as"
                            + " 5.4|http://unitsofmeasure.org|mg or 5.4||mg.");
        }
        var system = pieces.get(1);
        var code = pieces.get(2);
        var scale =
                system.equals(Units.UCUM)
                        ? Units.ucum().scale(code)
                        : Optional.<Units.Scale>empty();
        if (scale.isPresent()
                && asked.scene().catalogue().isComplete()
                && amount(asked, pieces.getFirst(), 0, 0)
                        instanceof Test.Amount(var prefix, var low, var high, _, _)) {
            var unit = Keys.unit(Units.UCUM, scale.get().unit());
            return new Test.Measured(prefix, scale.get().of(low), scale.get().of(high), unit);
        }
        return system.isEmpty()
                ? amount(asked, pieces.getFirst(), 0, Keys.unit(code))
                : amount(asked, pieces.getFirst(), Keys.unit(system, code), 0);
    }

    private static Test amount(SearchAsked asked, String text, long unit, long code) {
        var prefixed = SearchPrefix.of(text, Prefix.EQ);
        var digits =
                prefixed.rest().startsWith(" ")
                        ? "+" + prefixed.rest().substring(1)
                        : prefixed.rest();
        if (!NUMBER.matcher(digits).matches()) {
            throw SearchProblems.value(
                    asked.name(),
                    "\""
                            + asked.parameter().code()
                            + "\" takes a number such as 5, 5.40 or 1e2, after a prefix if one is"
                            + " wanted ("
                            + String.join(", ", SearchPrefix.NAMES)
                            + ").");
        }
        var number = new BigDecimal(digits);
        return switch (prefixed.prefix()) {
            case EQ, NE -> {
                var half = halfOfLastDigit(digits, number);
                yield new Test.Amount(
                        prefixed.prefix(), number.subtract(half), number.add(half), unit, code);
            }
            case AP -> {
                var tenth = number.abs().multiply(TENTH).max(halfOfLastDigit(digits, number));
                yield new Test.Amount(
                        Prefix.AP, number.subtract(tenth), number.add(tenth), unit, code);
            }
            case GT, LT, GE, LE, SA, EB ->
                    new Test.Amount(prefixed.prefix(), number, number, unit, code);
        };
    }

    /// What the precision of a number leaves open, to either side. `100` is 99.5 to 100.5; a number
    /// with an exponent is taken one digit finer, because the specification reads `1e2` as 95 to 105.
    static BigDecimal halfOfLastDigit(String digits, BigDecimal number) {
        var finer = digits.contains("e") || digits.contains("E") ? 1 : 0;
        return HALF.scaleByPowerOfTen(-number.scale() - finer);
    }
}
