package trellis.summaries;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.Exchange;
import trellis.people.NhsNumber;

/// What practices and alerts send. Pure functions.
final class UploadRules {
    static final String GP_SUMMARY = "196981000000101";
    static final String PERMISSIONS = "https://fhir.nhs.uk/CodeSystem/SCR-ACSPermission";

    private UploadRules() {}

    /// A summary that is sent.
    ///
    /// @param uuid its number, in upper case
    /// @param replaces number of the one before; empty for the first
    record Upload(String uuid, NhsNumber number, String replaces, ObjectNode bundle) {}

    /// Reads what a practice sends.
    ///
    /// @throws ScrError.Refusal when it is no summary
    static Upload upload(ObjectNode bundle) {
        type(bundle, "Bundle");
        if (!bundle.path("type").asString("").equals("document")) {
            throw wrong("Bundle.type is document");
        }
        var composition = bundle.at("/entry/0/resource");
        if (!composition.path("resourceType").asString("").equals("Composition")) {
            throw wrong("The first entry of the Bundle is its Composition");
        }
        if (!composition.at("/type/coding/0/code").asString("").equals(GP_SUMMARY)) {
            throw wrong("Composition.type is " + GP_SUMMARY + ", General Practice Summary");
        }
        var uuid = uuid(composition.at("/identifier/value"), "Composition.identifier.value");
        return new Upload(uuid, subject(bundle), replaced(composition), bundle);
    }

    private static String replaced(JsonNode composition) {
        var all =
                composition
                        .path("relatesTo")
                        .valueStream()
                        .filter(one -> one.path("code").asString("").equals("replaces"))
                        .toList();
        if (all.size() > 1) {
            throw wrong("Composition.relatesTo replaces one summary at the most");
        }
        return all.isEmpty()
                ? ""
                : uuid(
                        all.getFirst().at("/targetIdentifier/value"),
                        "Composition.relatesTo.targetIdentifier.value");
    }

    private static Stream<JsonNode> numbers(ObjectNode bundle) {
        var reference = bundle.at("/entry/0/resource/subject/reference").asString("");
        return bundle.path("entry")
                .valueStream()
                .filter(entry ->
                        reference.equals("Patient/" + entry.at("/resource/id").asString(""))
                                || reference.equals(entry.path("fullUrl").asString("")))
                .map(entry -> entry.path("resource"))
                .filter(one -> one.path("resourceType").asString("").equals("Patient"))
                .flatMap(patient -> patient.path("identifier").valueStream())
                .filter(one -> one.path("system").asString("").equals(NhsNumber.SYSTEM));
    }

    /// A summary that was kept, about the number that counts now: another may have taken the place of the one it was sent with.
    static ObjectNode about(ObjectNode bundle, NhsNumber number) {
        numbers(bundle)
                .filter(one -> !one.path("value").asString("").equals(number.digits()))
                .toList()
                .forEach(one -> ((ObjectNode) one).put("value", number.digits()));
        return bundle;
    }

    private static NhsNumber subject(ObjectNode bundle) {
        return numbers(bundle)
                .map(one -> number(one.path("value").asString("")))
                .findFirst()
                .orElseThrow(() ->
                        wrong("Composition.subject is a Patient of the Bundle with an NHS number"));
    }

    /// What the person has allowed, as it is sent.
    ///
    /// @param allowed false for `No`; `Yes` counts as `Ask`
    record Permission(NhsNumber number, boolean allowed) {}

    static Permission permission(ObjectNode parameters) {
        type(parameters, "Parameters");
        var parts =
                parameters
                        .path("parameter")
                        .valueStream()
                        .filter(one -> one.path("name").asString("").equals("setPermissions"))
                        .findFirst()
                        .orElseThrow(() -> wrong("Parameters has one named setPermissions"))
                        .path("part");
        var number =
                part(parts, "nhsNumber")
                        .map(part -> number(part.path("valueString").asString("")))
                        .orElseThrow(() -> wrong("NHS number missing"));
        var coding =
                part(parts, "permissionCode")
                        .map(part -> part.path("valueCoding"))
                        .filter(one -> one.path("system").asString("").equals(PERMISSIONS))
                        .orElseThrow(
                                () -> wrong("permissionCode is a valueCoding of " + PERMISSIONS));
        return switch (coding.path("code").asString("")) {
            case "No" -> new Permission(number, false);
            case "Ask", "Yes" -> new Permission(number, true);
            default -> throw wrong("permissionCode is Yes, No or Ask");
        };
    }

    private static Optional<JsonNode> part(JsonNode parts, String name) {
        return parts.valueStream()
                .filter(one -> one.path("name").asString("").equals(name))
                .findFirst();
    }

    static ScrError.Refusal wrong(String text) {
        return ScrError.INVALID.refusal(text);
    }

    static void type(ObjectNode sent, String type) {
        if (!sent.path("resourceType").asString("").equals(type)) {
            throw wrong("The body is a " + type);
        }
    }

    static NhsNumber number(String text) {
        if (text.isBlank()) {
            throw wrong("NHS number missing");
        }
        return NhsNumber.of(text).orElseThrow(() -> wrong("Invalid NHS number"));
    }

    /// A number of a summary, in upper case as the service writes them.
    static String uuid(JsonNode value, String place) {
        var text = value.asString("").strip();
        if (!Exchange.uuid(text)) {
            throw wrong(place + " is no UUID");
        }
        return text.toUpperCase(Locale.ROOT);
    }
}
