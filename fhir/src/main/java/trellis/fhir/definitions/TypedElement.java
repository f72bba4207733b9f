package trellis.fhir.definitions;

/// An element together with the one type that its name in JSON stands for.
///
/// @param element for example `value[x]`
/// @param type for example `Quantity`
public record TypedElement(ElementDefinition element, ElementType type) {}
