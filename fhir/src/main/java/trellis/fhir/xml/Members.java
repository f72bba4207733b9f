package trellis.fhir.xml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Elements of one object, gathered by name in the order in which each name first came, with what is said about each value
/// (`_name`) in step.
final class Members {

    /// One name's values.
    ///
    /// @param repeats whether JSON holds them in an array even when there is one
    /// @param about what each value is accompanied by, null for nothing
    private record Member(boolean repeats, List<JsonNode> values, List<JsonNode> about) {}

    private final Map<String, Member> members = new LinkedHashMap<>();

    /// @param value JSON's null when there is none
    /// @param about id and extensions of a value that is no object; JSON's null when there are none
    void add(String name, boolean repeats, JsonNode value, JsonNode about) {
        var member =
                members.computeIfAbsent(
                        name, _ -> new Member(repeats, new ArrayList<>(), new ArrayList<>()));
        member.values.add(value);
        member.about.add(about);
    }

    /// All of them as JSON. What is given more often than it may be is an array, which the validator refuses.
    ObjectNode object() {
        var object = JsonNodeFactory.instance.objectNode();
        members.forEach((name, member) -> {
            var isArray = member.repeats || member.values.size() > 1;
            var hasValue = member.values.stream().anyMatch(value -> !value.isNull());
            var isAbout = member.about.stream().anyMatch(about -> !about.isNull());
            if (hasValue || !isAbout) {
                object.set(name, isArray ? array(member.values) : member.values.getFirst());
            }
            if (isAbout) {
                object.set("_" + name, isArray ? array(member.about) : member.about.getFirst());
            }
        });
        return object;
    }

    private static ArrayNode array(List<JsonNode> nodes) {
        return JsonNodeFactory.instance.arrayNode().addAll(nodes);
    }
}
