package trellis.fhir.search;

import java.math.BigDecimal;
import java.util.List;

/// A value that a resource can be found by, under one parameter. What the store makes of it (hash,
/// row) is the store's matter.
public sealed interface SearchValue {

    /// The parameter it belongs to.
    SearchParameter parameter();

    /// A code, identifier, flag or contact point.
    ///
    /// @param system the code system or identifier system; empty when there is none
    /// @param code the code or value; empty when there is none
    /// @param identifier whether it comes from an Identifier, so that look-ups want an ordered index
    record Token(SearchParameter parameter, String system, String code, boolean identifier)
            implements SearchValue {}

    /// Words that say what a code or an identifier is: the text of a CodeableConcept, what a Coding is displayed as, the text of an
    /// Identifier's type.
    record Label(SearchParameter parameter, String text) implements SearchValue {}

    /// An identifier together with what kind of identifier it is.
    ///
    /// @param system of the kind
    /// @param code of the kind
    /// @param value of the identifier
    record Typed(SearchParameter parameter, String system, String code, String value)
            implements SearchValue {}

    /// A piece of text, as it stands in the resource.
    record Text(SearchParameter parameter, String value) implements SearchValue {}

    /// A span of time with both ends counted in microseconds since 1970 UTC: from `low` up to but not
    /// including `high`. An open Period end is [Long#MIN_VALUE] or [Long#MAX_VALUE].
    record Span(SearchParameter parameter, long low, long high) implements SearchValue {}

    /// A number.
    record Numeric(SearchParameter parameter, BigDecimal value) implements SearchValue {}

    /// A quantity with its unit as coded.
    ///
    /// @param system the unit's system; empty when there is none
    /// @param code the unit's code; empty when there is none
    /// @param unit the unit as a person reads it; empty when there is none
    record Quantity(
            SearchParameter parameter, BigDecimal value, String system, String code, String unit)
            implements SearchValue {}

    /// A literal reference to a resource on this server, as `type` and `id`.
    record Reference(SearchParameter parameter, String type, String id) implements SearchValue {}

    /// A reference to elsewhere: an absolute URL of another server, or a canonical.
    record Elsewhere(SearchParameter parameter, String url) implements SearchValue {}

    /// A logical reference: one that names its target by identifier.
    record Logical(SearchParameter parameter, String system, String value) implements SearchValue {}

    /// A URI.
    record Uri(SearchParameter parameter, String value) implements SearchValue {}

    /// A position on the earth (`Location.near`), in degrees (WGS 84).
    record Position(SearchParameter parameter, BigDecimal latitude, BigDecimal longitude)
            implements SearchValue {}

    /// The parts of a composite that stand in the same element.
    ///
    /// @param element which of the elements of the composite's expression, from 0
    /// @param parts for each component in order, its values; a composite with an empty part is not
    ///     given
    record Composite(SearchParameter parameter, int element, List<List<SearchValue>> parts)
            implements SearchValue {
        public Composite {
            parts = List.copyOf(parts);
        }
    }
}
