package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import trellis.fhir.Refused;
import trellis.fhir.path.Expression;

/// What can be reckoned with. An overflow gives nothing.
final class Arithmetic {

    private Arithmetic() {}

    static Optional<Value> signed(Value value, Expression place) {
        return negated(value, place).map(_ -> value);
    }

    static Optional<Value> negated(Value value, Expression place) {
        return switch (value) {
            case Value.Int(var whole) -> whole(-(long) whole);
            case Value.Dec(var decimal) -> Optional.of(new Value.Dec(decimal.negate()));
            case Quantity quantity -> Optional.of(quantity.with(quantity.value().negate()));
            case Value.Bool _, Value.Text _, Value.TypeName _, Moment _, Node _ ->
                    throw Faults.invalid("a " + value.type().name() + " has no sign", place);
        };
    }

    static Optional<Value> plus(Value left, Value right, Expression place) {
        if (left instanceof Value.Text(var a) && right instanceof Value.Text(var b)) {
            return Optional.of(new Value.Text(a + b));
        }
        if (left instanceof Moment moment && right instanceof Quantity duration) {
            return moved(moment, duration, place);
        }
        if (left instanceof Value.Int(var a) && right instanceof Value.Int(var b)) {
            return whole((long) a + b);
        }
        if (left instanceof Quantity || right instanceof Quantity) {
            var one = quantity(left, place);
            var other = quantity(right, place);
            return sum(one, other);
        }
        return decimal(Numbers.plus(number(left, place), number(right, place)));
    }

    static Optional<Value> minus(Value left, Value right, Expression place) {
        if (left instanceof Value.Text || right instanceof Value.Text) {
            throw Faults.invalid("a String cannot be subtracted", place);
        }
        return negated(right, place).flatMap(negative -> plus(left, negative, place));
    }

    private static Optional<Value> moved(Moment moment, Quantity duration, Expression place) {
        if (!Moment.isDuration(duration)) {
            throw Faults.invalid(
                    "only a duration in calendar units, or in UCUM units up to the week, can be added",
                    place);
        }
        return moment.plus(duration).map(Value.class::cast);
    }

    /// In the finer of the two units.
    private static Optional<Value> sum(Quantity left, Quantity right) {
        var here = left.inThisUnit(right);
        var there = right.inThisUnit(left);
        if (here.isEmpty() || there.isEmpty()) {
            return Optional.empty();
        }
        var rightIsFiner = there.get().abs().compareTo(left.value().abs()) > 0;
        return rightIsFiner
                ? Numbers.plus(there.get(), right.value()).map(right::with)
                : Numbers.plus(left.value(), here.get()).map(left::with);
    }

    static Optional<Value> times(Value left, Value right, Expression place) {
        if (left instanceof Value.Int(var a) && right instanceof Value.Int(var b)) {
            return whole((long) a * b);
        }
        if (left instanceof Quantity || right instanceof Quantity) {
            return quantity(left, place).times(quantity(right, place)).map(Value.class::cast);
        }
        return decimal(Numbers.times(number(left, place), number(right, place)));
    }

    static Optional<Value> over(Value left, Value right, Expression place) {
        if (left instanceof Quantity || right instanceof Quantity) {
            return quantity(left, place).over(quantity(right, place)).map(Value.class::cast);
        }
        return decimal(Numbers.over(number(left, place), number(right, place)));
    }

    static Optional<Value> div(Value left, Value right, Expression place) {
        var divisor = number(right, place);
        var dividend = number(left, place);
        if (divisor.signum() == 0) {
            return Optional.empty();
        }
        var quotient = dividend.divideToIntegralValue(divisor).setScale(0, RoundingMode.DOWN);
        return quotient.unscaledValue().bitLength() < 32
                ? whole(quotient.longValue())
                : Optional.empty();
    }

    static Optional<Value> mod(Value left, Value right, Expression place) {
        var divisor = number(right, place);
        var dividend = number(left, place);
        if (divisor.signum() == 0) {
            return Optional.empty();
        }
        var rest = dividend.remainder(divisor);
        return left instanceof Value.Int && right instanceof Value.Int
                ? whole(rest.longValue())
                : decimal(Numbers.bounded(rest));
    }

    static Optional<Value> whole(long value) {
        return (int) value == value ? Optional.of(new Value.Int((int) value)) : Optional.empty();
    }

    static Optional<Value> decimal(Optional<BigDecimal> value) {
        return value.map(Value.Dec::new);
    }

    private static BigDecimal number(Value value, Expression place) {
        return Equality.number(value).orElseThrow(() -> unfit(value, place));
    }

    private static Quantity quantity(Value value, Expression place) {
        return Equality.quantity(value).orElseThrow(() -> unfit(value, place));
    }

    private static Refused unfit(Value value, Expression place) {
        return Faults.invalid(
                "there is no reckoning with a " + value.type().name() + " here", place);
    }
}
