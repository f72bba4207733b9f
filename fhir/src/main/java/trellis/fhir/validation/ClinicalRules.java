package trellis.fhir.validation;

import static trellis.fhir.validation.DataTypeRules.number;
import static trellis.fhir.validation.DataTypeRules.ordered;
import static trellis.fhir.validation.Elements.count;
import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.hasAny;
import static trellis.fhir.validation.Elements.hasChoice;
import static trellis.fhir.validation.Elements.hasCode;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;
import static trellis.fhir.validation.Elements.text;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Invariants of the resource types about people, care and its administration.
final class ClinicalRules {
    private static final String CODES = "http://terminology.hl7.org/CodeSystem/";

    static final List<Rule> ALL =
            Stream.of(
                            people(),
                            appointments(),
                            allergiesAndConditions(),
                            observations(),
                            care(),
                            medicines(),
                            rest())
                    .flatMap(s -> s)
                    .toList();

    private ClinicalRules() {}

    private static Stream<Rule> people() {
        return Stream.of(
                new Rule(
                        "Patient.contact",
                        "pat-1",
                        "A contact must have a name, telecom, address or organization",
                        it -> hasAny(it, "name", "telecom", "address", "organization")),
                new Rule(
                        "Organization",
                        "org-1",
                        "An organisation must have a name or an identifier",
                        it -> hasAny(it, "identifier", "name")),
                new Rule(
                        "Organization",
                        "org-2",
                        "An organisation's address must not have the use home",
                        it -> noneAtHome(it, "address")),
                new Rule(
                        "Organization",
                        "org-3",
                        "An organisation's telecom must not have the use home",
                        it -> noneAtHome(it, "telecom")),
                new Rule(
                        "InsurancePlan",
                        "ipn-1",
                        "An insurance plan must have a name or an identifier",
                        it -> hasAny(it, "identifier", "name")),
                new Rule(
                        "Group",
                        "grp-1",
                        "Only an actual group may have members: set actual to true",
                        it -> lacks(it, "member") || is(it, "actual", "true")),
                new Rule(
                        "Linkage",
                        "lnk-1",
                        "A linkage must have at least two items",
                        it -> each(it, "item").size() > 1));
    }

    private static boolean noneAtHome(ObjectNode organization, String name) {
        return each(organization, name).stream().noneMatch(e -> is(e, "use", "home"));
    }

    private static Stream<Rule> appointments() {
        return Stream.of(
                new Rule(
                        "Appointment",
                        "app-2",
                        "Give both start and end, or neither",
                        it -> has(it, "start") == has(it, "end")),
                new Rule(
                        "Appointment",
                        "app-3",
                        "Only a proposed, cancelled or waitlisted appointment may lack start and end",
                        it ->
                                count(it, "start", "end") == 2
                                        || is(it, "status", "proposed", "cancelled", "waitlist")),
                new Rule(
                        "Appointment",
                        "app-4",
                        "Only a cancelled or missed appointment may have a cancelationReason",
                        it ->
                                lacks(it, "cancelationReason")
                                        || is(it, "status", "no-show", "cancelled")),
                new Rule(
                        "Appointment.participant",
                        "app-1",
                        "A participant must have a type or an actor",
                        it -> hasAny(it, "type", "actor")),
                new Rule(
                        "AppointmentResponse",
                        "apr-1",
                        "Give a participantType or an actor",
                        it -> hasAny(it, "participantType", "actor")));
    }

