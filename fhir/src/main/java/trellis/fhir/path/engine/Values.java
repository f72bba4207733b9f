package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trellis.fhir.path.Expression;

/// Collections made and read: what a function expects of one, or the refusal that names the place.
final class Values {
    static final List<Value> NONE = List.of();
    static final List<Value> TRUE = List.of(new Value.Bool(true));
    static final List<Value> FALSE = List.of(new Value.Bool(false));

    private Values() {}

    static List<Value> bool(boolean value) {
        return value ? TRUE : FALSE;
    }

    static List<Value> bool(Optional<Boolean> value) {
        return value.map(Values::bool).orElse(NONE);
    }

    static List<Value> whole(int value) {
        return List.of(new Value.Int(value));
    }

    static List<Value> text(String value) {
        return List.of(new Value.Text(value));
    }

    static List<Value> texts(List<String> values) {
        return values.stream().<Value>map(Value.Text::new).toList();
    }

    static List<Value> decimal(Optional<BigDecimal> value) {
        return of(value.map(Value.Dec::new));
    }

    static List<Value> of(Optional<? extends Value> value) {
        return value.map(v -> List.<Value>of(v)).orElse(NONE);
    }

    static List<Value> joined(List<Value> left, List<Value> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return left.isEmpty() ? right : left;
        }
        var all = new ArrayList<Value>(left.size() + right.size());
        all.addAll(left);
        all.addAll(right);
        return all;
    }

    /// The only item.
    static Optional<Value> one(List<Value> items, Expression place) {
        if (items.size() > 1) {
            throw Faults.invalid("one item is expected where there are several", place);
        }
        return items.stream().findFirst();
    }

    /// The only item as one of FHIRPath's own types; empty also for an element without a value.
    static Optional<Value> value(List<Value> items, Expression place) {
        return one(items, place)
                .flatMap(item -> {
                    var value = item.system();
                    if (value.isEmpty() && item instanceof Node node && !node.isPrimitive()) {
                        throw Faults.invalid(
                                "a value is expected, not a " + node.definition(), place);
                    }
                    return value;
                });
    }

    static Optional<String> text(List<Value> items, Expression place) {
        return value(items, place)
                .map(value -> {
                    if (value instanceof Value.Text(var text)) {
                        return text;
                    }
                    throw Faults.invalid(
                            "a string is expected, not a " + value.type().name(), place);
                });
    }

    static Optional<Integer> whole(List<Value> items, Expression place) {
        return value(items, place)
                .map(value -> {
                    if (value instanceof Value.Int(var whole)) {
                        return whole;
                    }
                    throw Faults.invalid(
                            "an integer is expected, not a " + value.type().name(), place);
                });
    }

    static Optional<BigDecimal> number(List<Value> items, Expression place) {
        return value(items, place)
                .map(value ->
                        Equality.number(value)
                                .orElseThrow(() ->
                                        Faults.invalid(
                                                "a number is expected, not a "
                                                        + value.type().name(),
                                                place)));
    }

    /// The only item where a Boolean is expected: one that is none counts as true.
    static Optional<Boolean> truth(List<Value> items, Expression place) {
        return one(items, place)
                .map(item -> !item.system().equals(Optional.of(new Value.Bool(false))));
    }

    /// The only item, which must be a Boolean.
    static Optional<Boolean> strictTruth(List<Value> items, Expression place) {
        return one(items, place).flatMap(item -> bool(item, place));
    }

    static Optional<Boolean> bool(Value item, Expression place) {
        return switch (item.system().orElse(item)) {
            case Value.Bool(var bool) -> Optional.of(bool);
            case Value other ->
                    throw Faults.invalid(
                            "a Boolean is expected, not a " + other.type().name(), place);
        };
    }
}
