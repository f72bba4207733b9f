package trellis.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Stored;

/// What the conditions of a transaction stand for at one moment.
///
/// @param matches the resource that matches, by the text of the condition; nothing for a condition
///     that none matches
record Resolution(Map<String, Stored> matches) {

    static final Resolution NOTHING = new Resolution(Map.of());

    /// Asks the store.
    ///
    /// @throws trellis.fhir.Refused with [trellis.fhir.Problem.Ambiguous]
    static Resolution of(
            List<Condition> conditions,
            SearchParser parser,
            Function<SearchQuery, SearchPage> search) {
        var matches = new HashMap<String, Stored>();
        for (var condition : conditions) {
            if (!matches.containsKey(condition.text())) {
                condition
                        .match(parser, search)
                        .ifPresent(found -> matches.put(condition.text(), found));
            }
        }
        return new Resolution(matches);
    }

    Optional<Stored> of(Condition condition) {
        return Optional.ofNullable(matches.get(condition.text()));
    }

    /// Whether every condition stands for the same version of the same resource as then.
    boolean leadsWhere(Resolution other) {
        return versions().equals(other.versions());
    }

    private Map<String, Store.Version> versions() {
        return matches.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey,
                                entry ->
                                        new Store.Version(
                                                entry.getValue().row(),
                                                entry.getValue().version())));
    }
}
