package trellis.fhir.path;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What stands between two expressions.
final class Operators {

    /// Up to here comparing each with each is quicker than hashing whole elements.
    private static final int FEW = 16;

    private Operators() {}

    static Compiled compile(Compiler compiler, Expression.Binary binary) {
        var left = compiler.compile(binary.left());
        var right = compiler.compile(binary.right());
        return switch (binary.operator()) {
            case AND -> logic(left, right, Truth::and);
            case OR -> logic(left, right, Truth::or);
            case EQUAL -> comparable(binary, left, right, false);
            case NOT_EQUAL -> comparable(binary, left, right, true);
            case UNION -> union(left, right);
            case IMPLIES,
                    XOR,
                    IN,
                    CONTAINS,
                    EQUIVALENT,
                    NOT_EQUIVALENT,
                    LESS_OR_EQUAL,
                    LESS,
                    GREATER,
                    GREATER_OR_EQUAL,
                    PLUS,
                    MINUS,
                    JOIN,
                    TIMES,
                    DIVIDE,
                    DIV,
                    MOD ->
                    throw Compiler.unsupported("the operator " + binary.operator().symbol());
        };
    }

    private interface Logic {
        List<Item> of(List<Item> left, List<Item> right);
    }

    private static Compiled logic(Compiled left, Compiled right, Logic logic) {
        var one = left.evaluator();
        var other = right.evaluator();
        return Compiled.bool(scope -> logic.of(one.in(scope), other.in(scope)));
    }

    private static Compiled union(Compiled left, Compiled right) {
        var one = left.evaluator();
        var other = right.evaluator();
        return new Compiled(
                scope -> distinct(one.in(scope), other.in(scope)), left.shape().and(right.shape()));
    }

    private static List<Item> distinct(List<Item> left, List<Item> right) {
        if (left.size() + right.size() <= 1) {
            return left.isEmpty() ? right : left;
        }
        if (left.size() + right.size() > FEW) {
            var all = new LinkedHashSet<>(left);
            all.addAll(right);
            return List.copyOf(all);
        }
        var all = new ArrayList<Item>(left.size() + right.size());
        for (var items : List.of(left, right)) {
            for (var item : items) {
                if (!all.contains(item)) {
                    all.add(item);
                }
            }
        }
        return all;
    }

    /// Equality of booleans, strings and numbers; of anything with something of another sort.
    private static Compiled comparable(
            Expression.Binary binary, Compiled left, Compiled right, boolean negated) {
        var both =
                left.shape().sorts().stream()
                        .filter(right.shape().sorts()::contains)
                        .collect(Collectors.toSet());
        if (!Set.of(Sort.BOOLEAN, Sort.STRING, Sort.NUMBER).containsAll(both)) {
            throw Compiler.unsupported(binary.text());
        }
        return logic(
                left,
                right,
                (one, other) -> {
                    if (one.isEmpty() || other.isEmpty()) {
                        return Truth.UNKNOWN;
                    }
                    return Truth.of(equal(one, other) != negated);
                });
    }

    private static boolean equal(List<Item> left, List<Item> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (var i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Item left, Item right) {
        var one = Sort.value(left);
        var other = Sort.value(right);
        if (one.isPresent()
                && one.get() instanceof Item.Numeric(var a)
                && other.isPresent()
                && other.get() instanceof Item.Numeric(var b)) {
            return a.compareTo(b) == 0;
        }
        return one.isPresent() && one.equals(other);
    }
}
