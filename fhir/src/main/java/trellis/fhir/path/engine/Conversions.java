package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import trellis.fhir.path.Expression;

/// `toInteger()`, `convertsToInteger()` and their like.
/// Clause: http://hl7.org/fhirpath/N1/#conversion
final class Conversions {
    private static final Set<String> YES = Set.of("true", "t", "yes", "y", "1", "1.0");
    private static final Set<String> NO = Set.of("false", "f", "no", "n", "0", "0.0");
    private static final int LONGEST_NUMBER = 100;
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,12}");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?\\d+(\\.\\d+)?");
    private static final Pattern QUANTITY =
            Pattern.compile("([+-]?\\d+(?:\\.\\d+)?)\\s*(?:'([^']+)'|([a-zA-Z]+))?");

    private Conversions() {}

    private interface Conversion {
        Optional<? extends Value> of(Value value);
    }

    static Map<String, Function> functions() {
        var all = new HashMap<String, Function>();
        put(all, "Boolean", Conversions::toBoolean);
        put(all, "Integer", Conversions::toInteger);
        put(all, "Decimal", value -> decimal(value).map(Value.Dec::new));
        put(all, "String", value -> value.text().map(Value.Text::new));
        put(all, "Date", Conversions::toDate);
        put(all, "DateTime", Conversions::toDateTime);
        put(all, "Time", Conversions::toTime);
        all.put(
                "toQuantity",
                new Function(
                        0,
                        1,
                        (builder, focus, call) -> converted(focus, toQuantity(builder, call))));
        all.put(
                "convertsToQuantity",
                new Function(
                        0, 1, (builder, focus, call) -> tested(focus, toQuantity(builder, call))));
        return all;
    }

    /// A conversion within an evaluation.
    private interface Converting {
        List<Value> of(List<Value> items, Frame frame);
    }

    private static void put(Map<String, Function> all, String type, Conversion conversion) {
        all.put(
                "to" + type,
                new Function(
                        0, 0, (_, focus, call) -> converted(focus, converting(call, conversion))));
        all.put(
                "convertsTo" + type,
                new Function(
                        0, 0, (_, focus, call) -> tested(focus, converting(call, conversion))));
    }

    private static Converting converting(Expression.Call call, Conversion conversion) {
        return (items, _) ->
                Values.of(
                        Values.one(items, call)
                                .flatMap(Value::system)
                                .flatMap(value -> conversion.of(value).map(Value.class::cast)));
    }

    private static Typed converted(Typed focus, Converting converting) {
        return Typed.values(frame -> converting.of(focus.step().in(frame), frame));
    }

    private static Typed tested(Typed focus, Converting converting) {
        return Typed.values(frame -> {
            var items = focus.step().in(frame);
            return items.isEmpty()
                    ? Values.NONE
                    : Values.bool(!converting.of(items, frame).isEmpty());
        });
    }

    private static Optional<Value> toBoolean(Value value) {
        if (value instanceof Value.Bool) {
            return Optional.of(value);
        }
        var text =
                Equality.number(value)
                        .map(number -> Numbers.plain(number).toPlainString())
                        .or(() ->
                                value instanceof Value.Text(var given)
                                        ? Optional.of(given.toLowerCase(Locale.ROOT))
                                        : Optional.empty())
                        .orElse("");
        if (YES.contains(text)) {
            return Optional.of(new Value.Bool(true));
        }
        return NO.contains(text) ? Optional.of(new Value.Bool(false)) : Optional.empty();
    }

    private static Optional<Value> toInteger(Value value) {
        return switch (value) {
            case Value.Int whole -> Optional.of(whole);
            case Value.Bool(var bool) -> Optional.of(new Value.Int(bool ? 1 : 0));
            case Value.Text(var text) when INTEGER.matcher(text).matches() ->
                    Arithmetic.whole(Long.parseLong(text));
            case Value.Text _, Value.Dec _, Value.TypeName _, Moment _, Quantity _, Node _ ->
                    Optional.empty();
        };
    }

    private static Optional<BigDecimal> decimal(Value value) {
        return switch (value) {
            case Value.Int _, Value.Dec _ -> Equality.number(value);
            case Value.Bool(var bool) -> Optional.of(new BigDecimal(bool ? "1.0" : "0.0"));
            case Value.Text(var text)
                    when text.length() <= LONGEST_NUMBER && DECIMAL.matcher(text).matches() ->
                    Numbers.bounded(new BigDecimal(text));
            case Value.Text _, Value.TypeName _, Moment _, Quantity _, Node _ -> Optional.empty();
        };
    }

    private static Optional<Moment> toDate(Value value) {
        return switch (value) {
            case Moment moment when !moment.isTime() -> Optional.of(moment.dateOnly());
            case Value.Text(var text) ->
                    MomentText.parse(text, Moment.Kind.DATE_TIME).map(Moment::dateOnly);
            case Value.Bool _,
                    Value.Int _,
                    Value.Dec _,
                    Value.TypeName _,
                    Moment _,
                    Quantity _,
                    Node _ ->
                    Optional.empty();
        };
    }

    private static Optional<Moment> toDateTime(Value value) {
        return switch (value) {
            case Moment moment when !moment.isTime() -> Optional.of(moment.asDateTime());
            case Value.Text(var text) -> MomentText.parse(text, Moment.Kind.DATE_TIME);
            case Value.Bool _,
                    Value.Int _,
                    Value.Dec _,
                    Value.TypeName _,
                    Moment _,
                    Quantity _,
                    Node _ ->
                    Optional.empty();
        };
    }

    private static Optional<Moment> toTime(Value value) {
        return switch (value) {
            case Moment moment when moment.isTime() -> Optional.of(moment);
            case Value.Text(var text) ->
                    MomentText.parse(
                            text.startsWith("T") ? text.substring(1) : text, Moment.Kind.TIME);
            case Value.Bool _,
                    Value.Int _,
                    Value.Dec _,
                    Value.TypeName _,
                    Moment _,
                    Quantity _,
                    Node _ ->
                    Optional.empty();
        };
    }

    private static Converting toQuantity(Builder builder, Expression.Call call) {
        var unit =
                call.arguments().isEmpty()
                        ? Optional.<Step>empty()
                        : Optional.of(builder.compile(call.arguments().getFirst()).step());
        return (items, frame) ->
                Values.of(
                        Values.one(items, call)
                                .flatMap(Value::system)
                                .flatMap(Conversions::quantity)
                                .flatMap(quantity ->
                                        unit.flatMap(step -> Values.text(step.in(frame), call))
                                                .map(wanted -> inUnit(quantity, wanted))
                                                .orElse(Optional.of(quantity))));
    }

    private static Optional<Quantity> inUnit(Quantity quantity, String wanted) {
        var target = Quantity.of(BigDecimal.ZERO, wanted, Quantity.isCalendarWord(wanted));
        return target.inThisUnit(quantity).map(target::with);
    }

    private static Optional<Quantity> quantity(Value value) {
        return switch (value) {
            case Quantity quantity -> Optional.of(quantity);
            case Value.Int _, Value.Dec _ -> Equality.number(value).map(Quantity::of);
            case Value.Bool(var bool) ->
                    Optional.of(Quantity.of(new BigDecimal(bool ? "1.0" : "0.0")));
            case Value.Text(var text) -> quantity(text);
            case Value.TypeName _, Moment _, Node _ -> Optional.empty();
        };
    }

    private static Optional<Quantity> quantity(String text) {
        var parts = QUANTITY.matcher(text);
        if (text.length() > LONGEST_NUMBER || !parts.matches()) {
            return Optional.empty();
        }
        var number = Numbers.bounded(new BigDecimal(parts.group(1)));
        if (parts.group(3) != null) {
            return Quantity.isCalendarWord(parts.group(3))
                    ? number.map(n -> Quantity.of(n, parts.group(3), true))
                    : Optional.empty();
        }
        return number.map(n ->
                parts.group(2) == null ? Quantity.of(n) : Quantity.of(n, parts.group(2), false));
    }
}
