package trellis.summaries;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What of a summary that a practice sent is additional information, and the same summary without it. Pure functions.
///
/// A part that says under no known heading what it holds counts as additional: it may hold anything. So does why a medicine is
/// taken, and every resource that is neither an allergy or a medicine nor says whose they are and who wrote them down.
final class AdditionalRules {
    private static final Set<String> CORE =
            Set.of(
                    "Title",
                    "AllergiesHeader",
                    "AcuteMedsHeader",
                    "RepeatMedsHeader",
                    "DiscRepeatMedsHeader");

    private static final Set<String> FACTS =
            Set.of(
                    "AllergyIntolerance",
                    "MedicationAdministration",
                    "MedicationDispense",
                    "MedicationRequest",
                    "MedicationStatement");

    private static final Set<String> BESIDE =
            Set.of(
                    "Device",
                    "List",
                    "Location",
                    "Medication",
                    "Organization",
                    "Patient",
                    "Practitioner",
                    "PractitionerRole",
                    "Substance");

    /// What says why something is taken, or what else is known of it: by a code, or in words beside a reference to nothing.
    private static final Set<String> WHY =
            Set.of(
                    "context",
                    "derivedFrom",
                    "detectedIssue",
                    "encounter",
                    "reasonCode",
                    "reasonReference",
                    "supportingInformation");

    /// Where a reference can lead to one kind of thing only, or to another summary.
    private static final Set<String> PLAIN =
            Set.of("medicationReference", "patient", "subject", "targetReference");

    private static final Pattern ADDRESS =
            Pattern.compile("(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9.-]+(?:/_history/.*)?$");

    private AdditionalRules() {}

    /// Whether a summary holds additional information.
    static boolean any(ObjectNode bundle) {
        return !core(bundle).equals(bundle);
    }

    /// A summary without additional information: neither its parts nor the resources that they alone lead to.
    static ObjectNode core(ObjectNode bundle) {
        var core = bundle.deepCopy();
        if (core.at("/entry/0/resource") instanceof ObjectNode composition) {
            prune(composition);
            var known = known(core);
            new Cut(known, composition).cut();
            core.path("entry")
                    .valueStream()
                    .filter(AdditionalRules::mayStay)
                    .forEach(entry -> new Cut(known, (ObjectNode) entry.path("resource")).cut());
            var reached = reached(composition, known);
            var entries = List.copyOf(core.path("entry").valueStream().toList());
            var kept = core.putArray("entry");
            for (var at = 0; at < entries.size(); at++) {
                if (at == 0 || reached.contains(entries.get(at))) {
                    kept.add(entries.get(at));
                }
            }
        }
        return core;
    }

    private static void prune(ObjectNode holder) {
        if (!holder.has("section")) {
            return;
        }
        var sections = List.copyOf(holder.path("section").valueStream().toList());
        var kept = holder.putArray("section");
        for (var section : sections) {
            if (section instanceof ObjectNode one && isCore(one)) {
                prune(one);
                kept.add(one);
            }
        }
    }

    private static boolean isCore(ObjectNode section) {
        return section.at("/code/coding")
                .valueStream()
                .anyMatch(coding -> CORE.contains(coding.path("code").asString("")));
    }

    /// Entries by what leads to them.
    private static Map<String, JsonNode> known(ObjectNode bundle) {
        var known = new HashMap<String, JsonNode>();
        for (var entry : bundle.path("entry")) {
            var resource = entry.path("resource");
            known.put(
                    resource.path("resourceType").asString("")
                            + "/"
                            + resource.path("id").asString(""),
                    entry);
            if (entry.has("fullUrl")) {
                known.put(entry.path("fullUrl").asString(""), entry);
            }
        }
        return known;
    }

    private static Set<JsonNode> reached(JsonNode composition, Map<String, JsonNode> known) {
        var reached = new HashSet<JsonNode>();
        var waiting = new ArrayDeque<JsonNode>(List.of(composition));
        while (!waiting.isEmpty()) {
            for (var reference : waiting.remove().findValues("reference")) {
                var entry = known.get(reference.asString(""));
                if (entry != null && mayStay(entry) && reached.add(entry)) {
                    waiting.add(entry);
                }
            }
        }
        return reached;
    }

    private static boolean mayStay(JsonNode entry) {
        return mayStay(entry.at("/resource/resourceType").asString(""));
    }

    private static boolean mayStay(String type) {
        return FACTS.contains(type) || BESIDE.contains(type);
    }

    /// Takes out of one resource what it says of others that do not stay.
    private record Cut(Map<String, JsonNode> known, ObjectNode resource) {
        void cut() {
            var before = resource.deepCopy();
            var fact = FACTS.contains(resource.path("resourceType").asString(""));
            if (fact) {
                resource.remove(WHY);
            }
            references(resource);
            without(resource, "contained", one -> !mayStay(one.path("resourceType").asString("")));
            if (fact && !resource.equals(before)) {
                // Its narrative says in words what was just taken out.
                resource.remove("text");
            }
        }

        private void references(JsonNode node) {
            if (node instanceof ObjectNode object) {
                for (var name : List.copyOf(object.propertyNames())) {
                    if (!PLAIN.contains(name)) {
                        if (leadsAway(object.path(name))) {
                            object.remove(name);
                        } else if (object.path(name).isArray()) {
                            without(object, name, this::leadsAway);
                        }
                    }
                }
            }
            node.forEach(this::references);
        }

        private static void without(ObjectNode holder, String name, Predicate<JsonNode> which) {
            var all = List.copyOf(holder.path(name).valueStream().toList());
            var kept = all.stream().filter(which.negate()).toList();
            if (kept.isEmpty() && !all.isEmpty()) {
                holder.remove(name);
            } else if (kept.size() < all.size()) {
                holder.putArray(name).addAll(kept);
            }
        }

        /// Whether it is a reference to something that does not stay, or an extension or an entry of a list that is one.
        private boolean leadsAway(JsonNode node) {
            if (node.has("valueReference") || node.has("item")) {
                return leadsAway(node.path("valueReference")) || leadsAway(node.path("item"));
            }
            return node.path("reference").isString()
                    && !mayStay(type(node.path("reference").asString("")));
        }

        private String type(String reference) {
            var entry = known.get(reference);
            if (entry != null) {
                return entry.at("/resource/resourceType").asString("");
            }
            if (reference.startsWith("#")) {
                return resource.path("contained")
                        .valueStream()
                        .filter(one -> reference.equals("#" + one.path("id").asString("")))
                        .map(one -> one.path("resourceType").asString(""))
                        .findFirst()
                        .orElse("");
            }
            var address = ADDRESS.matcher(reference);
            return address.find() ? address.group(1) : "";
        }
    }
}
