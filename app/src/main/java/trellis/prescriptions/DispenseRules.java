package trellis.prescriptions;

import static trellis.prescriptions.MessageRules.contained;
import static trellis.prescriptions.MessageRules.extension;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.people.NhsNumber;

/// What dispensers send, read and checked for what it has to say. Sources: the schemas of requests, and the tables of
/// verification errors of the dispensing service.
final class DispenseRules {
    private static final String STATUS =
            "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-TaskBusinessStatus";
    private static final String REPLACES =
            "https://fhir.nhs.uk/StructureDefinition/Extension-replacementOf";
    private static final String REPEATS =
            "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-RepeatInformation";
    private static final String ISSUED =
            "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation";
    private static final String RELATIONSHIPS =
            "https://fhir.nhs.uk/StructureDefinition/Extension-ODS-OrganisationRelationships";
    private static final String GROUP =
            "https://fhir.nhs.uk/StructureDefinition/Extension-DM-GroupIdentifier";
    private static final String CLAIMED_ITEM =
            "https://fhir.nhs.uk/StructureDefinition/Extension-ClaimMedicationRequestReference";
    private static final String ENDORSEMENT =
            "https://fhir.nhs.uk/CodeSystem/medicationdispense-endorsement";
    private static final String RETURN_REASON =
            "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-return-status-reason";
    private static final String WITHDRAW_REASON =
            "https://fhir.nhs.uk/CodeSystem/EPS-task-dispense-withdraw-reason";
    private static final List<String> TOLD = List.of("0003", "0006", "0007");

    private DispenseRules() {}

    /// Who dispenses.
    ///
    /// @param odsCode of the organisation
    /// @param name of the person; may be empty
    record Dispenser(String odsCode, String name) {}

    /// What is to happen to one prescription.
    ///
    /// @param number NHS number that the message names; empty when it names none
    /// @param issue that it concerns; empty for the one that is dealt with now
    /// @param allowed how many issues the message believes there are
    /// @param id of the message itself
    record Told(
            PrescriptionId prescription,
            Optional<NhsNumber> number,
            Optional<Integer> issue,
            Optional<Integer> allowed,
            Dispenser by,
            String id,
            Event event) {}

    // --- release ---------------------------------------------------------------------------------

    /// What a dispenser wants to download.
    ///
    /// @param prescription empty for whatever is nominated to them
    record Release(Dispenser by, Optional<PrescriptionId> prescription) {}

    static Release release(ObjectNode sent) {
        MessageRules.is(sent, "Parameters");
        var owner = parameter(sent, "owner").path("resource");
        if (!MessageRules.type(owner).equals("Organization")) {
            throw EpsError.INVALID.refusal("Required parameter owner is missing.");
        }
        var agent = parameter(sent, "agent").path("resource");
        if (!MessageRules.type(agent).equals("PractitionerRole")) {
            throw EpsError.INVALID.refusal("Required parameter agent is missing.");
        }
        var group = parameter(sent, "group-identifier").path("valueIdentifier");
        return new Release(
                new Dispenser(
                        code(owner, "Parameters.parameter(\"owner\")"),
                        named(agent, "Parameters.parameter(\"agent\").resource")),
                group.isMissingNode()
                        ? Optional.empty()
                        : Optional.of(
                                MessageRules.prescription(
                                        MessageRules.identifier(group, PrescriptionId.SYSTEM))));
    }

