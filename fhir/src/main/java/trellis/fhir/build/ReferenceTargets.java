package trellis.fhir.build;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.ElementType;
import trellis.fhir.path.Expression;

/// Works out what a reference parameter of one resource type can point to. What is published with a
/// parameter of many types is what any of them can point to: `encounter` says EpisodeOfCare for all
/// of them, though few mean that.
final class ReferenceTargets {
    private static final Expression RESOLVED =
            new Expression.Call(new Expression.Focus(), "resolve", List.of());

    private ReferenceTargets() {}

    /// The published targets that the elements of the expression allow; all of them when the
    /// elements allow any type or their definitions cannot be followed.
    static List<String> narrowed(String base, Expression expression, List<String> published) {
        var tested = tested(expression);
        if (tested.isPresent()) {
            return published.contains(tested.get()) ? List.of(tested.get()) : published;
        }
        var types = types(base, expression).toList();
        var any =
                types.isEmpty()
                        || types.stream()
                                .anyMatch(t ->
                                        t.targets().isEmpty() || t.targets().contains("Resource"));
        if (any) {
            return published;
        }
        Set<String> allowed =
                types.stream().flatMap(t -> t.targets().stream()).collect(Collectors.toSet());
        var both = published.stream().filter(allowed::contains).toList();
        return both.isEmpty() ? published : both;
    }

    /// The type in `where(resolve() is Patient)`.
    private static Optional<String> tested(Expression expression) {
        return expression instanceof Expression.Call(_, var name, var arguments)
                        && name.equals("where")
                        && arguments.getFirst() instanceof Expression.Is(var operand, var type)
                        && operand.equals(RESOLVED)
                ? Optional.of(type.name())
                : Optional.empty();
    }

    private static Stream<ElementType> types(String base, Expression expression) {
        return switch (expression) {
            case Expression.Member(Expression.Focus _, var name) ->
                    name.equals(base)
                            ? Stream.of(new ElementType(base, List.of()))
                            : elements(new ElementType(base, List.of()), name);
            case Expression.Member(var focus, var name) ->
                    types(base, focus).flatMap(type -> elements(type, name));
            case Expression.Call(var focus, var name, _) when name.equals("where") ->
                    types(base, focus);
            case Expression.As(var operand, var type) ->
                    types(base, operand).filter(t -> t.name().equals(type.name()));
            case Expression.Binary(_, var left, var right) ->
                    Stream.concat(types(base, left), types(base, right));
            case Expression.Call _,
                    Expression.At _,
                    Expression.Is _,
                    Expression.Sign _,
                    Expression.Focus _,
                    Expression.This _,
                    Expression.Index _,
                    Expression.Total _,
                    Expression.Constant _,
                    Expression.Literal _ ->
                    Stream.of();
        };
    }

    private static Stream<ElementType> elements(ElementType holder, String name) {
        return Definitions.r4().type(holder.name()).flatMap(t -> t.element(name)).stream()
                .flatMap(e -> e.types().stream());
    }
}
