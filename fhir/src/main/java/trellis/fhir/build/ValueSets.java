package trellis.fhir.build;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Expands the R4 value sets that can be enumerated from complete R4 code systems.
final class ValueSets {

    private final CodeSystems systems;
    private final Map<String, Xml> byUrl = new HashMap<>();

    ValueSets(CodeSystems systems) {
        this.systems = systems;
    }

    void add(Xml valueSet) {
        byUrl.putIfAbsent(valueSet.need("url"), valueSet);
    }

    /// Codes by system; empty when some part cannot be enumerated (a grammar such as MIME types, or
    /// a code system that is not published whole).
    ///
    /// @param canonical the URL, perhaps with `|version`
    Optional<Map<String, Set<String>>> expand(String canonical) {
        var bar = canonical.indexOf('|');
        var valueSet = byUrl.get(bar < 0 ? canonical : canonical.substring(0, bar));
        if (valueSet == null) {
            return Optional.empty();
        }
        var compose = valueSet.first("compose");
        if (compose.isEmpty()) {
            return Optional.empty();
        }
        var codes = new LinkedHashMap<String, Set<String>>();
        for (var include : compose.get().all("include").toList()) {
            var part = part(include);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            part.get()
                    .forEach((s, c) ->
                            codes.computeIfAbsent(s, _ -> new LinkedHashSet<>()).addAll(c));
        }
        for (var exclude : compose.get().all("exclude").toList()) {
            part(exclude)
                    .orElse(Map.of())
                    .forEach((s, c) -> codes.getOrDefault(s, new LinkedHashSet<>()).removeAll(c));
        }
        return Optional.of(codes);
    }

    private Optional<Map<String, Set<String>>> part(Xml include) {
        var system = include.value("system");
        if (system.isPresent()) {
            return codes(include, system.get()).map(codes -> Map.of(system.get(), codes));
        }
        var union = new LinkedHashMap<String, Set<String>>();
        for (var imported : include.all("valueSet").toList()) {
            var part = expand(imported.own());
            if (part.isEmpty()) {
                return Optional.empty();
            }
            part.get()
                    .forEach((s, c) ->
                            union.computeIfAbsent(s, _ -> new LinkedHashSet<>()).addAll(c));
        }
        return Optional.of(union);
    }

    private Optional<Set<String>> codes(Xml include, String system) {
        if (include.first("concept").isPresent()) {
            var codes = new LinkedHashSet<String>();
            include.all("concept").forEach(c -> codes.add(c.need("code")));
            return Optional.of(codes);
        }
        var filters = include.all("filter").toList();
        if (filters.isEmpty()) {
            return systems.codes(system);
        }
        Set<String> left = new LinkedHashSet<>(systems.codes(system).orElse(Set.of()));
        for (var filter : filters) {
            var kept =
                    systems.filter(
                            system,
                            filter.need("property"),
                            filter.need("op"),
                            filter.need("value"));
            if (kept.isEmpty()) {
                return Optional.empty();
            }
            left.retainAll(kept.get());
        }
        return Optional.of(left);
    }
}
