package trellis.prescriptions;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the service answers.
final class EpsView {
    /// Address of the extension that says what became of an item.
    static final String DISPENSING =
            "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-DispensingInformation";

    private static final String ISSUE_CODES = "https://fhir.nhs.uk/CodeSystem/EPS-IssueCode";
    private static final String CANCELLED =
            "https://fhir.nhs.uk/StructureDefinition/Extension-DM-PrescriptionTaskStatusReason";

    /// Kinds of resources of a prescription that an answer to its cancellation holds again.
    private static final List<String> REPEATED =
            List.of("Patient", "PractitionerRole", "Practitioner", "Organization");

    private EpsView() {}

    private static ObjectNode object(String type) {
        return JsonNodeFactory.instance.objectNode().put("resourceType", type);
    }

    // --- outcomes --------------------------------------------------------------------------------

    /// It is done.
    static ObjectNode success(Instant now) {
        var json = object("OperationOutcome");
        stamped(json, now);
        json.putArray("issue")
                .addObject()
                .put("severity", "information")
                .put("code", "informational");
        return json;
    }

    /// There is nothing more to be downloaded.
    static ObjectNode noMore(Instant now) {
        var json = object("OperationOutcome");
        stamped(json, now);
        var issue = json.putArray("issue").addObject();
        issue.put("severity", "information").put("code", "informational");
        coding(
                issue.putObject("details").putArray("coding"),
                ISSUE_CODES,
                "NO_MORE_PRESCRIPTIONS",
                "No more prescriptions available");
        return json;
    }

    static ObjectNode error(EpsError.Refusal refusal) {
        var error = refusal.error();
        var json = object("OperationOutcome");
        if (!refusal.holder().isEmpty()) {
            var organization = json.putArray("contained").addObject();
            organization.put("resourceType", "Organization").put("id", "organization-1");
            identifier(organization.putArray("identifier").addObject(), refusal.holder());
        }
        var issue = json.putArray("issue").addObject();
        issue.put("severity", "error").put("code", error.issue());
        if (!error.codes().isEmpty()) {
            var codings = issue.putObject("details").putArray("coding");
            error.codes().forEach(code -> coding(codings, ISSUE_CODES, code, words(code)));
        }
        issue.put("diagnostics", refusal.why());
        return json;
    }

    /// A cancellation of what cannot be found, or that cannot be read.
    static ObjectNode error(CancelResponse response) {
        var json = object("OperationOutcome");
        var issue = json.putArray("issue").addObject();
        issue.put("severity", "error");
        issue.put(
                "code",
                switch (response) {
                    case NOT_FOUND -> "not-found";
                    case DISABLED -> "not-supported";
                    case INVALID_MESSAGE -> "invalid";
                    case UNABLE,
                            CANCELLED,
                            WITH_DISPENSER,
                            WITH_DISPENSER_ACTIVE,
                            DISPENSED,
                            EXPIRED,
                            ALREADY_CANCELLED,
                            ASKED_BY_ANOTHER,
                            NOT_DISPENSED ->
                            "processing";
                });
        var codings = issue.putObject("details").putArray("coding");
        if (response == CancelResponse.NOT_FOUND) {
            coding(codings, ISSUE_CODES, "PRESCRIPTION_NOT_FOUND", words("PRESCRIPTION_NOT_FOUND"));
        }
        coding(codings, CancelResponse.SYSTEM, response.code(), response.words());
        return json;
    }

