package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.path.Expression;

/// Compiles the tree of an expression to steps, following types as far as they are known.
///
/// @param types what `$this` can be
/// @param open whether it can be anything else
/// @param effort what compiling may take
record Builder(Definitions definitions, Set<TypeDefinition> types, boolean open, Effort effort) {
    private static final Map<String, String> CONSTANTS =
            Map.of(
                    "sct", "http://snomed.info/sct",
                    "loinc", "http://loinc.org",
                    "ucum", "http://unitsofmeasure.org");

    /// A step that pays for what it gives.
    Typed compile(Expression expression) {
        effort.spend(1);
        var typed = plain(expression);
        var step = typed.step();
        return typed.by(frame -> {
            var found = step.in(frame);
            frame.effort().spend(1 + found.size());
            return found;
        });
    }

    private Typed plain(Expression expression) {
        return switch (expression) {
            case Expression.Focus _, Expression.This _ -> self();
            case Expression.Index _ ->
                    Typed.values(
                            frame -> frame.index() < 0 ? Values.NONE : Values.whole(frame.index()));
            case Expression.Total _ -> Typed.open(Frame::total);
            case Expression.Constant constant -> constant(constant);
            case Expression.Member(Expression.Focus _, var name) when startsWithType(name) ->
                    rooted(expression, name);
            case Expression.Member(var focus, var name) -> member(compile(focus), name, expression);
            case Expression.Call call -> Functions.compile(this, call);
            case Expression.At(var focus, var index) -> at(compile(focus), compile(index), index);
            case Expression.Is(var operand, var type) ->
                    Types.is(this, compile(operand), type, expression);
            case Expression.As(var operand, var type) ->
                    Types.as(this, compile(operand), type, expression);
            case Expression.Sign(var negative, var operand) ->
                    sign(negative, compile(operand), operand);
            case Expression.Binary binary -> Operations.compile(this, binary);
            case Expression.Literal literal -> literal(literal);
        };
    }

    /// What `$this` gives.
    Typed self() {
        return new Typed(Frame::self, types, open);
    }

    /// For an argument that is evaluated for each of those items, as that of `where` is.
    Builder each(Typed items) {
        return new Builder(definitions, items.types(), items.open(), effort);
    }

    private boolean startsWithType(String name) {
        return Character.isUpperCase(name.charAt(0)) && definitions.type(name).isPresent();
    }

    /// A path that begins with a type's name: the input, if it is of that type.
    private Typed rooted(Expression expression, String name) {
        var wanted = definitions.type(name).orElseThrow();
        var kept = types.stream().filter(t -> derives(t, wanted)).collect(Collectors.toSet());
        if (kept.isEmpty() && !open) {
            throw Faults.invalid(
                    "this is evaluated on " + names() + ", not on a " + name, expression);
        }
        return new Typed(
                frame ->
                        frame.self().stream()
                                .filter(item -> item instanceof Node node && node.isA(wanted))
                                .toList(),
                open && kept.isEmpty() ? Set.of(wanted) : kept,
                open && wanted.kind() == TypeDefinition.Kind.ABSTRACT);
    }

    boolean derives(TypeDefinition type, TypeDefinition wanted) {
        for (var t = Optional.of(type); t.isPresent(); t = definitions.type(t.get().base())) {
            if (t.get() == wanted) {
                return true;
            }
        }
        return false;
    }

    private String names() {
        return types.stream().map(TypeDefinition::name).sorted().collect(Collectors.joining(", "));
    }

