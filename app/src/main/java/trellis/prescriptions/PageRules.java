package trellis.prescriptions;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.page.PublicFormat;
import trellis.page.StaffFormat;
import trellis.people.NhsNumber;

/// How prescriptions are said on pages.
final class PageRules {
    /// Why an item is cancelled (`medicationrequest-status-reason`).
    static final Map<String, String> CANCEL_REASONS =
            ordered(
                    "0001", "Prescribing error",
                    "0002", "Clinical contra-indication",
                    "0003", "Change to medication treatment regime",
                    "0004", "Clinical grounds",
                    "0005", "At the patient's request",
                    "0006", "At the pharmacist's request",
                    "0007", "Notification of death",
                    "0008", "Patient deducted: other reason",
                    "0009", "Patient deducted: registered with new practice");

    /// What becomes of an item that a pharmacy has.
    static final Map<String, String> CHOICES =
            ordered(
                    "0001", "Handed over in full",
                    "0003", "Handed over in part",
                    "0004", "Owed",
                    "0002", "Not dispensed",
                    "", "Nothing yet");

    private static final ZoneId LONDON = ZoneId.of("Europe/London");

    private PageRules() {}

    private static Map<String, String> ordered(String... pairs) {
        var all = new LinkedHashMap<String, String>();
        for (var i = 0; i < pairs.length; i += 2) {
            all.put(pairs[i], pairs[i + 1]);
        }
        return Collections.unmodifiableMap(all);
    }

    /// A state in words for staff.
    static String words(State state) {
        return switch (state) {
            case State.Awaiting _ -> "Waits for its day";
            case State.ToBeDispensed _ -> "To be dispensed";
            case State.WithDispenser _ -> "With dispenser";
            case State.Active _ -> "Partly dispensed";
            case State.Dispensed _ -> "Dispensed";
            case State.NotDispensed _ -> "Not dispensed";
            case State.Claimed _ -> "Claimed";
            case State.NotClaimed _ -> "Not claimed in time";
            case State.Expired _ -> "Expired";
            case State.Cancelled _ -> "Cancelled";
            case State.FutureRepeat _ -> "Later issue";
            case State.FuturePrescription _ -> "Dated later";
            case State.FutureCancelled _ -> "Cancelled";
        };
    }

    /// Class of the tag that says it.
    static String look(State state) {
        return switch (state) {
            case State.ToBeDispensed _, State.Awaiting _ -> "nhsuk-tag--blue";
            case State.WithDispenser _, State.Active _ -> "nhsuk-tag--yellow";
            case State.Dispensed _, State.Claimed _ -> "nhsuk-tag--green";
            case State.Cancelled _, State.FutureCancelled _, State.NotDispensed _ ->
                    "nhsuk-tag--red";
            case State.Expired _,
                    State.NotClaimed _,
                    State.FutureRepeat _,
                    State.FuturePrescription _ ->
                    "nhsuk-tag--grey";
        };
    }

    private static String look(LineStatus status) {
        return switch (status) {
            case DISPENSED -> "nhsuk-tag--green";
            case PARTIAL, OWING, WITH_DISPENSER -> "nhsuk-tag--yellow";
            case TO_BE_DISPENSED -> "nhsuk-tag--blue";
            case NOT_DISPENSED, CANCELLED -> "nhsuk-tag--red";
            case EXPIRED -> "nhsuk-tag--grey";
        };
    }

    private static String words(LineStatus status) {
        return switch (status) {
            case DISPENSED -> "Handed over";
            case NOT_DISPENSED -> "Not dispensed";
            case PARTIAL -> "Handed over in part";
            case OWING -> "Owed";
            case CANCELLED -> "Cancelled";
            case EXPIRED -> "Expired";
            case TO_BE_DISPENSED -> "To be dispensed";
            case WITH_DISPENSER -> "With dispenser";
        };
    }

