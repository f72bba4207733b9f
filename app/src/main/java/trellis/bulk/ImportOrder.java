package trellis.bulk;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an import was asked to load.
///
/// @param inputs in their order
/// @param request the whole address at which it was asked
record ImportOrder(List<Input> inputs, String request) {

    /// A file of NDJSON elsewhere.
    ///
    /// @param type what whoever asked says it holds
    /// @param url where it is fetched
    record Input(String type, String url) {}

    ImportOrder {
        inputs = List.copyOf(inputs);
    }

    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("request", request);
        var array = json.putArray("inputs");
        inputs.forEach(one -> array.addObject().put("type", one.type()).put("url", one.url()));
        return json;
    }

    static ImportOrder of(JsonNode json) {
        var inputs = new ArrayList<Input>();
        json.path("inputs")
                .forEach(one ->
                        inputs.add(
                                new Input(
                                        one.path("type").asString(""),
                                        one.path("url").asString(""))));
        return new ImportOrder(inputs, json.path("request").asString(""));
    }
}
