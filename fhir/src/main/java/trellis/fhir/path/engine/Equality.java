package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Equality and equivalence. Each comparison is paid for from the evaluation's effort.
/// Clause: http://hl7.org/fhirpath/N1/#equality
record Equality(Effort effort) {

    /// `=` between collections; empty when it is not known.
    Optional<Boolean> equal(List<Value> left, List<Value> right) {
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        if (left.size() != right.size()) {
            return Optional.of(false);
        }
        var known = true;
        for (var i = 0; i < left.size(); i++) {
            var same = equal(left.get(i), right.get(i));
            if (same.isPresent() && !same.get()) {
                return same;
            }
            known &= same.isPresent();
        }
        return known ? Optional.of(true) : Optional.empty();
    }

    Optional<Boolean> equal(Value left, Value right) {
        effort.spend(1);
        if (left instanceof Node a
                && right instanceof Node b
                && !(a.isPrimitive() && b.isPrimitive())) {
            return Optional.of(same(a.json(), b.json()));
        }
        var one = left.system();
        var other = right.system();
        if (one.isEmpty() || other.isEmpty()) {
            return Optional.of(
                    left instanceof Node a
                            && right instanceof Node b
                            && one.isEmpty()
                            && other.isEmpty()
                            && same(a.companion(), b.companion()));
        }
        return equalValues(one.get(), other.get());
    }

    private static Optional<Boolean> equalValues(Value left, Value right) {
        var a = number(left);
        var b = number(right);
        if (a.isPresent() && b.isPresent()) {
            return Optional.of(a.get().compareTo(b.get()) == 0);
        }
        if (left instanceof Moment one && right instanceof Moment other) {
            return one.isTime() == other.isTime()
                    ? one.compare(other).map(order -> order == 0)
                    : Optional.of(false);
        }
        if (left instanceof Quantity || right instanceof Quantity) {
            var one = quantity(left);
            var other = quantity(right);
            return one.isPresent() && other.isPresent()
                    ? one.get().compare(other.get()).map(order -> order == 0)
                    : Optional.of(false);
        }
        return Optional.of(left.equals(right));
    }

    static Optional<BigDecimal> number(Value value) {
        return switch (value) {
            case Value.Int(var whole) -> Optional.of(BigDecimal.valueOf(whole));
            case Value.Dec(var decimal) -> Optional.of(decimal);
            case Value.Bool _, Value.Text _, Value.TypeName _, Moment _, Quantity _, Node _ ->
                    Optional.empty();
        };
    }

    static Optional<Quantity> quantity(Value value) {
        return value instanceof Quantity quantity
                ? Optional.of(quantity)
                : number(value).map(Quantity::of);
    }

    /// Whether two trees are the same, numbers by value.
    private boolean same(JsonNode left, JsonNode right) {
        effort.spend(1);
        if (left instanceof ObjectNode a && right instanceof ObjectNode b) {
            if (a.size() != b.size()) {
                return false;
            }
            for (var member : a.propertyNames()) {
                if (!b.has(member) || !same(a.path(member), b.path(member))) {
                    return false;
                }
            }
            return true;
        }
        if (left instanceof ArrayNode a && right instanceof ArrayNode b) {
            if (a.size() != b.size()) {
                return false;
            }
            for (var i = 0; i < a.size(); i++) {
                if (!same(a.path(i), b.path(i))) {
                    return false;
                }
            }
            return true;
        }
        return (left.isNumber() && right.isNumber())
                ? left.decimalValue().compareTo(right.decimalValue()) == 0
                : left.equals(right);
    }

    /// Whether it is known that two are equal, as sets and `distinct` need it.
    boolean areEqual(Value left, Value right) {
        return equal(left, right).orElse(false);
    }

    /// Those not seen before, by equality.
    List<Value> distinct(List<Value> values) {
        if (values.size() < 2) {
            return values;
        }
        var seen = new Seen();
        var distinct = new ArrayList<Value>(values.size());
        for (var value : values) {
            if (seen.add(value)) {
                distinct.add(value);
            }
        }
        return distinct;
    }

    /// A set by equality. Values are told apart by a number first, so that large ones stay quick.
    final class Seen {
        private final Map<Integer, List<Value>> byKey = new HashMap<>();

