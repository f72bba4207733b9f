package trellis.codes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a code is in another code system, by a ConceptMap
/// (https://hl7.org/fhir/R4/conceptmap-operation-translate.html).
public final class Translation {
    private static final Set<String> NONE = Set.of("unmatched", "disjoint");
    private static final Map<String, String> TURNED =
            Map.of(
                    "wider", "narrower",
                    "narrower", "wider",
                    "subsumes", "specializes",
                    "specializes", "subsumes");

    /// What is wanted.
    ///
    /// @param system of the code; empty when it is not said
    /// @param targetSystem into which code system; empty for any
    /// @param reverse from target to source
    public record Wanted(String system, String code, String targetSystem, boolean reverse) {}

    /// One code it may be.
    ///
    /// @param map address of the map that says so
    /// @param products further elements that go with it, as the map has them
    private record Match(
            String equivalence,
            String system,
            String version,
            String code,
            String display,
            List<JsonNode> products,
            String map) {}

    private Translation() {}

    /// Translates by some maps; their matches come one after the other.
    public static ObjectNode of(List<ObjectNode> maps, Wanted wanted) {
        var matches = new ArrayList<Match>();
        for (var map : maps) {
            for (var group : map.path("group")) {
                if (wanted.reverse()) {
                    backwards(map, group, wanted, matches);
                } else {
                    forwards(map, group, wanted, matches);
                }
            }
        }
        return json(matches);
    }

    private static boolean fits(String said, String wanted) {
        return wanted.isEmpty() || said.isEmpty() || said.equals(wanted);
    }

    private static void forwards(ObjectNode map, JsonNode group, Wanted wanted, List<Match> into) {
        var source = group.path("source").asString("");
        var target = group.path("target").asString("");
        if (!fits(source, wanted.system()) || !fits(target, wanted.targetSystem())) {
            return;
        }
        var mapped = false;
        for (var element : group.path("element")) {
            if (element.path("code").asString("").equals(wanted.code())) {
                mapped = true;
                for (var to : element.path("target")) {
                    into.add(
                            new Match(
                                    to.path("equivalence").asString("relatedto"),
                                    target,
                                    group.path("targetVersion").asString(""),
                                    to.path("code").asString(""),
                                    to.path("display").asString(""),
                                    List.copyOf(to.path("product").values()),
                                    map.path("url").asString("")));
                }
            }
        }
        if (!mapped) {
            unmapped(map, group, wanted).ifPresent(into::add);
        }
    }

    /// What becomes of a code that the group has no element for.
    private static Optional<Match> unmapped(ObjectNode map, JsonNode group, Wanted wanted) {
        var unmapped = group.path("unmapped");
        var code =
                switch (unmapped.path("mode").asString("")) {
                    case "provided" -> wanted.code();
                    case "fixed" -> unmapped.path("code").asString("");
                    default -> "";
                };
        return code.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Match(
                                unmapped.path("mode").asString("").equals("provided")
                                        ? "equal"
                                        : "inexact",
                                group.path("target").asString(""),
                                group.path("targetVersion").asString(""),
                                code,
                                unmapped.path("display").asString(""),
                                List.of(),
                                map.path("url").asString("")));
    }

    private static void backwards(ObjectNode map, JsonNode group, Wanted wanted, List<Match> into) {
        var source = group.path("source").asString("");
        if (!fits(group.path("target").asString(""), wanted.system())
                || !fits(source, wanted.targetSystem())) {
            return;
        }
        for (var element : group.path("element")) {
            for (var to : element.path("target")) {
                if (to.path("code").asString("").equals(wanted.code())) {
                    var equivalence = to.path("equivalence").asString("relatedto");
                    into.add(
                            new Match(
                                    TURNED.getOrDefault(equivalence, equivalence),
                                    source,
                                    group.path("sourceVersion").asString(""),
                                    element.path("code").asString(""),
                                    element.path("display").asString(""),
                                    List.of(),
                                    map.path("url").asString("")));
                }
            }
        }
    }

    private static ObjectNode json(List<Match> matches) {
        var answer = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
        var parameters = answer.putArray("parameter");
        var found = matches.stream().anyMatch(match -> !NONE.contains(match.equivalence()));
        parameters.addObject().put("name", "result").put("valueBoolean", found);
        if (!found) {
            parameters
                    .addObject()
                    .put("name", "message")
                    .put("valueString", "The map has nothing that the code can be translated to.");
        }
        for (var match : matches) {
            var parts = parameters.addObject().put("name", "match").putArray("part");
            parts.addObject().put("name", "equivalence").put("valueCode", match.equivalence());
            if (!match.code().isEmpty()) {
                var coding = parts.addObject().put("name", "concept").putObject("valueCoding");
                put(coding, "system", match.system());
                put(coding, "version", match.version());
                coding.put("code", match.code());
                put(coding, "display", match.display());
            }
            match.products().forEach(product -> product(product, parts.addObject()));
            if (!match.map().isEmpty()) {
                parts.addObject().put("name", "source").put("valueUri", match.map());
            }
        }
        return answer;
    }

    private static void product(JsonNode product, ObjectNode into) {
        var parts = into.put("name", "product").putArray("part");
        parts.addObject()
                .put("name", "element")
                .put("valueUri", product.path("property").asString(""));
        var coding = parts.addObject().put("name", "concept").putObject("valueCoding");
        put(coding, "system", product.path("system").asString(""));
        coding.put("code", product.path("value").asString(""));
        put(coding, "display", product.path("display").asString(""));
    }

    private static void put(ObjectNode into, String name, String value) {
        if (!value.isEmpty()) {
            into.put(name, value);
        }
    }
}
