package trellis.prescriptions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.people.NhsNumber;

/// Where prescriptions are, as the clinical prescription tracker says it.
final class TrackerView {
    private static final String BASE = "https://fhir.nhs.uk/StructureDefinition/Extension-";
    private static final String PARTICIPANT =
            "http://hl7.org/fhir/5.0/StructureDefinition/extension-RequestOrchestration.action.participant.typeReference";

    private TrackerView() {}

    private static ObjectNode object(String type) {
        return JsonNodeFactory.instance.objectNode().put("resourceType", type);
    }

    private static ObjectNode set(int total) {
        var json = object("Bundle").put("type", "searchset").put("total", total);
        json.putArray("entry");
        return json;
    }

    private static String add(ObjectNode bundle, String mode, ObjectNode resource) {
        var url = "urn:uuid:" + resource.path("id").asString("");
        var entry = ((ArrayNode) bundle.path("entry")).addObject().put("fullUrl", url);
        entry.putObject("search").put("mode", mode);
        entry.set("resource", resource);
        return url;
    }

    private static ObjectNode fresh(String type) {
        return object(type).put("id", UUID.randomUUID().toString());
    }

    // --- a list ----------------------------------------------------------------------------------

    /// Every issue of some prescriptions of one person.
    ///
    /// @param patient as the newest prescription names them
    /// @param number by which they were asked for, of which people may have had more than one
    /// @param next address of those that follow; empty when there are none
    static ObjectNode found(
            PrescriptionReads.Tracked tracked,
            JsonNode patient,
            Optional<String> number,
            Optional<String> next) {
        var all = tracked.found();
        var bundle = set(tracked.issues());
        next.ifPresent(address ->
                bundle.putArray("link").addObject().put("relation", "next").put("url", address));
        if (all.isEmpty()) {
            return bundle;
        }
        var who = fresh("Patient");
        who.putArray("identifier")
                .addObject()
                .put("system", NhsNumber.SYSTEM)
                .put("value", number.orElse(all.getFirst().number().digits()));
        who.set("name", patient.path("name"));
        var subject = add(bundle, "include", who);
        for (var prescription : all) {
            for (var issue : prescription.issues()) {
                var group = group(prescription, issue, subject);
                var pending = extension(group, "PendingCancellation");
                flag(pending, "prescriptionPendingCancellation", issue.pending());
                flag(
                        pending,
                        "lineItemPendingCancellation",
                        issue.lines().stream().anyMatch(Line::pending));
                add(bundle, "match", group);
            }
        }
        return bundle;
    }

    private static ObjectNode group(Prescription prescription, Issue issue, String subject) {
        var group = fresh("RequestGroup");
        group.putArray("identifier")
                .addObject()
                .put("system", PrescriptionId.SYSTEM)
                .put("value", prescription.id().text());
        group.putObject("subject").put("reference", subject);
        group.put("status", over(issue.state()) ? "completed" : "active");
        group.put("intent", prescription.treatment().intent());
        group.put("authoredOn", moment(prescription.sent()));
        group.putArray("extension");
        var status = extension(group, "EPS-PrescriptionStatusHistory").addObject();
        coding(status.put("url", "status").putObject("valueCoding"), issue.state());
        if (prescription.treatment() != Prescription.Treatment.ACUTE) {
            var repeats = extension(group, "EPS-RepeatInformation");
            repeats.addObject()
                    .put("url", "numberOfRepeatsIssued")
                    .put("valueInteger", issue.number());
            repeats.addObject()
                    .put("url", "numberOfRepeatsAllowed")
                    .put("valueInteger", prescription.issues().size());
        }
        return group;
    }

    private static boolean over(State state) {
        return switch (state) {
            case State.Dispensed _,
                    State.NotDispensed _,
                    State.Claimed _,
                    State.NotClaimed _,
                    State.Expired _,
                    State.Cancelled _,
                    State.FutureCancelled _ ->
                    true;
            case State.Awaiting _,
                    State.ToBeDispensed _,
                    State.WithDispenser _,
                    State.Active _,
                    State.FutureRepeat _,
                    State.FuturePrescription _ ->
                    false;
        };
    }

    private static ArrayNode extension(ObjectNode of, String name) {
        return ((ArrayNode) of.path("extension"))
                .addObject()
                .put("url", BASE + name)
                .putArray("extension");
    }

