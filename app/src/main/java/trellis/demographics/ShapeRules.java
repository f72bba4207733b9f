package trellis.demographics;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.page.When;
import trellis.people.NhsNumber;

/// What a Patient of the service may look like: which fields, of which kind, with which values. It is narrower than FHIR.
/// Pure functions.
final class ShapeRules {
    /// What can be printed, of every script. Nothing that turns the direction of what follows, that cannot be seen, or that means
    /// nothing; but for the two that join letters or keep them apart, which names of Iran and India need.
    private static final Pattern PRINTED =
            Pattern.compile("[[^\\p{C}\\p{Zl}\\p{Zp}<>|{}\\[\\]^`~\\\\\"]\\u200C\\u200D]*");

    private static final Set<String> NAME_USES =
            Set.of("usual", "temp", "nickname", "old", "maiden");
    private static final Set<String> ADDRESS_USES = Set.of("home", "temp", "billing");
    private static final Set<String> LEGACY_USES = Set.of("work");
    private static final Set<String> SYSTEMS = Set.of("phone", "fax", "email", "other");
    private static final Set<String> CONTACT_USES = Set.of("home", "work", "temp", "mobile");
    private static final Set<String> GENDERS = Set.of("male", "female", "other", "unknown");
    private static final Set<String> PLACES =
            Set.of(
                    "Second Home",
                    "Student Accommodation",
                    "Respite Care Address",
                    "Temporary Residence Address",
                    "Convalescence Home",
                    "Mobile Home",
                    "Holiday Home");
    private static final int LONGEST_NAME = 35;
    private static final int MOST_GIVEN = 5;
    private static final int MOST_LINES = 5;
    private static final String UK_CORE =
            "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-";

