package trellis.documents;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.people.NhsNumber;

/// What a pointer must look like, and how it is searched for. Pure functions.
final class PointerRules {
    private static final String ODS = "https://fhir.nhs.uk/Id/ods-organization-code";
    private static final String ASID = "https://fhir.nhs.uk/Id/nhsSpineASID";
    private static final String STABILITY =
            "https://fhir.nhs.uk/England/StructureDefinition/Extension-England-ContentStability";
    private static final String STABILITIES =
            "https://fhir.nhs.uk/England/CodeSystem/England-NRLContentStability";
    private static final List<String> REQUIRED =
            List.of("custodian", "id", "type", "status", "subject", "category");
    private static final Set<String> RELATIONS =
            Set.of("replaces", "transforms", "signs", "appends", "incorporates", "summarizes");
    private static final List<String> UNCHANGED =
            List.of(
                    "masterIdentifier",
                    "id",
                    "identifier",
                    "status",
                    "type",
                    "subject",
                    "custodian",
                    "relatesTo",
                    "author");
    private static final Pattern ID =
            Pattern.compile("([A-Z0-9]+)(\\.[A-Za-z0-9]+)?-[A-Za-z0-9.-]+");
    private static final Pattern SUBJECT =
            Pattern.compile("https://fhir\\.nhs\\.uk/Id/nhs-number\\|(\\d+)");
    private static final Pattern CUSTODIAN =
            Pattern.compile("https://fhir\\.nhs\\.uk/Id/ods-organization-code\\|(\\w+)");

    private PointerRules() {}

    // --- the resource ----------------------------------------------------------------------------

    /// Checks a pointer that has its id.
    ///
    /// @throws NrlError.Refusal for the first thing that is wrong
    static void check(JsonNode pointer) {
        for (var field : REQUIRED) {
            var value = pointer.path(field);
            if (value.isString() ? value.stringValue().isBlank() : value.isEmpty()) {
                throw NrlError.MISSING_FIELD.refusal(
                        "The required field '" + field + "' is missing", field);
            }
        }
        identifiers(pointer);
        related(pointer);
        asid(pointer);
        category(pointer);
        type(pointer);
        stability(pointer);
    }

    private static void identifiers(JsonNode pointer) {
        if (!pointer.path("custodian").has("identifier")) {
            throw NrlError.MISSING_FIELD.refusal(
                    "Custodian must have an identifier", "custodian.identifier");
        }
        if (!pointer.path("subject").has("identifier")) {
            throw NrlError.MISSING_FIELD.refusal(
                    "Subject must have an identifier", "subject.identifier");
        }
        if (!pointer.at("/custodian/identifier/system").asString("").equals(ODS)) {
            throw NrlError.INVALID_IDENTIFIER_SYSTEM.refusal(
                    "Provided custodian identifier system is not the ODS system (expected: '"
                            + ODS
                            + "')",
                    "custodian.identifier.system");
        }
        if (!pointer.at("/subject/identifier/system").asString("").equals(NhsNumber.SYSTEM)) {
            throw NrlError.INVALID_IDENTIFIER_SYSTEM.refusal(
                    "Provided subject identifier system is not the NHS number system (expected '"
                            + NhsNumber.SYSTEM
                            + "')",
                    "subject.identifier.system");
        }
        var number = pointer.at("/subject/identifier/value").asString("");
        if (NhsNumber.of(number).filter(one -> one.digits().equals(number)).isEmpty()) {
            throw NrlError.INVALID_NHS_NUMBER.refusal(
                    "Invalid NHS number", "subject.identifier.value");
        }
    }

    private static void related(JsonNode pointer) {
        for (var at = 0; at < pointer.path("relatesTo").size(); at++) {
            var relation = pointer.path("relatesTo").path(at);
            var code = relation.path("code").asString("");
            if (!RELATIONS.contains(code)) {
                throw NrlError.INVALID_CODE_VALUE.refusal(
                        "Invalid relatesTo code: " + code, "relatesTo[" + at + "].code");
            }
            if (code.equals("replaces") && target(relation).isEmpty()) {
                throw NrlError.MISSING_IDENTIFIER_VALUE.refusal(
                        "relatesTo code 'replaces' must have a target identifier",
                        "relatesTo[" + at + "].target.identifier.value");
            }
        }
    }

    /// The id of the pointer that a relation leads to.
    static String target(JsonNode relation) {
        return relation.at("/target/identifier/value").asString("");
    }

