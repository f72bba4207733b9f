package trellis.bulk;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.bulk.Job.Content;

/// What a job that is done says of itself: the manifest of an export
/// (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---complete-status), the like of an import, the Bundle around an answer
/// (https://hl7.org/fhir/R5/async-bundle.html). Pure functions.
final class ManifestRules {
    private ManifestRules() {}

    /// @param place address of the job, no slash at the end
    static ObjectNode export(Job job, List<Content> contents, String place) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("transactionTime", job.detail().path("transactionTime").asString(""));
        json.put("request", job.asked().path("request").asString(""));
        json.put("requiresAccessToken", true);
        list(json.putArray("output"), contents, Content.Use.OUTPUT, place);
        list(json.putArray("deleted"), contents, Content.Use.DELETED, place);
        list(json.putArray("error"), contents, Content.Use.ERROR, place);
        return json;
    }

    /// @param place address of the job, no slash at the end
    static ObjectNode imported(Job job, List<Content> contents, String place) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("transactionTime", job.detail().path("transactionTime").asString(""));
        json.put("request", job.asked().path("request").asString(""));
        json.put("requiresAccessToken", true);
        json.set("output", job.detail().path("output"));
        list(json.putArray("error"), contents, Content.Use.ERROR, place);
        return json;
    }

    private static void list(
            ArrayNode array, List<Content> contents, Content.Use kind, String place) {
        for (var content : contents) {
            if (content.use() == kind) {
                array.addObject()
                        .put("type", content.type())
                        .put("url", place + "/" + content.name())
                        .put("count", content.count());
            }
        }
    }

    /// The answer to a request, as the one entry of a Bundle.
    static ObjectNode answer(Job job, ObjectNode body) {
        var bundle = JsonNodeFactory.instance.objectNode();
        bundle.put("resourceType", "Bundle").put("type", "batch-response");
        var entry = bundle.putArray("entry").addObject();
        var detail = job.detail();
        var status = detail.path("status").asInt(500);
        if (!body.isEmpty() && status < 400) {
            entry.set("resource", body);
        }
        var response = entry.putObject("response");
        response.put("status", Integer.toString(status));
        var headers = detail.path("headers");
        copy(headers.path("Location").asString(""), "location", response);
        copy(headers.path("ETag").asString(""), "etag", response);
        if (!body.isEmpty() && status >= 400) {
            response.set("outcome", body);
        }
        return bundle;
    }

    private static void copy(String value, String name, ObjectNode into) {
        if (!value.isEmpty()) {
            into.put(name, value);
        }
    }
}
