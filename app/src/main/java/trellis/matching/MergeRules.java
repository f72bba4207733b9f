package trellis.matching;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.people.Patient;
import trellis.store.Keys;

/// What a merge changes in resources. Pure functions.
final class MergeRules {
    private static final String REPLACED = "replaced-by";
    private static final String REPLACES = "replaces";

    private MergeRules() {}

    /// Whether a record is in use: neither out of use nor replaced by another.
    static boolean inUse(ObjectNode patient) {
        var record = new Patient(patient);
        return !record.inactive() && record.replacement().isEmpty();
    }

    /// Whether the first of two records must stay, because it alone has a number by which others find it.
    static boolean mustStay(ObjectNode patient, ObjectNode other) {
        return new Patient(patient).nhsNumber().isPresent()
                && new Patient(other).nhsNumber().isEmpty();
    }

    /// The record that stays, after the merge.
    static ObjectNode staying(ObjectNode patient, String goes) {
        return linked(patient, goes, REPLACES);
    }

    /// The record that is replaced, after the merge.
    static ObjectNode going(ObjectNode patient, String stays) {
        var replaced = linked(patient, stays, REPLACED);
        replaced.put("active", false);
        return replaced;
    }

    private static ObjectNode linked(ObjectNode patient, String to, String type) {
        var copy = patient.deepCopy();
        var link = copy.withArray("link").addObject();
        link.putObject("other").put("reference", "Patient/" + to);
        link.put("type", type);
        return copy;
    }

    /// A record that was changed after a merge, without what the merge put there.
    ///
    /// @param other id of the other record
    /// @param before the record before the merge
    static ObjectNode parted(ObjectNode patient, String other, ObjectNode before) {
        var copy = patient.deepCopy();
        if (copy.path("link") instanceof ArrayNode links) {
            for (var at = links.size() - 1; at >= 0; at--) {
                var link = links.path(at);
                var type = link.path("type").asString("");
                if (link.at("/other/reference").asString("").equals("Patient/" + other)
                        && (type.equals(REPLACED) || type.equals(REPLACES))) {
                    links.remove(at);
                }
            }
            if (links.isEmpty()) {
                copy.remove("link");
            }
        }
        if (before.has("active")) {
            copy.set("active", before.path("active"));
        } else {
            copy.remove("active");
        }
        return copy;
    }

    /// A resource that speaks of another record in the place of one.
    static ObjectNode pointed(ObjectNode resource, String from, String to) {
        var copy = resource.deepCopy();
        point(copy, "Patient/" + from, "Patient/" + to);
        return copy;
    }

    private static void point(JsonNode node, String from, String to) {
        if (node instanceof ObjectNode object
                && object.path("reference").asString("").equals(from)) {
            object.put("reference", to);
        }
        node.forEach(child -> point(child, from, to));
    }

    /// The resource types that may speak of a patient.
    static List<String> types() {
        return Definitions.r4().resourceTypes().stream()
                .filter(type -> !type.equals("Patient") && parameters(type).findAny().isPresent())
                .sorted()
                .toList();
    }

    private static Stream<SearchParameter> parameters(String type) {
        return SearchParameters.r4().of(type).stream()
                .filter(parameter ->
                        parameter.type() == ParameterType.REFERENCE
                                && (parameter.targets().isEmpty()
                                        || parameter.targets().contains("Patient")));
    }

    /// The hashes by which resources of a type that refer to a patient are found.
    static Set<Long> references(String type, String patient) {
        var key = Keys.resource("Patient", patient);
        return parameters(type)
                .map(parameter -> Keys.reference(Keys.salt(parameter), key))
                .collect(Collectors.toUnmodifiableSet());
    }
}
