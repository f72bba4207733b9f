package trellis.summaries;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.people.NhsNumber;

/// What the service answers, as JSON.
final class ScrView {
    private static final String RFC = "https://tools.ietf.org/html/rfc4122";
    private static final String SNOMED = "http://snomed.info/sct";
    private static final String VERIFIED =
            "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus";
    private static final String VERIFICATIONS =
            "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus";

    private ScrView() {}

    private static ObjectNode object(String type) {
        return JsonNodeFactory.instance.objectNode().put("resourceType", type);
    }

    /// @param text in a sentence
    static ObjectNode error(ScrError error, String text) {
        var json = object("OperationOutcome");
        var issue = json.putArray("issue").addObject();
        issue.put("severity", "error").put("code", error.issue());
        var details = issue.putObject("details");
        if (error == ScrError.BROKEN) {
            details.putArray("coding")
                    .addObject()
                    .put("system", "https://fhir.nhs.uk/CodeSystem/Spine-ErrorOrWarningCode")
                    .put("version", "1")
                    .put("code", "UNKNOWN_ERROR")
                    .put("display", "Unknown Error");
            issue.put("diagnostics", text);
        } else {
            details.put("text", text);
        }
        return json;
    }

    /// An id that stays as long as what it is made from.
    private static String id(String from) {
        return UUID.nameUUIDFromBytes(from.getBytes(UTF_8)).toString();
    }

    private static void summary(ObjectNode concept) {
        concept.putArray("coding")
                .addObject()
                .put("system", SNOMED)
                .put("code", UploadRules.GP_SUMMARY)
                .put("display", "General Practice Summary");
    }

    private static ObjectNode set(String id, int total) {
        return object("Bundle").put("id", id).put("type", "searchset").put("total", total);
    }

    /// Where the summary is that counts.
    ///
    /// @param base address of the service
    static ObjectNode reference(Optional<Summary> found, NhsNumber number, String base) {
        var bundle = set(UUID.randomUUID().toString(), found.isPresent() ? 1 : 0);
        found.ifPresent(summary -> {
            var id = id("DocumentReference " + summary.uuid());
            var whose = id("Patient " + number.digits());
            var entries = bundle.putArray("entry");
            var entry = entries.addObject().put("fullUrl", base + "/DocumentReference/" + id);
            var json = object("DocumentReference").put("id", id);
            json.putObject("masterIdentifier")
                    .put("system", "https://fhir.nhs.uk/Id/nhsSCRUUID")
                    .put("value", summary.uuid());
            json.put("status", "current");
            summary(json.putObject("type"));
            json.putObject("subject").put("reference", "Patient/" + whose);
            json.putArray("securityLabel")
                    .addObject()
                    .putArray("coding")
                    .addObject()
                    .put("system", UploadRules.PERMISSIONS)
                    .put("code", "Ask");
            json.putArray("content")
                    .addObject()
                    .putObject("attachment")
                    .put("url", address(base, summary.uuid(), number));
            summary(json.putObject("context").putArray("event").addObject());
            entry.set("resource", json);
            entry.putObject("search").put("mode", "match");
            var person = object("Patient").put("id", whose);
            person.putArray("identifier")
                    .addObject()
                    .put("system", NhsNumber.SYSTEM)
                    .put("value", number.digits());
            entries.addObject().put("fullUrl", whose).set("resource", person);
        });
        return bundle;
    }

    private static String address(String base, String uuid, NhsNumber number) {
        return base
                + "/Bundle?composition.identifier="
                + uuid
                + "&composition.subject:Patient.identifier="
                + URLEncoder.encode(NhsNumber.SYSTEM + "|" + number.digits(), UTF_8);
    }

    /// A summary; no entries when it is not the one that counts.
    static ObjectNode bundle(Optional<Summary> found, NhsNumber number, Instant now) {
        var bundle = set(UUID.randomUUID().toString().toUpperCase(Locale.ROOT), 0);
        bundle.putObject("identifier")
                .put("system", RFC)
                .put("value", UUID.randomUUID().toString().toUpperCase(Locale.ROOT));
        bundle.put("timestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
        var entries = bundle.putArray("entry");
        found.ifPresent(summary -> {
            switch (summary) {
                case Summary.Sent(_, _, _, var sent, _) ->
                        sent.path("entry").forEach(entry -> entries.add(entry.deepCopy()));
                case Summary.Derived derived -> derived(derived, number).forEach(entries::add);
            }
            bundle.put("total", entries.size());
        });
        return bundle;
    }

    private static List<ObjectNode> derived(Summary.Derived summary, NhsNumber number) {
        var whose = id("Patient " + number.digits());
        var author = id("Organization");
        var json = object("Composition").put("id", summary.uuid());
        var made = summary.made().truncatedTo(ChronoUnit.SECONDS).toString();
        json.putObject("meta").put("lastUpdated", made);
        json.putObject("identifier").put("system", RFC).put("value", summary.uuid());
        json.put("status", "final");
        summary(json.putObject("type"));
        json.putArray("category")
                .addObject()
                .putArray("coding")
                .addObject()
                .put("system", SNOMED)
                .put("code", "163171000000105")
                .put("display", "Care Professional Documentation");
        json.putObject("subject").put("reference", "Patient/" + whose);
        json.put("date", made);
        json.putArray("author").addObject().put("reference", "Organization/" + author);
        json.put("title", "General Practice Summary");
        var sections = json.putArray("section");
        for (var section : summary.sections()) {
            var part = sections.addObject().put("title", section.title());
            part.putObject("code").putArray("coding").addObject().put("code", section.code());
            part.putObject("text").put("status", "generated").put("div", table(section));
        }
        var person = object("Patient").put("id", whose);
        var identifier = person.putArray("identifier").addObject();
        var verified = identifier.putArray("extension").addObject().put("url", VERIFIED);
        verified.putObject("valueCodeableConcept")
                .putArray("coding")
                .addObject()
                .put("system", VERIFICATIONS)
                .put("code", "01")
                .put("display", "Number present and verified");
        identifier.put("system", NhsNumber.SYSTEM).put("value", number.digits());
        var organisation =
                object("Organization").put("id", author).put("name", "The record of this region");
        return List.of(entry(json), entry(person), entry(organisation));
    }

    private static ObjectNode entry(ObjectNode resource) {
        var entry = JsonNodeFactory.instance.objectNode();
        entry.put(
                "fullUrl", "urn:uuid:" + resource.path("id").asString("").toLowerCase(Locale.ROOT));
        entry.set("resource", resource);
        return entry;
    }

    /// A section as a table in XHTML; what the record says is text in it.
    private static String table(Section section) {
        if (section.rows().isEmpty()) {
            return "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Nothing recorded</p></div>";
        }
        return "<div xmlns=\"http://www.w3.org/1999/xhtml\"><table summary=\"This table includes"
                + " information about this patient's "
                + escaped(section.caption())
                + ".\"><thead><tr>"
                + cells("th", section.columns())
                + "</tr></thead><tbody>"
                + section.rows().stream()
                        .map(row -> "<tr>" + cells("td", row) + "</tr>")
                        .collect(Collectors.joining())
                + "</tbody></table></div>";
    }

    private static String cells(String tag, List<String> values) {
        return values.stream()
                .map(value -> "<" + tag + ">" + escaped(value) + "</" + tag + ">")
                .collect(Collectors.joining());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
