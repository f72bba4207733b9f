package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.fhir.path.Expression;

/// Functions of numbers. What lies beyond the bounds of numbers gives nothing. Roots, logarithms and
/// powers with a fraction are as exact as a double; all else is exact.
final class Mathematics {
    private static final int HIGHEST_POWER = 1000;

    private Mathematics() {}

    static Map<String, Function> functions() {
        return Map.of(
                "abs", new Function(0, 0, Mathematics::abs),
                "ceiling", rounded(RoundingMode.CEILING),
                "floor", rounded(RoundingMode.FLOOR),
                "truncate", rounded(RoundingMode.DOWN),
                "round", new Function(0, 1, Mathematics::round),
                "sqrt", real(Math::sqrt),
                "exp", real(Math::exp),
                "ln", real(Math::log),
                "log", new Function(1, 1, Mathematics::log),
                "power", new Function(1, 1, Mathematics::power));
    }

    private static Typed abs(Builder builder, Typed focus, Expression.Call call) {
        return Typed.values(frame ->
                Values.of(
                        Values.value(focus.step().in(frame), call)
                                .flatMap(value ->
                                        value instanceof Quantity quantity
                                                ? Optional.of(quantity.with(quantity.value().abs()))
                                                : number(value, call).signum() < 0
                                                        ? Arithmetic.negated(value, call)
                                                        : Optional.of(value))));
    }

    private static BigDecimal number(Value value, Expression place) {
        return Values.number(List.of(value), place).orElseThrow();
    }

    private static Function rounded(RoundingMode mode) {
        return new Function(
                0,
                0,
                (_, focus, call) ->
                        Typed.values(frame ->
                                Values.of(
                                        Values.number(focus.step().in(frame), call)
                                                .map(number -> number.setScale(0, mode))
                                                .filter(number ->
                                                        number.unscaledValue().bitLength() < 32)
                                                .map(number -> new Value.Int(number.intValue())))));
    }

    private static Typed round(Builder builder, Typed focus, Expression.Call call) {
        var digits =
                call.arguments().isEmpty()
                        ? (Step) _ -> Values.whole(0)
                        : builder.compile(call.arguments().getFirst()).step();
        return Typed.values(frame -> {
            var number = Values.number(focus.step().in(frame), call);
            var wanted = Values.whole(digits.in(frame), call);
            if (wanted.isPresent() && wanted.get() < 0) {
                throw Faults.invalid("a number of digits is not negative", call);
            }
            return number.isEmpty() || wanted.isEmpty()
                    ? Values.NONE
                    : Values.decimal(
                            number.map(n ->
                                    n.scale() > wanted.get()
                                            ? n.setScale(wanted.get(), RoundingMode.HALF_UP)
                                            : n));
        });
    }

    private interface Real {
        double of(double number);
    }

    private static Function real(Real function) {
        return new Function(
                0,
                0,
                (_, focus, call) ->
                        Typed.values(frame ->
                                Values.decimal(
                                        Values.number(focus.step().in(frame), call)
                                                .flatMap(number ->
                                                        decimal(
                                                                function.of(
                                                                        number.doubleValue()))))));
    }

    private static Optional<BigDecimal> decimal(double number) {
        return Double.isFinite(number)
                ? Numbers.bounded(Numbers.plain(BigDecimal.valueOf(number)))
                : Optional.empty();
    }

    private static Typed log(Builder builder, Typed focus, Expression.Call call) {
        var base = builder.compile(call.arguments().getFirst()).step();
        return Typed.values(frame ->
                Values.decimal(
                        Values.number(focus.step().in(frame), call)
                                .flatMap(number ->
                                        Values.number(base.in(frame), call)
                                                .flatMap(b ->
                                                        logarithm(
                                                                number.doubleValue(),
                                                                b.doubleValue())))));
    }

    /// The quotient of two logarithms, to fifteen digits, so that whole results are whole.
    private static Optional<BigDecimal> logarithm(double number, double base) {
        return decimal(Math.log(number) / Math.log(base))
                .map(value -> Numbers.plain(value.round(new MathContext(15))));
    }

    private static Typed power(Builder builder, Typed focus, Expression.Call call) {
        var exponent = builder.compile(call.arguments().getFirst()).step();
        return Typed.values(frame -> {
            var base = Values.value(focus.step().in(frame), call);
            var power = Values.value(exponent.in(frame), call);
            return base.isEmpty() || power.isEmpty()
                    ? Values.NONE
                    : Values.of(power(base.get(), power.get(), call));
        });
    }

    private static Optional<Value> power(Value base, Value exponent, Expression place) {
        var number = number(base, place);
        if (exponent instanceof Value.Int(var whole) && whole >= 0 && whole <= HIGHEST_POWER) {
            var exact = Numbers.bounded(number.pow(whole, new MathContext(80)));
            return base instanceof Value.Int
                    ? exact.filter(n -> Numbers.plain(n).unscaledValue().bitLength() < 32)
                            .flatMap(n -> Arithmetic.whole(n.longValue()))
                    : Arithmetic.decimal(exact);
        }
        return Arithmetic.decimal(
                decimal(Math.pow(number.doubleValue(), number(exponent, place).doubleValue())));
    }
}
