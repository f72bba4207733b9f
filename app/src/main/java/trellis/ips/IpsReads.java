package trellis.ips;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import trellis.store.Criterion;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// What a summary is made from: the person's resources as whoever asks may see them, and what those refer to.
final class IpsReads {
    private static final int PAGE = 1_000;

    /// Beyond so many of one type the oldest are left out, and the summary says so.
    static final int MOST = 10_000;

    /// Types that tell who, where and what, and belong to no patient.
    private static final Set<String> SUPPORT =
            Set.of("Medication", "Practitioner", "PractitionerRole", "Organization", "Device");

    private final Store store;
    private final Sight sight;

    IpsReads(Store store, Sight sight) {
        this.store = store;
        this.sight = sight;
    }

    Optional<Stored> patient(String id) {
        return store.read("Patient", id, sight);
    }

    /// All of a person's resources of a type, the newest first, [#MOST] at the most.
    List<Fact> of(String patient, String type) {
        var query =
                SearchQuery.of(type, PAGE, new Criterion.OfPatients(Set.of(patient))).seenBy(sight);
        var all = new ArrayList<Stored>();
        var page = store.search(query);
        all.addAll(page.matches());
        while (page.next().isPresent() && all.size() < MOST) {
            page = store.search(query.from(page.next().get()));
            all.addAll(page.matches());
        }
        return all.stream().map(Fact::of).toList();
    }

    /// What resources refer to of those types, as far as the caller may see them, each once.
    ///
    /// @param taken references, as `Type/id`, of what is there already
    List<Fact> support(List<Fact> resources, Set<String> taken) {
        var ids = new HashMap<String, Set<String>>();
        for (var resource : resources) {
            gather(resource.json(), taken, ids);
        }
        var found = new ArrayList<Fact>();
        new TreeMap<>(ids).forEach((type, some) -> found.addAll(byIds(type, some)));
        return found;
    }

    private List<Fact> byIds(String type, Set<String> ids) {
        var all = new ArrayList<Stored>();
        var rest = new ArrayList<>(ids);
        for (var from = 0; from < rest.size(); from += PAGE) {
            var some = Set.copyOf(rest.subList(from, Math.min(from + PAGE, rest.size())));
            var query = SearchQuery.of(type, some.size(), new Criterion.Ids(some));
            all.addAll(store.search(query.seenBy(sight)).matches());
        }
        return all.stream().map(Fact::of).toList();
    }

    private static void gather(JsonNode node, Set<String> taken, Map<String, Set<String>> ids) {
        if (node.isObject() && node.path("reference").isString()) {
            var parts = node.path("reference").asString().split("/");
            if (parts.length == 2
                    && SUPPORT.contains(parts[0])
                    && !taken.contains(parts[0] + "/" + parts[1])) {
                ids.computeIfAbsent(parts[0], _ -> new HashSet<>()).add(parts[1]);
            }
        }
        for (var child : node) {
            gather(child, taken, ids);
        }
    }
}
