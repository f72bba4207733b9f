package trellis.api;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// The API as a description in OpenAPI 3.0 (https://spec.openapis.org/oas/v3.0.3): `GET [base]/api-docs`. Made from the
/// CapabilityStatement, so that neither can say what the other does not.
final class OpenApi implements Interaction {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> EVERYWHERE =
            List.of("_format", "_pretty", "_summary", "_elements");
    private static final List<String> SEARCHING =
            List.of("_count", "_sort", "_total", "_include", "_revinclude");

    private final Interaction capabilities;
    private volatile Made made = new Made("", new byte[0]);

    /// The document for one address of this server.
    private record Made(String base, byte[] json) {}

    /// @param capabilities what answers with the CapabilityStatement
    OpenApi(Interaction capabilities) {
        this.capabilities = capabilities;
    }

    @Override
    public Answer answer(FhirRequest request) {
        var there = made;
        if (!there.base().equals(request.base())) {
            there = new Made(request.base(), Json.write(document(request)));
            made = there;
        }
        return Answer.of(200)
                .with(there.json())
                .header("Content-Type", "application/json;charset=utf-8");
    }

    private ObjectNode document(FhirRequest request) {
        var plain =
                new FhirRequest(
                        request.caller(),
                        request.source(),
                        Verb.GET,
                        request.base(),
                        List.of("metadata"),
                        List.of(),
                        Preconditions.NONE,
                        Preferences.of(List.of(), List.of(), Preferences.Returned.REPRESENTATION),
                        Body.NONE);
        var statement = Json.parse(capabilities.answer(plain).body());
        var document = NODES.objectNode().put("openapi", "3.0.3");
        document.putObject("info")
                .put("title", "Trellis: FHIR R4")
                .put("description", statement.at("/implementation/description").asString(""))
                .put("version", statement.at("/software/version").asString("development"));
        document.putArray("servers").addObject().put("url", request.base());
        document.putArray("security").addObject().putArray("bearer");
        var paths = document.putObject("paths");
        system(statement.at("/rest/0"), paths);
        for (var resource : statement.at("/rest/0/resource")) {
            type(resource, paths);
        }
        components(document.putObject("components"));
        return document;
    }

    private static void system(JsonNode server, ObjectNode paths) {
        var metadata = operation(paths, "/metadata", "get", "capabilities", "System");
        metadata.putArray("security");
        parameters(metadata).add(query("mode", "full, normative or terminology"));
        operation(paths, "/_history", "get", "history-system", "System");
        content(operation(paths, "", "post", "batch or transaction", "System"));
        operations(server, "", "System", paths);
    }

    private static void type(JsonNode resource, ObjectNode paths) {
        var type = resource.path("type").asString();
        var codes = new HashSet<String>();
        resource.path("interaction").forEach(one -> codes.add(one.path("code").asString()));
        if (codes.contains("search-type")) {
            var search = operation(paths, "/" + type, "get", "search-type", type);
            var parameters = parameters(search);
            SEARCHING.forEach(name -> parameters.add(shared(name)));
            for (var parameter : resource.path("searchParam")) {
                parameters.add(
                        query(
                                parameter.path("name").asString(),
                                parameter.path("type").asString() + " parameter"));
            }
            operation(paths, "/" + type + "/_search", "post", "search-type", type);
        }
        var instance = "/" + type + "/{id}";
        for (var one :
                Map.of("read", "get", "update", "put", "patch", "patch", "delete", "delete")
                        .entrySet()) {
            if (codes.contains(one.getKey())) {
                var operation = operation(paths, instance, one.getValue(), one.getKey(), type);
                if (one.getKey().equals("update") || one.getKey().equals("patch")) {
                    content(operation);
                }
            }
        }
        if (codes.contains("create")) {
            content(operation(paths, "/" + type, "post", "create", type));
        }
        if (codes.contains("history-type")) {
            operation(paths, "/" + type + "/_history", "get", "history-type", type);
        }
        if (codes.contains("history-instance")) {
            operation(paths, instance + "/_history", "get", "history-instance", type);
        }
        if (codes.contains("vread")) {
            operation(paths, instance + "/_history/{vid}", "get", "vread", type);
        }
        operations(resource, "/" + type, type, paths);
    }

    /// The CapabilityStatement does not say whether an operation is done on a type or on an instance; its definition does, whose
    /// address is the description.
    private static void operations(JsonNode of, String at, String tag, ObjectNode paths) {
        for (var one : of.path("operation")) {
            var name = one.path("name").asString();
            content(operation(paths, at + "/$" + name, "post", "$" + name, tag))
                    .put("description", one.path("definition").asString());
        }
    }

    private static ObjectNode operation(
            ObjectNode paths, String path, String verb, String what, String tag) {
        var address = path.isEmpty() ? "/" : path;
        var item =
                paths.get(address) instanceof ObjectNode there ? there : paths.putObject(address);
        var operation = item.putObject(verb);
        operation.putArray("tags").add(tag);
        operation.put("summary", what);
        var parameters = operation.putArray("parameters");
        for (var name : List.of("id", "vid")) {
            if (path.contains("{" + name + "}")) {
                parameters
                        .addObject()
                        .put("name", name)
                        .put("in", "path")
                        .put("required", true)
                        .putObject("schema")
                        .put("type", "string");
            }
        }
        EVERYWHERE.forEach(name -> parameters.add(shared(name)));
        var responses = operation.putObject("responses");
        responses.putObject("2XX").put("description", "done").set("content", resource());
        responses
                .putObject("default")
                .put("description", "an OperationOutcome that says why not")
                .set("content", resource());
        return operation;
    }

    private static ArrayNode parameters(ObjectNode operation) {
        return (ArrayNode) operation.get("parameters");
    }

    private static ObjectNode content(ObjectNode operation) {
        operation.putObject("requestBody").set("content", resource());
        return operation;
    }

    private static ObjectNode resource() {
        var content = NODES.objectNode();
        for (var format : Format.values()) {
            content.putObject(format.type())
                    .putObject("schema")
                    .put("$ref", "#/components/schemas/Resource");
        }
        return content;
    }

    private static ObjectNode shared(String name) {
        return NODES.objectNode().put("$ref", "#/components/parameters/" + name);
    }

    private static ObjectNode query(String name, String description) {
        var parameter =
                NODES.objectNode()
                        .put("name", name)
                        .put("in", "query")
                        .put("description", description);
        parameter.putObject("schema").put("type", "string");
        return parameter;
    }

    private static void components(ObjectNode components) {
        components
                .putObject("securitySchemes")
                .putObject("bearer")
                .put("type", "http")
                .put("scheme", "bearer");
        var parameters = components.putObject("parameters");
        EVERYWHERE.forEach(name -> parameters.set(name, query(name, "see the API's pages")));
        SEARCHING.forEach(name -> parameters.set(name, query(name, "see the page of search")));
        var resource = components.putObject("schemas").putObject("Resource");
        resource.put("type", "object")
                .put("description", "a resource of FHIR R4")
                .put("additionalProperties", true);
        resource.putArray("required").add("resourceType");
        resource.putObject("properties").putObject("resourceType").put("type", "string");
    }
}
