package trellis.api;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.fhir.definitions.ElementDefinition;
import trellis.fhir.definitions.TypeDefinition;

/// Which part of each resource is sent (https://hl7.org/fhir/R4/search.html#summary). A part is
/// marked with the tag SUBSETTED, and is never accepted back.
sealed interface Subset {

    /// Everything.
    record Whole() implements Subset {}

    /// The elements that the definitions call a summary.
    record Summary() implements Subset {}

    /// The narrative, id, meta and what is mandatory.
    record Narrative() implements Subset {}

    /// Everything but the narrative.
    record Data() implements Subset {}

    /// Nothing but how many there are.
    record Count() implements Subset {}

    /// These top-level elements, id, meta and what is mandatory or changes meaning.
    record Elements(Set<String> names) implements Subset {}

    /// System of the tag.
    String TAG_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

    /// Code of the tag.
    String TAG_CODE = "SUBSETTED";

    /// Reads `_summary` and `_elements`.
    ///
    /// @throws Refused with [Problem.BadRequest] for a value that is none
    static Subset of(List<Parameter> parameters) {
        var elements = Preferences.single(parameters, "_elements");
        var summary = Preferences.single(parameters, "_summary");
        if (elements.isPresent() && summary.isPresent() && !summary.get().equals("false")) {
            throw new Refused(
                    new Problem.BadRequest(
                            "invalid", "Give _summary or _elements, not both.", "_elements"));
        }
        if (elements.isPresent()) {
            return new Elements(
                    Arrays.stream(elements.get().split(","))
                            .map(String::strip)
                            .map(name -> name.substring(name.indexOf('.') + 1))
                            .filter(name -> !name.isEmpty())
                            .collect(Collectors.toUnmodifiableSet()));
        }
        return switch (summary.orElse("false")) {
            case "false" -> new Whole();
            case "true" -> new Summary();
            case "text" -> new Narrative();
            case "data" -> new Data();
            case "count" -> new Count();
            default ->
                    throw new Refused(
                            new Problem.BadRequest(
                                    "value",
                                    "_summary is one of true, text, data, count and false.",
                                    "_summary"));
        };
    }

    /// The wanted part of a resource.
    ///
    /// @param body JSON of a whole resource
    default byte[] of(byte[] body) {
        return switch (this) {
            case Whole _, Count _ -> body;
            case Summary _, Narrative _, Data _, Elements _ -> Json.write(part(Json.parse(body)));
        };
    }

    private ObjectNode part(ObjectNode resource) {
        var type = Definitions.r4().type(resource.path("resourceType").asString(""));
        type.ifPresent(definition ->
                resource.properties().removeIf(member -> !keeps(definition, member.getKey())));
        markAsPart(resource);
        return resource;
    }

    private boolean keeps(TypeDefinition type, String jsonName) {
        if (Set.of("resourceType", "id", "meta").contains(jsonName)) {
            return true;
        }
        var name = jsonName.startsWith("_") ? jsonName.substring(1) : jsonName;
        return type.named(name).map(typed -> keeps(typed.element())).orElse(false);
    }

    private boolean keeps(ElementDefinition element) {
        return switch (this) {
            case Whole _, Count _ -> true;
            case Summary _ -> element.isSummary();
            case Narrative _ -> element.name().equals("text") || element.min() > 0;
            case Data _ -> !element.name().equals("text");
            case Elements(var names) ->
                    names.contains(element.name()) || element.min() > 0 || element.isModifier();
        };
    }

    private static void markAsPart(ObjectNode resource) {
        var meta =
                resource.get("meta") instanceof ObjectNode there
                        ? there
                        : resource.putObject("meta");
        var tags = meta.get("tag") instanceof ArrayNode there ? there : meta.putArray("tag");
        tags.addObject().put("system", TAG_SYSTEM).put("code", TAG_CODE);
    }

    /// Whether a resource is such a part.
    static boolean isPart(ObjectNode resource) {
        for (var tag : resource.path("meta").path("tag")) {
            if (tag.path("code").asString("").equals(TAG_CODE)
                    && tag.path("system").asString("").equals(TAG_SYSTEM)) {
                return true;
            }
        }
        return false;
    }
}
