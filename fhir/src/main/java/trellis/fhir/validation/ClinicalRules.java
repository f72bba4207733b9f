package trellis.fhir.validation;

import static trellis.fhir.validation.Elements.count;
import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.hasAny;
import static trellis.fhir.validation.Elements.hasChoice;
import static trellis.fhir.validation.Elements.hasCode;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;
import static trellis.fhir.validation.QuantityRules.number;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Invariants of the resource types about findings: allergies, conditions, observations, risks.
final class ClinicalRules {
    private static final String CODES = "http://terminology.hl7.org/CodeSystem/";

    private static final List<Rule> ALLERGIES_AND_CONDITIONS =
            List.of(
                    new Rule(
                            "AllergyIntolerance",
                            "ait-1",
                            "Give a clinicalStatus, unless the verificationStatus is entered-in-error",
                            it ->
                                    has(it, "clinicalStatus")
                                            || enteredInError(
                                                    it, "allergyintolerance-verification")),
                    new Rule(
                            "AllergyIntolerance",
                            "ait-2",
                            "Leave out the clinicalStatus of what was entered in error",
                            it ->
                                    lacks(it, "clinicalStatus")
                                            || !enteredInError(
                                                    it, "allergyintolerance-verification")),
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

    private static final List<Rule> OBSERVATIONS =
            List.of(
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

    static final List<Rule> ALL =
            Stream.of(ALLERGIES_AND_CONDITIONS, OBSERVATIONS).flatMap(List::stream).toList();

    private ClinicalRules() {}

    private static boolean enteredInError(ObjectNode it, String system) {
        return hasCode(it, "verificationStatus", CODES + system, "entered-in-error");
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
}
