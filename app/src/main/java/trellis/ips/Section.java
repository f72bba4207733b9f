package trellis.ips;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import trellis.page.Words;

/// A section of the summary (https://hl7.org/fhir/uv/ips/StructureDefinition-Composition-uv-ips.html): what it is called, and which
/// resources belong in it.
enum Section {
    ALLERGIES("Allergies and intolerances", "48765-2", true),
    MEDICINES("Medicines", "10160-0", true),
    PROBLEMS("Problems", "11450-4", true),
    IMMUNISATIONS("Immunisations", "11369-6", false),
    RESULTS("Results", "30954-2", false),
    PROCEDURES("Procedures", "47519-4", false),
    DEVICES("Medical devices", "46264-8", false),
    ALERTS("Alerts", "104605-1", false),
    ADVANCE_DIRECTIVES("Advance directives", "42348-3", false),
    FUNCTION("Functional status", "47420-5", false),
    PAST_PROBLEMS("Past problems", "11348-0", false),
    PREGNANCY("Pregnancy", "10162-6", false),
    PLAN("Plan of care", "18776-5", false),
    SOCIAL_HISTORY("Social history", "29762-2", false),
    VITAL_SIGNS("Vital signs", "8716-3", false);

    /// LOINC codes of the value sets of pregnancy status, expected date of delivery and outcome of the guide.
    private static final Set<String> OF_PREGNANCY =
            Set.of(
                    "82810-3", "11778-8", "11779-6", "11780-4", "11636-8", "11637-6", "11638-4",
                    "11639-2", "11640-0", "11612-9", "11613-7", "11614-5", "33065-4");

    private static final Set<String> OVER = Set.of("resolved", "inactive", "remission");
    private static final Set<String> NOT_SO = Set.of("entered-in-error", "refuted");

    private final String title;
    private final String loinc;
    private final boolean required;

    Section(String title, String loinc, boolean required) {
        this.title = title;
        this.loinc = loinc;
        this.required = required;
    }

    String title() {
        return title;
    }

    /// Its LOINC code.
    String loinc() {
        return loinc;
    }

    /// Whether it stands in every summary, if only to say that nothing is recorded.
    boolean required() {
        return required;
    }

    /// Types of the resources in it.
    List<String> types() {
        return switch (this) {
            case ALLERGIES -> List.of("AllergyIntolerance");
            case MEDICINES -> List.of("MedicationStatement", "MedicationRequest");
            case PROBLEMS, PAST_PROBLEMS -> List.of("Condition");
            case IMMUNISATIONS -> List.of("Immunization");
            case RESULTS -> List.of("Observation", "DiagnosticReport");
            case PROCEDURES -> List.of("Procedure");
            case DEVICES -> List.of("DeviceUseStatement");
            case ALERTS -> List.of("Flag");
            case ADVANCE_DIRECTIVES -> List.of("Consent");
            case FUNCTION -> List.of("ClinicalImpression");
            case PLAN -> List.of("CarePlan");
            case PREGNANCY, SOCIAL_HISTORY, VITAL_SIGNS -> List.of("Observation");
        };
    }

    /// Whether only the newest of each kind is told: what is measured again and again.
    boolean newestAlone() {
        return types().contains("Observation");
    }

    /// Whether a resource of one of the types belongs here.
    boolean holds(JsonNode resource) {
        var status = resource.path("status").asString("");
        if (status.equals("entered-in-error")
                || NOT_SO.contains(code(resource, "verificationStatus"))) {
            return false;
        }
        return switch (this) {
            case ALLERGIES -> !OVER.contains(code(resource, "clinicalStatus"));
            case PROBLEMS -> !OVER.contains(code(resource, "clinicalStatus"));
            case PAST_PROBLEMS -> OVER.contains(code(resource, "clinicalStatus"));
            case MEDICINES ->
                    Set.of("active", "on-hold", "unknown", "intended").contains(status)
                            && !resource.path("doNotPerform").asBoolean(false);
            case IMMUNISATIONS -> status.equals("completed");
            case RESULTS ->
                    resource.path("resourceType").asString("").equals("DiagnosticReport")
                            || of(resource, "laboratory");
            case VITAL_SIGNS -> of(resource, "vital-signs");
            case SOCIAL_HISTORY -> of(resource, "social-history") && !isOfPregnancy(resource);
            case PREGNANCY -> isOfPregnancy(resource);
            case PROCEDURES -> !Set.of("not-done", "preparation", "stopped").contains(status);
            case DEVICES -> Set.of("active", "intended", "on-hold").contains(status);
            case ALERTS, PLAN -> status.equals("active");
            case ADVANCE_DIRECTIVES ->
                    status.equals("active")
                            && Words.code(
                                            resource.path("scope"),
                                            "http://terminology.hl7.org/CodeSystem/consentscope")
                                    .filter("adr"::equals)
                                    .isPresent();
            case FUNCTION -> status.equals("completed");
        };
    }

    private static String code(JsonNode resource, String concept) {
        return Words.firstCode(resource.path(concept));
    }

    private static boolean of(JsonNode observation, String category) {
        for (var concept : observation.path("category")) {
            for (var coding : concept.path("coding")) {
                if (coding.path("code").asString("").equals(category)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isOfPregnancy(JsonNode observation) {
        for (var coding : observation.path("code").path("coding")) {
            if (coding.path("system").asString("").equals("http://loinc.org")
                    && OF_PREGNANCY.contains(coding.path("code").asString(""))) {
                return true;
            }
        }
        return false;
    }
}
