package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WriteIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static final String PATIENT =
            """
            {"resourceType":"Patient","gender":"female"}\
            """;

    private static Wire wire() {
        return server.wire();
    }

    private static String patient(String id, String gender) {
        return "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"gender\":\"%s\"}"
                .formatted(id, gender);
    }

    private static String own() {
        return UUID.randomUUID().toString();
    }

    @Test
    void a_create_chooses_the_id_and_says_where_the_resource_is() {
        var created = wire().post("/Patient", patient("mine", "female")).is(201);

        assertThat(created.id()).isNotEqualTo("mine").hasSize(36);
        assertThat(created.id().charAt(14)).isEqualTo('7');
        assertThat(created.header("Location"))
                .isEqualTo(wire().base() + "/Patient/" + created.id() + "/_history/1");
        assertThat(created.header("ETag")).isEqualTo("W/\"1\"");
        assertThat(created.json()).isEqualTo(wire().get("/Patient/" + created.id()).json());
    }

    @Test
    void a_write_answers_as_was_preferred() {
        var minimal = wire().post("/Patient", PATIENT, "Prefer", "return=minimal").is(201);
        var outcome = wire().post("/Patient", PATIENT, "Prefer", "return=OperationOutcome").is(201);

        assertThat(minimal.bytes()).isEmpty();
        assertThat(minimal.header("Location")).contains("/_history/1");
        assertThat(outcome.at("/issue/0/diagnostics")).isEqualTo("The resource was created.");
    }

    @Test
    void content_of_another_type_than_the_address_is_refused() {
        wire().post("/Observation", PATIENT)
                .refused(
                        400,
                        "structure",
                        "The content is a \"Patient\", the address is for Observation.",
                        "resourceType");
        wire().post("/Patient", "{}")
                .refused(
                        400,
                        "structure",
                        "The content has no resourceType; it must be Patient, as in the address.",
                        "resourceType");
        wire().post("/Patient", "")
                .refused(400, "required", "The request has no content; send a resource.", "");
    }

    @Test
    void an_update_makes_the_next_version_and_a_new_id_a_first_one() {
        var id = own();

        var first = wire().put("/Patient/" + id, patient(id, "female")).is(201);
        var second = wire().put("/Patient/" + id, patient(id, "other")).is(200);

        assertThat(first.header("Location")).endsWith("/Patient/" + id + "/_history/1");
        assertThat(second.header("ETag")).isEqualTo("W/\"2\"");
        assertThat(second.at("/gender")).isEqualTo("other");
    }

    @Test
    void an_update_with_the_same_content_makes_no_version() {
        var id = own();
        wire().put("/Patient/" + id, patient(id, "female")).is(201);

        var again = wire().put("/Patient/" + id, patient(id, "female")).is(200);

        assertThat(again.header("ETag")).isEqualTo("W/\"1\"");
    }

    @Test
    void an_update_must_hold_the_id_of_its_address() {
        var id = own();

        wire().put("/Patient/" + id, patient("other", "female"))
                .refused(
                        400,
                        "value",
                        "The id in the content is not the id of the address.",
                        "Patient.id");
        wire().put("/Patient/" + id, PATIENT)
                .refused(
                        400,
                        "value",
                        "An update must hold the id of its address; this one has none.",
                        "Patient.id");
        wire().get("/Patient/" + id).is(404);
    }

    @Test
    void an_update_of_another_version_than_the_current_is_stale() {
        var id = own();
        wire().put("/Patient/" + id, patient(id, "female")).is(201);
        wire().put("/Patient/" + id, patient(id, "male"), "If-Match", "W/\"1\"").is(200);

        wire().put("/Patient/" + id, patient(id, "other"), "If-Match", "W/\"1\"")
                .refused(
                        412,
                        "conflict",
                        "You sent version 1 of Patient/"
                                + id
                                + ", it is now 2. Read it again and repeat your change on it.",
                        "");
        var absent = own();
        wire().put("/Patient/" + absent, patient(absent, "other"), "If-Match", "W/\"1\"")
                .refused(
                        412,
                        "conflict",
                        "You sent version 1 of Patient/" + absent + ", which does not exist.",
                        "");
        wire().put("/Patient/" + id, patient(id, "other"), "If-Match", "2")
                .refused(
                        400,
                        "value",
                        "If-Match must be the ETag of one version as this server gave it, such as"
                                + " W/\"3\".",
                        "If-Match");
    }

    @Test
    void an_update_that_must_be_the_first_is_refused_when_the_id_is_taken() {
        var id = own();

        wire().put("/Patient/" + id, patient(id, "female"), "If-None-Match", "*").is(201);
        wire().put("/Patient/" + id, patient(id, "male"), "If-None-Match", "*").is(412);
    }

    @Test
    void a_part_of_a_resource_is_not_stored_as_the_whole() {
        var id = wire().patient(PATIENT);
        var part = wire().get("/Patient/" + id + "?_elements=gender").text();

        wire().put("/Patient/" + id, part)
                .refused(
                        422,
                        "business-rule",
                        "This is part of a resource (tag SUBSETTED): storing it would lose the rest."
                                + " Read the whole resource and change that.",
                        "Patient.meta.tag");
    }

    @Test
    void a_delete_ends_the_resource_and_can_be_repeated() {
        var id = wire().patient(PATIENT);

        assertThat(wire().delete("/Patient/" + id).is(204).header("ETag")).isEqualTo("W/\"2\"");
        wire().delete("/Patient/" + id).is(204);
        wire().delete("/Patient/never-was").is(204);
        wire().put("/Patient/" + id, patient(id, "female")).is(201);
        wire().get("/Patient/" + id).is(200);
    }

    @Test
    void a_delete_of_another_version_is_stale() {
        var id = wire().patient(PATIENT);

        wire().delete("/Patient/" + id, "If-Match", "W/\"5\"").is(412);
        wire().get("/Patient/" + id).is(200);
    }

    @Test
    void what_is_referred_to_is_not_deleted() {
        var id = wire().patient(PATIENT);
        wire().post("/Basic", basic("Patient/" + id)).is(201);

        wire().delete("/Patient/" + id)
                .refused(
                        409,
                        "conflict",
                        "1 resource refers to it; change or delete them first",
                        "Patient/" + id);
    }

    @Test
    void a_reference_to_nothing_is_refused_with_its_place() {
        wire().post("/Basic", basic("Patient/nobody"))
                .refused(
                        422,
                        "not-found",
                        "The reference leads to a Patient that is not here; create it first, or send"
                                + " both in one transaction",
                        "Basic.subject");
        wire().post("/Basic", basic("urn:uuid:" + own())).is(422);
        wire().post("/Basic", basic("Patient?identifier=1")).is(422);
    }

    @Test
    void an_absolute_reference_to_this_server_becomes_relative() {
        var id = wire().patient(PATIENT);

        var created = wire().post("/Basic", basic(wire().base() + "/Patient/" + id)).is(201);

        assertThat(created.at("/subject/reference")).isEqualTo("Patient/" + id);
        var elsewhere =
                wire().post("/Basic", basic("https://other.example/fhir/Patient/1")).is(201);
        assertThat(elsewhere.at("/subject/reference"))
                .isEqualTo("https://other.example/fhir/Patient/1");
    }

    @Test
    void a_conditional_create_makes_one_and_then_finds_it() {
        var value = own();
        var patient =
                "{\"resourceType\":\"Patient\",\"identifier\":[{\"system\":\"https://x.example\",\"value\":\"%s\"}]}"
                        .formatted(value);
        var condition = "identifier=https://x.example|" + value;

        var made = wire().post("/Patient", patient, "If-None-Exist", condition).is(201);
        var found = wire().post("/Patient", patient, "If-None-Exist", condition).is(200);

        assertThat(found.id()).isEqualTo(made.id());
        wire().post("/Patient", patient).is(201);
        wire().post("/Patient", patient, "If-None-Exist", condition)
                .refused(
                        412,
                        "multiple-matches",
                        "The condition of If-None-Exist matches 2 resources or more; it must match"
                                + " one.",
                        "");
        wire().post("/Patient", patient, "If-None-Exist", "identifyer=1").is(400);
        wire().post("/Patient", patient, "If-None-Exist", "_count=1").is(400);
    }

    @Test
    void a_history_begins_with_how_the_resource_came() {
        var posted = wire().post("/Patient", "{\"resourceType\":\"Patient\"}").is(201).id();
        wire().put("/Patient/" + posted, patient(posted, "other")).is(200);
        var put = own();
        wire().put("/Patient/" + put, patient(put, "other")).is(201);

        var history = wire().get("/Patient/" + posted + "/_history").is(200);

        assertThat(history.at("/entry/0/request/method")).isEqualTo("PUT");
        assertThat(history.at("/entry/1/request/method")).isEqualTo("POST");
        assertThat(history.at("/entry/1/request/url")).isEqualTo("Patient");
        assertThat(wire().get("/Patient/" + put + "/_history").at("/entry/0/request/method"))
                .isEqualTo("PUT");
    }

    @Test
    void versions_are_told_newest_first_and_in_pages() {
        var id = own();
        for (var gender : new String[] {"female", "male", "other", "unknown"}) {
            wire().put("/Patient/" + id, patient(id, gender));
        }
        wire().delete("/Patient/" + id).is(204);

        var page = wire().get("/Patient/" + id + "/_history?_count=2").is(200);

        assertThat(page.at("/type")).isEqualTo("history");
        assertThat(page.json().path("total").asInt(0)).isEqualTo(5);
        assertThat(page.at("/entry/0/request/method")).isEqualTo("DELETE");
        assertThat(page.at("/entry/1/resource/gender")).isEqualTo("unknown");
        assertThat(page.at("/entry/1/response/etag")).isEqualTo("W/\"4\"");
        assertThat(page.at("/link/1/relation")).isEqualTo("next");
        var next = page.at("/link/1/url").substring(wire().base().toString().length());
        assertThat(wire().get(next).at("/entry/0/resource/gender")).isEqualTo("other");
        var since = page.at("/entry/1/resource/meta/lastUpdated");
        assertThat(wire().get("/Patient/" + id + "/_history?_since=" + since).json().path("entry"))
                .hasSize(2);
        wire().get("/Patient/nobody/_history").is(404);
        wire().get("/Patient/" + id + "/_history?_since=soon")
                .refused(
                        400,
                        "value",
                        "_since must be an instant such as 2026-11-01T09:30:00Z.",
                        "_since");
        wire().get("/Patient/" + id + "/_history?colour=red").is(400);
        wire().get("/Patient/" + id + "/_history?colour=red", "Prefer", "handling=lenient").is(200);
    }

    @Test
    void other_formats_are_refused_by_name() {
        wire().send(
                        "POST",
                        "/Patient",
                        BodyPublishers.ofString("<> a fhir:Patient ."),
                        "Content-Type",
                        "text/turtle")
                .refused(
                        415,
                        "not-supported",
                        "Content of type \"text/turtle\" is not read here. Send application/fhir+json"
                                + " or application/fhir+xml in UTF-8.",
                        "");
        wire().get("/metadata", "Accept", "text/turtle")
                .refused(
                        406,
                        "not-supported",
                        "This server answers in application/fhir+json or application/fhir+xml (FHIR"
                                + " R4, version 4.0) and not in \"text/turtle\". Ask for one of them"
                                + " with Accept, or with _format=json or _format=xml.",
                        "");
        wire().get("/metadata?_format=ttl").is(406);
        wire().get("/metadata?_format=json", "Accept", "application/xml").is(200);
        wire().get("/metadata?_format=application/fhir+json").is(200);
        wire().get("/metadata", "Accept", "application/fhir+json; fhirVersion=3.0").is(406);
        assertThat(wire().get("/metadata", "Accept", "application/json").header("Content-Type"))
                .isEqualTo("application/json;charset=utf-8");
    }

    private static String basic(String reference) {
        return "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"note\"},\"subject\":{\"reference\":\"%s\"}}"
                .formatted(reference);
    }
}
