package trellis.api;

import java.util.Optional;

/// The name of a search parameter, taken apart: `code:modifier`, `code:Type.rest` or
/// `_has:Type:code:rest` (https://hl7.org/fhir/R4/search.html#chaining).
sealed interface SearchName {

    /// A parameter of the type searched.
    ///
    /// @param modifier empty when there is none
    record Plain(String code, String modifier) implements SearchName {}

    /// A parameter of what a reference leads to.
    ///
    /// @param type empty when the name leaves it open
    record Chained(String code, String type, SearchName rest) implements SearchName {}

    /// A parameter of what refers to the type searched.
    record Has(String type, String code, SearchName rest) implements SearchName {}

    /// Takes a name apart.
    ///
    /// @return empty when a piece is missing
    static Optional<SearchName> parse(String name) {
        if (name.startsWith("_has:")) {
            var pieces = name.split(":", 4);
            return pieces.length < 4 || pieces[1].isEmpty() || pieces[2].isEmpty()
                    ? Optional.empty()
                    : parse(pieces[3]).map(rest -> new Has(pieces[1], pieces[2], rest));
        }
        var dot = name.indexOf('.');
        var first = dot < 0 ? name : name.substring(0, dot);
        var colon = first.indexOf(':');
        var code = colon < 0 ? first : first.substring(0, colon);
        var suffix = colon < 0 ? "" : first.substring(colon + 1);
        if (code.isEmpty() || (colon >= 0 && suffix.isEmpty())) {
            return Optional.empty();
        }
        return dot < 0
                ? Optional.of(new Plain(code, suffix))
                : parse(name.substring(dot + 1)).map(rest -> new Chained(code, suffix, rest));
    }
}
