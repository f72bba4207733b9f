package trellis.prescriptions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// What becomes part of the record: the medicines asked for, those handed over, and who has what to do.
final class FactRules {
    private static final Set<String> KEPT =
            Set.of(
                    "identifier",
                    "intent",
                    "category",
                    "authoredOn",
                    "groupIdentifier",
                    "courseOfTherapyType",
                    "dosageInstruction",
                    "dispenseRequest",
                    "substitution",
                    "note");
    private static final String RESPONSIBLE =
            "https://fhir.nhs.uk/StructureDefinition/Extension-DM-ResponsiblePractitioner";
    static final String REASON = "https://fhir.nhs.uk/CodeSystem/medicationrequest-status-reason";

    private FactRules() {}

    private static ObjectNode resource(String type, String id) {
        return JsonNodeFactory.instance.objectNode().put("resourceType", type).put("id", id);
    }

    // --- medicines asked for ---------------------------------------------------------------------

    /// An item of a prescription as a MedicationRequest of the patient's record.
    static ObjectNode request(
            OrderRules.Order order, JsonNode item, MessageRules.Message message, String patient) {
        var made = resource("MedicationRequest", MessageRules.item(item.path("identifier")));
        made.put("status", "active");
        item.properties().stream()
                .filter(field -> KEPT.contains(field.getKey()))
                .forEach(field -> made.set(field.getKey(), codes(field.getValue().deepCopy())));
        made.set("medicationCodeableConcept", codes(message.medicine(item).deepCopy()));
        var extensions = made.putArray("extension");
        item.path("extension")
                .valueStream()
                // It leads to a resource of the message, which is not part of the record.
                .filter(one -> !one.path("url").asString("").equals(RESPONSIBLE))
                .forEach(one -> extensions.add(one.deepCopy()));
        if (extensions.isEmpty()) {
            made.remove("extension");
        }
        made.putObject("subject").put("reference", "Patient/" + patient);
        var requester = made.putObject("requester");
        requester
                .putObject("identifier")
                .put("system", MessageRules.USER)
                .put("value", order.by().user());
        requester.put("display", order.by().name());
        return made;
    }

