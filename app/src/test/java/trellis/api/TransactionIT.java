package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class TransactionIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    private static String own() {
        return UUID.randomUUID().toString();
    }

    private static ObjectNode bundle(String type) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("resourceType", "Bundle")
                .put("type", type);
    }

    /// Adds an entry with content.
    private static ObjectNode add(
            ObjectNode bundle, String fullUrl, String method, String url, ObjectNode resource) {
        var entry = bundle.withArray("entry").addObject();
        if (!fullUrl.isEmpty()) {
            entry.put("fullUrl", fullUrl);
        }
        entry.set("resource", resource);
        return entry.putObject("request").put("method", method).put("url", url);
    }

    /// Adds an entry without content.
    private static ObjectNode add(ObjectNode bundle, String method, String url) {
        return bundle.withArray("entry")
                .addObject()
                .putObject("request")
                .put("method", method)
                .put("url", url);
    }

    private static ObjectNode patient(String value) {
        var patient = JsonNodeFactory.instance.objectNode().put("resourceType", "Patient");
        patient.putArray("identifier")
                .addObject()
                .put("system", "https://x.example")
                .put("value", value);
        return patient;
    }

    private static ObjectNode basic(String reference) {
        var basic = JsonNodeFactory.instance.objectNode().put("resourceType", "Basic");
        basic.putObject("code").put("text", "note");
        basic.putObject("subject").put("reference", reference);
        return basic;
    }

    @Test
    void links_between_entries_lead_to_the_ids_that_were_given() {
        var urn = "urn:uuid:" + own();
        var bundle = bundle("transaction");
        var note = basic(urn);
        note.putObject("text")
                .put("status", "generated")
                .put(
                        "div",
                        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\""
                                + urn
                                + "\">who</a></div>");
        note.putArray("extension")
                .addObject()
                .put("url", "https://x.example/e")
                .put("valueUri", urn);
        note.putArray("identifier").addObject().put("value", urn);
        add(bundle, "", "POST", "Basic", note);
        add(bundle, urn, "POST", "Patient", patient(own()));

        var reply = wire().post("", bundle).is(200);

        assertThat(reply.at("/type")).isEqualTo("transaction-response");
        assertThat(reply.at("/entry/0/response/status")).isEqualTo("201 Created");
        assertThat(reply.at("/entry/0/response/etag")).isEqualTo("W/\"1\"");
        assertThat(reply.json().at("/entry/0").has("resource")).isFalse();
        var person = reply.at("/entry/1/response/location").replace("/_history/1", "");
        assertThat(person).startsWith("Patient/");
        var stored =
                wire().get("/" + reply.at("/entry/0/response/location").replace("/_history/1", ""));
        assertThat(stored.at("/subject/reference")).isEqualTo(person);
        assertThat(stored.at("/text/div")).contains("href=\"" + person + "\"");
        assertThat(stored.at("/extension/0/valueUri")).isEqualTo(person);
        assertThat(stored.at("/identifier/0/value")).isEqualTo(urn);
    }

    @Test
    void a_bundle_from_another_server_keeps_its_links_together() {
        var bundle = bundle("transaction");
        var from = "https://there.example/fhir/";
        add(bundle, from + "Basic/b", "POST", "Basic", basic("Patient/p"));
        add(bundle, from + "Patient/p", "POST", "Patient", patient(own()));

        var reply = wire().post("", bundle, "Prefer", "return=representation").is(200);

        assertThat(reply.at("/entry/0/resource/subject/reference"))
                .isEqualTo("Patient/" + reply.at("/entry/1/resource/id"));
    }

    @Test
    void deletes_come_first_and_looks_come_last() {
        var gone = wire().patient(patient(own()).toString());
        var id = own();
        var bundle = bundle("transaction");
        add(bundle, "GET", "Patient/" + id);
        add(bundle, "", "PUT", "Patient/" + id, patient(own()).put("id", id));
        add(bundle, "DELETE", "Patient/" + gone);
        add(bundle, "GET", "Patient/" + gone);

        var reply = wire().post("", bundle).is(200);

        assertThat(reply.at("/entry/0/resource/id")).isEqualTo(id);
        assertThat(reply.at("/entry/1/response/status")).isEqualTo("201 Created");
        assertThat(reply.at("/entry/2/response/status")).isEqualTo("204 No Content");
        assertThat(reply.at("/entry/3/response/status")).isEqualTo("410 Gone");
        assertThat(reply.at("/entry/3/response/outcome/issue/0/code")).isEqualTo("deleted");
    }

    @Test
    void nothing_is_stored_when_the_five_hundredth_entry_is_wrong() {
        var ids = new java.util.ArrayList<String>();
        var bundle = bundle("transaction");
        for (var i = 0; i < 500; i++) {
            var id = own();
            ids.add(id);
            var patient = patient(own()).put("id", id);
            if (i == 499) {
                patient.put("birthDate", "yesterday");
            }
            add(bundle, "", "PUT", "Patient/" + id, patient);
        }

        var reply = wire().post("", bundle).is(422);

        assertThat(reply.expression()).isEqualTo("Bundle.entry[499].resource.birthDate");
        wire().get("/Patient/" + ids.getFirst()).is(404);
        wire().get("/Patient/" + ids.getLast()).is(404);
    }

    @Test
    void a_reference_to_nothing_is_named_with_its_entry() {
        var id = own();
        var bundle = bundle("transaction");
        add(bundle, "", "PUT", "Patient/" + id, patient(own()).put("id", id));
        add(bundle, "", "POST", "Basic", basic("Patient/nobody"));

        wire().post("", bundle)
                .refused(
                        422,
                        "not-found",
                        "The reference leads to a Patient that is not here; create it first, or send"
                                + " both in one transaction",
                        "Bundle.entry[1].resource.subject");
        wire().get("/Patient/" + id).is(404);
        var lost = bundle("transaction");
        add(lost, "", "POST", "Basic", basic("urn:uuid:" + own()));
        wire().post("", lost)
                .refused(
                        422,
                        "not-found",
                        "No entry of this transaction has the fullUrl that this refers to.",
                        "Bundle.entry[0].resource.subject");
    }

    @Test
    void a_conditional_reference_leads_to_the_one_that_matches() {
        var value = own();
        var id = wire().patient(patient(value).toString());
        var bundle = bundle("transaction");
        add(bundle, "", "POST", "Basic", basic("Patient?identifier=https://x.example|" + value));

        var reply = wire().post("", bundle, "Prefer", "return=representation").is(200);

        assertThat(reply.at("/entry/0/resource/subject/reference")).isEqualTo("Patient/" + id);
        var none = bundle("transaction");
        add(none, "", "POST", "Basic", basic("Patient?identifier=https://x.example|" + own()));
        wire().post("", none)
                .refused(
                        412,
                        "conflict",
                        "Bundle.entry[0].resource: the conditional reference at Basic.subject matches"
                                + " no resource; it must match one.",
                        "");
        wire().patient(patient(value).toString());
        wire().post("", bundle)
                .refused(
                        412,
                        "multiple-matches",
                        "The condition of Bundle.entry[0].resource matches 2 resources or more; it"
                                + " must match one.",
                        "");
    }

    @Test
    void a_conditional_create_is_referred_to_whether_made_or_found() {
        var value = own();
        var urn = "urn:uuid:" + own();
        var bundle = bundle("transaction");
        add(bundle, urn, "POST", "Patient", patient(value))
                .put("ifNoneExist", "identifier=https://x.example|" + value);
        add(bundle, "", "POST", "Basic", basic(urn));

        var made = wire().post("", bundle, "Prefer", "return=representation").is(200);
        var found = wire().post("", bundle, "Prefer", "return=representation").is(200);

        assertThat(made.at("/entry/0/response/status")).isEqualTo("201 Created");
        assertThat(found.at("/entry/0/response/status")).isEqualTo("200 OK");
        assertThat(found.at("/entry/0/resource/id")).isEqualTo(made.at("/entry/0/resource/id"));
        assertThat(found.at("/entry/1/resource/subject/reference"))
                .isEqualTo("Patient/" + made.at("/entry/0/resource/id"));
    }

    @Test
    void two_entries_about_one_resource_are_refused() {
        var id = own();
        var bundle = bundle("transaction");
        add(bundle, "", "PUT", "Patient/" + id, patient(own()).put("id", id));
        add(bundle, "DELETE", "Patient/" + id);

        wire().post("", bundle)
                .refused(
                        400,
                        "duplicate",
                        "Two entries are about the same resource. A transaction may change a resource"
                                + " only once.",
                        "Bundle.entry[0]");
    }

    @Test
    void a_stale_entry_stops_them_all() {
        var id = wire().patient(patient(own()).toString());
        var other = own();
        var bundle = bundle("transaction");
        add(bundle, "", "PUT", "Patient/" + other, patient(own()).put("id", other));
        add(bundle, "", "PUT", "Patient/" + id, patient(own()).put("id", id))
                .put("ifMatch", "W/\"3\"");

        wire().post("", bundle).is(412);
        wire().get("/Patient/" + other).is(404);
    }

    @Test
    void what_is_not_done_here_is_refused_with_its_place() {
        var conditional = bundle("transaction");
        add(conditional, "DELETE", "Patient");
        assertThat(wire().post("", conditional).is(400).expression())
                .isEqualTo("Bundle.entry[0].request.url");
        var unknown = bundle("transaction");
        add(unknown, "", "POST", "Patients", patient(own()));
        assertThat(wire().post("", unknown).is(400).expression())
                .isEqualTo("Bundle.entry[0].request.url");
        wire().post("", bundle("collection"))
                .refused(
                        400,
                        "value",
                        "Only a Bundle of type batch or transaction is processed here. To store"
                                + " another, POST it to Bundle.",
                        "Bundle.type");
    }

    @Test
    void the_entries_of_a_batch_succeed_and_fail_alone() {
        var bundle = bundle("batch");
        add(bundle, "", "POST", "Patient", patient(own()));
        add(bundle, "", "POST", "Patient", patient(own()).put("birthDate", "yesterday"));
        add(bundle, "GET", "Patient/nobody");
        add(bundle, "GET", "metadata?_elements=status");
        bundle.withArray("entry").addObject();

        var reply = wire().post("", bundle).is(200);

        assertThat(reply.at("/type")).isEqualTo("batch-response");
        assertThat(reply.at("/entry/0/response/status")).isEqualTo("201 Created");
        assertThat(reply.at("/entry/0/response/location")).startsWith("Patient/");
        assertThat(reply.at("/entry/1/response/status")).isEqualTo("422 Unprocessable Content");
        assertThat(reply.at("/entry/1/response/outcome/issue/0/expression/0"))
                .isEqualTo("Patient.birthDate");
        assertThat(reply.at("/entry/2/response/status")).isEqualTo("404 Not Found");
        assertThat(reply.at("/entry/3/resource/status")).isEqualTo("active");
        assertThat(reply.at("/entry/4/response/outcome/issue/0/diagnostics"))
                .isEqualTo("The entry has no request.");
    }
}