    private static Stream<Rule> allergiesAndConditions() {
        return Stream.of(
                new Rule(
                        "AllergyIntolerance",
                        "ait-1",
                        "Give a clinicalStatus, unless the verificationStatus is entered-in-error",
                        it ->
                                has(it, "clinicalStatus")
                                        || enteredInError(it, "allergyintolerance-verification")),
                new Rule(
                        "AllergyIntolerance",
                        "ait-2",
                        "Leave out the clinicalStatus of what was entered in error",
                        it ->
                                lacks(it, "clinicalStatus")
                                        || !enteredInError(it, "allergyintolerance-verification")),
                new Rule(
                        "Condition",
                        "con-4",
                        "A condition that has abated must have the clinicalStatus inactive, resolved or remission",
                        it ->
                                !hasChoice(it, "abatement")
                                        || hasCode(
                                                it,
                                                "clinicalStatus",
                                                CODES + "condition-clinical",
                                                "resolved",
                                                "remission",
                                                "inactive")),
                new Rule(
                        "Condition",
                        "con-5",
                        "Leave out the clinicalStatus of what was entered in error",
                        it ->
                                lacks(it, "clinicalStatus")
                                        || !enteredInError(it, "condition-ver-status")),
                new Rule(
                        "Condition.stage",
                        "con-1",
                        "A stage must have a summary or an assessment",
                        it -> hasAny(it, "summary", "assessment")),
                new Rule(
                        "Condition.evidence",
                        "con-2",
                        "Evidence must have a code or a detail",
                        it -> hasAny(it, "code", "detail")),
                new Rule(
                        "FamilyMemberHistory",
                        "fhs-1",
                        "Give age or born, not both",
                        it -> !hasChoice(it, "age") || !hasChoice(it, "born")),
                new Rule(
                        "FamilyMemberHistory",
                        "fhs-2",
                        "estimatedAge needs an age",
                        it -> lacks(it, "estimatedAge") || hasChoice(it, "age")));
    }

    private static boolean enteredInError(ObjectNode it, String system) {
        return hasCode(it, "verificationStatus", CODES + system, "entered-in-error");
    }

    private static Stream<Rule> observations() {
        return Stream.of(
                new Rule(
                        "Observation",
                        "obs-6",
                        "Leave out dataAbsentReason where there is a value",
                        it -> lacks(it, "dataAbsentReason") || !hasChoice(it, "value")),
                new Rule(
                        "Observation",
                        "obs-7",
                        "An observation with a value must not have a component with the observation's own code: leave one out",
                        ClinicalRules::valueIsNotRepeated),
                new Rule(
                        "Observation.referenceRange",
                        "obs-3",
                        "A reference range must have low, high or text",
                        it -> hasAny(it, "low", "high", "text")),
                new Rule(
                        "RiskAssessment.prediction",
                        "ras-1",
                        "The probabilities must be percentages: UCUM code %",
                        ClinicalRules::isPercentages),
                new Rule(
                        "RiskAssessment.prediction",
                        "ras-2",
                        "The probability must not be above 100",
                        it ->
                                number(it, "probabilityDecimal")
                                        .map(v -> v.compareTo(BigDecimal.valueOf(100)) <= 0)
                                        .orElse(true)),
                new Rule(
                        "MolecularSequence",
                        "msq-3",
                        "coordinateSystem must be 0 or 1",
                        it -> is(it, "coordinateSystem", "0", "1")),
                new Rule(
                        "MolecularSequence.referenceSeq",
                        "msq-5",
                        "Give both genomeBuild and chromosome, or neither",
                        it -> has(it, "genomeBuild") == has(it, "chromosome")),
                new Rule(
                        "MolecularSequence.referenceSeq",
                        "msq-6",
                        "Give exactly one of genomeBuild, referenceSeqId, referenceSeqPointer and referenceSeqString",
                        it ->
                                count(
                                                it,
                                                "genomeBuild",
                                                "referenceSeqId",
                                                "referenceSeqPointer",
                                                "referenceSeqString")
                                        == 1));
    }

    private static boolean valueIsNotRepeated(ObjectNode observation) {
        var components = each(observation, "component");
        if (components.isEmpty() || !hasChoice(observation, "value")) {
            return true;
        }
        var own = new HashSet<ObjectNode>();
        for (var code : each(observation, "code")) {
            own.addAll(each(code, "coding"));
        }
        return components.stream()
                .flatMap(c -> each(c, "code").stream())
                .flatMap(c -> each(c, "coding").stream())
                .noneMatch(own::contains);
    }

    private static boolean isPercentages(ObjectNode prediction) {
        return each(prediction, "probabilityRange").stream()
                .flatMap(
                        range -> Stream.of("low", "high").flatMap(end -> each(range, end).stream()))
                .allMatch(end ->
                        is(end, "code", "%") && is(end, "system", "http://unitsofmeasure.org"));
    }