    /// Codes are text in FHIR, where the published schemas have numbers too.
    private static JsonNode codes(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.path("code").isNumber()) {
                object.put("code", object.path("code").asString());
            }
            object.properties().forEach(field -> codes(field.getValue()));
        } else if (node.isArray()) {
            node.valueStream().forEach(FactRules::codes);
        }
        return node;
    }

    /// The same as it stands with its prescription; empty when that changes nothing.
    static Optional<ObjectNode> request(ObjectNode now, Prescription prescription, String item) {
        var lines =
                prescription.issues().stream()
                        .flatMap(issue -> issue.lines().stream())
                        .filter(line -> line.id().equals(item))
                        .toList();
        var cancelled =
                lines.stream().filter(line -> line.status() == LineStatus.CANCELLED).findFirst();
        var open =
                prescription.issues().stream()
                        .filter(issue -> !issue.state().over())
                        .flatMap(issue -> issue.lines().stream())
                        .anyMatch(line -> line.id().equals(item) && !line.status().over());
        var handedOver = lines.stream().anyMatch(line -> line.status().handedOver());
        var status =
                open
                        ? "active"
                        : handedOver || cancelled.isEmpty()
                                ? handedOver ? "completed" : "stopped"
                                : "cancelled";
        var after = now.deepCopy();
        after.put("status", status);
        after.remove("statusReason");
        cancelled
                .flatMap(Line::cancellation)
                .filter(_ -> status.equals("cancelled"))
                .ifPresent(what ->
                        after.putObject("statusReason")
                                .putArray("coding")
                                .addObject()
                                .put("system", REASON)
                                .put("code", what.reason()));
        return after.equals(now) ? Optional.empty() : Optional.of(after);
    }

    // --- medicines handed over -------------------------------------------------------------------

    /// Id of what is made of one MedicationDispense of a notification.
    static String dispenseId(String notification, String item) {
        return UUID.nameUUIDFromBytes((notification + "|" + item).getBytes(UTF_8)).toString();
    }

    /// What was done with an item, as a MedicationDispense of the patient's record; empty when nothing was.
    ///
    /// @param told by whom, in which message
    static Optional<ObjectNode> dispense(
            JsonNode sent,
            MessageRules.Message message,
            DispenseRules.Told told,
            Prescription prescription,
            Instant now) {
        var status = DispenseRules.statusOf(sent);
        if (!status.handedOver() && status != LineStatus.NOT_DISPENSED) {
            return Optional.empty();
        }
        var item = DispenseRules.itemOf(sent);
        var made = resource("MedicationDispense", dispenseId(told.id(), item));
        made.put("status", status.handedOver() ? "completed" : "declined");
        for (var field :
                List.of(
                        "identifier",
                        "statusReasonCodeableConcept",
                        "type",
                        "quantity",
                        "dosageInstruction")) {
            if (sent.has(field)) {
                made.set(field, codes(sent.path(field).deepCopy()));
            }
        }
        var medicine = message.medicine(sent);
        if (medicine.isObject()) {
            made.set("medicationCodeableConcept", codes(medicine.deepCopy()));
        }
        made.putObject("subject").put("reference", "Patient/" + prescription.patient());
        made.putArray("performer")
                .addObject()
                .putObject("actor")
                .put("reference", "Organization/" + told.by().odsCode());
        made.putArray("authorizingPrescription")
                .addObject()
                .put("reference", "MedicationRequest/" + item);
        if (status.handedOver()) {
            made.put("whenHandedOver", sent.path("whenHandedOver").asString(now.toString()));
        }
        return Optional.of(made);
    }

    // --- who has what to do ----------------------------------------------------------------------

    /// Id of the Task of an issue.
    static String taskId(PrescriptionId prescription, int issue) {
        return UUID.nameUUIDFromBytes((prescription.text() + "|" + issue).getBytes(UTF_8))
                .toString();
    }

    /// An issue as a Task: who may dispense it, or does. An issue whose turn has not come has none.
    static Optional<ObjectNode> task(Prescription prescription, Issue issue, Instant now) {
        var status = status(issue.state(), prescription.nominated().isPresent());
        if (status.isEmpty()) {
            return Optional.empty();
        }
        var task = resource("Task", taskId(prescription.id(), issue.number()));
        var based = task.putArray("basedOn");
        issue.lines()
                .forEach(line ->
                        based.addObject().put("reference", "MedicationRequest/" + line.id()));
        task.putObject("groupIdentifier")
                .put("system", PrescriptionId.SYSTEM)
                .put("value", prescription.id().text());
        task.put("status", status.get());
        task.putObject("businessStatus")
                .putArray("coding")
                .addObject()
                .put("system", State.SYSTEM)
                .put("code", issue.state().code())
                .put("display", issue.state().words());
        task.put("intent", "order");
        task.putObject("code")
                .putArray("coding")
                .addObject()
                .put("system", "http://hl7.org/fhir/CodeSystem/task-code")
                .put("code", "fulfill")
                .put("display", "Fulfill the focal request");
        task.putObject("for").put("reference", "Patient/" + prescription.patient());
        task.put("authoredOn", prescription.sent().toString());
        task.put("lastModified", now.toString());
        issue.state()
                .holder()
                .or(prescription::nominated)
                .ifPresent(ods -> task.putObject("owner").put("reference", "Organization/" + ods));
        return Optional.of(task);
    }

    private static Optional<String> status(State state, boolean nominated) {
        return switch (state) {
            case State.Awaiting _, State.FutureRepeat _, State.FuturePrescription _ ->
                    Optional.empty();
            case State.ToBeDispensed _ -> Optional.of(nominated ? "requested" : "ready");
            case State.WithDispenser _ -> Optional.of("accepted");
            case State.Active _ -> Optional.of("in-progress");
            case State.Dispensed _, State.NotDispensed _, State.Claimed _, State.NotClaimed _ ->
                    Optional.of("completed");
            case State.Expired _ -> Optional.of("failed");
            case State.Cancelled _, State.FutureCancelled _ -> Optional.of("cancelled");
        };
    }

    /// A message as it is kept.
    static ObjectNode message(String text) {
        return Json.parse(text.getBytes(UTF_8));
    }
}
