package trellis.fhir.search;

import tools.jackson.databind.JsonNode;
import trellis.fhir.path.Item;

/// Makes search values of what a parameter's expression gives. Never throws: what cannot be read is
/// left out.
@FunctionalInterface
interface Converter {

    void convert(SearchParameter parameter, Item item, Found out);

    /// The converter for a kind of parameter.
    static Converter of(ParameterType type) {
        return switch (type) {
            case NUMBER -> Amounts::number;
            case DATE -> Spans::convert;
            case STRING -> Texts::convert;
            case TOKEN -> Tokens::convert;
            case REFERENCE -> References::convert;
            case QUANTITY -> Amounts::quantity;
            case URI -> Uris::convert;
            case SPECIAL -> Amounts::position;
            case COMPOSITE ->
                    throw new IllegalArgumentException("A composite is made of its parts' values");
        };
    }

    /// The text of a member of an object; empty when there is none.
    static String text(JsonNode json, String name) {
        return text(json.path(name));
    }

    /// The text of a string; empty for anything else.
    static String text(JsonNode json) {
        return json.isString() ? json.stringValue() : "";
    }
}
