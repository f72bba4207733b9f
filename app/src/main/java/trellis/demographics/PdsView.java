package trellis.demographics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.people.NhsNumber;
import trellis.people.Patient;

/// A Patient of the record as the service hands it out, and a changed one as it goes back into the record: what the service
/// does not know of a person stays as it is. Pure functions.
final class PdsView {
    static final String BASE = "https://api.service.nhs.uk/personal-demographics/FHIR/R4/";
    private static final String ODS = "https://fhir.nhs.uk/Id/ods-organization-code";
    private static final String CODES =
            "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode";
    private static final String CONFIDENTIALITY =
            "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
    private static final String DEATH =
            "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus";
    private static final List<String> VALUES =
            List.of("gender", "birthDate", "multipleBirthInteger", "deceasedDateTime");
    private static final List<String> LISTS =
            List.of("name", "address", "telecom", "contact", "generalPractitioner", "extension");
    private static final Set<String> NAMES = Set.of("usual", "temp", "nickname", "old", "maiden");
    private static final Set<String> ADDRESSES = Set.of("home", "work", "temp", "billing");
    private static final List<String> UNKNOWN_OF_CONTACT =
            List.of("name", "address", "gender", "organization", "extension");
    private static final Set<String> CONFIDENTIAL = Set.of("AFN", "SDN", "LDN");
    private static final Set<String> FOUND_NAMES = Set.of("usual", "nickname", "temp");

    private PdsView() {}

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    // --- out -------------------------------------------------------------------------------------

    /// Everything the service knows of a person.
    ///
    /// @param patient a FHIR Patient with a valid NHS number
    /// @param practice the ODS code of an organisation by its reference, such as `Organization/x`
    static ObjectNode whole(
            ObjectNode patient, long version, Function<String, Optional<String>> practice) {
        var person = new Patient(patient);
        var number = person.nhsNumber().map(NhsNumber::digits).orElseThrow();
        var out = object().put("resourceType", "Patient").put("id", number);
        out.putArray("identifier").add(identifier(patient, number));
        var meta = out.putObject("meta").put("versionId", Long.toString(version));
        meta.putArray("security")
                .addObject()
                .put("system", CONFIDENTIALITY)
                .put("code", person.restricted() ? "R" : "U")
                .put("display", person.restricted() ? "restricted" : "unrestricted");
        for (var field : VALUES) {
            if (patient.has(field)) {
                out.set(field, patient.get(field));
            }
        }
        for (var field : LISTS) {
            var list = out.putArray(field);
            items(field, patient, practice).stream()
                    .flatMap(one -> one.shown().stream())
                    .forEach(list::add);
            if (list.isEmpty()) {
                out.remove(field);
            }
        }
        var managing = patient.path("managingOrganization").path("identifier");
        if (managing.path("system").asString("").equals(ODS)) {
            out.putObject("managingOrganization")
                    .put("type", "Organization")
                    .set("identifier", managing);
        }
        return out;
    }

    private static JsonNode identifier(ObjectNode patient, String number) {
        for (var identifier : patient.path("identifier")) {
            if (identifier.path("system").asString("").equals(NhsNumber.SYSTEM)
                    && identifier.path("value").asString("").equals(number)) {
                var out = object().put("system", NhsNumber.SYSTEM).put("value", number);
                if (identifier.has("extension")) {
                    out.set("extension", identifier.get("extension"));
                }
                return out;
            }
        }
        return object().put("system", NhsNumber.SYSTEM).put("value", number);
    }

    /// An item of the record, and as the service shows it.
    ///
    /// @param mark by which it is known among the items of its list
    /// @param shown empty for one that the service does not show
    private record Item(String mark, JsonNode held, Optional<ObjectNode> shown) {}

    private static List<Item> items(
            String field, ObjectNode patient, Function<String, Optional<String>> practice) {
        var seen = new HashMap<String, Integer>();
        var all = new ArrayList<Item>();
        for (var held : patient.path(field)) {
            var shown = shown(field, held, patient, practice);
            var mark = shown.map(one -> mark(field, one)).orElse("");
            var place = shown.isPresent() ? seen.merge(mark, 1, Integer::sum) : 0;
            all.add(
                    new Item(
                            mark + " " + place,
                            held,
                            shown.filter(_ -> place == 1 || field.equals("extension"))));
        }
        return List.copyOf(all);
    }

    private static String mark(String field, JsonNode item) {
        return item.path(field.equals("extension") ? "url" : "id").asString("");
    }