        boolean contains(Value value) {
            for (var each : byKey.getOrDefault(key(value), List.of())) {
                if (areEqual(each, value)) {
                    return true;
                }
            }
            return false;
        }

        boolean add(Value value) {
            if (contains(value)) {
                return false;
            }
            byKey.computeIfAbsent(key(value), _ -> new ArrayList<>(1)).add(value);
            return true;
        }

        Seen addAll(List<Value> values) {
            values.forEach(this::add);
            return this;
        }
    }

    /// Equal values have equal keys.
    private int key(Value value) {
        effort.spend(1);
        return switch (value.system().orElse(value)) {
            case Node node -> key(node.isPrimitive() ? node.companion() : node.json());
            case Value.Text(var text) -> text.hashCode();
            case Value.Int(var number) -> Numbers.plain(BigDecimal.valueOf(number)).hashCode();
            case Value.Dec(var number) -> Numbers.plain(number).hashCode();
            case Value.Bool(var bool) -> Boolean.hashCode(bool);
            case Value.TypeName name -> name.hashCode();
            case Moment _ -> 1;
            case Quantity _ -> 2;
        };
    }

    private int key(JsonNode json) {
        effort.spend(1);
        return switch (json) {
            case ObjectNode object -> {
                var sum = 7;
                for (var member : object.properties()) {
                    sum += member.getKey().hashCode() * 31 + key(member.getValue());
                }
                yield sum;
            }
            case ArrayNode array -> {
                var sum = 11;
                for (var each : array) {
                    sum = sum * 31 + key(each);
                }
                yield sum;
            }
            default ->
                    json.isNumber()
                            ? Numbers.plain(json.decimalValue()).hashCode()
                            : json.hashCode();
        };
    }

    /// `~` between collections, whatever their order.
    boolean equivalent(List<Value> left, List<Value> right) {
        if (left.size() != right.size()) {
            return false;
        }
        var rest = new ArrayList<>(right);
        for (var value : left) {
            var found = false;
            for (var i = 0; i < rest.size() && !found; i++) {
                if (equivalent(value, rest.get(i))) {
                    rest.remove(i);
                    found = true;
                }
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    boolean equivalent(Value left, Value right) {
        effort.spend(1);
        var one = left.system();
        var other = right.system();
        if (one.isPresent() && other.isPresent()) {
            return equivalentValues(one.get(), other.get());
        }
        return left instanceof Node a
                && right instanceof Node b
                && one.isEmpty()
                && other.isEmpty()
                && equivalentElements(a, b);
    }

    private boolean equivalentElements(Node left, Node right) {
        var mine = byName(left);
        var theirs = byName(right);
        return mine.keySet().equals(theirs.keySet())
                && mine.entrySet().stream()
                        .allMatch(e ->
                                equivalent(
                                        e.getValue(), theirs.getOrDefault(e.getKey(), List.of())));
    }

    private static Map<String, List<Value>> byName(Node node) {
        var byName = new HashMap<String, List<Value>>();
        node.children()
                .forEach(child ->
                        byName.computeIfAbsent(child.name(), _ -> new ArrayList<>()).add(child));
        byName.remove("id");
        return byName;
    }

    private static boolean equivalentValues(Value left, Value right) {
        var a = number(left);
        var b = number(right);
        if (a.isPresent() && b.isPresent()) {
            return Numbers.equivalent(a.get(), b.get());
        }
        if (left instanceof Value.Text(var one) && right instanceof Value.Text(var other)) {
            return folded(one).equals(folded(other));
        }
        if (left instanceof Moment one && right instanceof Moment other) {
            return one.isTime() == other.isTime() && one.compare(other).orElse(1) == 0;
        }
        if (left instanceof Quantity || right instanceof Quantity) {
            var one = quantity(left);
            var other = quantity(right);
            return one.isPresent()
                    && other.isPresent()
                    && equivalentQuantities(one.get(), other.get());
        }
        return left.equals(right);
    }

    /// In either unit, to the precision of the one given less precisely.
    private static boolean equivalentQuantities(Quantity left, Quantity right) {
        var here = left.inThisUnit(right);
        if (here.isEmpty()) {
            return false;
        }
        return Numbers.equivalent(left.value(), here.get())
                || right.inThisUnit(left)
                        .filter(there -> Numbers.equivalent(right.value(), there))
                        .isPresent();
    }

    private static String folded(String text) {
        return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }
}
