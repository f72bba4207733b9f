package trellis.fhir.path;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.MissingNode;
import trellis.fhir.Resource;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;

/// What an expression is evaluated in.
///
/// @param self `$this`, which a path that begins with a name begins from
/// @param resource `%resource`
public record Scope(List<Item> self, Item.Element resource) {

    /// A whole resource; empty when it is of no type that there is.
    public static Optional<Scope> of(Resource resource) {
        return Definitions.r4()
                .type(resource.type())
                .filter(type -> type.kind() == TypeDefinition.Kind.RESOURCE)
                .map(type -> new Item.Element(type, resource.json(), MissingNode.getInstance()))
                .map(root -> new Scope(List.of(root), root));
    }

    /// A part of the same resource.
    public Scope of(Item item) {
        return new Scope(List.of(item), resource);
    }
}
