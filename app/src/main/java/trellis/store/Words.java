package trellis.store;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Resource;

/// The words of a resource: of its narrative, and of everything in it (https://hl7.org/fhir/R4/search.html#content).
final class Words {

    /// The rows of narratives.
    static final int NARRATIVE = 1;

    /// The rows of everything.
    static final int CONTENT = 2;

    /// How many letters of one resource are read; what comes later is not found.
    private static final int MOST = 200_000;

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern TAGS = Pattern.compile("<[^>]*>");
    private static final Pattern ENTITIES = Pattern.compile("&[#A-Za-z0-9]{1,10};");

    /// What is no text, though it is a string.
    private static final Set<String> LEFT_OUT =
            Set.of("resourceType", "id", "div", "data", "url", "system", "reference", "fullUrl");

    private Words() {}

    /// The rows of one resource.
    static List<SearchRows.Words> of(Resource resource) {
        var narrative = narrative(resource.json());
        var content = new StringBuilder(narrative);
        gather(resource.json(), content);
        var rows = new ArrayList<SearchRows.Words>();
        if (!narrative.isBlank()) {
            rows.add(new SearchRows.Words(NARRATIVE, normal(narrative)));
        }
        if (!content.toString().isBlank()) {
            rows.add(new SearchRows.Words(CONTENT, normal(content.toString())));
        }
        return rows;
    }

    private static String narrative(JsonNode resource) {
        var div = resource.path("text").path("div").asString("");
        return ENTITIES.matcher(TAGS.matcher(div).replaceAll(" ")).replaceAll(" ");
    }

    private static void gather(JsonNode json, StringBuilder out) {
        if (out.length() > MOST) {
            return;
        }
        if (json.isString()) {
            out.append(' ').append(json.stringValue());
        } else if (json.isArray()) {
            json.forEach(each -> gather(each, out));
        } else {
            for (var member : json.properties()) {
                if (!LEFT_OUT.contains(member.getKey())) {
                    gather(member.getValue(), out);
                }
            }
        }
    }

    /// Words as they are compared: without case and accents.
    static String normal(String text) {
        var cut = text.length() > MOST ? text.substring(0, MOST) : text;
        var plain = Normalizer.normalize(cut, Normalizer.Form.NFKD);
        return MARKS.matcher(plain).replaceAll("").toLowerCase(Locale.ROOT).replace('\u0000', ' ');
    }
}
