package trellis.fhir.path.engine;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import trellis.fhir.path.Expression;

/// What stands between two expressions.
final class Operations {

    private Operations() {}

    static Typed compile(Builder builder, Expression.Binary binary) {
        var left = builder.compile(binary.left());
        var right = builder.compile(binary.right());
        return switch (binary.operator()) {
            case AND -> logic(binary, left, right, false, Operations::and);
            case OR -> logic(binary, left, right, true, Operations::or);
            case XOR ->
                    test(
                            left,
                            right,
                            (a, b, _) ->
                                    xor(
                                            Values.truth(a, binary.left()),
                                            Values.truth(b, binary.right())));
            case IMPLIES -> logic(binary, left, right, false, (a, b) -> or(a.map(v -> !v), b));
            case EQUAL -> test(left, right, (a, b, frame) -> equality(frame).equal(a, b));
            case NOT_EQUAL ->
                    test(left, right, (a, b, frame) -> equality(frame).equal(a, b).map(v -> !v));
            case EQUIVALENT ->
                    test(
                            left,
                            right,
                            (a, b, frame) -> Optional.of(equality(frame).equivalent(a, b)));
            case NOT_EQUIVALENT ->
                    test(
                            left,
                            right,
                            (a, b, frame) -> Optional.of(!equality(frame).equivalent(a, b)));
            case LESS -> order(binary, left, right, order -> order < 0);
            case LESS_OR_EQUAL -> order(binary, left, right, order -> order <= 0);
            case GREATER -> order(binary, left, right, order -> order > 0);
            case GREATER_OR_EQUAL -> order(binary, left, right, order -> order >= 0);
            case IN -> test(left, right, (a, b, frame) -> in(a, b, frame, binary));
            case CONTAINS -> test(left, right, (a, b, frame) -> in(b, a, frame, binary));
            case UNION -> left.and(right, union(left.step(), right.step()));
            case PLUS -> reckoned(binary, left, right, Arithmetic::plus);
            case MINUS -> reckoned(binary, left, right, Arithmetic::minus);
            case TIMES -> reckoned(binary, left, right, Arithmetic::times);
            case DIVIDE -> reckoned(binary, left, right, Arithmetic::over);
            case DIV -> reckoned(binary, left, right, Arithmetic::div);
            case MOD -> reckoned(binary, left, right, Arithmetic::mod);
            case JOIN -> joined(binary, left, right);
        };
    }

    static Equality equality(Frame frame) {
        return new Equality(frame.effort());
    }

    static Step union(Step one, Step other) {
        return frame -> equality(frame).distinct(Values.joined(one.in(frame), other.in(frame)));
    }

    private interface Logic {
        Optional<Boolean> of(Optional<Boolean> left, Optional<Boolean> right);
    }

    /// @param settled the left side's value by which the right side is of no account, and so is not
    ///     evaluated
    private static Typed logic(
            Expression.Binary place, Typed left, Typed right, boolean settled, Logic logic) {
        var one = left.step();
        var other = right.step();
        return Typed.values(frame -> {
            var first = Values.truth(one.in(frame), place.left());
            return Values.bool(
                    first.isPresent() && first.get() == settled
                            ? logic.of(first, Optional.empty())
                            : logic.of(first, Values.truth(other.in(frame), place.right())));
        });
    }

    private static Optional<Boolean> and(Optional<Boolean> left, Optional<Boolean> right) {
        if (!left.orElse(true) || !right.orElse(true)) {
            return Optional.of(false);
        }
        return left.isPresent() && right.isPresent() ? Optional.of(true) : Optional.empty();
    }

    private static Optional<Boolean> or(Optional<Boolean> left, Optional<Boolean> right) {
        return and(left.map(v -> !v), right.map(v -> !v)).map(v -> !v);
    }

    private static Optional<Boolean> xor(Optional<Boolean> left, Optional<Boolean> right) {
        return left.flatMap(a -> right.map(b -> !a.equals(b)));
    }

    private interface Test {
        Optional<Boolean> of(List<Value> left, List<Value> right, Frame frame);
    }

    private static Typed test(Typed left, Typed right, Test test) {
        var one = left.step();
        var other = right.step();
        return Typed.values(frame -> Values.bool(test.of(one.in(frame), other.in(frame), frame)));
    }

    private static Optional<Boolean> in(
            List<Value> item, List<Value> items, Frame frame, Expression place) {
        return Values.one(item, place)
                .map(wanted ->
                        items.stream().anyMatch(each -> equality(frame).areEqual(each, wanted)));
    }

    private static Typed order(
            Expression.Binary place, Typed left, Typed right, IntPredicate wanted) {
        var one = left.step();
        var other = right.step();
        return Typed.values(frame -> {
            var a = Values.value(one.in(frame), place.left());
            var b = Values.value(other.in(frame), place.right());
            return a.isEmpty() || b.isEmpty()
                    ? Values.NONE
                    : Values.bool(compare(a.get(), b.get(), place).map(wanted::test));
        });
    }

    /// Negative, zero or positive; empty when it is not known.
    static Optional<Integer> compare(Value left, Value right, Expression place) {
        var a = Equality.number(left);
        var b = Equality.number(right);
        if (a.isPresent() && b.isPresent()) {
            return Optional.of(a.get().compareTo(b.get()));
        }
        if (left instanceof Value.Text(var one) && right instanceof Value.Text(var other)) {
            return Optional.of(one.compareTo(other));
        }
        if (left instanceof Moment one
                && right instanceof Moment other
                && one.isTime() == other.isTime()) {
            return one.compare(other);
        }
        var one = Equality.quantity(left);
        var other = Equality.quantity(right);
        if (one.isPresent() && other.isPresent()) {
            return one.get().compare(other.get());
        }
        throw Faults.invalid(
                "a " + left.type().name() + " and a " + right.type().name() + " have no order",
                place);
    }

    private interface Reckoning {
        Optional<Value> of(Value left, Value right, Expression place);
    }

    private static Typed reckoned(
            Expression.Binary place, Typed left, Typed right, Reckoning reckoning) {
        var one = left.step();
        var other = right.step();
        return Typed.values(frame -> {
            var a = Values.value(one.in(frame), place.left());
            var b = Values.value(other.in(frame), place.right());
            if (a.isEmpty() || b.isEmpty()) {
                return Values.NONE;
            }
            var result = reckoning.of(a.get(), b.get(), place);
            if (result.isPresent() && result.get() instanceof Value.Text(var text)) {
                frame.effort().made(text);
            }
            return Values.of(result);
        });
    }

    private static Typed joined(Expression.Binary place, Typed left, Typed right) {
        var one = left.step();
        var other = right.step();
        return Typed.values(frame ->
                Values.text(
                        frame.effort()
                                .made(
                                        Values.text(one.in(frame), place.left()).orElse("")
                                                + Values.text(other.in(frame), place.right())
                                                        .orElse(""))));
    }
}
