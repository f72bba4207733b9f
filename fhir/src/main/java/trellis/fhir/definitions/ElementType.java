package trellis.fhir.definitions;

import java.util.List;

/// A type that an element may hold.
///
/// @param name of a [TypeDefinition]: a data type, a primitive, a nested type's path (its own, or
///     that of another element whose content it repeats, as `Bundle.entry.link` does
///     `Bundle.link`), or `Resource` for any resource
/// @param targets for `Reference` and `canonical`: the resource types it may point to; empty, or
///     `Resource`, when any will do
public record ElementType(String name, List<String> targets) {

    public ElementType {
        targets = List.copyOf(targets);
    }

    /// The name in the JSON of a choice element: a profile of Quantity is called Quantity there.
    public String wireName() {
        return switch (name) {
            case "SimpleQuantity", "MoneyQuantity" -> "Quantity";
            default -> name;
        };
    }
}
