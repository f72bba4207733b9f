package trellis.fhir.path.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.path.Expression;

/// `is`, `as` and `ofType`.
final class Types {
    private static final Set<String> SYSTEM =
            Set.of(
                    "Boolean",
                    "String",
                    "Integer",
                    "Decimal",
                    "Date",
                    "DateTime",
                    "Time",
                    "Quantity",
                    "Any");

    private Types() {}

    /// A type as it is named in an expression: FHIR's, FHIRPath's own, or both of one name.
    ///
    /// @param system name of FHIRPath's own; empty when it is none of these
    private record Wanted(Optional<TypeDefinition> fhir, String system) {

        boolean accepts(Value value, boolean exactly) {
            if (value instanceof Node node) {
                return fhir.filter(type ->
                                (exactly && node.isPrimitive())
                                        ? node.definition() == type
                                        : node.isA(type))
                        .isPresent();
            }
            return system.equals("Any") || system.equals(value.type().name());
        }
    }

    private static Wanted wanted(
            Builder builder, Expression.TypeName name, boolean test, Expression place) {
        var fhir =
                name.namespace().equals("System")
                        ? Optional.<TypeDefinition>empty()
                        : builder.definitions().type(name.name());
        var system =
                !name.namespace().equals("FHIR") && SYSTEM.contains(name.name()) ? name.name() : "";
        var known =
                fhir.isPresent()
                        || !system.isEmpty()
                        || (test && name.namespace().equals("System"));
        if (!known) {
            throw Faults.invalid("there is no type " + name, place);
        }
        return new Wanted(fhir, system);
    }

    static Typed is(Builder builder, Typed operand, Expression.TypeName name, Expression place) {
        var wanted = wanted(builder, name, true, place);
        var items = operand.step();
        return Typed.values(frame ->
                Values.bool(
                        Values.one(items.in(frame), place)
                                .map(item -> wanted.accepts(item, false))));
    }

    static Typed as(Builder builder, Typed operand, Expression.TypeName name, Expression place) {
        var of = ofType(builder, operand, name, place);
        var items = operand.step();
        var wanted = wanted(builder, name, false, place);
        return of.by(frame ->
                Values.of(
                        Values.one(items.in(frame), place)
                                .filter(item -> wanted.accepts(item, true))));
    }

    /// A primitive is of exactly the type asked for; anything else also of one that specialises it.
    static Typed ofType(
            Builder builder, Typed operand, Expression.TypeName name, Expression place) {
        var wanted = wanted(builder, name, false, place);
        var items = operand.step();
        var narrowed =
                operand.only(
                        type -> wanted.fhir().filter(w -> builder.derives(type, w)).isPresent(),
                        frame ->
                                items.in(frame).stream()
                                        .filter(item -> wanted.accepts(item, true))
                                        .toList());
        return operand.open() && wanted.fhir().isPresent()
                ? Typed.of(narrowed.step(), List.of(wanted.fhir().get()))
                : narrowed;
    }

    /// A type's name where an argument is expected.
    static Expression.TypeName name(Expression argument) {
        return switch (argument) {
            case Expression.Member(Expression.Focus _, var name) ->
                    new Expression.TypeName("", name);
            case Expression.Member(
                            Expression.Member(Expression.Focus _, var namespace),
                            var name) ->
                    new Expression.TypeName(namespace, name);
            case Expression other -> throw Faults.invalid("a type's name is expected", other);
        };
    }
}