    Typed member(Typed focus, String name, Expression place) {
        var found = new LinkedHashSet<TypeDefinition>();
        var any = focus.open();
        for (var holder : focus.types()) {
            var element = holder.element(name);
            if (element.isPresent()) {
                for (var type : element.get().types()) {
                    found.add(definitions.type(type.name()).orElseThrow());
                }
            }
        }
        if (found.isEmpty() && !any) {
            throw Faults.invalid(
                    "there is no element "
                            + name
                            + " in "
                            + (focus.types().isEmpty()
                                    ? "a value"
                                    : focus.types().stream()
                                            .map(TypeDefinition::name)
                                            .sorted()
                                            .limit(5)
                                            .collect(Collectors.joining(", "))),
                    place);
        }
        any |= found.removeIf(type -> type.name().equals("Resource"));
        var from = focus.step();
        return new Typed(frame -> children(from.in(frame), name), found, any);
    }

    private static List<Value> children(List<Value> items, String name) {
        if (items.size() == 1 && items.getFirst() instanceof Node node) {
            return List.copyOf(node.children(name));
        }
        var found = new ArrayList<Value>();
        for (var item : items) {
            if (item instanceof Node node) {
                found.addAll(node.children(name));
            } else if (item instanceof Value.TypeName(var namespace, var own)) {
                switch (name) {
                    case "namespace" -> found.add(new Value.Text(namespace));
                    case "name" -> found.add(new Value.Text(own));
                    default -> {} // it has no other elements
                }
            }
        }
        return found;
    }

    private static Typed at(Typed focus, Typed index, Expression place) {
        var items = focus.step();
        var which = index.step();
        return focus.by(frame -> {
            var found = items.in(frame);
            var at = Values.whole(which.in(frame), place);
            return at.isPresent() && at.get() >= 0 && at.get() < found.size()
                    ? List.of(found.get(at.get()))
                    : Values.NONE;
        });
    }

    private static Typed sign(boolean negative, Typed operand, Expression place) {
        var items = operand.step();
        return operand.by(frame ->
                Values.of(
                        Values.value(items.in(frame), place)
                                .flatMap(value ->
                                        negative
                                                ? Arithmetic.negated(value, place)
                                                : Arithmetic.signed(value, place))));
    }

    private Typed constant(Expression.Constant constant) {
        var name = constant.name();
        if (CONSTANTS.containsKey(name)) {
            return always(new Value.Text(CONSTANTS.getOrDefault(name, "")));
        }
        if (name.startsWith("vs-")) {
            return always(new Value.Text("http://hl7.org/fhir/ValueSet/" + name.substring(3)));
        }
        if (name.startsWith("ext-")) {
            return always(
                    new Value.Text("http://hl7.org/fhir/StructureDefinition/" + name.substring(4)));
        }
        return Typed.open(
                switch (name) {
                    case "resource" -> frame -> List.of(frame.origin().resource());
                    case "rootResource" -> frame -> List.of(frame.origin().root());
                    case "context" -> frame -> frame.origin().context();
                    default ->
                            frame ->
                                    frame.origin()
                                            .environment()
                                            .variable(name)
                                            .orElseThrow(() ->
                                                    Faults.invalid(
                                                            "there is no variable %" + name,
                                                            constant));
                });
    }

    private static Typed always(Value value) {
        var values = List.of(value);
        return Typed.values(_ -> values);
    }

    private static Typed literal(Expression.Literal literal) {
        return switch (literal) {
            case Expression.Empty _ -> Typed.open(_ -> Values.NONE);
            case Expression.Bool(var value) -> always(new Value.Bool(value));
            case Expression.Text(var value) -> always(new Value.Text(value));
            case Expression.Whole(var value) -> always(new Value.Int(value));
            case Expression.Fraction(var value) -> always(new Value.Dec(bounded(value, literal)));
            case Expression.Moment(var value) ->
                    always(
                            MomentText.literal(value)
                                    .orElseThrow(() ->
                                            Faults.invalid(
                                                    "there is no such date or time", literal)));
            case Expression.Quantity(var value, var unit, var calendar) ->
                    always(Quantity.of(bounded(value, literal), unit, calendar));
        };
    }

    private static BigDecimal bounded(BigDecimal value, Expression place) {
        return Numbers.bounded(value)
                .orElseThrow(() -> Faults.invalid("the number is too large", place));
    }
}
