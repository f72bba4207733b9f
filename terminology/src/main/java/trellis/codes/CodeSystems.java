package trellis.codes;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

/// Makes a [Release] of a CodeSystem resource (https://hl7.org/fhir/R4/codesystem.html): of its nested concepts, and of the
/// properties `parent`, `child` and `subsumedBy` where the hierarchy is said by those.
public final class CodeSystems {
    private static final String KNOWN = "http://hl7.org/fhir/concept-properties#";
    private static final Set<String> GONE = Set.of("retired", "inactive", "withdrawn");

    private final ReleaseBuilder builder = new ReleaseBuilder();
    private final Map<String, Integer> concepts = new HashMap<>();
    private final Map<String, String> meanings = new HashMap<>();
    private final String language;

    private CodeSystems(JsonNode codeSystem) {
        this.language = codeSystem.path("language").asString("");
        for (var property : codeSystem.path("property")) {
            var uri = property.path("uri").asString("");
            if (uri.startsWith(KNOWN)) {
                meanings.put(property.path("code").asString(""), uri.substring(KNOWN.length()));
            }
        }
    }

    /// Reads a CodeSystem.
    ///
    /// @throws Refused with [Problem.Invalid] when it is a supplement, or has a code twice
    public static Release read(JsonNode codeSystem) {
        var content = codeSystem.path("content").asString("complete");
        if (content.equals("supplement")) {
            throw new Refused(
                    Problem.invalid(
                            "not-supported",
                            "A supplement of a code system is not used by itself.",
                            "CodeSystem.content"));
        }
        var reader = new CodeSystems(codeSystem);
        reader.collect(codeSystem.path("concept"));
        reader.describe(codeSystem.path("concept"), -1);
        try {
            return reader.builder.build(
                    new Release.About(
                            codeSystem.path("url").asString(""),
                            codeSystem.path("version").asString(""),
                            codeSystem.path("title").asString(codeSystem.path("name").asString("")),
                            codeSystem.path("caseSensitive").asBoolean(true),
                            content.equals("complete")));
        } catch (Unreadable e) {
            throw new Refused(
                    Problem.invalid("duplicate", e.getMessage() + ".", "CodeSystem.concept"));
        }
    }

    private void collect(JsonNode list) {
        for (var concept : list) {
            var code = concept.path("code").asString("");
            // A few published systems name a concept again under a second parent.
            if (!concepts.containsKey(code)) {
                concepts.put(code, builder.concept(code));
            }
            collect(concept.path("concept"));
        }
    }

    private void describe(JsonNode list, int above) {
        for (var json : list) {
            var concept = concepts.getOrDefault(json.path("code").asString(""), -1);
            if (above >= 0) {
                builder.parent(concept, above);
            }
            if (json.has("display") && !builder.hasDisplay(concept)) {
                builder.display(concept, json.path("display").asString(""));
            }
            if (json.has("definition")) {
                builder.property(
                        concept,
                        "definition",
                        Property.Type.STRING,
                        json.path("definition").asString(""));
            }
            designations(concept, json.path("designation"));
            for (var property : json.path("property")) {
                property(concept, property);
            }
            describe(json.path("concept"), concept);
        }
    }

    private void designations(int concept, JsonNode list) {
        for (var designation : list) {
            builder.designation(
                    concept,
                    designation.path("language").asString(language),
                    use(designation.path("use")),
                    designation.path("value").asString(""));
        }
    }

    static Designation.Use use(JsonNode coding) {
        return new Designation.Use(
                coding.path("system").asString(""),
                coding.path("code").asString(""),
                coding.path("display").asString(""));
    }

    private void property(int concept, JsonNode property) {
        var code = property.path("code").asString("");
        for (var type : Property.Type.values()) {
            var value = property.path("value" + type.suffix());
            if (!value.isMissingNode()) {
                var text =
                        type == Property.Type.CODING
                                ? value.path("system").asString("")
                                        + "|"
                                        + value.path("code").asString("")
                                : value.asString("");
                builder.property(concept, code, type, text);
                means(concept, meanings.getOrDefault(code, code), text);
            }
        }
    }

    private void means(int concept, String property, String value) {
        switch (property) {
            case "inactive" -> {
                if (value.equals("true")) {
                    builder.inactive(concept);
                }
            }
            case "status" -> {
                if (GONE.contains(value.toLowerCase(Locale.ROOT))) {
                    builder.inactive(concept);
                }
            }
            case "notSelectable", "abstract" -> {
                if (value.equals("true")) {
                    builder.unselectable(concept);
                }
            }
            case "parent", "subsumedBy" -> {
                var parent = concepts.get(value);
                if (parent != null) {
                    builder.parent(concept, parent);
                }
            }
            case "child" -> {
                var child = concepts.get(value);
                if (child != null) {
                    builder.parent(child, concept);
                }
            }
            default -> {
                // Says nothing that the order or the use of concepts depends on.
            }
        }
    }
}
