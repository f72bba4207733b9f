package trellis.fhir.search;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// One search parameter of one resource type: a parameter published for several types, such as
/// `clinical-date`, is one of these for each.
///
/// @param base the resource type it searches, such as `Observation`
/// @param code its name in a query, such as `code`
/// @param type its kind
/// @param url the canonical address of its definition
/// @param expression the part of its FHIRPath that concerns the base type
/// @param targets resource types a reference may point to; empty unless the type is REFERENCE
/// @param components parts of a composite, in order; empty for other types
public record SearchParameter(
        String base,
        String code,
        ParameterType type,
        String url,
        String expression,
        List<String> targets,
        List<Component> components) {

    /// One part of a composite parameter.
    ///
    /// @param code the code of the parameter of the same base that gives the part its type
    /// @param type the part's kind
    /// @param expression FHIRPath relative to the composite's own expression
    public record Component(String code, ParameterType type, String expression) {}

    public SearchParameter {
        requireNonNull(base);
        requireNonNull(code);
        requireNonNull(type);
        requireNonNull(url);
        requireNonNull(expression);
        targets = List.copyOf(targets);
        components = List.copyOf(components);
    }
}
