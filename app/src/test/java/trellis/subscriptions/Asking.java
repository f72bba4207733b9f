package trellis.subscriptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.Wire;
import trellis.fhir.Json;

/// Somebody who has Subscriptions at a server.
record Asking(TestServer server, String token) {
    static final String GUIDE =
            "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/";

    /// A Subscription in the making.
    static ObjectNode wanted(String id, String criteria, String type, String endpoint) {
        var json = JsonNodeFactory.instance.objectNode().put("resourceType", "Subscription");
        json.put("id", id).put("status", "requested").put("reason", "a test");
        json.put("criteria", criteria);
        var channel = json.putObject("channel").put("type", type);
        if (!endpoint.isEmpty()) {
            channel.put("endpoint", endpoint);
        }
        return json;
    }

    /// The same with a content as the guide has it.
    static ObjectNode wanted(
            String id, String criteria, String type, String endpoint, String content) {
        var json = wanted(id, criteria, type, endpoint);
        var channel = (ObjectNode) json.path("channel");
        channel.put("payload", "application/fhir+json");
        channel.putObject("_payload")
                .putArray("extension")
                .addObject()
                .put("url", GUIDE + "backport-payload-content")
                .put("valueCode", content);
        return json;
    }

    static ObjectNode filtered(ObjectNode subscription, String... filters) {
        var extensions = subscription.putObject("_criteria").putArray("extension");
        for (var filter : filters) {
            extensions
                    .addObject()
                    .put("url", GUIDE + "backport-filter-criteria")
                    .put("valueString", filter);
        }
        return subscription;
    }

    static ObjectNode with(ObjectNode subscription, String extension, int value) {
        var channel = (ObjectNode) subscription.path("channel");
        channel.withArray("extension")
                .addObject()
                .put("url", GUIDE + extension)
                .put(
                        extension.equals("backport-max-count")
                                ? "valuePositiveInt"
                                : "valueUnsignedInt",
                        value);
        return subscription;
    }

    HttpResponse<String> put(String path, String json) {
        return Wire.send(
                new Wire(server)
                        .request(token, "/fhir/" + path)
                        .header("Content-Type", "application/fhir+json")
                        .PUT(BodyPublishers.ofString(json)));
    }

    HttpResponse<String> delete(String path) {
        return Wire.send(new Wire(server).request(token, "/fhir/" + path).DELETE());
    }

    HttpResponse<String> get(String path) {
        return Wire.send(new Wire(server).request(token, "/fhir/" + path));
    }

    HttpResponse<String> put(ObjectNode resource) {
        return put(
                resource.path("resourceType").asString("") + "/" + resource.path("id").asString(""),
                new String(Json.write(resource), UTF_8));
    }

    /// Asks for it, and waits until it is active.
    void begin(ObjectNode subscription) {
        var answer = put(subscription);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
        awaitStatus(subscription.path("id").asString(""), "active");
    }

    void awaitStatus(String id, String status) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() ->
                        assertThat(get("Subscription/" + id).body())
                                .contains("\"status\":\"" + status + "\""));
    }

    ObjectNode json(String path) {
        var answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Wire.json(answer);
    }

    void keep(String path, String json) {
        var answer = put(path, json.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    void patient(String id) {
        keep(
                "Patient/" + id,
                "{'resourceType':'Patient','id':'"
                        + id
                        + "','name':[{'family':'F'}],'managingOrganization':{'reference':'Organization/ZR1'}}");
    }

    void observation(String id, String patient, String status, int value) {
        keep("Observation/" + id, observationJson(id, patient, status, value));
    }

    static String observationJson(String id, String patient, String status, int value) {
        return ("{'resourceType':'Observation','id':'%s','status':'%s','code':{'coding':[{'system':'http://loinc.org','code':'718-7'}]},"
                        + "'subject':{'reference':'Patient/%s'},'valueInteger':%d}")
                .formatted(id, status, patient, value);
    }
}