    /// Items of a list by what they are known by: an extension by its url and, because some come more than once, by which of them it is.
    private static Map<String, JsonNode> marked(String field, JsonNode list) {
        var seen = new HashMap<String, Integer>();
        var all = new LinkedHashMap<String, JsonNode>();
        list.forEach(item -> {
            var mark = mark(field, item);
            all.put(mark + " " + seen.merge(mark, 1, Integer::sum), item);
        });
        return all;
    }

    /// An item as the service shows it; empty for one that it does not know.
    private static Optional<ObjectNode> shown(
            String field,
            JsonNode item,
            ObjectNode patient,
            Function<String, Optional<String>> practice) {
        if (!(item instanceof ObjectNode node)) {
            return Optional.empty();
        }
        return switch (field) {
            case "name" -> name(node, patient);
            case "address" -> address(node);
            case "telecom" ->
                    Optional.of(node)
                            .filter(one ->
                                    !one.path("use").asString("").equals("old")
                                            && one.has("value")
                                            && ShapeRules.reaches(one))
                            .map(one -> marked(one, item));
            case "contact" -> emergency(node) ? Optional.of(contact(node)) : Optional.empty();
            case "generalPractitioner" -> practice(node, practice);
            default ->
                    ShapeRules.EXTENSIONS.contains(node.path("url").asString(""))
                            ? Optional.of(extension(node))
                            : Optional.empty();
        };
    }

    /// Why somebody left a practice is told without what is confidential of it: the service tells that to none but its own.
    private static ObjectNode extension(ObjectNode extension) {
        var out = extension.deepCopy();
        if (out.path("url").asString("").endsWith("RemovalFromRegistration")) {
            for (var part : out.path("extension")) {
                for (var coding : part.path("valueCodeableConcept").path("coding")) {
                    if (coding instanceof ObjectNode one
                            && CONFIDENTIAL.contains(one.path("code").asString(""))) {
                        one.put("code", "ORR").put("display", "Other reason");
                    }
                }
                if (part.path("valueCodeableConcept") instanceof ObjectNode concept) {
                    concept.remove("text");
                }
            }
        }
        return out;
    }

    /// With an id: its own, or one that stays the same as long as the item does.
    private static ObjectNode marked(ObjectNode shown, JsonNode item) {
        var copy = shown.deepCopy();
        if (copy.path("id").asString("").isEmpty()) {
            copy.put("id", derived(item));
        }
        return copy;
    }

