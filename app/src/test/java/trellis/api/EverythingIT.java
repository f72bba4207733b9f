package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.access.Role;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.store.Change;
import trellis.store.Preparation;
import trellis.store.Store;
import trellis.store.Write;

/// The whole record of a patient or an encounter (docs/api/everything.md).
class EverythingIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    @Test
    void a_record_comes_with_what_it_refers_to_each_once() {
        var mark = record();
        var all = wire().get("/Patient/" + mark + "/$everything").is(200);
        assertThat(all.at("/type")).isEqualTo("searchset");
        assertThat(names(all, "match"))
                .containsExactlyInAnyOrder(
                        "Patient/" + mark,
                        "Encounter/e-" + mark,
                        "Observation/o-" + mark,
                        "Observation/old-" + mark,
                        "MedicationRequest/m-" + mark);
        assertThat(names(all, "include"))
                .containsExactlyInAnyOrder(
                        "Practitioner/p-" + mark,
                        "PractitionerRole/r-" + mark,
                        "Organization/g-" + mark,
                        "Location/l-" + mark,
                        "Medication/d-" + mark);
        var posted =
                wire().post(
                                "/Patient/" + mark + "/$everything",
                                "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"_type\",\"valueCode\":\"Patient\"}]}")
                        .is(200);
        assertThat(names(posted, "match")).containsExactly("Patient/" + mark);
    }

    @Test
    void pages_hold_all_of_it_once() {
        var mark = record();
        for (var size : new int[] {1, 3, 5, 9, 10, 50}) {
            var found = new ArrayList<String>();
            var at = "/Patient/" + mark + "/$everything?_count=" + size;
            for (var pages = 0; !at.isEmpty() && pages < 20; pages++) {
                var page = wire().get(at).is(200);
                var here = new ArrayList<>(names(page, "match"));
                here.addAll(names(page, "include"));
                assertThat(here.size()).isBetween(1, size);
                found.addAll(here);
                at = page.at("/link/1/url");
                assertThat(at).doesNotContain("_count");
                at = at.isEmpty() ? "" : at.substring(wire().base().toString().length());
            }
            assertThat(found).as("pages of " + size).hasSize(10).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_page_is_one_of_this_record() {
        var mark = record();
        var next = wire().get("/Patient/" + mark + "/$everything?_count=1").at("/link/1/url");
        var query = next.substring(next.indexOf('?'));
        wire().get("/Patient/" + record() + "/$everything" + query).is(400);
        wire().get("/Patient/" + mark + "/$everything" + query + "&_type=Patient").is(400);
        wire().get("/Patient/" + mark + "/$everything?_cursor=made-up").is(400);
    }

    @Test
    void types_dates_and_changes_narrow_it() {
        var mark = record();
        var types =
                wire().get("/Patient/" + mark + "/$everything?_type=Observation,Location").is(200);
        assertThat(names(types, "match"))
                .containsExactlyInAnyOrder("Observation/o-" + mark, "Observation/old-" + mark);
        assertThat(names(types, "include")).containsExactly("Location/l-" + mark);

        var start = wire().get("/Patient/" + mark + "/$everything?start=2020-01-01").is(200);
        assertThat(names(start, "match"))
                .contains("Patient/" + mark, "Observation/o-" + mark)
                .doesNotContain("Observation/old-" + mark);
        var end = wire().get("/Patient/" + mark + "/$everything?end=2015").is(200);
        assertThat(names(end, "match"))
                .contains("Patient/" + mark, "Observation/old-" + mark)
                .doesNotContain("Observation/o-" + mark);
        assertThat(names(end, "include")).doesNotContain("Practitioner/p-" + mark);

        var since = wire().get("/Patient/" + mark + "/$everything?_since=2999-01-01").is(200);
        assertThat(since.json().has("entry")).isFalse();
    }

    @Test
    void an_encounter_comes_with_what_came_about_in_it() {
        var mark = record();
        var all = wire().get("/Encounter/e-" + mark + "/$everything").is(200);
        assertThat(names(all, "match"))
                .containsExactlyInAnyOrder(
                        "Patient/" + mark, "Encounter/e-" + mark, "Observation/o-" + mark);
        assertThat(names(all, "include"))
                .contains("Practitioner/p-" + mark, "Location/l-" + mark)
                .doesNotContain("Medication/d-" + mark);
    }

    @Test
    void what_cannot_be_understood_is_refused_by_name() {
        var mark = record();
        wire().get("/Patient/nobody-" + mark + "/$everything").is(404);
        wire().get("/Patient/" + mark + "/$everything?_type=Nothing")
                .refused(
                        400,
                        "value",
                        "_type is one or more resource types of FHIR R4, with commas.",
                        "_type");
        wire().get("/Patient/" + mark + "/$everything?start=soon").is(400);
        wire().get("/Patient/" + mark + "/$everything?_since=soon").is(400);
        wire().get("/Patient/" + mark + "/$everything?_count=0").is(400);
        wire().get("/Patient/" + mark + "/$everything?colour=red").is(400);
        wire().get("/Patient/$everything")
                .refused(
                        400,
                        "required",
                        "Name one: Patient/[id]/$everything. Without an id it is done for who sees one"
                                + " patient alone.",
                        "url");
        wire().get("/Observation/o-" + mark + "/$everything").is(404);
        server.as(Role.WARD_CLERK).get("/Encounter/e-" + mark + "/$everything").is(403);
        var gone = wire().post("/Patient", "{\"resourceType\":\"Patient\"}").is(201).id();
        wire().delete("/Patient/" + gone).is(204);
        wire().get("/Patient/" + gone + "/$everything").is(410);
    }

    @Test
    void a_role_gets_the_types_that_it_may_search() {
        var mark = record();
        var all = server.as(Role.WARD_CLERK).get("/Patient/" + mark + "/$everything").is(200);
        assertThat(names(all, "match"))
                .contains("Patient/" + mark)
                .doesNotContain("Observation/o-" + mark);
        assertThat(names(all, "include"))
                .as("what only a hidden resource names tells of it")
                .containsExactly("Organization/g-" + mark);
    }

    @Test
    void what_was_shown_is_in_the_audit() {
        var mark = record();
        var request = UUID.randomUUID().toString();
        wire().get("/Patient/" + mark + "/$everything", "X-Request-Id", request).is(200);
        assertThat(AuditLines.of(server.server(), request))
                .containsExactlyInAnyOrder(
                        "E $everything Patient 200", "R $everything Patient 200");
    }

    @Test
    void a_large_record_comes_whole() {
        var mark = record();
        var changes = new ArrayList<Change>();
        for (var i = 0; i < 3_000; i++) {
            changes.add(put(observation("x" + i + "-" + mark, mark, "2021-01-01")));
        }
        server.server().bean(Store.class).write(Write.unchecked(changes));

        var all = wire().get("/Patient/" + mark + "/$everything").is(200);

        var names = names(all, "match");
        assertThat(names).hasSize(3_005);
        assertThat(new HashSet<>(names)).hasSize(3_005);
        assertThat(names(all, "include")).hasSize(5);
    }

    private static String record() {
        var mark = UUID.randomUUID().toString();
        var contents =
                List.of(
                        "{'resourceType':'Organization','id':'g-@','name':'x'}",
                        "{'resourceType':'Practitioner','id':'p-@'}",
                        "{'resourceType':'Location','id':'l-@'}",
                        "{'resourceType':'Medication','id':'d-@','code':{'text':'x'}}",
                        "{'resourceType':'PractitionerRole','id':'r-@','practitioner':{'reference':'Practitioner/p-@'}}",
                        "{'resourceType':'Patient','id':'@','managingOrganization':{'reference':'Organization/g-@'}}",
                        "{'resourceType':'Encounter','id':'e-@','status':'finished','class':{'code':'AMB'},"
                                + "'subject':{'reference':'Patient/@'},'location':[{'location':{'reference':'Location/l-@'}}],"
                                + "'period':{'start':'2021-01-01','end':'2021-01-02'}}",
                        observation("o-@", "@", "2021-01-01")
                                .replace(
                                        "'status'",
                                        "'encounter':{'reference':'Encounter/e-@'},"
                                                + "'performer':[{'reference':'PractitionerRole/r-@'}],'status'"),
                        observation("old-@", "@", "2010-01-01"),
                        "{'resourceType':'MedicationRequest','id':'m-@','status':'active','intent':'order',"
                                + "'medicationReference':{'reference':'Medication/d-@'},'authoredOn':'2021-05-05',"
                                + "'subject':{'reference':'Patient/@'}}");
        var changes = contents.stream().map(json -> put(json.replace("@", mark))).toList();
        server.server().bean(Store.class).write(Write.unchecked(changes));
        return mark;
    }

    private static String observation(String id, String patient, String date) {
        return "{'resourceType':'Observation','id':'%s','status':'final','code':{'text':'x'},'subject':{'reference':'Patient/%s'},'effectiveDateTime':'%s'}"
                .formatted(id, patient, date);
    }

    private static Change put(String json) {
        var resource = Resource.of(Json.parse(json.replace('\'', '"').getBytes(UTF_8)));
        return new Change.Put(
                server.server().bean(Preparation.class).prepare(resource),
                OptionalLong.empty(),
                false);
    }

    private static List<String> names(Wire.Reply bundle, String mode) {
        var names = new ArrayList<String>();
        for (var entry : bundle.json().path("entry")) {
            if (entry.at("/search/mode").asString("").equals(mode)) {
                names.add(
                        entry.at("/resource/resourceType").asString("")
                                + "/"
                                + entry.at("/resource/id").asString(""));
            }
        }
        return names;
    }

    private static Wire wire() {
        return server.wire();
    }
}