    /// The extensions a patient may have here.
    static final Set<String> EXTENSIONS =
            Set.of(
                    UK_CORE + "NominatedPharmacy",
                    UK_CORE + "PreferredDispenserOrganization",
                    UK_CORE + "MedicalApplianceSupplier",
                    UK_CORE + "DeathNotificationStatus",
                    UK_CORE + "NHSCommunication",
                    UK_CORE + "ContactPreference",
                    "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                    "https://fhir.nhs.uk/StructureDefinition/Extension-PDS-RemovalFromRegistration");

    private static final String REGISTERING = UK_CORE + "RegisteringAuthority";

    /// Those that may come with a new patient and are not kept: the service itself does not keep them.
    private static final Set<String> NOT_KEPT =
            Set.of(
                    REGISTERING,
                    UK_CORE + "BirthSex",
                    UK_CORE + "CadavericDonor",
                    UK_CORE + "EthnicCategory",
                    UK_CORE + "ResidentialStatus",
                    UK_CORE + "PatientInterpreterRequired",
                    UK_CORE + "NHSNumberUnavailableReason");

    private ShapeRules() {}

    /// Checks a new patient.
    ///
    /// @param today in London
    /// @throws PdsError.Refusal for the first thing that is wrong
    static void create(JsonNode sent, LocalDate today) {
        for (var field : List.of("name", "address", "gender", "birthDate")) {
            if (!sent.hasNonNull(field)) {
                throw PdsError.missing(field);
            }
        }
        only(
                sent,
                "",
                Set.of(
                        "resourceType",
                        "name",
                        "gender",
                        "birthDate",
                        "address",
                        "telecom",
                        "extension"));
        list(sent, "name", 1, 1);
        list(sent, "address", 1, Integer.MAX_VALUE);
        for (var at = 0; at < sent.path("address").size(); at++) {
            if (sent.path("address").path(at).isObject()
                    && !sent.path("address").path(at).has("period")) {
                throw PdsError.missing("address/" + at + "/period");
            }
        }
        content(JsonNodeFactory.instance.objectNode(), sent, today);
        death(JsonNodeFactory.instance.objectNode(), sent);
        if (!sent.has("extension")) {
            throw PdsError.missing("extension");
        }
        var urls =
                sent.path("extension")
                        .valueStream()
                        .map(one -> one.path("url").asString(""))
                        .toList();
        if (!urls.contains(REGISTERING)) {
            throw PdsError.missing("extension/RegisteringAuthority");
        }
        if (!sent.path("name").path(0).path("use").asString("").equals("usual")) {
            throw PdsError.invalid(
                    sent.path("name").path(0).path("use").asString(""), "name/0/use");
        }
    }

    /// Whether an extension that came with a new patient is kept.
    static boolean kept(String url) {
        return EXTENSIONS.contains(url) && !NOT_KEPT.contains(url);
    }

    /// Whether a way of reaching somebody is one that the service knows.
    static boolean reaches(JsonNode contact) {
        return SYSTEMS.contains(contact.path("system").asString(""));
    }

    /// Checks a patient after a change: what has changed, by its fields and, in lists, by their items. What stood in the record before
    /// the service was asked may be of another shape, and is no reason to refuse a change of something else.
    static void changed(JsonNode before, JsonNode after, LocalDate today) {
        for (var field :
                List.of(
                        "name",
                        "address",
                        "telecom",
                        "contact",
                        "extension",
                        "generalPractitioner")) {
            if (!before.path(field).equals(after.path(field))) {
                list(
                        after,
                        field,
                        field.equals("name") ? 1 : 0,
                        field.equals("generalPractitioner") ? 1 : Integer.MAX_VALUE);
            }
        }
        content(before, after, today);
        death(before, after);
    }

    /// @param before what has been there before; nothing for a new patient
    private static void content(JsonNode before, JsonNode patient, LocalDate today) {
        var changes = new Changes(before, patient);
        changes.each("name", ShapeRules::name);
        changes.each("address", ShapeRules::address);
        changes.each("telecom", ShapeRules::telecom);
        changes.each("contact", ShapeRules::contact);
        changes.each("generalPractitioner", ShapeRules::practice);
        changes.each("extension", ShapeRules::extension);
        if (changes.made("gender")) {
            code(patient, "gender", "gender", GENDERS);
        }
        if (changes.made("birthDate")) {
            var born = date(patient, "birthDate", "birthDate");
            if (born.isAfter(today)) {
                throw PdsError.invalid(patient.path("birthDate").asString(""), "birthDate");
            }
        }
        if (patient.has("deceasedDateTime")
                && (changes.made("deceasedDateTime") || changes.made("birthDate"))) {
            var text = patient.path("deceasedDateTime").asString("");
            var died = day(text, "deceasedDateTime");
            // As far as it is known: a birth date may be a year alone.
            var born =
                    When.of(patient.path("birthDate").asString(""))
                            .map(When::firstDay)
                            .orElse(LocalDate.MIN);
            if (died.isBefore(born) || died.isAfter(today)) {
                throw PdsError.invalid(text, "deceasedDateTime");
            }
        }
        if (patient.has("multipleBirthInteger") && changes.made("multipleBirthInteger")) {
            var order = patient.path("multipleBirthInteger");
            if (!order.isInt() || order.intValue() < 1 || order.intValue() > 9) {
                throw PdsError.invalid(order.asString(order.toString()), "multipleBirthInteger");
            }
        }
    }

    @FunctionalInterface
    private interface Check {
        void of(JsonNode item, String at);
    }

    /// What is different after a change. A new patient has had nothing before: all of theirs is different.
    private record Changes(JsonNode before, JsonNode after) {
        boolean made(String field) {
            return before.isEmpty() || !before.path(field).equals(after.path(field));
        }

        void each(String field, Check check) {
            var list = after.path(field);
            if (list.isMissingNode()) {
                return;
            }
            if (!list.isArray()) {
                throw PdsError.invalid(list.asString(list.toString()), field);
            }
            var was = before.path(field).valueStream().toList();
            for (var at = 0; at < list.size(); at++) {
                var item = list.path(at);
                if (!item.isObject()) {
                    throw PdsError.invalid(item.asString(item.toString()), field + "/" + at);
                }
                if (!was.contains(item)) {
                    check.of(item, field + "/" + at);
                }
            }
        }
    }

    private static void list(JsonNode patient, String field, int least, int most) {
        var list = patient.path(field);
        if (list.isMissingNode() && least == 0) {
            return;
        }
        if (!list.isArray()) {
            throw PdsError.invalid(list.asString(list.toString()), field);
        }
        if (list.size() < least) {
            throw PdsError.TOO_FEW_VALUES_SUBMITTED.refusal(
                    "Too few values submitted - " + list + " in field '" + field + "'");
        }
        if (list.size() > most) {
            throw PdsError.TOO_MANY_VALUES_SUBMITTED.refusal(
                    "Too many values submitted - " + list.size() + " in field '" + field + "'");
        }
    }

    private static void only(JsonNode object, String at, Set<String> fields) {
        object.propertyNames().stream()
                .filter(name -> !fields.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw PdsError.ADDITIONAL_PROPERTIES.refusal(
                            "Invalid update with error - Additional properties are not allowed ('"
                                    + (at.isEmpty() ? name : at + "/" + name)
                                    + "' was unexpected)");
                });
    }

