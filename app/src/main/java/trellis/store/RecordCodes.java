package trellis.store;

import java.util.Map;
import java.util.Set;
import trellis.fhir.search.SearchParameter;

/// The codes by which a record is leafed through: "this patient's values of this code" is what is asked more often than all else.
/// Each such code of a resource in a patient's record is kept a second time, joined with the patient, so that the index of
/// tokens leads straight to the few rows there are, however long the record and however common the code.
final class RecordCodes {
    private static final Map<String, String> CODES =
            Map.ofEntries(
                    Map.entry("AllergyIntolerance", "code"),
                    Map.entry("Condition", "code"),
                    Map.entry("DiagnosticReport", "code"),
                    Map.entry("Immunization", "vaccine-code"),
                    Map.entry("MedicationAdministration", "code"),
                    Map.entry("MedicationDispense", "code"),
                    Map.entry("MedicationRequest", "code"),
                    Map.entry("MedicationStatement", "code"),
                    Map.entry("Observation", "code"),
                    Map.entry("Procedure", "code"),
                    Map.entry("ServiceRequest", "code"));

    private RecordCodes() {}

    /// The types of which there are any.
    static Set<String> types() {
        return CODES.keySet();
    }

    static boolean has(SearchParameter parameter) {
        return parameter.code().equals(CODES.get(parameter.base()));
    }

    /// The hash of a code in a patient's record.
    ///
    /// @param patient the patient's key, not 0
    /// @param hash of the code by itself, with its system or without
    static long joined(long patient, long hash) {
        return Keys.join(patient, hash);
    }
}
