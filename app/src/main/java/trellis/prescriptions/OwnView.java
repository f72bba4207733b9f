package trellis.prescriptions;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.people.NhsNumber;

/// People's own prescriptions, as apps that they use are told of them: a collection for each, with its items, who prescribed it
/// and which pharmacy has it. Source: the published schema and examples of Prescriptions for Patients.
final class OwnView {
    private static final String HISTORY =
            "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionStatusHistory";
    private static final String ORDER = "https://fhir.nhs.uk/Id/prescription-order-number";

    /// What of a signed item people are shown as it stands.
    private static final Set<String> SHOWN =
            Set.of("intent", "courseOfTherapyType", "dosageInstruction", "substitution");

    private OwnView() {}

    /// A prescription.
    ///
    /// @param said what the pharmacy has said of its items
    record Own(
            Prescription prescription,
            MessageRules.Message signed,
            List<UpdateRules.Update> said) {}

    private static ObjectNode object(String type) {
        return JsonNodeFactory.instance.objectNode().put("resourceType", type);
    }

    private static ObjectNode add(ObjectNode bundle, String url, ObjectNode resource) {
        var entry = ((ArrayNode) bundle.path("entry")).addObject().put("fullUrl", url);
        entry.set("resource", resource);
        return entry;
    }

    private static String urn(JsonNode resource) {
        return "urn:uuid:" + resource.path("id").asString("");
    }

    /// @param organizations by their ODS codes
    static ObjectNode bundle(
            List<Own> all, Instant now, Function<String, Optional<ObjectNode>> organizations) {
        var bundle = object("Bundle").put("id", UUID.randomUUID().toString());
        bundle.putObject("meta").put("lastUpdated", moment(now));
        bundle.put("type", "searchset").put("total", all.size()).putArray("entry");
        for (var own : all) {
            var prescription = own.prescription();
            var collection =
                    object("Bundle")
                            .put(
                                    "id",
                                    FactRules.taskId(
                                            prescription.id(), prescription.current().number()));
            collection
                    .putObject("identifier")
                    .put("system", ORDER)
                    .put("value", prescription.id().text());
            collection.put("type", "collection").putArray("entry");
            fill(collection, own, organizations);
            add(bundle, urn(collection), collection).putObject("search").put("mode", "match");
        }
        return bundle;
    }

    private static void fill(
            ObjectNode collection, Own own, Function<String, Optional<ObjectNode>> organizations) {
        var pharmacy =
                own.prescription()
                        .current()
                        .state()
                        .holder()
                        .or(own.prescription()::nominated)
                        .map(ods -> pharmacy(ods, organizations));
        var requesters = new HashSet<JsonNode>();
        for (var line : own.prescription().current().lines()) {
            for (var request : own.signed().all("MedicationRequest")) {
                if (MessageRules.item(request.path("identifier")).equals(line.id())) {
                    var item = item(own, line, request, pharmacy);
                    add(collection, urn(item), item);
                    requesters.add(request.path("requester"));
                }
            }
        }
        requesters.forEach(requester -> prescriber(collection, own.signed(), requester));
        pharmacy.ifPresent(one -> add(collection, urn(one), one));
    }

    // --- an item ---------------------------------------------------------------------------------

    private static ObjectNode item(
            Own own, Line line, JsonNode signed, Optional<ObjectNode> pharmacy) {
        var prescription = own.prescription();
        // What the pharmacy says counts as long as the prescriber has not cancelled the item.
        var update =
                own.said().stream()
                        .filter(one -> one.item().equals(line.id()))
                        .filter(_ -> line.status() != LineStatus.CANCELLED)
                        .findFirst();
        var json = object("MedicationRequest").put("id", line.id());
        json.putArray("extension").add(history(prescription, line, update));
        json.putArray("identifier")
                .addObject()
                .put("system", MessageRules.ITEM)
                .put("value", line.id());
        json.put("status", status(line, update));
        SHOWN.stream().sorted().forEach(field -> copy(signed, json, field));
        json.set("medicationCodeableConcept", own.signed().medicine(signed).deepCopy());
        json.putObject("subject")
                .putObject("identifier")
                .put("system", NhsNumber.SYSTEM)
                .put("value", prescription.number().digits());
        copy(signed, json, "requester");
        json.putObject("groupIdentifier")
                .put("system", ORDER)
                .put("value", prescription.id().text());
        var request = json.putObject("dispenseRequest");
        copy(signed.path("dispenseRequest"), request, "validityPeriod", "quantity");
        pharmacy.ifPresent(one -> request.putObject("performer").put("reference", urn(one)));
        return json;
    }

