package trellis.prescriptions;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.people.NhsNumber;

/// How a page says what was handed over: the form read and checked, and the message made of it.
final class NotificationRules {
    private static final String ACCOUNT = "urn:trellis:account";

    private NotificationRules() {}

    /// A form that has been read: what it says, or what is wrong with it.
    record Typed(Optional<Form> form, String wrong) {
        private static Typed wrong(String words) {
            return new Typed(Optional.empty(), words);
        }
    }

    /// Reads a form.
    ///
    /// @param fields `key`, and for each item `status-` and `quantity-` with its identifier
    /// @param quantities of each item, by its identifier
    static Typed typed(
            Map<String, String> fields, Issue issue, Map<String, Quantities> quantities) {
        var key = fields.getOrDefault("key", "");
        if (!Exchange.uuid(key)) {
            return Typed.wrong("This form has no key. Load the page again");
        }
        var statuses = new HashMap<String, String>();
        var amounts = new HashMap<String, BigDecimal>();
        for (var line : issue.lines()) {
            var status = fields.getOrDefault("status-" + line.id(), "");
            if (status.isEmpty() || !PageRules.CHOICES.containsKey(status)) {
                continue;
            }
            statuses.put(line.id(), status);
            var left =
                    Optional.ofNullable(quantities.get(line.id()))
                            .map(Quantities::left)
                            .orElse(BigDecimal.ZERO);
            if (status.equals(LineStatus.DISPENSED.code())) {
                amounts.put(line.id(), left);
            } else if (status.equals(LineStatus.PARTIAL.code())) {
                var text = fields.getOrDefault("quantity-" + line.id(), "").strip();
                if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,2})?")) {
                    return Typed.wrong("Enter how much was handed over in part, as a number");
                }
                var amount = new BigDecimal(text);
                if (amount.signum() == 0 || amount.compareTo(left) >= 0) {
                    return Typed.wrong(
                            "In part is more than 0 and less than what is left: "
                                    + Quantities.text(left)
                                    + ". If that is all of it, choose in full");
                }
                amounts.put(line.id(), amount);
            }
        }
        return statuses.isEmpty()
                ? Typed.wrong("Choose what became of at least one item")
                : new Typed(Optional.of(new Form(key, statuses, amounts)), "");
    }

    /// The identifier of somebody who uses the pages: their SDS user id, or, where none is known, the number of their account,
    /// which says that it is no more than that.
    static ObjectNode user(String sds, long account) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("system", sds.isEmpty() ? ACCOUNT : MessageRules.USER)
                .put("value", sds.isEmpty() ? Long.toString(account) : sds);
    }

    /// What a page says.
    ///
    /// @param key of the form, the identifier of the message: the same form sent twice is one message
    /// @param statuses code of each item's status, by its identifier; items without are left out
    /// @param quantities that were handed over, by the item's identifier
    record Form(String key, Map<String, String> statuses, Map<String, BigDecimal> quantities) {}

    /// The message that says what a page says: the same as a pharmacy's own system sends.
    ///
    /// @param user identifier of the person who says it
    /// @param payer ODS code of the authority that pays
    static ObjectNode notification(
            PrescriptionReads.Seen seen,
            MessageRules.Message signed,
            Form form,
            DispenseRules.Dispenser by,
            ObjectNode user,
            String payer,
            Instant now) {
        var bundle = JsonNodeFactory.instance.objectNode();
        bundle.put("resourceType", "Bundle").put("type", "message");
        bundle.putObject("identifier")
                .put("system", MessageRules.RFC_4122)
                .put("value", form.key());
        var entries = bundle.putArray("entry");
        var header = entries.addObject().put("fullUrl", "urn:uuid:" + UUID.randomUUID());
        var event = header.putObject("resource").put("resourceType", "MessageHeader");
        event.putObject("eventCoding")
                .put("system", "https://fhir.nhs.uk/CodeSystem/message-event")
                .put("code", "dispense-notification");
        var lines = new ArrayList<Line>();
        for (var line : seen.issue().lines()) {
            lines.add(
                    LineStatus.of(form.statuses().getOrDefault(line.id(), ""))
                            .map(line::is)
                            .orElse(line));
        }
        var to = result(lines);
        for (var request : signed.all("MedicationRequest")) {
            if (form.statuses().containsKey(MessageRules.item(request.path("identifier")))) {
                var item = (ObjectNode) request.deepCopy();
                item.remove("medicationReference");
                item.set("medicationCodeableConcept", signed.medicine(request).deepCopy());
                entries.addObject()
                        .put("fullUrl", "urn:uuid:" + UUID.randomUUID())
                        .set("resource", dispense(seen, item, form, by, user, to, now));
            }
        }
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
                .put("value", payer);
        return bundle;
    }

    private static String result(List<Line> lines) {
        if (lines.stream().anyMatch(line -> !line.status().over())) {
            return "0003";
        }
        return lines.stream().anyMatch(line -> line.status().handedOver()) ? "0006" : "0007";
    }

    private static ObjectNode dispense(
            PrescriptionReads.Seen seen,
            ObjectNode request,
            Form form,
            DispenseRules.Dispenser by,
            ObjectNode user,
            String to,
            Instant now) {
        var id = MessageRules.item(request.path("identifier"));
        var status = form.statuses().getOrDefault(id, "");
        var made = JsonNodeFactory.instance.objectNode();
        made.put("resourceType", "MedicationDispense").put("status", "in-progress");
        var contained = made.putArray("contained");
        var role = contained.addObject().put("resourceType", "PractitionerRole").put("id", "by");
        var who = role.putObject("practitioner");
        who.set("identifier", user);
        who.put("display", by.name());
        role.putObject("organization").put("reference", "urn:trellis:pharmacy");
        var item = request.deepCopy();
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
        Optional.ofNullable(form.quantities().get(id))
                .ifPresent(given -> amount.put("value", given));
        made.set("quantity", amount);
        made.put("whenHandedOver", now.toString());
        made.set("dosageInstruction", request.path("dosageInstruction").deepCopy());
        return made;
    }
}
