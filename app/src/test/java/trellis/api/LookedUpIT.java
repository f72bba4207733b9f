package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.access.Role;

/// Searches for which something is looked up first: current lists, what lies above and below, named queries (docs/api/search.md).
class LookedUpIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    private static String post(String type, String rest) {
        return wire().post(
                        "/" + type,
                        "{'resourceType':'%s',%s}".formatted(type, rest).replace('\'', '"'))
                .is(201)
                .id();
    }

    private static List<String> ids(Wire.Reply reply) {
        var ids = new ArrayList<String>();
        reply.is(200)
                .json()
                .path("entry")
                .forEach(entry -> ids.add(entry.at("/resource/id").asString("")));
        return ids;
    }

    private static String list(
            String patient, String status, String date, String code, String... items) {
        var entries = new ArrayList<String>();
        for (var item : items) {
            entries.add("{'item':{'reference':'%s'}}".formatted(item));
        }
        return post(
                "List",
                "'status':'%s','mode':'working','date':'%s','subject':{'reference':'Patient/%s'},'code':{'coding':[%s]},'entry':[%s]"
                        .formatted(status, date, patient, code, String.join(",", entries)));
    }

    private static final String PROBLEMS =
            "{'system':'http://terminology.hl7.org/CodeSystem/list-example-use-codes','code':'problems'}";
    private static final String ALLERGY =
            "'patient':{'reference':'Patient/%s'},'category':['%s'],'clinicalStatus':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical','code':'active'}]}";
    private static final String ALLERGIES = "{'system':'http://loinc.org','code':'48765-2'}";

    @Test
    void a_current_list_is_the_newest_of_its_purpose() {
        var patient = wire().patient("{\"resourceType\":\"Patient\"}");
        var one = post("Condition", "'subject':{'reference':'Patient/%s'}".formatted(patient));
        var other = post("Condition", "'subject':{'reference':'Patient/%s'}".formatted(patient));
        list(patient, "current", "2024-01-01", PROBLEMS, "Condition/" + one);
        list(patient, "current", "2025-01-01", PROBLEMS, "Condition/" + other);
        list(patient, "retired", "2026-01-01", PROBLEMS, "Condition/" + one);
        var asked = "/Condition?_list=$current-problems&patient=";
        assertThat(ids(wire().get(asked + patient))).containsExactly(other);
        assertThat(ids(wire().get(asked + "Patient/" + patient))).containsExactly(other);
        assertThat(ids(wire().get("/Patient/" + patient + "/Condition?_list=$current-problems")))
                .containsExactly(other);
        assertThat(ids(wire().get("/Condition?_list=$current-medications&patient=" + patient)))
                .isEmpty();

        var drug = post("AllergyIntolerance", ALLERGY.formatted(patient, "medication"));
        var food = post("AllergyIntolerance", ALLERGY.formatted(patient, "food"));
        list(
                patient,
                "current",
                "2025-01-01",
                ALLERGIES,
                "AllergyIntolerance/" + drug,
                "AllergyIntolerance/" + food);
        var allergies = "/AllergyIntolerance?patient=" + patient + "&_list=$current-";
        assertThat(ids(wire().get(allergies + "allergies"))).containsExactly(food, drug);
        assertThat(ids(wire().get(allergies + "drug-allergies"))).containsExactly(drug);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/Condition?_list=$current-problems; value; add patient=[id]",
                "/Condition?_list=$current-moods&patient=1; value; _list names Lists",
                "/Patient?general-practitioner:below=Practitioner/1; not-supported; leads to none",
                "/Condition?_query=none; value; there are active-problems",
                "/Device?_query=none; value; no named query of Device",
                "/Condition?_query=active-problems; value; needs the parameter",
                "/Condition?_query=active-problems&_query=active-problems; value; takes one _query",
                "/Condition?_query=active-problems&patient=1&patient=2; value; each parameter once",
            })
    void what_cannot_be_looked_up_is_refused(String address, String code, String words) {
        var refused = wire().get(address).is(400);
        assertThat(refused.at("/issue/0/code")).isEqualTo(code);
        assertThat(refused.at("/issue/0/diagnostics")).contains(words);
    }

    @Test
    void what_a_whole_search_looks_up_is_bounded() {
        var places = new ArrayList<String>();
        for (var i = 0; i <= SearchLookups.MOST_SEARCHES; i++) {
            places.add("Location/none-" + i);
        }
        var half = places.size() / 2;
        var few = "location:below=" + String.join(",", places.subList(0, half));
        var rest = "location:above=" + String.join(",", places.subList(half, places.size()));
        // The same is looked up once, however often it is asked.
        wire().get("/Encounter?" + few + "&" + few + "&" + few).is(200);
        for (var asked : List.of(few + "&" + rest, "location:above=" + String.join(",", places))) {
            var refused = wire().get("/Encounter?" + asked).is(400);
            assertThat(refused.at("/issue/0/code")).isEqualTo("too-costly");
            assertThat(refused.at("/issue/0/diagnostics"))
                    .contains("With \"location:above\"", "100 steps");
        }

        var lists = String.join(",", Collections.nCopies(21, "$current-problems"));
        var refused = wire().get("/Condition?patient=1&_list=" + lists).is(400);
        assertThat(refused.at("/issue/0/code")).isEqualTo("too-costly");
        assertThat(refused.at("/issue/0/diagnostics")).contains("_list takes 20");
    }

    @Test
    void nothing_is_looked_up_for_the_condition_of_a_write() {
        for (var query :
                List.of(
                        "_list=$current-problems&patient=1",
                        "_query=active-problems&patient=1",
                        "encounter:below=Encounter/1")) {
            wire().delete("/Condition?" + query).is(400);
        }
    }

    @Test
    void below_a_place_is_what_is_part_of_it() {
        var site = post("Location", "'name':'Site'");
        var ward =
                post(
                        "Location",
                        "'name':'Ward','partOf':{'reference':'Location/%s'}".formatted(site));
        var bed =
                post(
                        "Location",
                        "'name':'Bed','partOf':{'reference':'Location/%s'}".formatted(ward));
        var tag = UUID.randomUUID().toString();
        var encounters = new ArrayList<String>();
        for (var place : List.of(site, ward, bed)) {
            encounters.add(
                    post(
                            "Encounter",
                            "'status':'finished','class':{'code':'IMP'},'identifier':[{'value':'%s'}],'location':[{'location':{'reference':'Location/%s'}}]"
                                    .formatted(tag, place)));
        }
        var asked = "/Encounter?identifier=" + tag + "&location:";
        assertThat(ids(wire().get(asked + "below=Location/" + site)))
                .containsExactlyElementsOf(encounters.reversed());
        assertThat(ids(wire().get(asked + "below=" + ward)))
                .containsExactly(encounters.get(2), encounters.get(1));
        assertThat(ids(wire().get(asked + "above=Location/" + ward)))
                .containsExactly(encounters.get(1), encounters.get(0));
        assertThat(ids(wire().get("/Location?partof:below=" + site))).containsExactly(bed, ward);

        var circle =
                "{\"resourceType\":\"Location\",\"id\":\"%s\",\"name\":\"Site\",\"partOf\":{\"reference\":\"Location/%s\"}}"
                        .formatted(site, bed);
        wire().put("/Location/" + site, circle).is(200);
        assertThat(ids(wire().get(asked + "below=" + bed))).hasSize(3);
        assertThat(ids(wire().get(asked + "above=" + bed))).hasSize(3);
    }

    @Test
    void below_a_canonical_are_its_versions() {
        var url = "http://example.org/" + UUID.randomUUID();
        var one = form(url + "|1.2.0");
        var other = form(url + "|1.20");
        var plain = form(url);
        var asked = "/QuestionnaireResponse?questionnaire:";
        assertThat(ids(wire().get(asked + "below=" + url + "%7C1"))).containsExactly(other, one);
        assertThat(ids(wire().get(asked + "below=" + url + "%7C1.2"))).containsExactly(one);
        assertThat(ids(wire().get(asked + "below=" + url))).containsExactly(plain, other, one);
        assertThat(ids(wire().get(asked + "above=" + url + "%7C1.20.7"))).containsExactly(other);
    }

    private static String form(String from) {
        return post(
                "QuestionnaireResponse",
                "'status':'completed','questionnaire':'%s'".formatted(from));
    }

    @Test
    void a_named_query_is_the_search_that_it_stands_for() {
        var patient = wire().patient("{\"resourceType\":\"Patient\"}");
        var active = condition(patient, "active");
        condition(patient, "resolved");
        var found = wire().get("/Condition?_query=active-problems&patient=" + patient);
        assertThat(ids(found)).containsExactly(active);
        assertThat(found.at("/link/0/url"))
                .contains("clinical-status=active", "patient=" + patient)
                .doesNotContain("_query");

        var name = "q" + UUID.randomUUID();
        var definition = query(name, "active", "patient={patient}&clinical-status={state}");
        server.as(Role.CLINICIAN).post("/OperationDefinition", definition).is(403);
        wire().post("/OperationDefinition", query(name, "active", "colour=red")).is(422);
        wire().post("/OperationDefinition", query(name, "draft", "colour=red")).is(201);
        wire().post("/OperationDefinition", definition).is(201);
        var asked = "/Condition?_query=" + name + "&patient=" + patient;
        assertThat(ids(wire().get(asked + "&state=resolved"))).hasSize(1);
        assertThat(ids(wire().get(asked))).hasSize(2);
        assertThat(ids(wire().get(asked + "&_count=1&_sort=_id"))).hasSize(1);
    }

    @Test
    void a_named_query_that_counts_is_not_for_others_to_retire_or_delete() {
        var name = "q" + UUID.randomUUID();
        var clinician = server.as(Role.CLINICIAN);
        var retired = query(name, "retired", "patient={patient}");
        wire().put(
                        "/OperationDefinition/" + name,
                        with(name, query(name, "active", "patient={patient}")))
                .is(201);
        clinician.put("/OperationDefinition/" + name, with(name, retired)).is(403);
        clinician.delete("/OperationDefinition/" + name).is(403);
        wire().put("/OperationDefinition/" + name, with(name, retired)).is(200);
        clinician.delete("/OperationDefinition/" + name).is(204);
    }

    private static String with(String id, String definition) {
        return definition.replaceFirst("\\{", "{\"id\":\"" + id + "\",");
    }

    @Test
    void named_queries_stand_in_the_capability_statement_with_their_types() {
        var name = "q" + UUID.randomUUID();
        var draft = "q" + UUID.randomUUID();
        wire().post("/OperationDefinition", query(draft, "draft", "patient={patient}")).is(201);
        wire().post("/OperationDefinition", query(name, "active", "patient={patient}")).is(201);
        // What was looked up is believed for some seconds.
        await().atMost(Duration.ofSeconds(30)).until(() -> listed("Condition").containsKey(name));
        assertThat(listed("Condition"))
                .containsEntry("active-problems", "urn:trellis:query:active-problems")
                .containsEntry(name, "urn:trellis:query:" + name)
                .containsKey("validate")
                .doesNotContainKeys(draft, "laboratory-results");
        assertThat(listed("Observation")).containsKey("laboratory-results");
        assertThat(listed("MedicationRequest")).containsKey("current-prescriptions");
        assertThat(listed("AuditEvent")).isEmpty();
    }

    /// Operations and named queries of a type, each with its definition.
    private static Map<String, String> listed(String type) {
        var listed = new HashMap<String, String>();
        for (var resource : wire().get("/metadata").is(200).json().at("/rest/0/resource")) {
            if (resource.path("type").asString("").equals(type)) {
                for (var one : resource.path("operation")) {
                    listed.put(one.path("name").asString(""), one.path("definition").asString(""));
                }
            }
        }
        return listed;
    }

    private static String condition(String patient, String status) {
        return post(
                "Condition",
                "'subject':{'reference':'Patient/%s'},'clinicalStatus':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/condition-clinical','code':'%s'}]}"
                        .formatted(patient, status));
    }

    private static String query(String name, String status, String search) {
        return ("{'resourceType':'OperationDefinition','name':'Q','status':'%s','kind':'query','code':'%s','resource':['Condition'],"
                        + "'system':false,'type':true,'instance':false,'extension':[{'url':'urn:trellis:query','valueString':'%s'}],"
                        + "'parameter':[{'name':'patient','use':'in','min':1,'max':'1','type':'string','searchType':'reference'},"
                        + "{'name':'state','use':'in','min':0,'max':'1','type':'string','searchType':'token'}]}")
                .formatted(status, name, search)
                .replace('\'', '"');
    }
}
