package trellis.demographics;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What people may change of their own record (patient access). Pure functions.
final class PatientRules {
    private static final Set<String> CLOSED =
            Set.of(
                    "name",
                    "gender",
                    "birthDate",
                    "multipleBirthInteger",
                    "deceasedDateTime",
                    "generalPractitioner");
    private static final Set<String> OPEN_EXTENSIONS =
            Set.of(
                    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NominatedPharmacy",
                    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSCommunication",
                    "http://hl7.org/fhir/StructureDefinition/patient-birthPlace");

    private PatientRules() {}

    /// Goes on only when nothing else has changed than address, emergency contact, mobile number and mail address, pharmacy,
    /// language and place of birth.
    static void mayChange(JsonNode before, JsonNode after) {
        for (var field : CLOSED) {
            if (!before.path(field).equals(after.path(field))) {
                throw refused(field);
            }
        }
        differing(before, after, "extension").stream()
                .filter(item -> !OPEN_EXTENSIONS.contains(item.path("url").asString("")))
                .findFirst()
                .ifPresent(_ -> {
                    throw refused("extension");
                });
        differing(before, after, "telecom").stream()
                .filter(item ->
                        !item.path("system").asString("").equals("email")
                                && !item.path("use").asString("").equals("mobile"))
                .findFirst()
                .ifPresent(_ -> {
                    throw refused("telecom");
                });
    }

    private static Set<JsonNode> differing(JsonNode before, JsonNode after, String field) {
        var one = new java.util.HashSet<JsonNode>(before.path(field).valueStream().toList());
        var other = new java.util.HashSet<JsonNode>(after.path(field).valueStream().toList());
        var both = new java.util.HashSet<>(one);
        both.retainAll(other);
        one.addAll(other);
        one.removeAll(both);
        return one;
    }

    private static PdsError.Refusal refused(String field) {
        return PdsError.FORBIDDEN_UPDATE.refusal(
                "Forbidden update with error - a patient cannot change '" + field + "'");
    }
}