    private static Stream<Rule> care() {
        return Stream.of(
                new Rule(
                        "CarePlan.activity",
                        "cpl-3",
                        "Give detail or reference, not both",
                        it -> lacks(it, "detail") || lacks(it, "reference")),
                new Rule(
                        "RequestGroup.action",
                        "rqg-1",
                        "Give either a resource or further actions",
                        it -> has(it, "resource") != has(it, "action")),
                new Rule(
                        "ServiceRequest",
                        "prr-1",
                        "orderDetail needs a code",
                        it -> lacks(it, "orderDetail") || has(it, "code")),
                new Rule(
                        "Goal.target",
                        "gol-1",
                        "A target with a detail must have a measure",
                        it -> !hasChoice(it, "detail") || has(it, "measure")),
                new Rule(
                        "Task",
                        "inv-1",
                        "lastModified must not be before authoredOn",
                        it -> ordered(text(it, "authoredOn"), text(it, "lastModified"))),
                new Rule(
                        "List",
                        "lst-1",
                        "An emptyReason is only for a list without entries",
                        it -> lacks(it, "emptyReason") || lacks(it, "entry")),
                new Rule(
                        "List",
                        "lst-2",
                        "Only a list of changes may have deleted entries: set mode to changes",
                        it ->
                                is(it, "mode", "changes")
                                        || each(it, "entry").stream()
                                                .noneMatch(e -> has(e, "deleted"))),
                new Rule(
                        "List",
                        "lst-3",
                        "Only a working list may have dates on entries: set mode to working",
                        it ->
                                is(it, "mode", "working")
                                        || each(it, "entry").stream()
                                                .noneMatch(e -> has(e, "date"))),
                new Rule(
                        "Composition.section",
                        "cmp-1",
                        "A section must have text, entries or sections",
                        it -> hasAny(it, "text", "entry", "section")),
                new Rule(
                        "Composition.section",
                        "cmp-2",
                        "An emptyReason is only for a section without entries",
                        it -> lacks(it, "emptyReason") || lacks(it, "entry")));
    }

    private static Stream<Rule> medicines() {
        return Stream.of(
                new Rule(
                        "MedicationAdministration.dosage",
                        "mad-1",
                        "Give a dose or a rate",
                        it -> has(it, "dose") || hasChoice(it, "rate")),
                new Rule(
                        "MedicationDispense",
                        "mdd-1",
                        "whenHandedOver must not be before whenPrepared",
                        it -> ordered(text(it, "whenPrepared"), text(it, "whenHandedOver"))),
                new Rule(
                        "Immunization.education",
                        "imm-1",
                        "Give a documentType or a reference",
                        it -> hasAny(it, "documentType", "reference")),
                new Rule(
                        "ImmunizationRecommendation.recommendation",
                        "imr-1",
                        "Give a vaccineCode or a targetDisease",
                        it -> hasAny(it, "vaccineCode", "targetDisease")));
    }

    private static Stream<Rule> rest() {
        return Stream.of(
                new Rule(
                        "AuditEvent.entity",
                        "sev-1",
                        "Give a name or a query, not both",
                        it -> lacks(it, "name") || lacks(it, "query")),
                new Rule(
                        "Consent",
                        "ppc-1",
                        "Give a policy or a policyRule",
                        it -> hasAny(it, "policy", "policyRule")),
                new Rule(
                        "CoverageEligibilityResponse.insurance.item",
                        "ces-1",
                        "Give either category or productOrService",
                        it -> count(it, "category", "productOrService") == 1),
                new Rule(
                        "MeasureReport",
                        "mrp-1",
                        "A report of data collection must not have groups",
                        it -> !is(it, "type", "data-collection") || lacks(it, "group")),
                new Rule(
                        "MeasureReport.group.stratifier.stratum",
                        "mrp-2",
                        "Give either a value or components",
                        it -> has(it, "value") != has(it, "component")),
                new Rule(
                        "Measure.group.stratifier",
                        "mea-1",
                        "Give either components, or a code, description or criteria",
                        it ->
                                hasAny(it, "code", "description", "criteria")
                                        != has(it, "component")));
    }
}