    private static String words(String code) {
        var text = code.replace('_', ' ').toLowerCase(Locale.ROOT);
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static void stamped(ObjectNode json, Instant now) {
        json.putObject("meta").put("lastUpdated", now.truncatedTo(ChronoUnit.MILLIS).toString());
    }

    private static void coding(ArrayNode codings, String system, String code, String display) {
        codings.addObject().put("system", system).put("code", code).put("display", display);
    }

    private static void identifier(ObjectNode identifier, String ods) {
        identifier.put("system", MessageRules.ODS).put("value", ods);
    }

    // --- preparing -------------------------------------------------------------------------------

    static ObjectNode toSign(Prescriptions.ToSign what) {
        var json = object("Parameters");
        var parameters = json.putArray("parameter");
        parameters.addObject().put("name", "digest").put("valueString", what.digest());
        parameters.addObject().put("name", "timestamp").put("valueString", what.timestamp());
        parameters
                .addObject()
                .put("name", "algorithm")
                .put("valueString", SignatureRules.ALGORITHM);
        return json;
    }

    // --- releasing -------------------------------------------------------------------------------

    /// What a dispenser has downloaded.
    ///
    /// @param request number of the request, by which a dispenser refers to it when they return one
    static ObjectNode released(List<DispensingChanges.Released> all, String request, Instant now) {
        var json = object("Parameters").put("id", UUID.randomUUID().toString());
        var passed = json.putArray("parameter").addObject();
        passed.put("name", "passedPrescriptions");
        var bundle = passed.putObject("resource").put("resourceType", "Bundle");
        bundle.put("id", UUID.randomUUID().toString());
        stamped(bundle, now);
        bundle.putObject("identifier").put("system", MessageRules.RFC_4122).put("value", request);
        bundle.put("type", "searchset").put("total", all.size());
        var entries = bundle.putArray("entry");
        for (var one : all) {
            entries.addObject()
                    .put("fullUrl", "urn:uuid:" + UUID.randomUUID())
                    .set("resource", handedOut(one, now));
        }
        return json;
    }

    /// A prescription as it was signed, with how each item stands, and the number of the issue where there are several.
    private static ObjectNode handedOut(DispensingChanges.Released one, Instant now) {
        var message = one.message();
        stamped(message, now);
        var lines = one.prescription().issue(one.issue()).orElseThrow().lines();
        message.path("entry")
                .valueStream()
                .map(entry -> entry.path("resource"))
                .filter(resource -> MessageRules.type(resource).equals("MedicationRequest"))
                .map(ObjectNode.class::cast)
                .forEach(request -> {
                    var id = MessageRules.item(request.path("identifier"));
                    lines.stream()
                            .filter(line -> line.id().equals(id))
                            .forEach(line -> standing(request, line));
                    request.remove("basedOn");
                    if (one.prescription().issues().size() > 1) {
                        numbered(request, one);
                    }
                });
        return message;
    }

    /// Says how an item stands, in fields that nobody has signed.
    static void status(ObjectNode request, Line line) {
        request.put(
                "status",
                line.status() == LineStatus.CANCELLED
                        ? "cancelled"
                        : line.status().over() ? "completed" : "active");
        line.cancellation()
                .ifPresent(what ->
                        request.putObject("statusReason")
                                .putArray("coding")
                                .addObject()
                                .put("system", FactRules.REASON)
                                .put("code", what.reason()));
    }

    /// The same, with the status that the service alone knows.
    private static void standing(ObjectNode request, Line line) {
        status(request, line);
        extensions(request)
                .addObject()
                .put("url", DISPENSING)
                .putArray("extension")
                .addObject()
                .put("url", "dispenseStatus")
                .putObject("valueCoding")
                .put("system", LineStatus.SYSTEM)
                .put("code", line.status().code())
                .put("display", line.status().words());
    }

    private static ArrayNode extensions(ObjectNode request) {
        return request.path("extension") instanceof ArrayNode array
                ? array
                : request.putArray("extension");
    }

    private static void numbered(ObjectNode request, DispensingChanges.Released one) {
        var based = request.putArray("basedOn").addObject();
        var repeats = based.putArray("extension").addObject();
        repeats.put(
                "url", "https://fhir.nhs.uk/StructureDefinition/Extension-EPS-RepeatInformation");
        var parts = repeats.putArray("extension");
        parts.addObject().put("url", "numberOfRepeatsIssued").put("valueInteger", one.issue() - 1);
        parts.addObject()
                .put("url", "numberOfRepeatsAllowed")
                .put("valueInteger", one.prescription().issues().size() - 1);
    }

    // --- cancelling ------------------------------------------------------------------------------

    /// What became of the cancellation of an item: a message to the prescriber.
    static ObjectNode cancelResponse(
            Prescription prescription,
            ObjectNode signed,
            String item,
            CancelResponse response,
            Instant now) {
        var json = object("Bundle").put("id", UUID.randomUUID().toString());
        stamped(json, now);
        json.putObject("identifier")
                .put("system", MessageRules.RFC_4122)
                .put("value", UUID.randomUUID().toString());
        json.put("type", "message");
        var entries = json.putArray("entry");
        var header = entry(entries, "urn:uuid:" + UUID.randomUUID(), object("MessageHeader"));
        var event = header.putObject("eventCoding");
        event.put("system", "https://fhir.nhs.uk/CodeSystem/message-event")
                .put("code", "prescription-order-response")
                .put("display", "Prescription Order Response");
        header.putObject("source").put("endpoint", "urn:nhs:trellis:prescriptions");
        header.putObject("response")
                .put("identifier", prescription.id().text())
                .put("code", response == CancelResponse.CANCELLED ? "ok" : "fatal-error");
        for (var entry : signed.path("entry")) {
            var resource = entry.path("resource");
            var url = entry.path("fullUrl").asString("");
            if (REPEATED.contains(MessageRules.type(resource))) {
                entry(entries, url, (ObjectNode) resource.deepCopy());
            } else if (MessageRules.type(resource).equals("MedicationRequest")
                    && MessageRules.item(resource.path("identifier")).equals(item)) {
                var request = entry(entries, url, (ObjectNode) resource.deepCopy());
                answered(request, prescription, response, now);
            }
        }
        return json;
    }

    private static ObjectNode entry(ArrayNode entries, String url, ObjectNode resource) {
        entries.addObject().put("fullUrl", url).set("resource", resource);
        return resource;
    }

    private static void answered(
            ObjectNode request, Prescription prescription, CancelResponse response, Instant now) {
        request.put(
                "status",
                switch (response) {
                    case CANCELLED, ALREADY_CANCELLED -> "cancelled";
                    case DISPENSED, NOT_DISPENSED, EXPIRED -> "completed";
                    case WITH_DISPENSER,
                            WITH_DISPENSER_ACTIVE,
                            ASKED_BY_ANOTHER,
                            NOT_FOUND,
                            DISABLED,
                            UNABLE,
                            INVALID_MESSAGE ->
                            "active";
                });
        var what = extensions(request).addObject().put("url", CANCELLED).putArray("extension");
        what.addObject()
                .put("url", "status")
                .putObject("valueCoding")
                .put("system", CancelResponse.SYSTEM)
                .put("code", response.code())
                .put("display", response.words());
        what.addObject()
                .put("url", "statusdate")
                .put("valueDateTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        prescription
                .current()
                .state()
                .holder()
                .filter(_ -> response.pending() || response == CancelResponse.ASKED_BY_ANOTHER)
                .ifPresent(ods -> performer(request, ods));
    }

    private static void performer(ObjectNode request, String ods) {
        JsonNode dispense = request.path("dispenseRequest");
        var performer =
                (dispense instanceof ObjectNode object
                                ? object
                                : request.putObject("dispenseRequest"))
                        .putObject("performer");
        identifier(performer.putObject("identifier"), ods);
    }
}
