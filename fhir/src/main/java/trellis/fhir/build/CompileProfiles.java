package trellis.fhir.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.xml.FhirXml;

/// Compiles profiles and their terminology into one gzipped text table: a line for each resource with its type, canonical address,
/// version, the resource type that it narrows and its JSON, without what only people read of it.
///
/// ```
/// CompileProfiles FILE                  R4's own structure definitions, with their snapshots; at each build
/// CompileProfiles FILE FOLDER HEADING   a published guide, from its folders of XML, without snapshots; by hand, when a new one is out
/// ```
public final class CompileProfiles {
    private static final String MODEL = "/org/hl7/fhir/r4/model/";
    private static final List<String> R4 =
            List.of(
                    "profile/profiles-types.xml",
                    "profile/profiles-resources.xml",
                    "profile/profiles-others.xml",
                    "extension/extension-definitions.xml");
    private static final List<String> FOLDERS =
            List.of("structuredefinitions", "valuesets", "codesystems");

    /// Counted up when what is left out changes.
    private static final String GENERATION = "2";

    private static final String OPENING = "<StructureDefinition";
    private static final String NAMESPACE = " xmlns=\"http://hl7.org/fhir\">";
    private static final Pattern STRAY = Pattern.compile(">[^<>]*<");
    private static final String CLOSING = "</StructureDefinition>";
    private static final Pattern NARRATIVE = Pattern.compile("(?s)<text>\\s*<status.*?</text>");

    private static final Set<String> FOR_PEOPLE =
            Set.of(
                    "text",
                    "contact",
                    "description",
                    "purpose",
                    "copyright",
                    "publisher",
                    "keyword",
                    "mapping",
                    "useContext",
                    "jurisdiction",
                    "meta",
                    "date");
    private static final Set<String> FOR_PEOPLE_OF_AN_ELEMENT =
            Set.of(
                    "short",
                    "definition",
                    "comment",
                    "requirements",
                    "alias",
                    "example",
                    "mapping",
                    "isModifierReason",
                    "meaningWhenMissing",
                    "orderMeaning");

    private CompileProfiles() {}

    /// @param arguments the file to write; of a guide also its folder and what the first line says
    public static void main(String[] arguments) throws IOException {
        var target = Path.of(arguments[0]);
        if (arguments.length == 1) {
            var heading = "trellis-profiles\tR4\t" + GENERATION;
            if (!heading.equals(headingOf(target))) {
                write(heading, r4(), target);
            }
            return;
        }
        write(arguments[2], guide(Path.of(arguments[1])), target);
    }

    private static List<String> r4() throws IOException {
        var lines = new ArrayList<String>();
        for (var file : R4) {
            try (var in = CompileProfiles.class.getResourceAsStream(MODEL + file)) {
                if (in == null) {
                    throw new IllegalStateException("The definitions lack " + file);
                }
                definitions(new String(in.readAllBytes(), UTF_8))
                        .map(CompileProfiles::parsed)
                        .map(json -> line(json, "differential"))
                        .forEach(lines::add);
            }
        }
        return lines;
    }

    /// The definitions of a Bundle as texts of their own: each by itself is small enough to be read as one that is sent.
    private static Stream<String> definitions(String bundle) {
        var all = new ArrayList<String>();
        var from = bundle.indexOf(OPENING);
        while (from >= 0) {
            var to = bundle.indexOf(CLOSING, from) + CLOSING.length();
            all.add(bundle.substring(from, to));
            from = bundle.indexOf(OPENING, to);
        }
        return all.stream();
    }

    private static List<String> guide(Path folder) throws IOException {
        var lines = new ArrayList<String>();
        for (var kind : FOLDERS) {
            try (var files = Files.list(folder.resolve(kind))) {
                for (var file : files.sorted().toList()) {
                    lines.add(line(parsed(Files.readString(file)), "snapshot"));
                }
            }
        }
        return lines;
    }

    /// Narratives go first, of which some need a document type for their characters; then what stands between elements, since every value
    /// is an attribute and one of the files has a stray letter.
    private static ObjectNode parsed(String xml) {
        var bare = STRAY.matcher(NARRATIVE.matcher(xml).replaceAll("")).replaceAll("><");
        return FhirXml.parse(
                bare.replace(OPENING + ">", OPENING + NAMESPACE).strip().getBytes(UTF_8));
    }

    private static String type(ObjectNode json) {
        return json.path("resourceType").asString("");
    }

    /// @param without what can be made of the rest, or is not needed beside it
    private static String line(ObjectNode json, String without) {
        json.remove(FOR_PEOPLE);
        json.remove(without);
        for (var view : List.of("snapshot", "differential")) {
            json.path(view).path("element").forEach(CompileProfiles::pruneElement);
        }
        json.path("concept").forEach(CompileProfiles::pruneConcept);
        return String.join(
                "\t",
                type(json),
                json.path("url").asString(""),
                json.path("version").asString(""),
                about(json),
                new String(Json.write(json), UTF_8));
    }

    /// The resource type that a profile narrows; empty for anything else.
    private static String about(ObjectNode json) {
        return json.path("kind").asString("").equals("resource")
                        && json.path("derivation").asString("").equals("constraint")
                ? json.path("type").asString("")
                : "";
    }

    private static void pruneElement(JsonNode element) {
        if (element instanceof ObjectNode object) {
            object.remove(FOR_PEOPLE_OF_AN_ELEMENT);
            if (object.path("binding") instanceof ObjectNode binding) {
                binding.remove("description");
            }
            if (object.get("constraint") instanceof ArrayNode constraints) {
                constraints.forEach(
                        one -> ((ObjectNode) one).remove(List.of("xpath", "requirements")));
            }
        }
    }

    private static void pruneConcept(JsonNode concept) {
        if (concept instanceof ObjectNode object) {
            object.remove("definition");
            object.path("concept").forEach(CompileProfiles::pruneConcept);
        }
    }

    private static String headingOf(Path table) throws IOException {
        if (!Files.exists(table)) {
            return "";
        }
        try (var in = new GZIPInputStream(Files.newInputStream(table))) {
            var start = new String(in.readNBytes(200), UTF_8);
            return start.substring(0, Math.max(0, start.indexOf('\n')));
        }
    }

    private static void write(String heading, List<String> lines, Path target) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write((heading + "\n").getBytes(UTF_8));
            for (var line : lines) {
                out.write((line + "\n").getBytes(UTF_8));
            }
        }
        Files.createDirectories(target.toAbsolutePath().getParent());
        Files.write(target, bytes.toByteArray());
    }
}
