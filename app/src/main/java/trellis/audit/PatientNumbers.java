package trellis.audit;

import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;
import trellis.store.Criterion;
import trellis.store.Keys;
import trellis.store.SearchQuery;
import trellis.store.Store;

/// Finds the patient of an NHS number, so that an auditor who is asked by a patient can look.
@Component
public final class PatientNumbers {
    private static final String SYSTEM = "https://fhir.nhs.uk/Id/nhs-number";

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
}
