package trellis.fhir.definitions;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A type: a resource type, a data type, or the unnamed type of an element that has elements of its
/// own, which is then called by its path (`Patient.contact`).
public final class TypeDefinition {

    /// What sort of type it is.
    public enum Kind {
        /// A resource type that can be stored.
        RESOURCE,
        /// A data type with elements; also `SimpleQuantity` and `MoneyQuantity`.
        COMPLEX,
        /// A data type with a value.
        PRIMITIVE,
        /// Elements within one place of another type.
        NESTED,
        /// `Resource`, `DomainResource`, `Element`, `BackboneElement`.
        ABSTRACT
    }

    private final String name;
    private final Kind kind;
    private final String base;
    private final List<String> invariants;
    private final Map<String, ElementDefinition> elements;
    private final Map<String, TypedElement> named = new HashMap<>();

    TypeDefinition(
            String name,
            Kind kind,
            String base,
            List<String> invariants,
            Map<String, ElementDefinition> elements) {
        this.name = name;
        this.kind = kind;
        this.base = base;
        this.invariants = List.copyOf(invariants);
        this.elements = elements;
        for (var element : elements.values()) {
            for (var type : element.types()) {
                named.put(element.nameFor(type), new TypedElement(element, type));
            }
        }
    }

    /// Such as `Patient`, `HumanName`, `Patient.contact`.
    public String name() {
        return name;
    }

    /// What sort of type.
    public Kind kind() {
        return kind;
    }

    /// Name of the type it specialises; empty for `Resource` and `Element`.
    public String base() {
        return base;
    }

    /// Keys of the rules of severity error that hold for every instance, such as `per-1`.
    public List<String> invariants() {
        return invariants;
    }

    /// All elements, inherited ones too, in the order of the specification.
    public Collection<ElementDefinition> elements() {
        return elements.values();
    }

    /// An element by its name, a choice element by its stem (`value`, not `valueQuantity`).
    public Optional<ElementDefinition> element(String elementName) {
        return Optional.ofNullable(elements.get(elementName));
    }

    /// An element by its name in JSON, a choice element by its typed name (`valueQuantity`).
    public Optional<TypedElement> named(String jsonName) {
        return Optional.ofNullable(named.get(jsonName));
    }

    @Override
    public String toString() {
        return name;
    }
}
