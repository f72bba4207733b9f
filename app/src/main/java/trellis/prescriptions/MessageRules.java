package trellis.prescriptions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.people.NhsNumber;

/// How messages of the service are read, whichever they are.
final class MessageRules {
    static final String ODS = "https://fhir.nhs.uk/Id/ods-organization-code";
    static final String ITEM = "https://fhir.nhs.uk/Id/prescription-order-item-number";
    static final String USER = "https://fhir.nhs.uk/Id/sds-user-id";
    static final String RFC_4122 = "https://tools.ietf.org/html/rfc4122";

    private MessageRules() {}

    /// The resource of a type that a message has to be.
    static void is(ObjectNode sent, String type) {
        if (!sent.path("resourceType").asString("").equals(type)) {
            throw EpsError.VALUE.refusal("Incorrect FHIR resource type. Expected " + type + ".");
        }
    }

    /// A message's resources by type, and by what they are referred to as.
    static final class Message {
        private final ObjectNode bundle;
        private final Map<String, JsonNode> referred = new HashMap<>();

        Message(ObjectNode bundle) {
            is(bundle, "Bundle");
            if (!bundle.path("type").asString("").equals("message")) {
                throw EpsError.VALUE.refusal("Bundle.type must be 'message'.");
            }
            this.bundle = bundle;
            for (var entry : bundle.path("entry")) {
                var url = entry.path("fullUrl").asString("");
                if (url.isEmpty() || !entry.path("resource").isObject()) {
                    throw EpsError.VALUE.refusal(
                            "Each Bundle.entry must have a fullUrl and a resource.");
                }
                if (url.chars().anyMatch(one -> one <= ' ' || Character.isISOControl(one))) {
                    throw EpsError.VALUE.refusal(
                            "Bundle.entry.fullUrl must be an address without spaces or control"
                                    + " characters.");
                }
                if (referred.put(url, entry.path("resource")) != null) {
                    throw EpsError.VALUE.refusal("Two entries have the fullUrl " + url + ".");
                }
            }
        }

        ObjectNode bundle() {
            return bundle;
        }

        /// Identifier of the message itself.
        String id() {
            return bundle.path("identifier").path("value").asString("").toLowerCase(Locale.ROOT);
        }

        /// All entries, each with its address.
        Stream<JsonNode> entries() {
            return bundle.path("entry").valueStream();
        }

        List<JsonNode> all(String type) {
            return entries()
                    .map(entry -> entry.path("resource"))
                    .filter(one -> one.path("resourceType").asString("").equals(type))
                    .toList();
        }

        /// The one resource of a type.
        JsonNode one(String type) {
            var all = all(type);
            if (all.size() != 1) {
                throw EpsError.VALUE.refusal(
                        "The Bundle must contain exactly one "
                                + type
                                + ", it has "
                                + all.size()
                                + ".");
            }
            return all.getFirst();
        }

        /// What a reference leads to; missing when that is not in the message.
        JsonNode at(JsonNode reference) {
            return Optional.ofNullable(referred.get(reference.path("reference").asString("")))
                    .orElse(MissingNode.getInstance());
        }

        /// The medicine that a resource names, itself or by what it refers to; missing when it names none.
        JsonNode medicine(JsonNode resource) {
            if (!resource.has("medicationReference")) {
                return resource.path("medicationCodeableConcept");
            }
            var reference = resource.path("medicationReference");
            var inside = contained(resource, reference);
            return (inside.isMissingNode() ? at(reference) : inside).path("code");
        }

        /// What has happened.
        String event() {
            var header = entries().findFirst().map(entry -> entry.path("resource"));
            if (header.filter(one -> type(one).equals("MessageHeader")).isEmpty()) {
                throw EpsError.VALUE.refusal("The first Bundle.entry must be a MessageHeader.");
            }
            return header.get().path("eventCoding").path("code").asString("");
        }
    }

    /// What a reference to something contained leads to; missing when there is no such thing.
    static JsonNode contained(JsonNode in, JsonNode reference) {
        var id = reference.path("reference").asString("");
        return in.path("contained")
                .valueStream()
                .filter(one -> id.equals("#" + one.path("id").asString("")))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /// The words of a medicine as its prescriber chose them; empty without.
    static String words(JsonNode concept) {
        var display = concept.path("coding").path(0).path("display").asString("");
        return display.isEmpty() ? concept.path("text").asString("") : display;
    }

    static String type(JsonNode resource) {
        return resource.path("resourceType").asString("");
    }

    /// The value of an identifier of a system; empty without one.
    static String identifier(JsonNode identifiers, String system) {
        return (identifiers.isArray() ? identifiers.valueStream() : Stream.of(identifiers))
                .filter(one -> one.path("system").asString("").equals(system))
                .map(one -> one.path("value").asString("").strip())
                .findFirst()
                .orElse("");
    }

    /// An ODS code, in capitals; empty without one.
    static String ods(JsonNode identifiers) {
        return identifier(identifiers, ODS).toUpperCase(Locale.ROOT);
    }

    /// The first extension with an address; missing without one.
    static JsonNode extension(JsonNode of, String url) {
        return of.path("extension")
                .valueStream()
                .filter(one -> one.path("url").asString("").equals(url))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /// A whole number in an extension of an extension.
    static Optional<Integer> count(JsonNode extension, String url) {
        var found = extension(extension, url);
        var value =
                found.has("valueInteger")
                        ? found.path("valueInteger")
                        : found.path("valueUnsignedInt");
        return value.canConvertToInt() ? Optional.of(value.asInt()) : Optional.empty();
    }

    /// The number of the prescription that a message is about.
    static PrescriptionId prescription(String value) {
        var text = value.strip().toUpperCase(Locale.ROOT);
        if (!PrescriptionId.shaped(text)) {
            throw EpsError.FAILURE_TO_PROCESS_MESSAGE.refusal(
                    "The prescription number must have the form 24F5DA-A83008-7EFE6Z");
        }
        return PrescriptionId.of(text)
                .orElseThrow(() ->
                        EpsError.INVALID_CHECK_DIGIT.refusal(
                                "The last character of the prescription number does not fit the"
                                        + " others"));
    }

    static NhsNumber number(String digits) {
        return NhsNumber.of(digits)
                .orElseThrow(() ->
                        EpsError.FAILURE_TO_PROCESS_MESSAGE.refusal("The NHS number is not valid"));
    }

    /// Identifier of an item, as it is kept.
    static String item(JsonNode identifiers) {
        return identifier(identifiers, ITEM).toLowerCase(Locale.ROOT);
    }

    /// The one value of a field of several resources.
    ///
    /// @throws EpsError.Refusal when they have different ones
    static JsonNode same(List<JsonNode> all, String type, String field) {
        var pointer = "/" + field.replace('.', '/');
        var values = new ArrayList<JsonNode>();
        for (var one : all) {
            var value = one.at(pointer);
            if (!values.contains(value)) {
                values.add(value);
            }
        }
        if (values.size() > 1) {
            throw EpsError.VALUE.refusal(
                    "Expected all "
                            + type
                            + "s to have the same value for "
                            + field
                            + ". Received "
                            + shown(values)
                            + ".");
        }
        return values.getFirst();
    }

    private static String shown(List<JsonNode> values) {
        var all = new ArrayList<String>();
        for (var value : values) {
            var text = value.isMissingNode() ? "nothing" : value.toString();
            all.add(text.length() > 200 ? text.substring(0, 200) + "…" : text);
        }
        return all.toString();
    }
}
