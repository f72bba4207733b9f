package trellis.fhir.path;

import java.util.Optional;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;

/// Whether something is of a type or of one that specialises it, as a code is a string.
record TypeTest(Definitions definitions, TypeDefinition wanted) {

    boolean accepts(TypeDefinition type) {
        for (var t = Optional.of(type); t.isPresent(); t = definitions.type(t.get().base())) {
            if (t.get() == wanted) {
                return true;
            }
        }
        return false;
    }

    boolean accepts(Item item) {
        return switch (item) {
            case Item.Element(var type, _, _) -> accepts(type);
            case Item.Target(var type) -> accepts(type);
            case Item.Value _ -> false;
        };
    }
}
