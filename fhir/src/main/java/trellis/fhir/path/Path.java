package trellis.fhir.path;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;

/// A compiled FHIRPath expression for resources of one type. Can be used by many threads at once.
public final class Path {
    private final TypeDefinition resourceType;
    private final Compiled compiled;

    private Path(TypeDefinition resourceType, Compiled compiled) {
        this.resourceType = resourceType;
        this.compiled = compiled;
    }

    /// Compiles an expression that is evaluated on a whole resource.
    ///
    /// @param resourceType such as `Observation`
    /// @throws trellis.fhir.Refused with a BadRequest: code `invalid` when the expression is no
    ///     FHIRPath or asks for elements that the type does not have, `not-supported` when it uses
    ///     parts of FHIRPath that are not compiled
    public static Path compile(String expression, String resourceType) {
        var type = resourceType(resourceType);
        return compile(expression, type, Set.of(type));
    }

    /// Compiles an expression that is evaluated on what this one gives.
    ///
    /// @throws trellis.fhir.Refused as [#compile(String, String)]
    public Path then(String expression) {
        return compile(expression, resourceType, compiled.shape().types());
    }

    private static Path compile(
            String expression, TypeDefinition resourceType, Collection<TypeDefinition> focus) {
        var compiler =
                new Compiler(Definitions.r4(), Shape.of(focus), Shape.of(Set.of(resourceType)));
        return new Path(resourceType, compiler.compile(Expression.parse(expression)));
    }

    private static TypeDefinition resourceType(String name) {
        return Definitions.r4()
                .type(name)
                .filter(type -> type.kind() == TypeDefinition.Kind.RESOURCE)
                .orElseThrow(() -> Compiler.invalid("There is no resource type " + name));
    }

    /// The types of the elements it can give; [Item.Value]s are not among them.
    public Set<TypeDefinition> types() {
        return Set.copyOf(compiled.shape().types());
    }

    /// Evaluates on a resource, or for a path made by [#then] on a part of one. Never throws: what
    /// does not fit its type is not found.
    public List<Item> in(Scope scope) {
        return compiled.evaluator().in(scope);
    }
}