    // --- parts -----------------------------------------------------------------------------------

    private static void name(JsonNode name, String at) {
        only(
                name,
                at,
                Set.of("id", "use", "period", "given", "family", "prefix", "suffix", "text"));
        code(name, "use", at + "/use", NAME_USES);
        text(name, "family", at + "/family", LONGEST_NAME, true);
        texts(name, "given", at + "/given", LONGEST_NAME, MOST_GIVEN);
        texts(name, "prefix", at + "/prefix", LONGEST_NAME, MOST_GIVEN);
        texts(name, "suffix", at + "/suffix", LONGEST_NAME, MOST_GIVEN);
        period(name, at);
    }

    private static void address(JsonNode address, String at) {
        code(address, "use", at + "/use", ADDRESS_USES);
        texts(address, "line", at + "/line", 255, MOST_LINES);
        text(address, "postalCode", at + "/postalCode", 8, false);
        if (address.path("use").asString("").equals("temp")) {
            code(address, "text", at + "/text", PLACES);
        }
        period(address, at);
    }

    private static void telecom(JsonNode contact, String at) {
        code(contact, "system", at + "/system", SYSTEMS);
        text(contact, "value", at + "/value", 255, true);
        if (contact.has("use")) {
            code(contact, "use", at + "/use", CONTACT_USES);
        }
        period(contact, at);
    }

    private static void contact(JsonNode contact, String at) {
        only(contact, at, Set.of("id", "period", "relationship", "telecom"));
        var relationship = contact.path("relationship");
        if (relationship.size() != 1
                || !relationship
                        .path(0)
                        .path("coding")
                        .path(0)
                        .path("code")
                        .asString("")
                        .equals("C")) {
            throw PdsError.invalid(relationship.toString(), at + "/relationship");
        }
        if (contact.path("telecom").isEmpty()) {
            throw PdsError.missing(at + "/telecom");
        }
        period(contact, at);
    }

    private static void practice(JsonNode practice, String at) {
        organisation(practice.path("identifier"), at + "/identifier");
    }

    private static void organisation(JsonNode identifier, String at) {
        var code = identifier.path("value").asString("");
        if (code.isEmpty()) {
            throw PdsError.missing(at + "/value");
        }
        if (!code.matches("[0-9A-Z]+")) {
            throw PdsError.invalid(code, at + "/value");
        }
        period(identifier, at);
    }

    private static void extension(JsonNode extension, String at) {
        var url = extension.path("url").asString("");
        if (url.isEmpty()) {
            throw PdsError.missing(at + "/url");
        }
        if (!EXTENSIONS.contains(url) && !NOT_KEPT.contains(url)) {
            throw PdsError.invalid(url, at + "/url");
        }
        if (extension.has("valueReference")) {
            organisation(
                    extension.path("valueReference").path("identifier"),
                    at + "/valueReference/identifier");
        }
    }

    // --- values ----------------------------------------------------------------------------------