    private static void asid(JsonNode pointer) {
        var ssp =
                pointer.path("content")
                        .valueStream()
                        .anyMatch(content ->
                                content.at("/attachment/url").asString("").startsWith("ssp://"));
        var related = pointer.path("context").path("related");
        var found = 0;
        for (var at = 0; at < related.size(); at++) {
            var identifier = related.path(at).path("identifier");
            if (identifier.path("system").asString("").equals(ASID)) {
                found++;
                var value = identifier.path("value").asString("");
                if (found == 1 && !value.matches("\\d{12}")) {
                    throw NrlError.WRONG_IDENTIFIER_VALUE.refusal(
                            "Invalid ASID value '"
                                    + value
                                    + "'. A single ASID consisting of 12 digits can be provided in"
                                    + " the context.related field.",
                            "context.related[" + at + "].identifier.value");
                }
            }
        }
        if (found > 1) {
            throw NrlError.INVALID_RESOURCE.refusal(
                    "Multiple ASID identifiers provided. Only a single valid ASID identifier can be"
                            + " provided in the context.related.",
                    "context.related");
        }
        if (ssp && related.isEmpty()) {
            throw NrlError.MISSING_FIELD.refusal(
                    "Missing context.related. It must be provided and contain a single valid ASID"
                            + " identifier when content contains an SSP URL",
                    "context.related");
        }
        if (ssp && found == 0) {
            throw NrlError.MISSING_FIELD.refusal(
                    "Missing ASID identifier. context.related must contain a single valid ASID"
                            + " identifier when content contains an SSP URL",
                    "context.related");
        }
    }

    private static void category(JsonNode pointer) {
        var categories = pointer.path("category");
        if (categories.size() > 1) {
            throw NrlError.INVALID_RESOURCE.refusal(
                    "Invalid category length: "
                            + categories.size()
                            + " Category must only contain a single value",
                    "category");
        }
        var codings = categories.path(0).path("coding");
        if (codings.size() != 1) {
            throw NrlError.INVALID_RESOURCE.refusal(
                    "Invalid category coding length: "
                            + codings.size()
                            + " Category Coding must only contain a single value",
                    "category[0].coding");
        }
        var coding = codings.path(0);
        var system = coding.path("system").asString("");
        if (!system.equals(PointerType.SNOMED)) {
            throw NrlError.WRONG_FIELD.refusal(
                    "Invalid category system: "
                            + system
                            + " Category system must be 'http://snomed.info/sct'",
                    "category[0].coding[0].system");
        }
        var code = coding.path("code").asString("");
        var category =
                PointerType.Category.of(code)
                        .orElseThrow(() ->
                                NrlError.WRONG_FIELD.refusal(
                                        "Invalid category code: "
                                                + code
                                                + " Category must be a member of the"
                                                + " England-NRLRecordCategory value set"
                                                + " (https://fhir.nhs.uk/England/CodeSystem/England-NRLRecordCategory)",
                                        "category[0].coding[0].code"));
        if (!coding.path("display").asString("").equals(category.display())) {
            throw NrlError.WRONG_FIELD.refusal(
                    "category code '"
                            + code
                            + "' must have a display value of '"
                            + category.display()
                            + "'",
                    "category[0].coding[0].display");
        }
    }

    private static void type(JsonNode pointer) {
        var type = typeOf(pointer);
        var category = pointer.at("/category/0/coding/0/code").asString("");
        if (type.isPresent() && !type.get().category().code().equals(category)) {
            throw NrlError.WRONG_FIELD.refusal(
                    "The Category code of the provided document '"
                            + category
                            + "' must match the allowed category for pointer type '"
                            + type.get().code()
                            + "' with a category value of '"
                            + type.get().category().code()
                            + "'",
                    "category[0].coding[0].code");
        }
    }

    /// The kind of document; empty when it is none that pointers lead to.
    static Optional<PointerType> typeOf(JsonNode pointer) {
        var coding = pointer.at("/type/coding/0");
        return PointerType.of(
                coding.path("system").asString("") + "|" + coding.path("code").asString(""));
    }

    private static void stability(JsonNode pointer) {
        for (var at = 0; at < pointer.path("content").size(); at++) {
            var extensions = pointer.path("content").path(at).path("extension");
            if (extensions.isMissingNode()) {
                continue;
            }
            var place = "content[" + at + "].extension";
            if (extensions.size() > 1) {
                throw NrlError.INVALID_RESOURCE.refusal(
                        "Invalid content extension length: "
                                + extensions.size()
                                + " Extension must only contain a single value",
                        place);
            }
            var coding = extensions.path(0).at("/valueCodeableConcept/coding/0");
            if (coding.isMissingNode()) {
                throw NrlError.MISSING_FIELD.refusal(
                        "Missing "
                                + place
                                + "[0].valueCodeableConcept.coding, extension must have at least one"
                                + " coding.",
                        place + ".valueCodeableConcept.coding");
            }
            stability(extensions.path(0), coding, place);
        }
    }