    private static ObjectNode history(
            Prescription prescription, Line line, Optional<UpdateRules.Update> update) {
        var extension = JsonNodeFactory.instance.objectNode().put("url", HISTORY);
        var parts = extension.putArray("extension");
        parts.addObject()
                .put("url", "status")
                .putObject("valueCoding")
                .put("system", UpdateRules.BUSINESS)
                .put("code", update.map(one -> written(one.status())).orElse(words(line)));
        var at =
                update.map(UpdateRules.Update::at)
                        .or(() -> line.cancellation().map(Line.Cancellation::at))
                        .or(prescription.current()::completed)
                        .orElse(prescription.sent());
        parts.addObject().put("url", "statusDate").put("valueDateTime", moment(at));
        return extension;
    }

    /// Updates are kept in small letters: `ready to collect - partial` was `Ready to Collect - Partial`.
    private static String written(String status) {
        return Arrays.stream(status.split(" "))
                .filter(word -> !word.isEmpty())
                .map(word ->
                        word.equals("to")
                                ? word
                                : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining(" "));
    }

    private static String words(Line line) {
        return switch (line.status()) {
            case TO_BE_DISPENSED -> "Prescriber Approved";
            case WITH_DISPENSER -> "With Pharmacy";
            case PARTIAL, OWING -> "With Pharmacy - Preparing Remainder";
            case DISPENSED -> "Collected";
            case NOT_DISPENSED, EXPIRED -> "Not Dispensed";
            case CANCELLED -> "Prescriber Cancelled";
        };
    }

    private static String status(Line line, Optional<UpdateRules.Update> update) {
        return switch (line.status()) {
            case CANCELLED -> "cancelled";
            case EXPIRED -> "stopped";
            case DISPENSED, NOT_DISPENSED -> "completed";
            case TO_BE_DISPENSED, WITH_DISPENSER, PARTIAL, OWING ->
                    update.filter(UpdateRules.Update::terminal).isPresent()
                            ? "completed"
                            : "active";
        };
    }

    private static String moment(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    // --- who has to do with it -------------------------------------------------------------------

    /// Role, person and organisation of a prescriber, as far as the signed message says.
    private static void prescriber(
            ObjectNode collection, MessageRules.Message signed, JsonNode requester) {
        var role = signed.at(requester);
        told(collection, requester, role, "practitioner", "organization");
        told(collection, role.path("practitioner"), signed.at(role.path("practitioner")), "name");
        told(
                collection,
                role.path("organization"),
                signed.at(role.path("organization")),
                "identifier",
                "name",
                "telecom",
                "address");
    }

    private static void told(
            ObjectNode collection, JsonNode reference, JsonNode resource, String... fields) {
        if (resource.isObject()) {
            var json = object(MessageRules.type(resource));
            copy(resource, json, "id");
            copy(resource, json, fields);
            add(collection, reference.path("reference").asString(""), json);
        }
    }

    private static ObjectNode pharmacy(
            String ods, Function<String, Optional<ObjectNode>> organizations) {
        var json = object("Organization").put("id", UUID.randomUUID().toString());
        json.putArray("identifier").addObject().put("system", MessageRules.ODS).put("value", ods);
        organizations
                .apply(ods)
                .ifPresent(known -> copy(known, json, "name", "telecom", "address"));
        return json;
    }

    private static void copy(JsonNode from, ObjectNode to, String... fields) {
        for (var field : fields) {
            if (from.has(field)) {
                to.set(field, from.path(field).deepCopy());
            }
        }
    }
}