    private static JsonNode parameter(ObjectNode sent, String name) {
        return sent.path("parameter")
                .valueStream()
                .filter(one -> one.path("name").asString("").equals(name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private static String code(JsonNode organization, String where) {
        var ods = MessageRules.ods(organization.path("identifier"));
        if (ods.isEmpty()) {
            throw EpsError.INVALID.refusal("The organisation of " + where + " has no ODS code.");
        }
        return ods;
    }

    private static String named(JsonNode role, String where) {
        var practitioner = role.path("practitioner");
        if (practitioner.has("reference") || !practitioner.has("identifier")) {
            throw EpsError.INVALID.refusal(
                    where
                            + ".practitioner populated incorrectly. Please populate with Identifier and"
                            + " Display.");
        }
        return practitioner.path("display").asString("");
    }

    // --- return and withdraw ---------------------------------------------------------------------

    static Told task(ObjectNode sent) {
        MessageRules.is(sent, "Task");
        var status = sent.path("status").asString("");
        if (!status.equals("in-progress") && !status.equals("rejected")) {
            throw EpsError.VALUE.refusal("Task.status must be one of: 'in-progress', 'rejected'");
        }
        var withdrawal = status.equals("in-progress");
        if (withdrawal && sent.at("/code/coding/0/code").asString("").isEmpty()) {
            throw EpsError.VALUE.refusal(
                    "Task.code is required when Task.status is 'in-progress'.");
        }
        if (withdrawal && !sent.at("/code/coding/0/code").asString("").equals("abort")) {
            throw EpsError.VALUE.refusal(
                    "Task.code must be 'abort' when Task.status is 'in-progress'.");
        }
        var reason = reason(sent, withdrawal ? WITHDRAW_REASON : RETURN_REASON);
        var role = contained(sent, sent.path("requester"));
        var by =
                new Dispenser(
                        withdrawal && sent.path("owner").has("identifier")
                                ? code(sent.path("owner"), "Task.owner")
                                : code(
                                        contained(sent, role.path("organization")),
                                        "Task.requester"),
                        named(role, "Task.contained(\"PractitionerRole\")"));
        var focus = MessageRules.identifier(sent.at("/focus/identifier"), MessageRules.RFC_4122);
        if (withdrawal && focus.isEmpty()) {
            throw EpsError.INVALID_MESSAGE.refusal(
                    "Task.focus names the dispense notification that is withdrawn");
        }
        return new Told(
                MessageRules.prescription(
                        MessageRules.identifier(
                                sent.path("groupIdentifier"), PrescriptionId.SYSTEM)),
                Optional.of(number(sent.path("for"))),
                MessageRules.count(extension(sent, REPEATS), "numberOfRepeatsIssued")
                        .map(issued -> issued + 1),
                MessageRules.count(extension(sent, REPEATS), "numberOfRepeatsAllowed")
                        .map(allowed -> allowed + 1),
                by,
                uuid(sent.path("identifier"), "Task.identifier"),
                withdrawal
                        ? new Event.Withdraw(by.odsCode(), focus.toLowerCase(Locale.ROOT), reason)
                        : new Event.Return(by.odsCode(), reason));
    }

    private static String reason(ObjectNode sent, String system) {
        return Stream.of(sent.path("statusReason"), sent.path("reasonCode"))
                .flatMap(one -> one.isArray() ? one.valueStream() : Stream.of(one))
                .flatMap(one -> one.path("coding").valueStream())
                .filter(one -> one.path("system").asString("").equals(system))
                .map(one -> one.path("code").asString(""))
                .filter(code -> !code.isEmpty())
                .findFirst()
                .orElseThrow(() ->
                        EpsError.VALUE.refusal(
                                "Task.reasonCode must have a system of '"
                                        + system
                                        + "' and a value from that system."));
    }

    private static NhsNumber number(JsonNode who) {
        return MessageRules.number(
                MessageRules.identifier(who.path("identifier"), NhsNumber.SYSTEM));
    }

    private static String uuid(JsonNode identifiers, String where) {
        var value =
                MessageRules.identifier(identifiers, MessageRules.RFC_4122)
                        .toLowerCase(Locale.ROOT);
        if (!Exchange.uuid(value)) {
            throw EpsError.INVALID_MESSAGE.refusal(
                    where + " must be a UUID in the system " + MessageRules.RFC_4122);
        }
        return value;
    }

    // --- dispense notification -------------------------------------------------------------------

    static Told notification(MessageRules.Message message) {
        var dispenses = message.all("MedicationDispense");
        if (dispenses.isEmpty()) {
            throw EpsError.VALUE.refusal(
                    "The Bundle must contain at least one MedicationDispense.");
        }
        var requests = dispenses.stream().map(DispenseRules::request).toList();
        MessageRules.same(requests, "MedicationRequest", "groupIdentifier");
        MessageRules.same(requests, "MedicationRequest", "dispenseRequest.performer");
        var items = new LinkedHashMap<String, LineStatus>();
        for (var dispense : dispenses) {
            item(dispense, items);
        }
        var to = told(dispenses);
        var header = message.one("MessageHeader");
        var replaces =
                Optional.of(
                                MessageRules.identifier(
                                                extension(header, REPLACES).path("valueIdentifier"),
                                                MessageRules.RFC_4122)
                                        .toLowerCase(Locale.ROOT))
                        .filter(id -> !id.isEmpty());
        var by = dispenser(message, dispenses.getFirst());
        var first = requests.getFirst();
        if (!List.of("order", "original-order", "instance-order", "reflex-order")
                .contains(first.path("intent").asString(""))) {
            throw EpsError.VALUE.refusal(
                    "MedicationRequest.intent must be order, original-order or instance-order.");
        }
        var id = uuid(message.bundle().path("identifier"), "Bundle.identifier");
        return new Told(
                MessageRules.prescription(
                        MessageRules.identifier(
                                first.path("groupIdentifier"), PrescriptionId.SYSTEM)),
                Optional.of(number(dispenses.getFirst().path("subject"))),
                MessageRules.count(extension(first, ISSUED), "numberOfPrescriptionsIssued"),
                allowed(first),
                by,
                id,
                new Event.Notify(by.odsCode(), id, to, Map.copyOf(items), replaces));
    }

    private static JsonNode request(JsonNode dispense) {
        var request = contained(dispense, dispense.path("authorizingPrescription").path(0));
        if (!MessageRules.type(request).equals("MedicationRequest")) {
            throw EpsError.VALUE.refusal(
                    "MedicationDispense.authorizingPrescription must refer to a contained"
                            + " MedicationRequest.");
        }
        return request;
    }

    /// Identifier of the item that is dispensed.
    static String itemOf(JsonNode dispense) {
        return MessageRules.item(request(dispense).path("identifier"));
    }

    /// What is said of the item.
    static LineStatus statusOf(JsonNode dispense) {
        var code =
                dispense.at("/type/coding")
                        .valueStream()
                        .filter(one -> one.path("system").asString("").equals(LineStatus.SYSTEM))
                        .map(one -> one.path("code").asString(""))
                        .findFirst()
                        .orElse("");
        return LineStatus.of(code)
                .orElseThrow(() ->
                        EpsError.VALUE.refusal(
                                "MedicationDispense.type must have a code of "
                                        + LineStatus.SYSTEM
                                        + "."));
    }

    private static void item(JsonNode dispense, Map<String, LineStatus> items) {
        var status = statusOf(dispense);
        if (items.put(itemOf(dispense), status) != null) {
            throw EpsError.VALUE.refusal(
                    "Expected all MedicationDispenses to be of different items.");
        }
        if (status.handedOver() && !dispense.at("/quantity/value").isNumber()) {
            throw EpsError.TOO_FEW_VALUES_SUBMITTED.refusal(
                    "MedicationDispense.quantity is missing for what was handed over");
        }
    }

    private static String told(List<JsonNode> dispenses) {
        var codes =
                dispenses.stream()
                        .map(one -> extension(one, STATUS).at("/valueCoding/code").asString(""))
                        .distinct()
                        .toList();
        if (codes.size() != 1 || !TOLD.contains(codes.getFirst())) {
            throw EpsError.VALUE.refusal(
                    "Expected all MedicationDispenses to have one value for the prescription status:"
                            + " 0003, 0006 or 0007.");
        }
        return codes.getFirst();
    }

    private static Optional<Integer> allowed(JsonNode request) {
        var based = request.path("basedOn").path(0).path("extension");
        return based.valueStream()
                .map(one -> MessageRules.count(one, "numberOfRepeatsAllowed"))
                .flatMap(Optional::stream)
                .findFirst()
                .map(allowed -> allowed + 1);
    }

    private static Dispenser dispenser(MessageRules.Message message, JsonNode dispense) {
        var role = contained(dispense, dispense.at("/performer/0/actor"));
        var organization = message.at(role.path("organization"));
        if (organization.isMissingNode()) {
            organization = message.one("Organization");
        }
        var authority = extension(organization, RELATIONSHIPS);
        if (authority.isMissingNode()) {
            throw EpsError.INVALID.refusal(
                    "The dispense notification is missing the reimbursement authority and it should be"
                            + " provided.");
        }
        if (MessageRules.ods(extension(authority, "reimbursementAuthority").path("valueIdentifier"))
                .isEmpty()) {
            throw EpsError.INVALID.refusal(
                    "The dispense notification is missing the ODS code for the reimbursement authority"
                            + " and it should be provided.");
        }
        return new Dispenser(
                code(organization, "the message"),
                named(role, "MedicationDispense.contained(\"PractitionerRole\")"));
    }

    // --- claim -----------------------------------------------------------------------------------

    static Told claim(ObjectNode sent) {
        MessageRules.is(sent, "Claim");
        var item = sent.path("item");
        if (item.size() != 1 || item.path(0).path("detail").isEmpty()) {
            throw EpsError.INVALID_MESSAGE.refusal("A Claim has one item with its details");
        }
        claimed(sent);
        var repeats = extension(item.path(0).path("detail").path(0), REPEATS);
        var role = contained(sent, sent.path("provider"));
        var by =
                new Dispenser(
                        code(contained(sent, role.path("organization")), "Claim.provider"),
                        named(role, "Claim.contained(\"PractitionerRole\")"));
        var group = extension(extension(sent.path("prescription"), GROUP), "shortForm");
        var id = uuid(sent.path("identifier"), "Claim.identifier");
        var replaces =
                MessageRules.identifier(
                        extension(sent, REPLACES).path("valueIdentifier"), MessageRules.RFC_4122);
        return new Told(
                MessageRules.prescription(
                        MessageRules.identifier(
                                group.path("valueIdentifier"), PrescriptionId.SYSTEM)),
                Optional.of(number(sent.path("patient"))),
                MessageRules.count(repeats, "numberOfRepeatsIssued").map(issued -> issued + 1),
                MessageRules.count(repeats, "numberOfRepeatsAllowed").map(allowed -> allowed + 1),
                by,
                id,
                new Event.Claim(
                        by.odsCode(),
                        id,
                        Optional.of(replaces.toLowerCase(Locale.ROOT))
                                .filter(one -> !one.isEmpty())));
    }

    /// What a claim says of each item.
    static Map<String, LineStatus> claimed(JsonNode sent) {
        var items = new LinkedHashMap<String, LineStatus>();
        for (var detail : sent.path("item").path(0).path("detail")) {
            var endorsed =
                    detail.path("programCode")
                            .valueStream()
                            .flatMap(one -> one.path("coding").valueStream())
                            .anyMatch(one ->
                                    one.path("system").asString("").equals(ENDORSEMENT)
                                            && !one.path("code").asString("").isEmpty());
            if (!endorsed) {
                throw EpsError.INVALID.refusal(
                        "The claim is missing the required endorsement code.");
            }
            var id =
                    MessageRules.item(
                            extension(detail, CLAIMED_ITEM).at("/valueReference/identifier"));
            var status =
                    detail.path("modifier")
                            .valueStream()
                            .flatMap(one -> one.path("coding").valueStream())
                            .map(one -> LineStatus.of(one.path("code").asString("")))
                            .flatMap(Optional::stream)
                            .findFirst()
                            .orElseThrow(() ->
                                    EpsError.INVALID_MESSAGE.refusal(
                                            "Each detail of a Claim says what became of its item"));
            items.put(id, status);
        }
        return items;
    }

    /// A claim is for what was dispensed, item by item.
    static void agrees(Issue issue, Map<String, LineStatus> claimed) {
        claimed.forEach((id, status) -> {
            var line =
                    issue.lines().stream()
                            .filter(one -> one.id().equals(id))
                            .findFirst()
                            .orElseThrow(() ->
                                    EpsError.ITEM_NOT_FOUND.refusal(
                                            "The prescription has no item " + id));
            if (line.status() != status) {
                throw EpsError.PRESCRIPTION_INVALID_LINE_STATE_TRANSITION.refusal(
                        "The item " + id + " is '" + line.status().words() + "'");
            }
        });
        if (issue.lines().stream()
                .anyMatch(line -> line.status().handedOver() && !claimed.containsKey(line.id()))) {
            throw EpsError.INVALID_MESSAGE.refusal(
                    "The Claim leaves out an item that was dispensed");
        }
    }
}
