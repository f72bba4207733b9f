package trellis.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BadInputIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    @AfterEach
    void the_server_is_still_up() {
        wire().get("/metadata").is(200);
    }

    @Test
    void malformed_json_is_refused_with_line_and_column() {
        var reply =
                wire().post("/Patient", "{\"resourceType\":\"Patient\",\n \"gender\" \"male\"}")
                        .is(400);

        assertThat(reply.at("/issue/0/code")).isEqualTo("structure");
        assertThat(reply.expression()).startsWith("line 2, column ");
        wire().post("/Patient", "[]").is(400);
        wire().post("/Patient", "{\"resourceType\":\"Patient\"} more").is(400);
        wire().post("/Patient", "{\"resourceType\":\"Patient\"").is(400);
    }

    @Test
    void a_name_given_twice_is_refused() {
        var reply =
                wire().post(
                                "/Patient",
                                "{\"resourceType\":\"Patient\",\"gender\":\"male\",\"gender\":\"female\"}")
                        .is(400);

        assertThat(reply.at("/issue/0/diagnostics"))
                .isEqualTo("Not well-formed JSON: the name \"gender\" is given twice");
    }

    @Test
    void bytes_that_are_not_utf8_are_refused() {
        var latin =
                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Müller\"}]}"
                        .getBytes(ISO_8859_1);

        var reply =
                wire().send(
                                "POST",
                                "/Patient",
                                BodyPublishers.ofByteArray(latin),
                                "Content-Type",
                                "application/fhir+json");

        assertThat(reply.is(400).at("/issue/0/code")).isEqualTo("structure");
    }

    @Test
    void ten_thousand_levels_are_refused() {
        var deep =
                "{\"resourceType\":\"Patient\",\"extension\":"
                        + "[".repeat(10_000)
                        + "]".repeat(10_000)
                        + "}";

        var reply = wire().post("/Patient", deep).is(400);

        assertThat(reply.at("/issue/0/code")).isEqualTo("too-costly");
    }

    @Test
    void unknown_elements_and_wrong_types_are_400_and_name_the_place() {
        var unknown =
                wire().post("/Patient", "{\"resourceType\":\"Patient\",\"gendre\":\"male\"}")
                        .is(400);
        var wrong =
                wire().post("/Patient", "{\"resourceType\":\"Patient\",\"name\":\"Ada\"}").is(400);

        assertThat(unknown.at("/issue/0/code")).isEqualTo("structure");
        assertThat(unknown.expression()).isEqualTo("Patient.gendre");
        assertThat(wrong.at("/issue/0/code")).isEqualTo("structure");
        assertThat(wrong.expression()).isEqualTo("Patient.name");
    }

    @Test
    void broken_rules_are_422_and_name_the_place() {
        var date =
                wire().post("/Patient", "{\"resourceType\":\"Patient\",\"birthDate\":\"soon\"}")
                        .is(422);
        var code =
                wire().post("/Patient", "{\"resourceType\":\"Patient\",\"gender\":\"f\"}").is(422);
        var missing =
                wire().post(
                                "/Observation",
                                "{\"resourceType\":\"Observation\",\"status\":\"final\"}")
                        .is(422);

        assertThat(date.expression()).isEqualTo("Patient.birthDate");
        assertThat(code.expression()).isEqualTo("Patient.gender");
        assertThat(missing.expression()).isEqualTo("Observation.code");
    }

    @Test
    void an_id_of_65_characters_is_refused() {
        var id = "x".repeat(65);

        wire().put("/Patient/" + id, "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}")
                .refused(
                        400,
                        "value",
                        "An id is 1 to 64 letters, digits, hyphens and full stops; this one has 65"
                                + " characters.",
                        "id");
    }

    @Test
    void a_search_for_what_no_text_can_hold_is_refused() {
        assertThat(wire().get("/Patient?name:contains=S%00th").is(400).at("/issue/0/diagnostics"))
                .contains("number zero");
    }

    @Test
    void an_unknown_search_parameter_is_refused_or_left_out_as_preferred() {
        var refused = wire().get("/Patient?familly=Okafor").is(400);
        var lenient = wire().get("/Patient?familly=Okafor", "Prefer", "handling=lenient").is(200);

        assertThat(refused.expression()).isEqualTo("familly");
        assertThat(lenient.text()).contains("\"mode\":\"outcome\"");
        assertThat(wire().get("/Patient?birthdate=soon").is(400).expression())
                .isEqualTo("birthdate");
    }
}
