package trellis.fhir.search;

import static trellis.fhir.search.Converter.text;

import tools.jackson.databind.JsonNode;
import trellis.fhir.path.Item;

/// Numbers, quantities and positions (FHIR R4 search, 3.1.1.4.6 number and 3.1.1.4.12 quantity).
final class Amounts {

    private static final String CURRENCIES = "urn:iso:std:iso:4217";

    private Amounts() {}

    static void number(SearchParameter parameter, Item item, Found out) {
        if (item instanceof Item.Element(var type, var json, _)) {
            if (type.name().equals("Range")) {
                addNumber(parameter, json.path("low").path("value"), out);
                addNumber(parameter, json.path("high").path("value"), out);
            } else {
                addNumber(parameter, json, out);
            }
        }
    }

    private static void addNumber(SearchParameter parameter, JsonNode json, Found out) {
        if (json.isNumber()) {
            out.add(new SearchValue.Numeric(parameter, json.decimalValue()));
        }
    }

    static void quantity(SearchParameter parameter, Item item, Found out) {
        if (item instanceof Item.Element(var type, var json, _)) {
            switch (type.name()) {
                case "Range" -> {
                    addQuantity(parameter, json.path("low"), out);
                    addQuantity(parameter, json.path("high"), out);
                }
                case "Money" -> money(parameter, json, out);
                case "SampledData" -> {} // a series, with no value to compare
                default -> addQuantity(parameter, json, out);
            }
        }
    }

    private static void addQuantity(SearchParameter parameter, JsonNode json, Found out) {
        var value = json.path("value");
        if (value.isNumber()) {
            out.add(
                    new SearchValue.Quantity(
                            parameter,
                            value.decimalValue(),
                            text(json, "system"),
                            text(json, "code"),
                            text(json, "unit")));
        }
    }

    private static void money(SearchParameter parameter, JsonNode json, Found out) {
        var value = json.path("value");
        if (value.isNumber()) {
            var currency = text(json, "currency");
            out.add(
                    new SearchValue.Quantity(
                            parameter,
                            value.decimalValue(),
                            currency.isEmpty() ? "" : CURRENCIES,
                            currency,
                            ""));
        }
    }

    /// The one special parameter with an expression, `near`, gives positions.
    static void position(SearchParameter parameter, Item item, Found out) {
        if (item instanceof Item.Element(_, var json, _)) {
            var latitude = json.path("latitude");
            var longitude = json.path("longitude");
            if (latitude.isNumber() && longitude.isNumber()) {
                out.add(
                        new SearchValue.Position(
                                parameter, latitude.decimalValue(), longitude.decimalValue()));
            }
        }
    }
}
