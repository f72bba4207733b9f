package trellis.audit;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchQuery;
import trellis.store.Store;

/// Finds the patient of an NHS number, so that an auditor who is asked by a patient can look.
@Component
public final class PatientNumbers {
    private static final String SYSTEM = "https://fhir.nhs.uk/Id/nhs-number";

    private static final int MOST_TWICE = 100;

    /// How often a record may have been replaced by another.
    private static final int REPLACEMENTS = 10;

    private final Store store;
    private final long salt;

    PatientNumbers(Store store) {
        this.store = store;
        this.salt = Keys.salt("Patient", "identifier");
    }

    /// The id of the patient with this number; empty when there is none.
    public Optional<String> patient(String digits) {
        var hash = Keys.token(salt, SYSTEM, digits);
        return store
                .search(SearchQuery.of("Patient", 1, new Criterion.AnyIdentifier(Set.of(hash))))
                .matches()
                .stream()
                .map(found -> found.id())
                .findFirst();
    }

    /// The ids of the patients with some of these numbers, by number, and of those who have taken their place; who is not known
    /// is not in it.
    public Map<String, Set<String>> patients(Collection<String> digits) {
        var wanted = Set.copyOf(digits);
        var hashes = new HashSet<Long>();
        wanted.forEach(number -> hashes.add(Keys.token(salt, SYSTEM, number)));
        var found = new HashMap<String, Set<String>>();
        var query =
                SearchQuery.of(
                        "Patient", hashes.size() + MOST_TWICE, new Criterion.AnyIdentifier(hashes));
        for (var match : store.search(query).matches()) {
            for (var identifier : match.json().path("identifier")) {
                var value = identifier.path("value").asString("");
                if (identifier.path("system").asString("").equals(SYSTEM)
                        && wanted.contains(value)) {
                    var ids = found.computeIfAbsent(value, _ -> new HashSet<>());
                    ids.add(match.id());
                    ids.addAll(followers(match.json()));
                }
            }
        }
        return found;
    }

    /// The records that have taken the place of one, and of those in turn.
    private Set<String> followers(JsonNode patient) {
        var all = new HashSet<String>();
        var next = replacements(patient);
        for (var step = 0; step < REPLACEMENTS && all.addAll(next); step++) {
            next =
                    next.stream()
                            .flatMap(id -> store.read("Patient", id).stream())
                            .filter(one -> !one.deleted())
                            .flatMap(one -> replacements(one.json()).stream())
                            .toList();
        }
        return all;
    }

    private static List<String> replacements(JsonNode patient) {
        return patient.path("link")
                .valueStream()
                .filter(link -> link.path("type").asString("").equals("replaced-by"))
                .map(link -> link.at("/other/reference").asString(""))
                .filter(reference -> reference.startsWith("Patient/"))
                .map(reference -> reference.substring("Patient/".length()))
                .toList();
    }
}
