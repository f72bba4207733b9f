package trellis.fhir.search;

import static trellis.fhir.search.Converter.text;

import java.util.List;
import tools.jackson.databind.JsonNode;
import trellis.fhir.path.Item;

/// Strings, and the parts of names and addresses, each by itself (FHIR R4 search, 3.1.1.4.8 string).
final class Texts {

    private static final List<String> NAME = List.of("text", "family", "given", "prefix", "suffix");
    private static final List<String> ADDRESS =
            List.of("text", "line", "city", "district", "state", "postalCode", "country");

    private Texts() {}

    static void convert(SearchParameter parameter, Item item, Found out) {
        if (item instanceof Item.Element(var type, var json, _)) {
            switch (type.name()) {
                case "HumanName" -> parts(parameter, json, NAME, out);
                case "Address" -> parts(parameter, json, ADDRESS, out);
                default -> add(parameter, json, out);
            }
        }
    }

    private static void parts(
            SearchParameter parameter, JsonNode json, List<String> names, Found out) {
        for (var name : names) {
            var part = json.path(name);
            if (part.isArray()) {
                for (var each : part) {
                    add(parameter, each, out);
                }
            } else {
                add(parameter, part, out);
            }
        }
    }

    private static void add(SearchParameter parameter, JsonNode json, Found out) {
        var text = text(json);
        if (!text.isBlank()) {
            out.add(new SearchValue.Text(parameter, text));
        }
    }
}