    private static void stability(JsonNode extension, JsonNode coding, String place) {
        var within = place + "[0].valueCodeableConcept.coding[0].";
        var system = coding.path("system").asString("");
        if (!system.equals(STABILITIES)) {
            throw NrlError.WRONG_FIELD.refusal(
                    "Invalid content extension system: "
                            + system
                            + " Extension system must be '"
                            + STABILITIES
                            + "'",
                    within + "system");
        }
        var code = coding.path("code").asString("");
        if (!Set.of("static", "dynamic").contains(code)) {
            throw NrlError.WRONG_FIELD.refusal(
                    "Invalid content extension code: "
                            + code
                            + " Extension code must be 'static' or 'dynamic'",
                    within + "code");
        }
        var display = coding.path("display").asString("");
        if (!display.equalsIgnoreCase(code)) {
            throw NrlError.WRONG_FIELD.refusal(
                    "Invalid content extension display: "
                            + display
                            + " Extension display must be the same as code either 'static' or"
                            + " 'dynamic'",
                    within + "display");
        }
        if (!extension.path("url").asString("").equals(STABILITY)) {
            throw NrlError.WRONG_FIELD.refusal(
                    "Invalid content extension url: "
                            + extension.path("url").asString("")
                            + " Extension url must be '"
                            + STABILITY
                            + "'",
                    place + "[0].url");
        }
    }

    /// Whose a pointer is, by its id; empty when it is none.
    static Optional<String> owner(String id) {
        var match = ID.matcher(id);
        return match.matches() ? Optional.of(match.group(1)) : Optional.empty();
    }

    static String custodian(JsonNode pointer) {
        return pointer.at("/custodian/identifier/value").asString("");
    }

    static String number(JsonNode pointer) {
        return pointer.at("/subject/identifier/value").asString("");
    }

    /// Goes on only when nothing differs that may not.
    static void unchanged(Pointer before, ObjectNode after) {
        for (var field : UNCHANGED) {
            var sent = after.path(field);
            // The number of the person may be another since, by a merge: either is theirs.
            if (!before.json().path(field).equals(sent)
                    && !before.shown().path(field).equals(sent)) {
                throw NrlError.BAD_REQUEST.refusal(
                        "The field '" + field + "' is immutable and cannot be updated", field);
            }
        }
    }

    // --- a search --------------------------------------------------------------------------------

    /// A search, read.
    ///
    /// @param number of the person
    /// @param custodian ODS code; empty for all
    /// @param type empty for all
    record Ask(NhsNumber number, Optional<String> custodian, Optional<PointerType> type) {}

    /// Reads a search.
    ///
    /// @param allowed which parameters there are, beside the subject
    static Ask ask(Map<String, List<String>> sent, Set<String> allowed) {
        for (var name : sent.keySet()) {
            if (!name.equals("subject:identifier") && !allowed.contains(name)) {
                throw NrlError.INVALID_PARAMETER.refusal(
                        "Invalid query parameter (" + name + ": extra fields not permitted)", name);
            }
            if (sent.get(name).size() > 1) {
                throw NrlError.INVALID_PARAMETER.refusal(
                        "Invalid query parameter (" + name + ": one value only)", name);
            }
        }
        var subject =
                first(sent, "subject:identifier")
                        .orElseThrow(() ->
                                NrlError.INVALID_PARAMETER.refusal(
                                        "Invalid query parameter (subject:identifier: field required)",
                                        "subject:identifier"));
        var match = SUBJECT.matcher(subject);
        if (!match.matches()) {
            throw NrlError.INVALID_PARAMETER.refusal(
                    "Invalid query parameter (subject:identifier: it is"
                            + " https://fhir.nhs.uk/Id/nhs-number|NUMBER)",
                    "subject:identifier");
        }
        var number =
                NhsNumber.of(match.group(1))
                        .orElseThrow(() ->
                                NrlError.INVALID_NHS_NUMBER.refusal(
                                        "A valid NHS number is required to search for document"
                                                + " references",
                                        "subject:identifier"));
        return new Ask(number, custodian(sent), type(sent));
    }

    private static Optional<String> first(Map<String, List<String>> sent, String name) {
        return sent.getOrDefault(name, List.of()).stream().findFirst();
    }

    private static Optional<String> custodian(Map<String, List<String>> sent) {
        return first(sent, "custodian:identifier")
                .map(value -> {
                    var match = CUSTODIAN.matcher(value);
                    if (!match.matches()) {
                        throw NrlError.INVALID_PARAMETER.refusal(
                                "Invalid query parameter (custodian:identifier: it is"
                                        + " https://fhir.nhs.uk/Id/ods-organization-code|CODE)",
                                "custodian:identifier");
                    }
                    return match.group(1);
                });
    }

    private static Optional<PointerType> type(Map<String, List<String>> sent) {
        return first(sent, "type")
                .map(value ->
                        PointerType.of(value)
                                .orElseThrow(() ->
                                        PointerType.knowsSystem(value.split("\\|", 2)[0])
                                                ? NrlError.INVALID_CODE_VALUE.refusal(
                                                        "Invalid query parameter (there are no pointers of"
                                                                + " this type)",
                                                        "type")
                                                : NrlError.INVALID_CODE_SYSTEM.refusal(
                                                        "Invalid query parameter (The provided type system"
                                                                + " does not match the allowed types for this"
                                                                + " organisation)",
                                                        "type")));
    }
}
