package trellis.summaries;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import trellis.access.Bounded;
import trellis.people.NhsNumber;
import trellis.store.Criterion;
import trellis.store.SearchQuery;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// Summaries made from the record as it is this moment.
///
/// One that was made before is given again when whoever asks may see the same versions of the same resources, which the store
/// is asked each time: a change holds for the next reader, and nobody is shown what another may see.
final class DerivedReads {
    private static final int MOST = 1_000;
    private static final int MOST_KEPT = 2_000;

    private final Store store;
    private final Map<From, Made> made = new Bounded<>(MOST_KEPT);

    DerivedReads(Store store) {
        this.store = store;
    }

    /// Whose summary, and how far it goes.
    ///
    /// @param patients their records, by id
    /// @param additional whether the person has agreed to additional information
    /// @param today in London: old medicines are left out
    record Whose(NhsNumber number, Set<String> patients, boolean additional, LocalDate today) {}

    private record From(Whose whose, List<Store.Version> versions) {}

    /// @param medicines versions of the medicines outside the record that it points to; 0 for one that is not there
    private record Made(Optional<Summary> summary, Map<String, Long> medicines) {}

    /// The summary; empty when the record has nothing that one is made from.
    Optional<Summary> summary(Whose whose, List<String> types, Sight sight) {
        var versions = store.versions(whose.patients(), types, MOST + 1, sight);
        if (versions.size() > MOST) {
            // The list is not whole, and so says nothing.
            return make(whose, held(whose.patients(), types, sight)).summary();
        }
        var before = before(new From(whose, versions));
        if (before.isPresent() && asTheyWere(before.get().medicines())) {
            return before.get().summary();
        }
        var held = store.record(whose.patients(), types, MOST + 1, sight);
        if (held.size() > MOST) {
            return make(whose, held(whose.patients(), types, sight)).summary();
        }
        var now = make(whose, held);
        // Kept by what was read, not by the list before it: what came between may be for this
        // reader alone.
        var read = held.stream().map(one -> new Store.Version(one.row(), one.version())).toList();
        synchronized (made) {
            made.put(new From(whose, read), now);
        }
        return now.summary();
    }

    private Optional<Made> before(From from) {
        synchronized (made) {
            return Optional.ofNullable(made.get(from));
        }
    }

    private boolean asTheyWere(Map<String, Long> medicines) {
        return medicines.isEmpty()
                || versions(medicines.keySet(), medicines(medicines.keySet())).equals(medicines);
    }

    private static Map<String, Long> versions(Set<String> ids, Map<String, Stored> medicines) {
        var versions = new HashMap<String, Long>();
        for (var id : ids) {
            var medicine = Optional.ofNullable(medicines.get(id));
            versions.put(id, medicine.map(Stored::version).orElse(0L));
        }
        return versions;
    }

    private Made make(Whose whose, List<Stored> held) {
        var facts = new HashMap<String, List<JsonNode>>();
        var changed = Instant.EPOCH;
        for (var one : held) {
            facts.computeIfAbsent(one.type(), _ -> new ArrayList<>()).add(one.json());
            changed = one.lastUpdated().isAfter(changed) ? one.lastUpdated() : changed;
        }
        var ids = pointedTo(facts);
        var medicines = medicines(ids);
        var named = new HashMap<String, JsonNode>();
        medicines.forEach((id, medicine) -> named.put(id, medicine.json()));
        var sections =
                SummaryRules.sections(
                        new SummaryRules.Held(facts, named), whose.additional(), whose.today());
        var uuid = SummaryRules.uuid(whose.number(), sections);
        Optional<Summary> summary =
                sections.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Summary.Derived(uuid, changed, sections));
        return new Made(summary, versions(ids, medicines));
    }

    /// What a long record holds, page by page, so that nothing is left out.
    private List<Stored> held(Set<String> patients, List<String> types, Sight sight) {
        return types.stream()
                .map(type -> SearchQuery.of(type, MOST, new Criterion.OfPatients(patients)))
                .flatMap(query -> all(query.seenBy(sight)).stream())
                .toList();
    }

    /// Every match of a search.
    private List<Stored> all(SearchQuery query) {
        var page = store.search(query);
        var all = new ArrayList<Stored>(page.matches());
        while (page.next().isPresent()) {
            page = store.search(query.from(page.next().get()));
            all.addAll(page.matches());
        }
        return all;
    }

    /// Ids of the medicines that are pointed to.
    private static Set<String> pointedTo(Map<String, List<JsonNode>> facts) {
        var ids = new HashSet<String>();
        for (var type : List.of("MedicationRequest", "MedicationStatement")) {
            for (var one : facts.getOrDefault(type, List.of())) {
                var reference = one.at("/medicationReference/reference").asString("");
                if (reference.startsWith("Medication/")) {
                    ids.add(reference.substring("Medication/".length()));
                }
            }
        }
        return ids;
    }

    private Map<String, Stored> medicines(Set<String> ids) {
        var all = new HashMap<String, Stored>();
        if (!ids.isEmpty()) {
            store.search(SearchQuery.of("Medication", ids.size(), new Criterion.Ids(ids)))
                    .matches()
                    .forEach(one -> all.put(one.id(), one));
        }
        return all;
    }
}
