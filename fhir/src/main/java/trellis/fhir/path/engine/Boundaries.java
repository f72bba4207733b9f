package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.fhir.path.Expression;

/// What depends on how precisely a value is given, and on what time it is now.
/// Clause: https://hl7.org/fhir/R4/fhirpath.html#functions, lowBoundary and highBoundary
final class Boundaries {
    private static final int DECIMAL_DIGITS = 8;
    private static final int MOST_DIGITS = 31;
    private static final BigDecimal HALF = new BigDecimal("0.5");

    private Boundaries() {}

    static Map<String, Function> functions() {
        return Map.of(
                "lowBoundary", boundary(false),
                "highBoundary", boundary(true),
                "precision", new Function(0, 0, Boundaries::precision),
                "comparable", new Function(1, 1, Boundaries::comparable),
                "now", now(frame -> Moment.now(frame.origin().now())),
                "today", now(frame -> Moment.today(frame.origin().now())),
                "timeOfDay", now(frame -> Moment.timeOfDay(frame.origin().now())));
    }

    private interface Now {
        Moment in(Frame frame);
    }

    private static Function now(Now now) {
        return new Function(0, 0, (_, _, _) -> Typed.values(frame -> List.of(now.in(frame))));
    }

    private static Function boundary(boolean high) {
        return new Function(
                0,
                1,
                (builder, focus, call) -> {
                    var digits =
                            call.arguments().isEmpty()
                                    ? Optional.<Step>empty()
                                    : Optional.of(
                                            builder.compile(call.arguments().getFirst()).step());
                    return Typed.values(frame -> {
                        var value = Values.value(focus.step().in(frame), call);
                        var wanted = digits.flatMap(step -> Values.whole(step.in(frame), call));
                        return Values.of(value.flatMap(v -> boundary(v, high, wanted, call)));
                    });
                });
    }

    private static Optional<Value> boundary(
            Value value, boolean high, Optional<Integer> digits, Expression place) {
        return switch (value) {
            case Moment moment ->
                    moment.boundary(high, digits.orElse(moment.finest())).map(Value.class::cast);
            case Quantity quantity ->
                    boundary(quantity.value(), high, digits.orElse(DECIMAL_DIGITS))
                            .map(quantity::with);
            case Value.Int _, Value.Dec _ ->
                    Arithmetic.decimal(
                            boundary(
                                    Equality.number(value).orElseThrow(),
                                    high,
                                    digits.orElse(DECIMAL_DIGITS)));
            case Value.Bool _, Value.Text _, Value.TypeName _, Node _ ->
                    throw Faults.invalid("a " + value.type().name() + " has no boundaries", place);
        };
    }

    private static Optional<BigDecimal> boundary(BigDecimal value, boolean high, int digits) {
        if (digits < 0 || digits > MOST_DIGITS) {
            return Optional.empty();
        }
        var half = HALF.scaleByPowerOfTen(-Math.max(0, value.scale()));
        return Optional.of(
                high
                        ? value.add(half).setScale(digits, RoundingMode.CEILING)
                        : value.subtract(half).setScale(digits, RoundingMode.FLOOR));
    }

    private static Typed precision(Builder builder, Typed focus, Expression.Call call) {
        return Typed.values(frame ->
                Values.value(focus.step().in(frame), call)
                        .map(value ->
                                switch (value) {
                                    case Moment moment -> Values.whole(moment.digits());
                                    case Value.Int _, Value.Dec _ ->
                                            Values.whole(
                                                    Math.max(
                                                            0,
                                                            Equality.number(value)
                                                                    .orElseThrow()
                                                                    .scale()));
                                    case Value.Bool _,
                                            Value.Text _,
                                            Value.TypeName _,
                                            Quantity _,
                                            Node _ ->
                                            throw Faults.invalid(
                                                    "a "
                                                            + value.type().name()
                                                            + " has no precision",
                                                    call);
                                })
                        .orElse(Values.NONE));
    }

    private static Typed comparable(Builder builder, Typed focus, Expression.Call call) {
        var other = builder.compile(call.arguments().getFirst()).step();
        return Typed.values(frame -> {
            var one = Values.value(focus.step().in(frame), call).flatMap(Equality::quantity);
            var two = Values.value(other.in(frame), call).flatMap(Equality::quantity);
            return one.isEmpty() || two.isEmpty()
                    ? Values.NONE
                    : Values.bool(one.get().compare(two.get()).isPresent());
        });
    }
}