    /// The items of an issue.
    ///
    /// @param check empty where nothing is handed over
    static List<PrescriptionView.Item> items(
            Issue issue, ObjectNode signed, Optional<CheckRules.Check> check) {
        var requests = requests(signed);
        var items = new ArrayList<PrescriptionView.Item>();
        for (var line : issue.lines()) {
            var request = requests.get(line.id());
            var medicine = request == null ? "" : medicine(request);
            items.add(
                    new PrescriptionView.Item(
                            line.id(),
                            medicine,
                            request == null ? "" : quantity(request),
                            request == null ? "" : dose(request),
                            words(line.status()),
                            look(line.status()),
                            !line.status().over(),
                            line.pending() ? "The prescriber wants this item cancelled" : "",
                            check.map(one -> CheckRules.warnings(medicine, one))
                                    .orElse(List.of())));
        }
        return items;
    }

    private static Map<String, JsonNode> requests(ObjectNode signed) {
        var all = new LinkedHashMap<String, JsonNode>();
        for (var entry : signed.path("entry")) {
            var resource = entry.path("resource");
            if (MessageRules.type(resource).equals("MedicationRequest")) {
                all.put(MessageRules.item(resource.path("identifier")), resource);
            }
        }
        return all;
    }

    /// The names of the medicines of a prescription.
    static List<String> medicines(ObjectNode signed) {
        return requests(signed).values().stream().map(PageRules::medicine).toList();
    }

    private static String medicine(JsonNode request) {
        return request.at("/medicationCodeableConcept/coding/0/display").asString("Not recorded");
    }

    private static String quantity(JsonNode request) {
        var quantity = request.at("/dispenseRequest/quantity");
        return (quantity.path("value").asString("") + " " + quantity.path("unit").asString(""))
                .strip();
    }

    private static String dose(JsonNode request) {
        var all = new ArrayList<String>();
        request.path("dosageInstruction")
                .valueStream()
                .forEach(one -> all.add(one.path("text").asString("")));
        return String.join(", then ", all);
    }

