package trellis.fhir.build;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The code systems and value sets published with R4, as JSON without what only people read of them.
final class PublishedCodes {
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "text",
                    "meta",
                    "extension",
                    "contact",
                    "publisher",
                    "useContext",
                    "jurisdiction",
                    "copyright",
                    "purpose",
                    "identifier",
                    "comment",
                    "contained",
                    "implicitRules");
    private static final Set<String> MANY =
            Set.of(
                    "concept",
                    "property",
                    "designation",
                    "include",
                    "exclude",
                    "valueSet",
                    "filter",
                    "operator",
                    "contains",
                    "parameter");
    private static final Set<String> YES_OR_NO =
            Set.of(
                    "experimental",
                    "immutable",
                    "caseSensitive",
                    "compositional",
                    "versionNeeded",
                    "inactive",
                    "abstract",
                    "valueBoolean");
    private static final Set<String> NUMBERS = Set.of("count", "total", "offset", "valueInteger");

    private final List<String> lines = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    void add(Xml resource) {
        var key = resource.name() + "\t" + resource.need("url") + "\t";
        if (known.add(key)) {
            var json = JsonNodeFactory.instance.objectNode();
            json.put("resourceType", resource.name());
            members(resource, json, true);
            lines.add(key + resource.value("valueSet").orElse("") + "\t" + json);
        }
    }

    /// One line each: type, address, address of the value set of all its codes, JSON.
    List<String> lines() {
        return lines;
    }

    private static void members(Xml element, ObjectNode into, boolean top) {
        for (var child : element.children()) {
            var name = child.name();
            if (LEFT_OUT.contains(name)) {
                continue;
            }
            // A code system names the one value set of all its codes; a composition names many.
            var simple = child.attributes().containsKey("value");
            // A concept has many properties, a filter is of one: there it is the name alone.
            var one = (top && name.equals("valueSet")) || (simple && name.equals("property"));
            var many = MANY.contains(name) && !one;
            if (simple) {
                primitive(name, child.own(), many, into);
            } else {
                var object = many ? into.withArray(name).addObject() : into.putObject(name);
                members(child, object, false);
            }
        }
    }

    private static void primitive(String name, String value, boolean many, ObjectNode into) {
        if (many) {
            into.withArray(name).add(value);
        } else if (YES_OR_NO.contains(name)) {
            into.put(name, Boolean.parseBoolean(value));
        } else if (NUMBERS.contains(name)) {
            into.put(name, Integer.parseInt(value));
        } else {
            into.put(name, value);
        }
    }
}
