package trellis.ips;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.page.Words;

/// The document of a summary (https://hl7.org/fhir/uv/ips/StructureDefinition-Bundle-uv-ips.html): a Composition, the person, who
/// made it, and what the sections name.
final class IpsRules {
    private static final String LOINC = "http://loinc.org";
    private static final String COMPOSITION =
            "http://hl7.org/fhir/uv/ips/StructureDefinition/Composition-uv-ips";
    private static final String BUNDLE =
            "http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips";

    /// When things happened, by the first of these that is there.
    private static final List<String> DATES =
            List.of(
                    "/effectiveDateTime",
                    "/effectivePeriod/start",
                    "/effectiveInstant",
                    "/occurrenceDateTime",
                    "/performedDateTime",
                    "/performedPeriod/start",
                    "/onsetDateTime",
                    "/onsetPeriod/start",
                    "/authoredOn",
                    "/recordedDate",
                    "/period/start",
                    "/dateTime",
                    "/date",
                    "/issued");

    private IpsRules() {}

    /// What a section holds.
    ///
    /// @param withheld whether whoever asks may not see any of its types
    record Content(Section section, List<Fact> resources, boolean withheld) {
        Content {
            resources = List.copyOf(resources);
        }
    }

    /// What of the person's resources belongs in a section: of what is measured again and again the newest of each kind.
    ///
    /// @param byType the person's resources by type
    static List<Fact> chosen(Section section, Map<String, List<Fact>> byType) {
        var chosen = new ArrayList<Fact>();
        for (var type : section.types()) {
            var here =
                    byType.getOrDefault(type, List.of()).stream()
                            .filter(fact -> section.holds(fact.json()))
                            .sorted(
                                    Comparator.comparing((Fact fact) -> date(fact.json()))
                                            .reversed())
                            .toList();
            var kinds = new HashSet<String>();
            for (var fact : here) {
                if (!section.newestAlone()
                        || !type.equals("Observation")
                        || kinds.add(kind(fact.json()))) {
                    chosen.add(fact);
                }
            }
        }
        return chosen;
    }

    private static String kind(JsonNode resource) {
        var coding = resource.path("code").path("coding").path(0);
        return coding.isMissingNode()
                ? resource.path("code").path("text").asString("")
                : coding.path("system").asString("") + "|" + coding.path("code").asString("");
    }

