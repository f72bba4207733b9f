package trellis.fhir.search;

import static trellis.fhir.search.Converter.text;

import trellis.fhir.path.Item;

/// URIs (FHIR R4 search, 3.1.1.4.13 uri).
final class Uris {

    private Uris() {}

    /// A canonical that names a version can be found with and without it.
    static void convert(SearchParameter parameter, Item item, Found out) {
        if (item instanceof Item.Element(var type, var json, _)) {
            var url = text(json);
            var bar = type.name().equals("canonical") ? url.indexOf('|') : -1;
            if (bar > 0) {
                out.add(new SearchValue.Uri(parameter, url.substring(0, bar)));
            }
            if (!url.isEmpty()) {
                out.add(new SearchValue.Uri(parameter, url));
            }
        }
    }
}
