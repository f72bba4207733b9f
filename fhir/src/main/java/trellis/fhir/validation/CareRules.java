package trellis.fhir.validation;

import static trellis.fhir.validation.DataTypeRules.ordered;
import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.hasAny;
import static trellis.fhir.validation.Elements.hasChoice;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;
import static trellis.fhir.validation.Elements.text;

import java.util.List;
import java.util.stream.Stream;

/// Invariants of the resource types about plans, requests, documents and medicines.
final class CareRules {
    private static final List<Rule> CARE =
            List.of(
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

    private static final List<Rule> MEDICINES =
            List.of(
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

    static final List<Rule> ALL = Stream.of(CARE, MEDICINES).flatMap(List::stream).toList();

    private CareRules() {}
}
