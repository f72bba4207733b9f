package trellis.store;

import java.util.Map;
import java.util.Set;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;

/// The date of a resource that a record is read in the order of. Its beginning stands in the resource's row, so that what was found is
/// put in order without a look at an index for each. None of them repeats: one value is both the first and the last.
final class RecordDates {
    private static final Map<String, String> DATES =
            Map.ofEntries(
                    Map.entry("AllergyIntolerance", "date"),
                    Map.entry("Composition", "date"),
                    Map.entry("Condition", "onset-date"),
                    Map.entry("DiagnosticReport", "date"),
                    Map.entry("DocumentReference", "date"),
                    Map.entry("Encounter", "date"),
                    Map.entry("Immunization", "date"),
                    Map.entry("MedicationRequest", "authoredon"),
                    Map.entry("Observation", "date"),
                    Map.entry("Procedure", "date"),
                    Map.entry("ServiceRequest", "authored"),
                    Map.entry("Task", "authored-on"));

    private RecordDates() {}

    /// The types that have one.
    static Set<String> types() {
        return DATES.keySet();
    }

    static boolean has(SearchParameter parameter) {
        return parameter.type() == ParameterType.DATE
                && parameter.code().equals(DATES.get(parameter.base()));
    }
}