    private static void code(JsonNode object, String field, String at, Set<String> codes) {
        var value = object.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw PdsError.missing(at);
        }
        var code = value.asString(value.toString());
        if (LEGACY_USES.contains(code) && codes.equals(ADDRESS_USES)) {
            return;
        }
        if (!codes.contains(code)) {
            throw PdsError.invalid(code, at);
        }
    }

    private static void text(JsonNode object, String field, String at, int most, boolean needed) {
        var value = object.path(field);
        if (value.isMissingNode()) {
            if (needed) {
                throw PdsError.missing(at);
            }
            return;
        }
        text(value, at, most);
    }

    private static void text(JsonNode value, String at, int most) {
        if (!value.isString() || value.stringValue().length() > most) {
            throw PdsError.invalid(value.asString(value.toString()), at);
        }
        if (!PRINTED.matcher(value.stringValue()).matches()) {
            throw PdsError.UNSUPPORTED_CHARACTERS_IN_FIELD.refusal(
                    "Unsupported characters in field '" + at + "'");
        }
    }

    private static void texts(JsonNode object, String field, String at, int longest, int most) {
        var list = object.path(field);
        if (list.isMissingNode()) {
            return;
        }
        if (!list.isArray()) {
            throw PdsError.invalid(list.asString(list.toString()), at);
        }
        if (list.size() > most) {
            throw PdsError.TOO_MANY_VALUES_SUBMITTED.refusal(
                    "Too many values submitted - " + list.size() + " in field '" + at + "'");
        }
        for (var i = 0; i < list.size(); i++) {
            text(list.path(i), at + "/" + i, longest);
        }
    }

    private static void period(JsonNode object, String at) {
        var period = object.path("period");
        if (period.isMissingNode()) {
            return;
        }
        if (!period.isObject()) {
            throw PdsError.invalid(period.asString(period.toString()), at + "/period");
        }
        var from = date(period, "start", at + "/period/start");
        if (period.has("end") && date(period, "end", at + "/period/end").isBefore(from)) {
            throw PdsError.update("start date is after end date in field '" + at + "/period'");
        }
    }

    private static LocalDate date(JsonNode object, String field, String at) {
        var value = object.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw PdsError.missing(at);
        }
        var text = value.asString(value.toString());
        return text.length() > 10 && text.charAt(10) != 'T' ? refuse(text, at) : day(text, at);
    }

    private static LocalDate refuse(String text, String at) {
        throw PdsError.invalid(text, at);
    }

    private static LocalDate day(String text, String at) {
        try {
            return LocalDate.parse(text.substring(0, Math.min(10, text.length())));
        } catch (DateTimeException e) {
            throw PdsError.invalid(text, at);
        }
    }

    // --- death -----------------------------------------------------------------------------------

    /// A date of death stays once it is there, and a formal notice comes from the registrar alone.
    private static void death(JsonNode before, JsonNode after) {
        var died = before.path("deceasedDateTime");
        if (!died.isMissingNode() && !died.equals(after.path("deceasedDateTime"))) {
            throw PdsError.FORBIDDEN_UPDATE.refusal(
                    "Forbidden update with error - date of death cannot be changed once it is set");
        }
        if (!notice(before).equals(notice(after))) {
            if (notice(after).equals("2")) {
                throw PdsError.FORBIDDEN_UPDATE.refusal(
                        "Forbidden update with error - not permitted to add a formal death"
                                + " notification");
            }
            if (notice(after).equals("U")) {
                throw PdsError.UNSUPPORTED_VALUE.refusal(
                        "Unsupported value - 'U' in field 'extension/deathNotificationStatus'");
            }
        }
    }

    private static String notice(JsonNode patient) {
        return patient.path("extension")
                .valueStream()
                .filter(one ->
                        one.path("url")
                                .asString("")
                                .endsWith("Extension-UKCore-DeathNotificationStatus"))
                .flatMap(one -> one.path("extension").valueStream())
                .filter(one -> one.path("url").asString("").equals("deathNotificationStatus"))
                .map(one -> one.at("/valueCodeableConcept/coding/0/code").asString(""))
                .findFirst()
                .orElse("");
    }

    /// The NHS number in an address.
    ///
    /// @throws PdsError.Refusal when it is none
    static NhsNumber number(String sent) {
        return NhsNumber.of(sent)
                .filter(number -> number.digits().equals(sent))
                .orElseThrow(() -> PdsError.INVALID_RESOURCE_ID.refusal(""));
    }
}
