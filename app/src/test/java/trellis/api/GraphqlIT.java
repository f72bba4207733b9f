package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import trellis.fhir.Json;

/// docs/api/graphql.md.
class GraphqlIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    private static String patient(String family) {
        return wire().patient(
                        """
                        {"resourceType":"Patient","active":true,"name":[{"use":"official","family":"%s","given":["Ada"]},\
                        {"use":"nickname","given":["Addie"]}],"birthDate":"1980-02-01"}\
                        """
                                .formatted(family));
    }

    private static String condition(String patient) {
        return wire().post(
                        "/Condition",
                        """
                        {"resourceType":"Condition","subject":{"reference":"Patient/%s"},"code":{"text":"Asthma"}}\
                        """
                                .formatted(patient))
                .is(201)
                .id();
    }

    private static Wire.Reply ask(String path, String query) {
        return wire().get(path + "$graphql?query=" + URLEncoder.encode(query, UTF_8));
    }

    private static JsonNode data(Wire.Reply reply) {
        reply.is(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json;charset=utf-8");
        return reply.json().path("data");
    }

    private static JsonNode json(String text) {
        return Json.parse(text.getBytes(UTF_8));
    }

    @Test
    void elements_of_one_resource_are_selected() {
        var id = patient("Okafor");

        assertThat(
                        data(
                                ask(
                                        "/Patient/" + id + "/",
                                        "{id active name(use: official) {family given} first: name(fhirpath: \"use = 'nickname'\") @first {given}}")))
                .isEqualTo(
                        json(
                                """
                                {"id":"%s","active":true,"name":[{"family":"Okafor","given":["Ada"]}],"first":{"given":["Addie"]}}\
                                """
                                        .formatted(id)));
    }

    @Test
    void references_are_followed_there_and_back() {
        var patient = patient("Okafor");
        var condition = condition(patient);

        assertThat(
                        data(
                                ask(
                                        "/Condition/" + condition + "/",
                                        "{subject{resource(type: Patient){birthDate ConditionList(_reference: patient){id}}}}")))
                .isEqualTo(
                        json(
                                """
                                {"subject":{"resource":{"birthDate":"1980-02-01","ConditionList":[{"id":"%s"}]}}}\
                                """
                                        .formatted(condition)));
    }

    @Test
    void the_whole_system_is_asked_by_type() {
        var id = patient("Graphson");

        var data =
                data(
                        ask(
                                "/",
                                "{one: Patient(id: \""
                                        + id
                                        + "\"){active} none: Patient(id: \"nobody\"){active} PatientList(family: \"graphson\", birthdate: \"ge1980\"){id}}"));

        assertThat(data)
                .isEqualTo(
                        json(
                                """
                                {"one":{"active":true},"none":null,"PatientList":[{"id":"%s"}]}\
                                """
                                        .formatted(id)));
    }

    @Test
    void a_connection_has_pages() {
        for (var i = 0; i < 3; i++) {
            patient("Pageson");
        }
        var first =
                data(ask(
                                "/",
                                "{PatientConnection(family: \"pageson\", _count: 2){count pagesize edges{mode"
                                        + " resource{id}} next}}"))
                        .path("PatientConnection");
        var next = first.path("next").asString();
        var second =
                data(ask(
                                "/",
                                "{PatientConnection(cursor: \""
                                        + next
                                        + "\"){edges{resource{id}} next}}"))
                        .path("PatientConnection");

        assertThat(first.path("count").asInt()).isEqualTo(3);
        assertThat(first.path("pagesize").asInt()).isEqualTo(2);
        assertThat(first.path("edges")).hasSize(2);
        assertThat(second.path("edges")).hasSize(1);
        assertThat(second.has("next")).isFalse();
    }

    @Test
    void a_query_can_be_sent_as_json_as_text_and_as_parameters() {
        var id = patient("Okafor");
        var path = "/Patient/" + id + "/$graphql";
        var json = JsonNodeFactory.instance.objectNode();
        json.put("query", "query a($x: Boolean) {active @include(if: $x) id} query b {id}");
        json.put("operationName", "a").putObject("variables").put("x", true);

        var asJson =
                data(
                        wire().send(
                                        "POST",
                                        path,
                                        BodyPublishers.ofByteArray(Json.write(json)),
                                        "Content-Type",
                                        "application/json"));
        var asText =
                data(
                        wire().send(
                                        "POST",
                                        path,
                                        BodyPublishers.ofString("{active id}"),
                                        "Content-Type",
                                        "application/graphql"));
        var asParameters =
                data(
                        wire().post(
                                        path,
                                        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"query\",\"valueString\":\"{active id}\"}]}"));

        assertThat(asJson).isEqualTo(asText).isEqualTo(asParameters);
        assertThat(asJson.path("active").asBoolean()).isTrue();
    }

    @Test
    void what_cannot_be_answered_is_refused_with_its_place() {
        var id = patient("Okafor");
        var path = "/Patient/" + id + "/";
        ask(path, "{name {").is(400);
        assertThat(ask(path, "{\n  nonsense\n}").is(400).expression())
                .isEqualTo("query, line 2, column 3");
        ask(path, "{name}").is(400);
        ask(path, "{active {x}}").is(400);
        ask(path, "mutation {active}").is(400);
        ask(path, "{active @nonsense}").is(400);
        ask(path, "{name @flatten {use @singleton}}").is(400);
        ask(path, "{ConditionList{id}}").is(400);
        ask("/", "{nonsense{id}}").is(400);
        ask("/", "{PatientList(nonsense: 1){id}}").is(400);
        wire().get(path + "$graphql").is(400);
        ask("/Patient/nobody/", "{id}").is(404);
        wire().delete("/Patient/" + id).is(204);
        ask(path, "{id}").is(410);
    }

    @Test
    void a_refusal_that_tells_of_a_record_names_it_in_the_audit() {
        var id = patient("Okafor");
        var request = UUID.randomUUID().toString();

        wire().get(
                        "/Patient/"
                                + id
                                + "/$graphql?query="
                                + URLEncoder.encode(
                                        "{name(fhirpath: \"iif(family = 'Okafor', 1 | 2, true)\"){use}}",
                                        UTF_8),
                        "X-Request-Id",
                        request)
                .is(400);

        assertThat(AuditLines.of(server.server(), request)).contains("R $graphql Patient 200");
    }

    @Test
    void long_texts_count_for_more_than_short_ones() {
        var text = "x".repeat(500_000);
        var id =
                wire().patient(
                                "{\"resourceType\":\"Patient\",\"contact\":[{\"name\":{\"text\":\""
                                        + text
                                        + "\"}}]}");
        var query = new StringBuilder("{contact{name{");
        for (var i = 0; i < 200; i++) {
            query.append('a').append(i).append(":text ");
        }
        wire().send(
                        "POST",
                        "/Patient/" + id + "/$graphql",
                        BodyPublishers.ofString(query.append("}}}").toString()),
                        "Content-Type",
                        "application/graphql")
                .is(400);
    }

    @Test
    void what_asks_for_too_much_is_refused_and_soon() {
        var id = patient("Okafor");
        var path = "/Patient/" + id + "/";
        var aliases = new StringBuilder("{");
        for (var i = 0; i < 60; i++) {
            aliases.append("a").append(i).append(": ConditionList(_reference: patient){id} ");
        }
        assertThat(ask(path, aliases.append('}').toString()).is(400).at("/issue/0/code"))
                .isEqualTo("too-costly");
        assertThat(ask(path, "{...a} fragment a on Patient {...a}").is(400).at("/issue/0/code"))
                .isEqualTo("too-costly");
        var doubling = new StringBuilder("{...f0}");
        for (var i = 0; i < 25; i++) {
            doubling.append("fragment f%d on Patient {...f%d ...f%d}".formatted(i, i + 1, i + 1));
        }
        doubling.append("fragment f25 on Patient {id}");
        wire().send(
                        "POST",
                        path + "$graphql",
                        BodyPublishers.ofString(doubling.toString()),
                        "Content-Type",
                        "application/graphql")
                .is(400);
        wire().send(
                        "POST",
                        path + "$graphql",
                        BodyPublishers.ofString("{a".repeat(5_000) + "}".repeat(5_000)),
                        "Content-Type",
                        "application/graphql")
                .is(400);
    }
}