    /// What is said of a prescription as a whole.
    static Map<String, String> facts(Prescription prescription, Issue issue) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("Number", prescription.id().text());
        facts.put(
                "Kind",
                switch (prescription.treatment()) {
                    case ACUTE -> "Acute";
                    case REPEAT -> "Repeat";
                    case REPEAT_DISPENSING ->
                            "Repeat dispensing, issue "
                                    + issue.number()
                                    + " of "
                                    + prescription.issues().size();
                });
        facts.put(
                "Prescribed by",
                prescription.by().name() + " (" + prescription.by().odsCode() + ")");
        facts.put("Sent", StaffFormat.dateTime(prescription.sent()));
        facts.put(
                "Dispenser",
                issue.state()
                        .holder()
                        .or(() -> prescription.nominated().map(code -> code + ", nominated"))
                        .orElse("Whoever is shown the number"));
        issue.due().ifPresent(due -> facts.put("May be dispensed from", day(due)));
        // It ends at midnight: the day before is its last.
        facts.put("Good until", day(issue.expires().minusSeconds(1)));
        return facts;
    }

    private static String who(PrescriptionSql.Happened event) {
        if (event.ods().isEmpty()) {
            return event.name().isEmpty() ? "By itself" : event.name();
        }
        return (event.name() + " (" + event.ods() + ")").strip();
    }

    private static String day(Instant moment) {
        return StaffFormat.date(LocalDate.ofInstant(moment, LONDON));
    }

    static List<PrescriptionView.Step> steps(List<PrescriptionSql.Happened> history, Issue issue) {
        return history.stream()
                .filter(event -> event.issue() == issue.number())
                .map(event ->
                        new PrescriptionView.Step(
                                StaffFormat.dateTime(event.at()), what(event.what()), who(event)))
                .toList()
                .reversed();
    }

    private static String what(String what) {
        return switch (what) {
            case "order" -> "Signed and sent";
            case "release" -> "Downloaded";
            case "return" -> "Returned";
            case "notify" -> "Dispensing notified";
            case "withdraw" -> "Dispensing withdrawn";
            case "claim" -> "Claimed";
            case "due" -> "Its day has come";
            case "expire" -> "Expired";
            case "lapse" -> "Not claimed in time";
            default -> what.startsWith("cancel") ? "Cancellation: " + answer(what) : what;
        };
    }

    private static String answer(String what) {
        return Arrays.stream(CancelResponse.values())
                .filter(one -> what.endsWith(one.code()))
                .map(CancelResponse::words)
                .findFirst()
                .orElse("");
    }

    /// A person's own prescription, in their words.
    ///
    /// @param said what the pharmacy has said of its items
    static PrescriptionView.Own own(
            Prescription prescription,
            Issue issue,
            ObjectNode signed,
            List<UpdateRules.Update> said) {
        var next =
                switch (issue.state()) {
                    case State.Awaiting _ ->
                            "You can get the next supply from "
                                    + issue.due().map(PublicFormat::date).orElse("later")
                                    + ".";
                    case State.ToBeDispensed _ ->
                            prescription.nominated().isPresent()
                                    ? "Your pharmacy can get it now. Ask them when you can collect it."
                                    : "Take the prescription number to any pharmacy: "
                                            + prescription.id().text();
                    case State.WithDispenser _ -> "A pharmacy has it and is getting it ready.";
                    case State.Active _ -> "You have some of it. The pharmacy owes you the rest.";
                    case State.Dispensed _, State.Claimed _, State.NotClaimed _ ->
                            "You have had these medicines.";
                    case State.NotDispensed _ ->
                            "The pharmacy did not give you these medicines. Ask them or your GP surgery why.";
                    case State.Expired _ ->
                            "It is too old to be used. Ask your GP surgery if you still need it.";
                    case State.Cancelled _, State.FutureCancelled _ ->
                            "Your GP surgery cancelled it. Ask them if you do not know why.";
                    case State.FutureRepeat _ -> "It comes after the supply before it.";
                    case State.FuturePrescription _ ->
                            "You can get it from "
                                    + issue.due().map(PublicFormat::date).orElse("later")
                                    + ".";
                };
        return new PrescriptionView.Own(
                PublicFormat.date(prescription.sent()),
                ownState(issue.state()),
                next,
                said.stream()
                        .map(UpdateRules.Update::status)
                        .distinct()
                        .map(PageRules::said)
                        .toList(),
                medicines(signed));
    }

    /// A pharmacy's status, in words for the person.
    private static String said(String status) {
        return switch (status) {
            case "ready to collect" -> "Your pharmacy says: ready to collect.";
            case "ready to collect - partial" ->
                    "Your pharmacy says: some of it is ready to collect.";
            case "ready to dispatch" -> "Your pharmacy says: ready to be sent to you.";
            case "ready to dispatch - partial" ->
                    "Your pharmacy says: some of it is ready to be sent to you.";
            case "dispatched" -> "Your pharmacy says: it has been sent to you.";
            case "collected" -> "Your pharmacy says: it has been collected.";
            case "not dispensed" -> "Your pharmacy says: not dispensed.";
            case "with pharmacy - preparing remainder" ->
                    "Your pharmacy says: they are getting the rest ready.";
            default -> "Your pharmacy says: they have it.";
        };
    }

    private static String ownState(State state) {
        return switch (state) {
            case State.Awaiting _, State.FutureRepeat _, State.FuturePrescription _ -> "Later";
            case State.ToBeDispensed _ -> "Sent to pharmacy";
            case State.WithDispenser _ -> "With the pharmacy";
            case State.Active _ -> "Part owed to you";
            case State.Dispensed _, State.Claimed _, State.NotClaimed _ -> "Done";
            case State.NotDispensed _ -> "Not given";
            case State.Expired _ -> "Too old";
            case State.Cancelled _, State.FutureCancelled _ -> "Cancelled";
        };
    }

    // --- a notification from a page --------------------------------------------------------------

    /// The message that says what a page says: the same as a pharmacy's own system sends.
    ///
    /// @param statuses code of each item's status, by its identifier; items without are left out
    /// @param quantities that were handed over, by the item's identifier
    static ObjectNode notification(
            Prescriptions.Seen seen,
            ObjectNode signed,
            Map<String, String> statuses,
            Map<String, String> quantities,
            DispenseRules.Dispenser by,
            Instant now) {
        var bundle = JsonNodeFactory.instance.objectNode();
        bundle.put("resourceType", "Bundle").put("type", "message");
        bundle.putObject("identifier")
                .put("system", MessageRules.RFC_4122)
                .put("value", UUID.randomUUID().toString());
        var entries = bundle.putArray("entry");
        var header = entries.addObject().put("fullUrl", "urn:uuid:" + UUID.randomUUID());
        var event = header.putObject("resource").put("resourceType", "MessageHeader");
        event.putObject("eventCoding")
                .put("system", "https://fhir.nhs.uk/CodeSystem/message-event")
                .put("code", "dispense-notification");
        var lines = new ArrayList<Line>();
        for (var line : seen.issue().lines()) {
            lines.add(
                    LineStatus.of(statuses.getOrDefault(line.id(), "")).map(line::is).orElse(line));
        }
        var to = result(lines);
        requests(signed)
                .forEach((id, request) -> {
                    if (statuses.containsKey(id)) {
                        entries.addObject()
                                .put("fullUrl", "urn:uuid:" + UUID.randomUUID())
                                .set(
                                        "resource",
                                        dispense(
                                                seen,
                                                request,
                                                statuses.getOrDefault(id, ""),
                                                quantities.getOrDefault(id, ""),
                                                by,
                                                to,
                                                now));
                    }
                });
        var place = entries.addObject().put("fullUrl", "urn:trellis:pharmacy");
        var organization = place.putObject("resource").put("resourceType", "Organization");
        organization
                .putArray("identifier")
                .addObject()
                .put("system", MessageRules.ODS)
                .put("value", by.odsCode());
        organization
                .putArray("extension")
                .addObject()
                .put(
                        "url",
                        "https://fhir.nhs.uk/StructureDefinition/Extension-ODS-OrganisationRelationships")
                .putArray("extension")
                .addObject()
                .put("url", "reimbursementAuthority")
                .putObject("valueIdentifier")
                .put("system", MessageRules.ODS)
                .put("value", "T1450");
        return bundle;
    }

    private static String result(List<Line> lines) {
        if (lines.stream().anyMatch(line -> !line.status().over())) {
            return "0003";
        }
        return lines.stream().anyMatch(line -> line.status().handedOver()) ? "0006" : "0007";
    }

    private static ObjectNode dispense(
            Prescriptions.Seen seen,
            JsonNode request,
            String status,
            String quantity,
            DispenseRules.Dispenser by,
            String to,
            Instant now) {
        var made = JsonNodeFactory.instance.objectNode();
        made.put("resourceType", "MedicationDispense").put("status", "in-progress");
        var contained = made.putArray("contained");
        var role = contained.addObject().put("resourceType", "PractitionerRole").put("id", "by");
        var who = role.putObject("practitioner");
        who.putObject("identifier").put("system", MessageRules.USER).put("value", by.name());
        who.put("display", by.name());
        role.putObject("organization").put("reference", "urn:trellis:pharmacy");
        var item = (ObjectNode) request.deepCopy();
        item.put("id", "item");
        item.putArray("extension")
                .addObject()
                .put(
                        "url",
                        "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-MedicationRepeatInformation")
                .putArray("extension")
                .addObject()
                .put("url", "numberOfPrescriptionsIssued")
                .put("valueUnsignedInt", seen.issue().number());
        contained.add(item);
        made.putArray("extension")
                .addObject()
                .put(
                        "url",
                        "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-TaskBusinessStatus")
                .putObject("valueCoding")
                .put("system", State.SYSTEM)
                .put("code", to);
        made.set("medicationCodeableConcept", request.path("medicationCodeableConcept").deepCopy());
        made.putObject("subject")
                .putObject("identifier")
                .put("system", NhsNumber.SYSTEM)
                .put("value", seen.prescription().number().digits());
        made.putArray("performer").addObject().putObject("actor").put("reference", "#by");
        made.putArray("authorizingPrescription").addObject().put("reference", "#item");
        made.putObject("type")
                .putArray("coding")
                .addObject()
                .put("system", LineStatus.SYSTEM)
                .put("code", status);
        var amount = (ObjectNode) request.at("/dispenseRequest/quantity").deepCopy();
        if (!quantity.isEmpty()) {
            amount.put("value", new BigDecimal(quantity));
        }
        made.set("quantity", amount);
        made.put("whenHandedOver", now.toString());
        made.set("dosageInstruction", request.path("dosageInstruction").deepCopy());
        return made;
    }
}