    private static void flag(ArrayNode extension, String name, boolean set) {
        extension.addObject().put("url", name).put("valueBoolean", set);
    }

    private static void coding(ObjectNode coding, State state) {
        coding.put("system", State.SYSTEM).put("code", state.code()).put("display", state.words());
    }

    private static String moment(Instant when) {
        return when.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    // --- one prescription ------------------------------------------------------------------------

    /// One issue with its items, what was handed over, and everything that has happened.
    static ObjectNode one(
            Prescription prescription,
            Issue issue,
            MessageRules.Message entries,
            List<PrescriptionSql.Happened> history) {
        var bundle = set(1);
        var who = (ObjectNode) entries.one("Patient").deepCopy();
        var subject = add(bundle, "include", who.put("id", UUID.randomUUID().toString()));
        var requester = add(bundle, "include", role(prescription.by().odsCode()));
        var items = new HashMap<String, String>();
        for (var item : entries.all("MedicationRequest")) {
            var id = MessageRules.item(item.path("identifier"));
            issue.lines().stream()
                    .filter(line -> line.id().equals(id))
                    .forEach(line ->
                            items.put(
                                    id,
                                    add(
                                            bundle,
                                            "include",
                                            item(
                                                    prescription,
                                                    issue,
                                                    line,
                                                    item,
                                                    MessageRules.words(entries.medicine(item)),
                                                    subject,
                                                    requester))));
        }
        var group = group(prescription, issue, subject);
        ods(group.putObject("author"), prescription.by().odsCode());
        var type =
                MessageRules.extension(
                        entries.all("MedicationRequest").getFirst(), BASE + "DM-PrescriptionType");
        if (!type.isMissingNode()) {
            ((ArrayNode) group.path("extension")).add(type.deepCopy());
        }
        flag(
                extension(group, "PendingCancellation"),
                "prescriptionPendingCancellation",
                issue.pending());
        var actions = group.putArray("action");
        var list = actions.addObject().put("title", "Prescription Line Items(Medications)");
        list.putObject("timingTiming")
                .putObject("repeat")
                .put("frequency", 1)
                .put("period", prescription.days())
                .put("periodUnit", "d");
        var lines = list.putArray("action");
        issue.lines()
                .forEach(line ->
                        lines.addObject()
                                .putObject("resource")
                                .put("reference", items.getOrDefault(line.id(), "")));
        var transitions =
                actions.addObject()
                        .put("title", "Prescription status transitions")
                        .putArray("action");
        for (var event : history) {
            if (event.issue() == issue.number()) {
                transition(transitions.addObject(), event, bundle, subject, items);
            }
        }
        add(bundle, "match", group);
        return bundle;
    }

    private static ObjectNode role(String odsCode) {
        var role = fresh("PractitionerRole");
        ods(role.putObject("organization"), odsCode);
        return role;
    }

    private static void ods(ObjectNode reference, String odsCode) {
        reference.putObject("identifier").put("system", MessageRules.ODS).put("value", odsCode);
    }

    private static ObjectNode item(
            Prescription prescription,
            Issue issue,
            Line line,
            JsonNode signed,
            String medicine,
            String subject,
            String requester) {
        var item = fresh("MedicationRequest");
        item.set("identifier", signed.path("identifier").deepCopy());
        item.putObject("subject").put("reference", subject);
        EpsView.status(item, line);
        item.put("intent", prescription.treatment().intent());
        item.putObject("requester").put("reference", requester);
        issue.state().holder().ifPresent(holder -> ods(item.putObject("performer"), holder));
        item.putObject("groupIdentifier")
                .put("system", PrescriptionId.SYSTEM)
                .put("value", prescription.id().text());
        item.putObject("medicationCodeableConcept").put("text", medicine);
        item.set("courseOfTherapyType", signed.path("courseOfTherapyType").deepCopy());
        item.set("dispenseRequest", signed.path("dispenseRequest").deepCopy());
        var dosage = item.putArray("dosageInstruction");
        signed.path("dosageInstruction")
                .valueStream()
                .forEach(one -> dosage.addObject().put("text", one.path("text").asString("")));
        item.set("substitution", signed.path("substitution").deepCopy());
        item.putArray("extension");
        var status = extension(item, "EPS-DispensingInformation").addObject();
        status.put("url", "dispenseStatus")
                .putObject("valueCoding")
                .put("system", LineStatus.SYSTEM)
                .put("code", line.status().code())
                .put("display", line.status().words());
        flag(extension(item, "PendingCancellation"), "lineItemPendingCancellation", line.pending());
        return item;
    }

    private static void transition(
            ObjectNode action,
            PrescriptionSql.Happened event,
            ObjectNode bundle,
            String subject,
            Map<String, String> items) {
        action.put("title", title(event.what())).put("timingDateTime", moment(event.at()));
        var codes = action.putArray("code");
        var state = State.of(event.status(), event.ods(), "");
        coding(codes.addObject().putArray("coding").addObject(), state);
        ods(
                action.putArray("participant")
                        .addObject()
                        .putArray("extension")
                        .addObject()
                        .put("url", PARTICIPANT)
                        .putObject("valueReference"),
                event.ods());
        if (!event.what().equals("notify")) {
            return;
        }
        codes.addObject()
                .putArray("coding")
                .addObject()
                .put("system", MessageRules.RFC_4122)
                .put("code", event.request());
        var dispenser = add(bundle, "include", role(event.ods()));
        var handed = action.putArray("action");
        var told = new MessageRules.Message(Json.parse(event.body().getBytes(UTF_8)));
        for (var dispense : told.all("MedicationDispense")) {
            handed.addObject()
                    .putObject("resource")
                    .put(
                            "reference",
                            add(
                                    bundle,
                                    "include",
                                    dispense(
                                            dispense,
                                            MessageRules.words(told.medicine(dispense)),
                                            subject,
                                            dispenser,
                                            items,
                                            state)));
        }
    }

    private static ObjectNode dispense(
            JsonNode sent,
            String medicine,
            String subject,
            String dispenser,
            Map<String, String> items,
            State state) {
        var item = DispenseRules.itemOf(sent);
        var made = fresh("MedicationDispense");
        made.putArray("identifier").addObject().put("system", MessageRules.ITEM).put("value", item);
        made.putObject("subject").put("reference", subject);
        made.put("status", "in-progress");
        made.putArray("performer").addObject().putObject("actor").put("reference", dispenser);
        var status = DispenseRules.statusOf(sent);
        made.putObject("type")
                .putArray("coding")
                .addObject()
                .put("system", LineStatus.SYSTEM)
                .put("code", status.code())
                .put("display", status.words());
        made.putArray("authorizingPrescription")
                .addObject()
                .put("reference", items.getOrDefault(item, ""));
        made.putObject("medicationCodeableConcept").put("text", medicine);
        made.set("quantity", sent.path("quantity").deepCopy());
        var dosage = made.putArray("dosageInstruction");
        sent.path("dosageInstruction")
                .valueStream()
                .forEach(one -> dosage.addObject().put("text", one.path("text").asString("")));
        made.putArray("extension").addObject().put("url", BASE + "EPS-TaskBusinessStatus");
        coding(((ObjectNode) made.path("extension").path(0)).putObject("valueCoding"), state);
        return made;
    }

    /// What happened, in the tracker's words.
    private static String title(String what) {
        return switch (what) {
            case "order" -> "Prescription upload successful";
            case "release" -> "Release Request successful";
            case "return" -> "Dispense proposal return successful";
            case "notify" -> "Dispense notification successful";
            case "withdraw" -> "Dispense withdraw successful";
            case "claim" -> "Dispense claim successful";
            case "due" -> "Prescription ready to be dispensed";
            case "expire" -> "Prescription expired";
            case "lapse" -> "Prescription not claimed";
            default ->
                    what.startsWith("cancel")
                            ? "Prescription/item cancellation: "
                                    + what.substring("cancel ".length())
                            : what;
        };
    }

    // --- errors ----------------------------------------------------------------------------------

    static ObjectNode error(TrackerError error, String code, String why, Instant now) {
        var json = object("OperationOutcome");
        json.putObject("meta").put("lastUpdated", now.truncatedTo(ChronoUnit.MILLIS).toString());
        var issue = json.putArray("issue").addObject();
        issue.put("code", error.issue()).put("severity", "error").put("diagnostics", why);
        issue.putObject("details")
                .putArray("coding")
                .addObject()
                .put("system", "https://fhir.nhs.uk/CodeSystem/http-error-codes")
                .put("code", code)
                .put("display", error.status() + ": " + error.words());
        return json;
    }
}
