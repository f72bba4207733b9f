package trellis.fhir.search;

import static trellis.fhir.search.Converter.text;

import tools.jackson.databind.JsonNode;
import trellis.fhir.path.Item;

/// Codes, identifiers, flags and contact points (FHIR R4 search, 3.1.1.4.10 token).
final class Tokens {

    private Tokens() {}

    static void convert(SearchParameter parameter, Item item, Found out) {
        switch (item) {
            case Item.Bool(var value) -> add(parameter, "", Boolean.toString(value), out);
            case Item.Element(var type, var json, _) -> {
                switch (type.name()) {
                    case "CodeableConcept" -> {
                        for (var coding : json.path("coding")) {
                            coding(parameter, coding, out);
                        }
                        label(parameter, json, "text", out);
                    }
                    case "Coding" -> coding(parameter, json, out);
                    case "Identifier" -> identifier(parameter, json, out);
                    case "ContactPoint" -> add(parameter, "", text(json, "value"), out);
                    case "boolean" -> {
                        if (json.isBoolean()) {
                            add(parameter, "", Boolean.toString(json.booleanValue()), out);
                        }
                    }
                    default -> add(parameter, "", text(json), out);
                }
            }
            case Item.Text _, Item.Numeric _, Item.Moment _, Item.Target _ -> {}
        }
    }

    private static void coding(SearchParameter parameter, JsonNode coding, Found out) {
        add(parameter, text(coding, "system"), text(coding, "code"), out);
        label(parameter, coding, "display", out);
    }

    private static void label(SearchParameter parameter, JsonNode json, String member, Found out) {
        var words = text(json, member);
        if (!words.isBlank()) {
            out.add(new SearchValue.Label(parameter, words));
        }
    }

    private static void identifier(SearchParameter parameter, JsonNode identifier, Found out) {
        var system = text(identifier, "system");
        var value = text(identifier, "value");
        if (!value.isEmpty()) {
            out.add(new SearchValue.Token(parameter, system, value, true));
            var type = identifier.path("type");
            for (var coding : type.path("coding")) {
                out.add(
                        new SearchValue.Typed(
                                parameter, text(coding, "system"), text(coding, "code"), value));
            }
            label(parameter, type, "text", out);
        }
    }

    private static void add(SearchParameter parameter, String system, String code, Found out) {
        if (!system.isEmpty() || !code.isEmpty()) {
            out.add(new SearchValue.Token(parameter, system, code, false));
        }
    }
}