    private static String derived(JsonNode item) {
        try {
            var hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(item.toString().getBytes(StandardCharsets.UTF_8));
            return String.format(Locale.ROOT, "%08X", ByteBuffer.wrap(hash).getInt());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<ObjectNode> name(ObjectNode name, ObjectNode patient) {
        var use = name.path("use").asString("");
        var usual =
                patient.path("name")
                        .valueStream()
                        .anyMatch(other -> other.path("use").asString("").equals("usual"));
        var shown = use.isEmpty() || use.equals("official") ? "usual" : use;
        if (!NAMES.contains(shown)
                || !name.has("family")
                || (usual && !use.equals("usual") && shown.equals("usual"))) {
            return Optional.empty();
        }
        var out = marked(name, name);
        out.remove("text");
        return Optional.of(out.put("use", shown));
    }

    /// The service knows no town apart from the lines.
    private static Optional<ObjectNode> address(ObjectNode address) {
        var use = address.path("use").asString("");
        if (!use.isEmpty() && !ADDRESSES.contains(use)) {
            return Optional.empty();
        }
        var out = marked(address, address);
        out.put("use", use.isEmpty() ? "home" : use);
        var lines = out.withArray("line");
        for (var part : List.of("city", "district", "state")) {
            var text = address.path(part).asString("");
            if (!text.isBlank() && lines.size() < 5) {
                lines.add(text);
            }
        }
        out.remove(List.of("city", "district", "state", "country", "type"));
        if (!use.equals("temp")) {
            out.remove("text");
        }
        return Optional.of(out);
    }

    /// The service knows how an emergency contact is reached, not who it is.
    private static ObjectNode contact(ObjectNode contact) {
        var out = marked(contact, contact);
        out.remove(UNKNOWN_OF_CONTACT);
        for (var relationship : contact.path("relationship")) {
            var emergency =
                    relationship
                            .path("coding")
                            .valueStream()
                            .filter(coding -> coding.path("code").asString("").equals("C"))
                            .findFirst();
            emergency.ifPresent(coding ->
                    out.putArray("relationship").addObject().putArray("coding").add(coding));
        }
        return out;
    }

    private static boolean emergency(JsonNode contact) {
        return contact.path("relationship")
                .valueStream()
                .flatMap(one -> one.path("coding").valueStream())
                .anyMatch(coding -> coding.path("code").asString("").equals("C"));
    }

    private static Optional<ObjectNode> practice(
            ObjectNode practice, Function<String, Optional<String>> codes) {
        var identifier = practice.path("identifier");
        var out = object();
        if (identifier.path("system").asString("").equals(ODS)) {
            out.put("id", practice.path("id").asString(""));
            out.put("type", "Organization").set("identifier", identifier);
        } else {
            var reference = practice.path("reference").asString("");
            if (!reference.startsWith("Organization/")) {
                return Optional.empty();
            }
            var code = codes.apply(reference);
            if (code.isEmpty()) {
                return Optional.empty();
            }
            out.put("id", "").put("type", "Organization");
            out.putObject("identifier").put("system", ODS).put("value", code.get());
        }
        return Optional.of(marked(out, practice));
    }

    /// What is handed out when a person is read: of a restricted one, nothing that tells where they are.
    static ObjectNode read(ObjectNode whole) {
        if (!restricted(whole)) {
            return whole;
        }
        var out = whole.deepCopy();
        out.remove(
                List.of(
                        "address",
                        "telecom",
                        "contact",
                        "generalPractitioner",
                        "managingOrganization"));
        extensions(
                out,
                url ->
                        !url.endsWith("NominatedPharmacy")
                                && !url.endsWith("PreferredDispenserOrganization")
                                && !url.endsWith("MedicalApplianceSupplier")
                                && !url.endsWith("patient-birthPlace"));
        return out;
    }

    /// What is handed out when a person is found: less.
    static ObjectNode found(ObjectNode whole) {
        var out = read(whole).deepCopy();
        out.remove("managingOrganization");
        keep(out, "name", item -> FOUND_NAMES.contains(item.path("use").asString("")));
        keep(out, "address", item -> item.path("use").asString("").equals("home"));
        extensions(out, DEATH::equals);
        return out;
    }

    private static void extensions(ObjectNode out, java.util.function.Predicate<String> kept) {
        keep(out, "extension", item -> kept.test(item.path("url").asString("")));
    }

    private static void keep(
            ObjectNode out, String field, java.util.function.Predicate<JsonNode> kept) {
        if (out.get(field) instanceof ArrayNode list) {
            var some = list.valueStream().filter(kept).toList();
            out.remove(field);
            if (!some.isEmpty()) {
                out.putArray(field).addAll(some);
            }
        }
    }

    static boolean restricted(JsonNode whole) {
        return whole.at("/meta/security/0/code").asString("").equals("R");
    }

    /// Somebody found.
    ///
    /// @param score from 0 to 1
    record Hit(ObjectNode whole, double score) {
        String number() {
            return whole.path("id").asString("");
        }
    }

    /// An empty list of what was searched for.
    static ObjectNode set(int total, Instant now) {
        var out = object().put("resourceType", "Bundle").put("type", "searchset");
        out.put("timestamp", now.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "+00:00"));
        return out.put("total", total);
    }

    static ObjectNode bundle(List<Hit> hits, Instant now) {
        var out = set(hits.size(), now);
        if (!hits.isEmpty()) {
            var entries = out.putArray("entry");
            for (var hit : hits) {
                var entry = entries.addObject().put("fullUrl", BASE + "Patient/" + hit.number());
                entry.putObject("search").put("score", hit.score());
                entry.set("resource", found(hit.whole()));
            }
        }
        return out;
    }

    /// People around somebody.
    ///
    /// @param number of the patient
    static ObjectNode related(List<ObjectNode> people, String number) {
        var out = object().put("resourceType", "Bundle").put("type", "searchset");
        out.put("total", people.size());
        if (!people.isEmpty()) {
            var entries = out.putArray("entry");
            for (var person : people) {
                var one = person.deepCopy();
                one.remove(
                        List.of(
                                "meta",
                                "text",
                                "identifier",
                                "gender",
                                "birthDate",
                                "photo",
                                "communication"));
                var patient = one.putObject("patient").putObject("identifier");
                patient.put("system", NhsNumber.SYSTEM).put("value", number);
                entries.addObject()
                        .put(
                                "fullUrl",
                                BASE
                                        + "Patient/"
                                        + number
                                        + "/RelatedPerson/"
                                        + one.path("id").asString(""))
                        .set("resource", one);
            }
        }
        return out;
    }

    static ObjectNode error(PdsError.Refusal refusal) {
        var error = refusal.error();
        var out = object().put("resourceType", "OperationOutcome");
        var issue = out.putArray("issue").addObject();
        issue.put("severity", error.severity()).put("code", error.issue());
        issue.putObject("details")
                .putArray("coding")
                .addObject()
                .put("system", CODES)
                .put("version", "1")
                .put("code", error.code())
                .put("display", error.display());
        if (!refusal.diagnostics().isEmpty()) {
            issue.put("diagnostics", refusal.diagnostics());
        }
        return out;
    }

    // --- in --------------------------------------------------------------------------------------

    /// The Patient of the record after a change: what the service does not show, and what did not change, is as it was.
    ///
    /// @param stored the Patient of the record
    /// @param before as it was handed out
    /// @param after as it shall be
    static ObjectNode merged(
            ObjectNode stored,
            ObjectNode before,
            ObjectNode after,
            Function<String, Optional<String>> practice) {
        var out = stored.deepCopy();
        for (var field : VALUES) {
            if (!before.path(field).equals(after.path(field))) {
                set(out, field, after.get(field));
            }
        }
        if (after.has("deceasedDateTime")) {
            out.remove("deceasedBoolean");
        }
        for (var field : LISTS) {
            if (!before.path(field).equals(after.path(field))) {
                set(out, field, list(field, stored, before, after, practice));
            }
        }
        return out;
    }

    private static void set(
            ObjectNode out, String field, @org.jspecify.annotations.Nullable JsonNode value) {
        if (value == null || (value.isArray() && value.isEmpty())) {
            out.remove(field);
        } else {
            out.set(field, value);
        }
    }

    private static ArrayNode list(
            String field,
            ObjectNode stored,
            ObjectNode before,
            ObjectNode after,
            Function<String, Optional<String>> practice) {
        var origins = new HashMap<String, JsonNode>();
        var out = JsonNodeFactory.instance.arrayNode();
        for (var item : items(field, stored, practice)) {
            if (item.shown().isPresent()) {
                origins.put(item.mark(), item.held());
            } else {
                out.add(item.held());
            }
        }
        // What one was before is looked for among all that had its mark: one before it may be gone.
        var was = new ArrayList<>(marked(field, before.path(field)).entrySet());
        for (var item : after.path(field)) {
            var same = was.stream().filter(one -> one.getValue().equals(item)).findFirst();
            same.ifPresent(was::remove);
            out.add(
                    same.map(one -> origins.getOrDefault(one.getKey(), item))
                            .orElseGet(() -> kept(field, item, origins)));
        }
        return out;
    }

    /// A changed item with what the service does not show of it.
    private static JsonNode kept(String field, JsonNode item, Map<String, JsonNode> origins) {
        var held = origins.get(mark(field, item) + " 1");
        if (!field.equals("contact") || held == null || !(item instanceof ObjectNode changed)) {
            return item;
        }
        var out = changed.deepCopy();
        UNKNOWN_OF_CONTACT.stream().filter(held::has).forEach(one -> out.set(one, held.path(one)));
        return out;
    }

    /// The Patient of the record of a new person.
    ///
    /// @param sent as it came, checked
    static ObjectNode fresh(
            ObjectNode sent, String id, String number, java.util.function.Supplier<String> newId) {
        var out = object().put("resourceType", "Patient").put("id", id);
        out.put("active", true);
        var identifier =
                out.putArray("identifier")
                        .addObject()
                        .put("system", NhsNumber.SYSTEM)
                        .put("value", number);
        var status = identifier.putArray("extension").addObject();
        status.put(
                "url",
                "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus");
        status.putObject("valueCodeableConcept")
                .putArray("coding")
                .addObject()
                .put(
                        "system",
                        "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus")
                .put("version", "1.0.0")
                .put("code", "01")
                .put("display", "Number present and verified");
        for (var field : VALUES) {
            if (sent.has(field)) {
                out.set(field, sent.get(field));
            }
        }
        for (var field : List.of("name", "address", "telecom")) {
            if (sent.path(field).isEmpty()) {
                continue;
            }
            var list = out.putArray(field);
            for (var item : sent.path(field)) {
                var copy = ((ObjectNode) item).deepCopy();
                list.add(copy.put("id", newId.get()));
                if (copy.get("line") instanceof ArrayNode lines) {
                    var some =
                            lines.valueStream()
                                    .filter(line -> !line.asString("").isBlank())
                                    .toList();
                    copy.putArray("line").addAll(some);
                }
            }
        }
        var kept =
                sent.path("extension")
                        .valueStream()
                        .filter(one -> ShapeRules.kept(one.path("url").asString("")))
                        .toList();
        if (!kept.isEmpty()) {
            out.putArray("extension").addAll(kept);
        }
        return out;
    }
}
