package trellis.summaries;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What of a summary that a practice sent is additional information, and the same summary without it. Pure functions.
///
/// A part that says under no known heading what it holds counts as additional: it may hold anything.
final class AdditionalRules {
    private static final Set<String> CORE =
            Set.of(
                    "Title",
                    "AllergiesHeader",
                    "AcuteMedsHeader",
                    "RepeatMedsHeader",
                    "DiscRepeatMedsHeader");

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
                if (entry != null && reached.add(entry)) {
                    waiting.add(entry);
                }
            }
        }
        return reached;
    }
}
