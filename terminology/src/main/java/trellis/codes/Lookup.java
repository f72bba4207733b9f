package trellis.codes;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Everything about one concept (https://hl7.org/fhir/R4/codesystem-operation-lookup.html).
public final class Lookup {
    private static final int MOST_CHILDREN = 1_000;

    private Lookup() {}

    /// Describes a concept as the Parameters of `$lookup`.
    ///
    /// @param language of the display; empty for any
    /// @param asked names of properties; none for all but children; `*` for all
    public static ObjectNode of(Release release, int concept, String language, List<String> asked) {
        var answer = JsonNodeFactory.instance.objectNode().put("resourceType", "Parameters");
        var parameters = answer.putArray("parameter");
        var name = release.about().name().isEmpty() ? release.system() : release.about().name();
        parameters.addObject().put("name", "name").put("valueString", name);
        if (!release.version().isEmpty()) {
            parameters.addObject().put("name", "version").put("valueString", release.version());
        }
        parameters
                .addObject()
                .put("name", "display")
                .put("valueString", release.display(concept, language));
        var wanted = Set.copyOf(asked);
        if (wanted.isEmpty() || wanted.contains("designation") || wanted.contains("*")) {
            release.designations(concept).forEach(one -> designation(one, parameters));
        }
        properties(release, concept, wanted, parameters);
        return answer;
    }

    private static void designation(Designation designation, ArrayNode parameters) {
        var parts = parameters.addObject().put("name", "designation").putArray("part");
        if (!designation.language().isEmpty()) {
            parts.addObject().put("name", "language").put("valueCode", designation.language());
        }
        var use = designation.use();
        if (!use.code().isEmpty()) {
            var coding = parts.addObject().put("name", "use").putObject("valueCoding");
            if (!use.system().isEmpty()) {
                coding.put("system", use.system());
            }
            coding.put("code", use.code());
            if (!use.display().isEmpty()) {
                coding.put("display", use.display());
            }
        }
        parts.addObject().put("name", "value").put("valueString", designation.term());
    }

    private static void properties(
            Release release, int concept, Set<String> wanted, ArrayNode into) {
        var all = wanted.isEmpty() || wanted.contains("*");
        if (all || wanted.contains("inactive")) {
            property(
                    new Property(
                            "inactive",
                            Property.Type.BOOLEAN,
                            Boolean.toString(!release.active(concept))),
                    "",
                    into);
        }
        for (var property : release.properties(concept)) {
            var hierarchy = Set.of("parent", "child", "inactive").contains(property.code());
            if (!hierarchy && (all || wanted.contains(property.code()))) {
                property(property, description(release, property), into);
            }
        }
        if (all || wanted.contains("parent")) {
            for (var parent : release.parents(concept)) {
                property(code("parent", release, parent), release.display(parent), into);
            }
        }
        if (wanted.contains("*") || wanted.contains("child")) {
            var children = release.children(concept);
            for (var i = 0; i < children.length && i < MOST_CHILDREN; i++) {
                property(code("child", release, children[i]), release.display(children[i]), into);
            }
        }
    }

    private static Property code(String property, Release release, int concept) {
        return new Property(property, Property.Type.CODE, release.code(concept));
    }

    /// What a value that is a code of the same system is called.
    private static String description(Release release, Property property) {
        return property.type() == Property.Type.CODE
                ? release.concept(property.value()).map(release::display).orElse("")
                : "";
    }

    private static void property(Property property, String description, ArrayNode into) {
        var parts = into.addObject().put("name", "property").putArray("part");
        parts.addObject().put("name", "code").put("valueCode", property.code());
        var value = parts.addObject().put("name", "value");
        var member = "value" + property.type().suffix();
        var text = property.value();
        switch (property.type()) {
            case BOOLEAN -> value.put(member, Boolean.parseBoolean(text));
            case INTEGER -> value.put(member, Integer.parseInt(text));
            case DECIMAL -> value.put(member, new java.math.BigDecimal(text));
            case CODING -> {
                var bar = text.lastIndexOf('|');
                var coding = value.putObject(member);
                if (bar > 0) {
                    coding.put("system", text.substring(0, bar));
                }
                coding.put("code", text.substring(bar + 1));
            }
            case CODE, STRING, DATE_TIME -> value.put(member, text);
        }
        if (!description.isEmpty()) {
            parts.addObject().put("name", "description").put("valueString", description);
        }
    }
}
