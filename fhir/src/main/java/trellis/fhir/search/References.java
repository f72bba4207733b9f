package trellis.fhir.search;

import static trellis.fhir.search.Converter.text;

import tools.jackson.databind.JsonNode;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.TypeDefinition;
import trellis.fhir.path.Item;

/// References and canonicals (FHIR R4 search, 3.1.1.4.11 reference).
final class References {

    private static final String HISTORY = "/_history/";
    private static final int MAX_ID = 64;

    private References() {}

    static void convert(SearchParameter parameter, Item item, Found out) {
        if (item instanceof Item.Element(var type, var json, _)) {
            switch (type.name()) {
                case "Reference" -> reference(parameter, json, out);
                case "canonical" -> canonical(parameter, text(json), out);
                default -> {
                    if (type.kind() != TypeDefinition.Kind.RESOURCE) {
                        elsewhere(parameter, text(json), out);
                    } else if (parameter.targets().contains(type.name())) {
                        local(parameter, type.name(), text(json, "id"), out);
                    }
                }
            }
        }
    }

    private static void reference(SearchParameter parameter, JsonNode json, Found out) {
        var url = text(json, "reference");
        var slash = url.indexOf('/');
        if (url.indexOf(':') >= 0) {
            elsewhere(parameter, url, out);
        } else if (slash > 0) {
            var end = url.indexOf(HISTORY, slash + 1);
            var id = url.substring(slash + 1, end < 0 ? url.length() : end);
            local(parameter, url.substring(0, slash), id, out);
        }
        var identifier = json.path("identifier");
        var value = text(identifier, "value");
        if (!value.isEmpty()) {
            out.add(new SearchValue.Logical(parameter, text(identifier, "system"), value));
        }
    }

    private static void local(SearchParameter parameter, String type, String id, Found out) {
        if (isId(id) && Definitions.r4().isResourceType(type)) {
            out.add(new SearchValue.Reference(parameter, type, id));
        }
    }

    private static boolean isId(String id) {
        for (var i = 0; i < id.length(); i++) {
            var c = id.charAt(i);
            var fits =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '.';
            if (!fits) {
                return false;
            }
        }
        return !id.isEmpty() && id.length() <= MAX_ID;
    }

    /// Can be found by the address alone and, when it names a version, by the whole.
    private static void canonical(SearchParameter parameter, String url, Found out) {
        var bar = url.indexOf('|');
        if (bar > 0) {
            elsewhere(parameter, url.substring(0, bar), out);
        }
        elsewhere(parameter, url, out);
    }

    private static void elsewhere(SearchParameter parameter, String url, Found out) {
        if (!url.isEmpty() && url.charAt(0) != '#') {
            out.add(new SearchValue.Elsewhere(parameter, url));
        }
    }
}
