package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.access.Role;

/// Searches of several types, in compartments, by filters, lists, places and words, over HTTP.
class SearchEverywhereIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    private static String unique() {
        return "x" + UUID.randomUUID().toString().replace("-", "");
    }

    private static String create(String json) {
        var type = json.replaceFirst("(?s).*?\"resourceType\":\"([A-Za-z]+)\".*", "$1");
        return type + "/" + wire().post("/" + type, json).is(201).id();
    }

    private static String patient() {
        return "Patient/" + wire().patient("{\"resourceType\":\"Patient\"}");
    }

    private static String observation(String patient, String more) {
        return create(
                "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"urn:s\",\"code\":\"c\",\"display\":\"Héart rate\"}]},\"subject\":{\"reference\":\"%s\"}%s}"
                        .formatted(patient, more));
    }

    private static String condition(String patient) {
        return create(
                "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"%s\"}}"
                        .formatted(patient));
    }

    /// The matches, as addresses.
    private static List<String> found(Wire.Reply reply) {
        var found = new ArrayList<String>();
        for (var entry : reply.is(200).json().path("entry")) {
            if (entry.at("/search/mode").asString("").equals("match")) {
                var resource = entry.path("resource");
                found.add(
                        resource.path("resourceType").asString("")
                                + "/"
                                + resource.path("id").asString(""));
            }
        }
        return found;
    }

    private static List<String> find(String address) {
        return found(wire().get(address));
    }

    @Test
    void a_search_of_several_types_is_one_list_by_get_and_by_post() {
        var patient = patient();
        var observation = observation(patient, "");
        var condition = condition(patient);
        var query = "_type=Observation,Condition&patient=" + patient;

        assertThat(find("?" + query)).containsExactly(condition, observation);
        assertThat(find("?" + query + "&_count=1&_sort=_lastUpdated")).containsExactly(observation);
        var form =
                wire().send(
                                "POST",
                                "/_search",
                                BodyPublishers.ofString(query),
                                "Content-Type",
                                "application/x-www-form-urlencoded");
        assertThat(found(form)).containsExactly(condition, observation);
        wire().get("?_type=Nothing")
                .refused(
                        400,
                        "value",
                        "_type names resource types that are searched at this address, such as"
                                + " Observation,Condition; AuditEvent is searched by itself.",
                        "_type");
        wire().get("").is(400);
        wire().get("?_type=Observation,Condition&value-quantity=5").is(400);
    }

    @Test
    void a_compartment_holds_what_belongs_to_it_page_by_page() {
        var patient = patient();
        var first = observation(patient, "");
        var second = observation(patient, "");
        var condition = condition(patient);

        assertThat(find("/" + patient + "/Observation")).containsExactly(second, first);
        assertThat(find("/" + patient + "/Observation?code=c&_sort=_lastUpdated"))
                .containsExactly(first, second);
        assertThat(find("/" + patient + "/*")).containsExactly(condition, second, first, patient);
        assertThat(find("/" + patient + "/*?_type=Condition")).containsExactly(condition);
        var page = wire().get("/" + patient + "/Observation?_count=1").is(200);
        var next = page.at("/link/1/url").substring(wire().base().toString().length());
        assertThat(next).startsWith("/" + patient + "/Observation?_cursor=");
        assertThat(find(next)).containsExactly(first);
        wire().get(next.replace(patient, "Patient/other")).is(400);
        wire().get("/" + patient + "/Organization").is(404);
        wire().get("/Organization/1/Patient").is(404);
        wire().get("/Patient/" + "x".repeat(65) + "/Observation").is(400);
    }

    @Test
    void quantities_are_compared_in_base_units() {
        var patient = patient();
        var grams =
                observation(
                        patient,
                        ",\"valueQuantity\":{\"value\":0.005,\"unit\":\"gram\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"g\"}");
        var milligrams =
                observation(
                        patient,
                        ",\"valueQuantity\":{\"value\":5.0,\"unit\":\"mg\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg\"}");
        var mine = "/Observation?patient=" + patient + "&value-quantity=";

        assertThat(find(mine + "5.0%7Chttp://unitsofmeasure.org%7Cmg"))
                .containsExactly(milligrams, grams);
        assertThat(find(mine + "gt4%7Chttp://unitsofmeasure.org%7Cmg")).hasSize(2);
        assertThat(find(mine + "gt0.004%7Chttp://unitsofmeasure.org%7Ckg")).isEmpty();
        assertThat(find(mine + "5.0")).containsExactly(milligrams);
    }

    @Test
    void words_of_codes_are_found_by_their_beginning() {
        var patient = patient();
        var observation = observation(patient, "");
        var mine = "/Observation?patient=" + patient;

        assertThat(find(mine + "&code:text=heart")).containsExactly(observation);
        assertThat(find(mine + "&code:text=rate")).isEmpty();
        assertThat(wire().get(mine + "&code:in=http://nothing.example/vs").status())
                .isBetween(400, 422);
    }

    @Test
    void an_identifier_is_found_with_its_kind() {
        var number = unique();
        var id =
                create(
                        "{\"resourceType\":\"Patient\",\"identifier\":[{\"type\":{\"coding\":[{\"system\":\"urn:kinds\",\"code\":\"MR\"}]},\"system\":\"urn:n\",\"value\":\"%s\"}]}"
                                .formatted(number));

        assertThat(find("/Patient?identifier:of-type=urn:kinds%7CMR%7C" + number))
                .containsExactly(id);
        assertThat(find("/Patient?identifier:of-type=urn:kinds%7CSS%7C" + number)).isEmpty();
        wire().get("/Patient?identifier:of-type=" + number).is(400);
    }

    @Test
    void a_profile_is_found_by_what_lies_above_it() {
        var host = "http://" + unique() + ".example/fhir";
        var id =
                create(
                        "{\"resourceType\":\"Basic\",\"meta\":{\"profile\":[\"%s/StructureDefinition/a\"]},\"code\":{\"text\":\"x\"}}"
                                .formatted(host));

        assertThat(find("/Basic?_profile:below=" + host)).containsExactly(id);
        assertThat(find("/Basic?_profile:below=" + host + "/")).containsExactly(id);
        assertThat(find("/Basic?_profile:below=" + host + "/Struct")).isEmpty();
        assertThat(find("/Basic?_profile:above=" + host + "/StructureDefinition/a/b"))
                .containsExactly(id);
    }

    @Test
    void a_place_is_found_by_how_far_it_is() {
        var name = unique();
        var id =
                create(
                        "{\"resourceType\":\"Location\",\"name\":\"%s\",\"position\":{\"latitude\":51.5,\"longitude\":-0.12}}"
                                .formatted(name));
        var mine = "/Location?name=" + name + "&near=";

        assertThat(find(mine + "51.6%7C-0.12%7C12%7Ckm")).containsExactly(id);
        assertThat(find(mine + "51.6%7C-0.12%7C11%7Ckm")).isEmpty();
        assertThat(
                        find(
                                mine
                                        + "51.6%7C-0.12%7C7%7C[mi_us]"
                                                .replace("[", "%5B")
                                                .replace("]", "%5D")))
                .containsExactly(id);
        assertThat(find(mine + "51.5%7C-0.12")).containsExactly(id);
        wire().get(mine + "91%7C0").is(400);
        wire().get(mine + "51.5").is(400);
        wire().get(mine + "51.5%7C0%7C5%7Cparsecs").is(400);
    }

    @Test
    void entries_of_a_list_are_found_through_it() {
        var patient = patient();
        var one = condition(patient);
        condition(patient);
        var list =
                wire().post(
                                "/List",
                                "{\"resourceType\":\"List\",\"status\":\"current\",\"mode\":\"working\",\"entry\":[{\"item\":{\"reference\":\"%s\"}}]}"
                                        .formatted(one))
                        .is(201)
                        .id();

        assertThat(find("/Condition?_list=" + list)).containsExactly(one);
        wire().get("/Condition?_list=$current-problems").is(400);
    }

    @Test
    void a_filter_says_and_or_not_and_follows_references() {
        var family = unique();
        var patient =
                create(
                        "{\"resourceType\":\"Patient\",\"active\":true,\"name\":[{\"family\":\"%s\"}],\"birthDate\":\"1980-05-06\"}"
                                .formatted(family));
        var observation = observation(patient, ",\"effectiveDateTime\":\"2020-03-04\"");
        var find = "/Patient?_filter=family%20eq%20%22" + family + "%22%20and%20";

        assertThat(find(find + "birthdate%20ge%201980-01-01")).containsExactly(patient);
        assertThat(find(find + "(birthdate%20lt%201980%20or%20active%20eq%20true)"))
                .containsExactly(patient);
        assertThat(find(find + "not%20(active%20eq%20true)")).isEmpty();
        assertThat(find(find + "gender%20pr%20false")).containsExactly(patient);
        assertThat(
                        find(
                                "/Observation?_filter=subject:Patient%5Bactive%20eq%20true%5D.family%20eq%20"
                                        + family
                                        + "%20and%20date%20po%202020"))
                .containsExactly(observation);
        wire().get("/Patient?_filter=family%20is%20x")
                .refused(
                        400,
                        "value",
                        "At character 8 of the _filter there should be an operator such as eq, ne,"
                                + " co, sw, gt, ge, pr or in; one is written such as given eq"
                                + " \"peter\" and birthdate ge 2014-10-10.",
                        "_filter");
        wire().get("/Patient?_filter=" + "(".repeat(30) + "active%20eq%20true").is(400);
        wire().get("/Patient?_filter=birthdate%20co%20x").is(400);
        wire().get("/Patient?_filter=nothing%20eq%20x").is(400);
    }

    @Test
    void everything_that_can_be_reached_comes_along_once_and_circles_end() {
        var above = "Location/" + unique();
        wire().put(
                        "/" + above,
                        "{\"resourceType\":\"Location\",\"id\":\"%s\"}"
                                .formatted(above.substring(9)))
                .is(201);
        var below =
                create(
                        "{\"resourceType\":\"Location\",\"partOf\":{\"reference\":\"%s\"}}"
                                .formatted(above));
        wire().put(
                        "/" + above,
                        "{\"resourceType\":\"Location\",\"id\":\"%s\",\"partOf\":{\"reference\":\"%s\"}}"
                                .formatted(above.substring(9), below))
                .is(200);

        var reply =
                wire().get(
                                "/Location?_id="
                                        + below.substring(9)
                                        + "&_include:iterate=Location:partof&_revinclude:iterate=*")
                        .is(200);

        assertThat(reply.json().path("entry")).hasSize(2);
    }

    @Test
    void documents_are_found_by_their_words() {
        var word = unique();
        var id =
                create(
                        "{\"resourceType\":\"DocumentReference\",\"status\":\"current\",\"description\":\"About %s and Knéés\",\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p>told %s</p></div>\"},\"content\":[{\"attachment\":{\"title\":\"t\"}}]}"
                                .formatted(word, word + "n"));

        assertThat(find("/DocumentReference?_content=" + word + "%20knees")).containsExactly(id);
        assertThat(find("/DocumentReference?_content=" + word + "%20-knees")).isEmpty();
        assertThat(find("/DocumentReference?_content=nothing" + word + "," + word))
                .containsExactly(id);
        assertThat(find("/DocumentReference?_text=told%20" + word + "n")).containsExactly(id);
        assertThat(find("/DocumentReference?_text=" + word)).isEmpty();
        wire().get("/Patient?_content=x")
                .refused(
                        400,
                        "not-supported",
                        "The words of Patient are not kept on this server; whoever runs it names the"
                                + " types in TRELLIS_TEXT_SEARCH.",
                        "_content");
    }

    @Test
    void a_search_is_explained_without_being_done() {
        var address = "/Patient?family=SECRETNAME&_sort=birthdate&_explain=true";

        var told = wire().get(address).is(200);

        assertThat(told.at("/resourceType")).isEqualTo("Parameters");
        assertThat(told.text())
                .contains("family: one of 1 spans", "\"name\":\"sql\"", "\"name\":\"plan\"")
                .doesNotContainIgnoringCase("SECRETNAME");
        assertThat(server.as(Role.AUDITOR).get(address).is(200).text())
                .contains("\"name\":\"sql\"")
                .doesNotContain("\"name\":\"plan\"");
        server.as(Role.WARD_CLERK).get("/Condition?code=x&_explain=true").is(403);
    }

    @Test
    void totals_are_estimated_when_asked() {
        var reply = wire().get("/Patient?_total=estimate&_count=1").is(200);
        assertThat(reply.json().path("total").asInt(-1)).isNotNegative();
    }

    @Test
    void hostile_searches_are_refused_in_little_time() {
        var many = String.join(",", java.util.Collections.nCopies(1001, "x"));
        wire().get("/Patient?family=" + many).is(400);
        var name = "link:Patient.".repeat(60);
        wire().get("/Patient?" + name + "family=x").is(400);
        wire().get("/Patient?birthdate=2020-02-31").is(400);
        wire().get("/Patient?family:above=x").is(400);
        wire().get("/Patient?organization:Organization.nothing=x").is(400);
        var long_filter = "family eq \"" + "a".repeat(10_000) + "\"";
        wire().send(
                        "POST",
                        "/Patient/_search",
                        BodyPublishers.ofString("_filter=" + long_filter.replace(" ", "+")),
                        "Content-Type",
                        "application/x-www-form-urlencoded")
                .is(400);
    }
}