    private static String date(JsonNode resource) {
        return DATES.stream()
                .map(pointer -> resource.at(pointer).asString(""))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    /// The document.
    ///
    /// @param base address of this server's API
    /// @param support what the others refer to
    static ObjectNode document(
            String base, Fact patient, List<Content> contents, List<Fact> support, Instant now) {
        var bundle = JsonNodeFactory.instance.objectNode().put("resourceType", "Bundle");
        bundle.putObject("meta").putArray("profile").add(BUNDLE);
        bundle.putObject("identifier")
                .put("system", "urn:ietf:rfc:3986")
                .put("value", "urn:uuid:" + UUID.randomUUID());
        bundle.put("type", "document").put("timestamp", now.toString());
        var author = "urn:uuid:" + UUID.randomUUID();
        var entries = bundle.putArray("entry");
        entries.addObject()
                .put("fullUrl", "urn:uuid:" + UUID.randomUUID())
                .set("resource", composition(base, patient, contents, author, now));
        var taken = new LinkedHashSet<String>();
        add(bundle, base, patient, taken);
        entries.addObject().put("fullUrl", author).set("resource", device());
        contents.forEach(
                content -> content.resources().forEach(one -> add(bundle, base, one, taken)));
        support.forEach(one -> add(bundle, base, one, taken));
        return bundle;
    }

    private static void add(ObjectNode bundle, String base, Fact fact, Set<String> taken) {
        if (taken.add(fact.name())) {
            bundle.withArray("entry")
                    .addObject()
                    .put("fullUrl", base + "/" + fact.name())
                    .set("resource", fact.json());
        }
    }

    private static ObjectNode device() {
        var device = JsonNodeFactory.instance.objectNode().put("resourceType", "Device");
        device.putArray("deviceName")
                .addObject()
                .put("name", "Trellis")
                .put("type", "manufacturer-name");
        return device;
    }

    private static ObjectNode composition(
            String base, Fact patient, List<Content> contents, String author, Instant now) {
        var composition = JsonNodeFactory.instance.objectNode().put("resourceType", "Composition");
        composition.putObject("meta").putArray("profile").add(COMPOSITION);
        composition
                .putObject("text")
                .put("status", "generated")
                .put(
                        "div",
                        NarrativeRules.paragraph(
                                "Made from the record when it was asked for. It has what whoever"
                                        + " asked may see: nobody can tell from it that nothing else"
                                        + " is recorded."));
        composition.put("status", "final");
        coding(composition.putObject("type"), "60591-5", "Patient summary Document");
        composition.putObject("subject").put("reference", base + "/" + patient.name());
        composition.put("date", now.toString());
        composition
                .putArray("author")
                .addObject()
                .put("reference", author)
                .put("display", "Trellis");
        composition.put("title", "International Patient Summary");
        var sections = composition.putArray("section");
        for (var content : contents) {
            if (content.section().required() || !content.resources().isEmpty()) {
                section(base, content, sections.addObject());
            }
        }
        return composition;
    }

    private static void section(String base, Content content, ObjectNode into) {
        var section = content.section();
        into.put("title", section.title());
        coding(into.putObject("code"), section.loinc(), section.title());
        var text = into.putObject("text").put("status", "generated");
        if (content.resources().isEmpty()) {
            var reason = content.withheld() ? "withheld" : "unavailable";
            var said =
                    content.withheld()
                            ? "Whoever asked may not see this part of the record."
                            : "Nothing is recorded here. That does not say that there is nothing.";
            text.put("div", NarrativeRules.paragraph(said));
            into.putObject("emptyReason")
                    .put("text", said)
                    .putArray("coding")
                    .addObject()
                    .put("system", "http://terminology.hl7.org/CodeSystem/list-empty-reason")
                    .put("code", reason);
            return;
        }
        text.put(
                "div",
                NarrativeRules.list(
                        content.resources().stream().map(one -> line(one.json())).toList()));
        var entries = into.putArray("entry");
        content.resources()
                .forEach(one -> entries.addObject().put("reference", base + "/" + one.name()));
    }

    /// One resource in words: what, how much, when.
    static String line(JsonNode resource) {
        var what =
                List.of("code", "vaccineCode", "medicationCodeableConcept", "category").stream()
                        .map(name ->
                                resource.path(name).isArray()
                                        ? resource.path(name).path(0)
                                        : resource.path(name))
                        .flatMap(concept -> Words.of(concept).stream())
                        .findFirst()
                        .or(() -> text(resource.at("/medicationReference/display")))
                        .or(() -> text(resource.at("/device/display")))
                        .or(() -> text(resource.path("title")))
                        .orElse(resource.path("resourceType").asString(""));
        var words = new ArrayList<String>();
        words.add(what);
        value(resource).ifPresent(words::add);
        text(resource.at("/dosageInstruction/0/text")).ifPresent(words::add);
        text(resource.at("/dosage/0/text")).ifPresent(words::add);
        text(resource.path("criticality"))
                .map(level -> "criticality " + level)
                .ifPresent(words::add);
        var date = date(resource);
        if (!date.isEmpty()) {
            words.add(date.substring(0, Math.min(10, date.length())));
        }
        return String.join(", ", words);
    }

    private static Optional<String> value(JsonNode observation) {
        var quantity = observation.path("valueQuantity");
        if (quantity.has("value")) {
            var unit = quantity.path("unit").asString(quantity.path("code").asString(""));
            return Optional.of(
                    (quantity.path("comparator").asString("")
                                    + quantity.path("value").asString()
                                    + " "
                                    + unit)
                            .strip());
        }
        if (observation.path("component").isArray()) {
            var parts = new ArrayList<String>();
            for (var component : observation.path("component")) {
                value(component)
                        .ifPresent(text ->
                                parts.add(
                                        Words.of(component.path("code")).orElse("") + " " + text));
            }
            return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", parts));
        }
        return Words.of(observation.path("valueCodeableConcept"))
                .or(() -> text(observation.path("valueString")));
    }

    private static Optional<String> text(JsonNode node) {
        return Optional.of(node.asString("").strip()).filter(text -> !text.isEmpty());
    }

    private static void coding(ObjectNode concept, String loinc, String display) {
        concept.putArray("coding")
                .addObject()
                .put("system", LOINC)
                .put("code", loinc)
                .put("display", display);
    }
}
