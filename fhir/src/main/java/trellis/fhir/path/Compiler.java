package trellis.fhir.path;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;

/// Turns a tree into evaluators, following the types of elements through the definitions.
///
/// @param definitions the types there are
/// @param self what `$this` can be
/// @param resource what `%resource` can be
record Compiler(Definitions definitions, Shape self, Shape resource) {

    /// @throws Refused with a BadRequest: code `invalid` for what no definition knows, `not-supported`
    ///     for parts of FHIRPath that are not compiled
    Compiled compile(Expression expression) {
        return switch (expression) {
            case Expression.Focus _, Expression.This _ -> new Compiled(Scope::self, self);
            case Expression.Constant(var name) -> constant(name);
            case Expression.Member(Expression.Focus _, var name) when startsWithType(name) ->
                    narrow(new Compiled(Scope::self, self), type("", name));
            case Expression.Member(var focus, var name) -> member(compile(focus), name);
            case Expression.Call call -> Functions.compile(this, call);
            case Expression.At(var focus, Expression.Whole(var index)) -> at(compile(focus), index);
            case Expression.Is(var operand, var type) -> is(compile(operand), type);
            case Expression.As(var operand, var type) -> narrow(compile(operand), test(type));
            case Expression.Binary binary -> Operators.compile(this, binary);
            case Expression.Literal literal -> literal(literal);
            case Expression.At _, Expression.Sign _, Expression.Index _, Expression.Total _ ->
                    throw unsupported(expression.text());
        };
    }

    /// The compiler for an argument that is evaluated for each of those items, as `where` does.
    Compiler each(Shape items) {
        return new Compiler(definitions, items, resource);
    }

    static Refused unsupported(String what) {
        return new Refused(
                new Problem.BadRequest(
                        "not-supported", "This part of FHIRPath cannot be used here: " + what, ""));
    }

    static Refused invalid(String why) {
        return new Refused(new Problem.BadRequest("invalid", why, ""));
    }

    /// A test for a type by name.
    TypeTest test(Expression.TypeName name) {
        return type(name.namespace(), name.name());
    }

    /// Steps to the elements of a name.
    Compiled member(Compiled focus, String name) {
        var child = Child.of(definitions, focus.evaluator(), focus.shape().types(), name);
        if (!focus.shape().values().isEmpty()) {
            throw unsupported("." + name + " of a value or of what a reference points to");
        }
        if (child.isEmpty() && !focus.shape().isNothing()) {
            throw invalid(
                    "There is no element "
                            + name
                            + " in "
                            + focus.shape().types().stream()
                                    .map(Object::toString)
                                    .collect(Collectors.joining(", ")));
        }
        return new Compiled(child, Shape.of(child.types(definitions).toList()));
    }

    /// Only what is of a type; an element known to be of other types is not even looked for.
    Compiled narrow(Compiled operand, TypeTest test) {
        var before = operand.shape();
        var after = before.onlyTypes(test::accepts);
        if (after.types().equals(before.types()) && before.values().isEmpty()) {
            return operand;
        }
        if (operand.evaluator() instanceof Child child && !child.givesResources()) {
            return new Compiled(child.narrowed(test::accepts), after);
        }
        var all = operand.evaluator();
        return new Compiled(
                scope -> all.in(scope).stream().filter(test::accepts).toList(),
                new Shape(after.types(), before.values()));
    }

    Compiled is(Compiled operand, Expression.TypeName name) {
        var test = test(name);
        var items = operand.evaluator();
        return Compiled.bool(scope -> {
            var found = items.in(scope);
            return found.size() == 1 ? Truth.of(test.accepts(found.getFirst())) : Truth.UNKNOWN;
        });
    }

    Compiled at(Compiled focus, int index) {
        var items = focus.evaluator();
        return new Compiled(
                scope -> {
                    var found = items.in(scope);
                    return index < found.size() ? List.of(found.get(index)) : List.of();
                },
                focus.shape());
    }

    private boolean startsWithType(String name) {
        return Character.isUpperCase(name.charAt(0)) && definitions.type(name).isPresent();
    }

    private TypeTest type(String namespace, String name) {
        if (!namespace.isEmpty() && !namespace.equals("FHIR")) {
            throw unsupported("the types of " + namespace);
        }
        var type = definitions.type(name).orElseThrow(() -> invalid("There is no type " + name));
        return new TypeTest(definitions, type);
    }

    private Compiled constant(String name) {
        if (name.equals("resource")) {
            return new Compiled(scope -> List.of(scope.resource()), resource);
        }
        throw unsupported("%" + name);
    }

    private static Compiled literal(Expression.Literal literal) {
        return switch (literal) {
            case Expression.Empty _ -> Compiled.nothing();
            case Expression.Bool(var value) ->
                    Compiled.constant(new Item.Bool(value), Sort.BOOLEAN);
            case Expression.Text(var value) -> Compiled.constant(new Item.Text(value), Sort.STRING);
            case Expression.Whole(var value) ->
                    Compiled.constant(new Item.Numeric(BigDecimal.valueOf(value)), Sort.NUMBER);
            case Expression.Fraction(var value) ->
                    Compiled.constant(new Item.Numeric(value), Sort.NUMBER);
            case Expression.Moment _, Expression.Quantity _ -> throw unsupported(literal.text());
        };
    }
}
