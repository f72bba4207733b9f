package trellis.fhir.build;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The code systems published with R4 whose content is complete, with what is needed to expand the
/// value sets that draw on them.
final class CodeSystems {

    /// One concept.
    ///
    /// @param code as written
    /// @param parents codes directly above it: by nesting, or by `subsumedBy` in the v3 systems
    /// @param properties codes and values of its properties, for value set filters
    private record Concept(String code, Set<String> parents, Map<String, String> properties) {}

    private final Map<String, Map<String, Concept>> systems = new HashMap<>();

    void add(Xml codeSystem) {
        if (!codeSystem.value("content").equals(Optional.of("complete"))) {
            return;
        }
        var concepts = new LinkedHashMap<String, Concept>();
        codeSystem.all("concept").forEach(c -> read(c, Set.of(), concepts));
        systems.putIfAbsent(codeSystem.need("url"), concepts);
    }

    private static void read(Xml concept, Set<String> above, Map<String, Concept> into) {
        var code = concept.need("code");
        var parents = new LinkedHashSet<>(above);
        var properties = new HashMap<String, String>();
        concept.all("property")
                .forEach(property -> {
                    var key = property.need("code");
                    var value =
                            property.children().stream()
                                    .filter(c -> c.name().startsWith("value"))
                                    .map(Xml::own)
                                    .findFirst()
                                    .orElse("");
                    properties.put(key, value);
                    if (key.equals("subsumedBy") || key.equals("parent")) {
                        parents.add(value);
                    }
                });
        var earlier = into.get(code);
        if (earlier != null) {
            parents.addAll(earlier.parents());
        }
        into.put(code, new Concept(code, parents, properties));
        concept.all("concept").forEach(c -> read(c, Set.of(code), into));
    }

    /// Every code of a system; empty when the system is not known or not complete.
    Optional<Set<String>> codes(String system) {
        return Optional.ofNullable(systems.get(system)).map(Map::keySet);
    }

    /// The codes a value set filter selects; empty when it cannot be told.
    Optional<Set<String>> filter(String system, String property, String op, String value) {
        var concepts = systems.get(system);
        if (concepts == null) {
            return Optional.empty();
        }
        return switch (op) {
            case "is-a", "descendent-of", "descendant-of" ->
                    Optional.of(below(concepts, value, op.equals("is-a")));
            case "=" -> Optional.of(with(concepts, property, value));
            default -> Optional.empty();
        };
    }

    private static Set<String> below(Map<String, Concept> concepts, String top, boolean with) {
        var found = new LinkedHashSet<String>();
        List<String> front = List.of(top);
        if (with && concepts.containsKey(top)) {
            found.add(top);
        }
        while (!front.isEmpty()) {
            var next = new ArrayList<String>();
            for (var concept : concepts.values()) {
                if (concept.parents().stream().anyMatch(front::contains)
                        && found.add(concept.code())) {
                    next.add(concept.code());
                }
            }
            front = next;
        }
        return found;
    }

    private static Set<String> with(Map<String, Concept> concepts, String property, String value) {
        var found = new LinkedHashSet<String>();
        for (var concept : concepts.values()) {
            if (value.equals(concept.properties().get(property))) {
                found.add(concept.code());
            }
        }
        return found;
    }
}
