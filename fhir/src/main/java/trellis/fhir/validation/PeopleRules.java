package trellis.fhir.validation;

import static trellis.fhir.validation.Elements.count;
import static trellis.fhir.validation.Elements.each;
import static trellis.fhir.validation.Elements.has;
import static trellis.fhir.validation.Elements.hasAny;
import static trellis.fhir.validation.Elements.is;
import static trellis.fhir.validation.Elements.lacks;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Invariants of the resource types about people, organisations and administration.
final class PeopleRules {
    private static final List<Rule> PEOPLE =
            List.of(
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

    private static final List<Rule> APPOINTMENTS =
            List.of(
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
                                            || is(
                                                    it,
                                                    "status",
                                                    "proposed",
                                                    "cancelled",
                                                    "waitlist")),
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

    private static final List<Rule> REST =
            List.of(
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

    static final List<Rule> ALL =
            Stream.of(PEOPLE, APPOINTMENTS, REST).flatMap(List::stream).toList();

    private PeopleRules() {}

    private static boolean noneAtHome(ObjectNode organization, String name) {
        return each(organization, name).stream().noneMatch(e -> is(e, "use", "home"));
    }
}
