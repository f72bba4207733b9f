package trellis.bulk;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an export was asked to hold.
///
/// @param reach of everything, of all patients, or of one group
/// @param group id of the Group; empty unless of one
/// @param types in their order; never empty
/// @param since only what has changed since; empty for all
/// @param until only what was changed last before; empty for all
/// @param elements names of top-level elements, each with its type and a dot before it or for every type; empty for whole resources
/// @param filters by type, queries of which a resource meets one; a type without is not filtered
/// @param patients ids of the only patients; empty for no such limit
/// @param lenient whether what the filters do not know is left out
/// @param base address of the API at which it was asked
/// @param request the whole address
record ExportOrder(
        Reach reach,
        String group,
        List<String> types,
        Optional<Instant> since,
        Optional<Instant> until,
        Set<String> elements,
        Map<String, List<String>> filters,
        Set<String> patients,
        boolean lenient,
        String base,
        String request) {

    /// How far it reaches.
    enum Reach {
        SYSTEM,
        PATIENTS,
        GROUP
    }

    ExportOrder {
        types = List.copyOf(types);
        elements = Set.copyOf(elements);
        filters = Map.copyOf(filters);
        patients = Set.copyOf(patients);
    }

    /// The elements that are wanted of a type; empty for whole resources.
    Set<String> elements(String type) {
        var names = new TreeSet<String>();
        for (var element : elements) {
            var dot = element.indexOf('.');
            if (dot < 0) {
                names.add(element);
            } else if (element.substring(0, dot).equals(type)) {
                names.add(element.substring(dot + 1));
            }
        }
        return names;
    }

    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("reach", reach.name()).put("group", group);
        texts(json.putArray("types"), types);
        since.ifPresent(moment -> json.put("since", moment.toString()));
        until.ifPresent(moment -> json.put("until", moment.toString()));
        texts(json.putArray("elements"), elements.stream().sorted().toList());
        var queries = json.putObject("filters");
        filters.forEach((type, some) -> texts(queries.putArray(type), some));
        texts(json.putArray("patients"), patients.stream().sorted().toList());
        return json.put("lenient", lenient).put("base", base).put("request", request);
    }

    static ExportOrder of(JsonNode json) {
        var filters = new LinkedHashMap<String, List<String>>();
        json.path("filters")
                .properties()
                .forEach(one -> filters.put(one.getKey(), texts(one.getValue())));
        return new ExportOrder(
                Reach.valueOf(json.path("reach").asString("SYSTEM")),
                json.path("group").asString(""),
                texts(json.path("types")),
                moment(json.path("since")),
                moment(json.path("until")),
                Set.copyOf(texts(json.path("elements"))),
                filters,
                Set.copyOf(texts(json.path("patients"))),
                json.path("lenient").asBoolean(false),
                json.path("base").asString(""),
                json.path("request").asString(""));
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(one -> texts.add(one.asString("")));
        return texts;
    }

    private static Optional<Instant> moment(JsonNode text) {
        return text.isString() ? Optional.of(Instant.parse(text.asString(""))) : Optional.empty();
    }
}
