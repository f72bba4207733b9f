package trellis.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private static final List<String> DIED = List.of("deceasedDateTime", "deceasedBoolean");

    /// Labels of confidentiality, the strictest last.
    private static final List<String> LABELS = List.of("U", "L", "M", "N", "R", "V");

    /// The strictest that hides nothing.
    private static final int OPEN = LABELS.indexOf("N");

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

    /// The record that stays, after the merge. What protects the person and what must not be overlooked goes over from the other
    /// record: the stricter label of confidentiality, and that they have died.
    static ObjectNode staying(ObjectNode patient, ObjectNode goes) {
        var stays = linked(patient, new Patient(goes).key(), REPLACES);
        if (label(goes) > Math.max(label(patient), OPEN)) {
            var security = stays.withObject("/meta").withArray("security");
            var kept =
                    security.valueStream()
                            .filter(one -> !LABELS.contains(one.path("code").asString("")))
                            .toList();
            security.removeAll();
            security.addAll(kept);
            labels(goes)
                    .filter(one -> rank(one) == label(goes))
                    .findFirst()
                    .ifPresent(security::add);
        }
        if (new Patient(goes).dead() && !new Patient(patient).dead()) {
            for (var field : DIED) {
                stays.remove(field);
                if (goes.has(field)) {
                    stays.set(field, goes.path(field));
                }
            }
            if (notice(patient).isEmpty()) {
                notice(goes).ifPresent(one -> stays.withArray("extension").add(one));
            }
        }
        return stays;
    }

    /// What goes over from one record when another stays, in sentences.
    static List<String> carried(ObjectNode stays, ObjectNode goes) {
        var said = new ArrayList<String>();
        if (label(goes) > Math.max(label(stays), OPEN)) {
            said.add("It becomes restricted, because the other record is.");
        }
        if (new Patient(goes).dead() && !new Patient(stays).dead()) {
            said.add("It will say that the person has died, because the other record does.");
        }
        return List.copyOf(said);
    }

    private static Stream<JsonNode> labels(JsonNode patient) {
        return patient.path("meta").path("security").valueStream();
    }

    private static int rank(JsonNode label) {
        return LABELS.indexOf(label.path("code").asString(""));
    }

    /// The strictest label of confidentiality, as its place among them; -1 for none.
    private static int label(JsonNode patient) {
        return labels(patient).mapToInt(MergeRules::rank).max().orElse(-1);
    }

    private static Optional<JsonNode> notice(JsonNode patient) {
        return patient.path("extension")
                .valueStream()
                .filter(one ->
                        one.path("url")
                                .asString("")
                                .endsWith("Extension-UKCore-DeathNotificationStatus"))
                .findFirst();
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
    /// @param after and after it
    static ObjectNode parted(
            ObjectNode patient, String other, ObjectNode before, ObjectNode after) {
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
        restore(copy, "active", before);
        for (var field : DIED) {
            if (copy.path(field).equals(after.path(field))) {
                restore(copy, field, before);
            }
        }
        if (notice(before).isEmpty() && copy.path("extension") instanceof ArrayNode extensions) {
            notice(after).ifPresent(notice -> without(extensions, notice));
            if (extensions.isEmpty()) {
                copy.remove("extension");
            }
        }
        if (label(copy) == label(after) && label(after) != label(before)) {
            var security = copy.withObject("/meta").withArray("security");
            var kept = security.valueStream().filter(one -> rank(one) < 0).toList();
            security.removeAll();
            security.addAll(kept);
            labels(before).filter(one -> rank(one) >= 0).forEach(security::add);
            if (security.isEmpty()) {
                copy.withObject("/meta").remove("security");
            }
        }
        return copy;
    }

    private static void restore(ObjectNode patient, String field, ObjectNode before) {
        if (before.has(field)) {
            patient.set(field, before.path(field));
        } else {
            patient.remove(field);
        }
    }

    private static void without(ArrayNode list, JsonNode item) {
        for (var at = list.size() - 1; at >= 0; at--) {
            if (list.path(at).equals(item)) {
                list.remove(at);
            }
        }
    }

    /// A resource that speaks of another record in the place of one.
    static ObjectNode pointed(ObjectNode resource, String from, String to) {
        var copy = resource.deepCopy();
        point(copy, "Patient/" + from, "Patient/" + to);
        return copy;
    }

    /// A resource that was changed after a merge, speaking of the record again that it spoke of before. Where it spoke of both, what it
    /// said of each is known by where it stands: what stands elsewhere by now speaks of the record that stayed.
    ///
    /// @param before as it was before the merge
    static ObjectNode back(ObjectNode resource, ObjectNode before, String stays, String goes) {
        if (places(before, "Patient/" + stays, "").isEmpty()) {
            return pointed(resource, stays, goes);
        }
        var copy = resource.deepCopy();
        for (var place : places(before, "Patient/" + goes, "")) {
            if (copy.at(place) instanceof ObjectNode object
                    && object.path("reference").asString("").equals("Patient/" + stays)) {
                object.put("reference", "Patient/" + goes);
            }
        }
        return copy;
    }

    /// Where a resource refers to somebody, as JSON pointers to the references.
    private static List<String> places(JsonNode node, String reference, String at) {
        var all = new ArrayList<String>();
        if (node.path("reference").asString("").equals(reference)) {
            all.add(at);
        }
        node.properties()
                .forEach(one ->
                        all.addAll(places(one.getValue(), reference, at + "/" + one.getKey())));
        if (node.isArray()) {
            for (var place = 0; place < node.size(); place++) {
                all.addAll(places(node.path(place), reference, at + "/" + place));
            }
        }
        return all;
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
