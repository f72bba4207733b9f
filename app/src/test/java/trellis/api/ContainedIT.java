package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is contained, found at the wire (docs/api/search.md).
class ContainedIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static Wire wire() {
        return server.wire();
    }

    private static String prescription(String family) {
        return wire().post(
                        "/CarePlan",
                        ("{'resourceType':'CarePlan','status':'active','intent':'plan','subject':{'display':'x'},"
                                        + "'contributor':[{'reference':'#p'},{'reference':'#q'}],'contained':["
                                        + "{'resourceType':'Patient','id':'p','name':[{'family':'%s'}]},"
                                        + "{'resourceType':'Patient','id':'q','name':[{'family':'%s'}],'gender':'male'}]}")
                                .formatted(family, family)
                                .replace('\'', '"'))
                .is(201)
                .id();
    }

    @Test
    void a_match_is_what_contains_it_or_itself() {
        var family = "C" + UUID.randomUUID();
        var plan = prescription(family);
        var alone =
                wire().patient(
                                "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"%s\"}]}"
                                        .formatted(family));
        var address = "/Patient?family=" + family + "&_total=accurate";

        assertThat(wire().get(address).is(200).at("/total")).isEqualTo("1");

        var container = wire().get(address + "&_contained=true").is(200);
        assertThat(container.at("/total")).isEqualTo("1");
        assertThat(container.at("/entry/0/fullUrl")).endsWith("/CarePlan/" + plan);
        assertThat(container.at("/entry/0/resource/resourceType")).isEqualTo("CarePlan");
        assertThat(container.at("/entry/0/search/mode")).isEqualTo("match");

        var itself =
                wire().get(address + "&gender=male&_contained=true&_containedType=contained")
                        .is(200);
        assertThat(itself.at("/total")).isEqualTo("1");
        assertThat(itself.at("/entry/0/fullUrl")).endsWith("/CarePlan/" + plan + "#q");
        assertThat(itself.at("/entry/0/resource/resourceType")).isEqualTo("Patient");
        assertThat(itself.at("/entry/0/resource/id")).isEqualTo("q");

        var both = wire().get(address + "&_contained=both&_sort=_id&_containedType=contained");
        assertThat(both.is(200).at("/total")).isEqualTo("3");
        assertThat(both.text()).contains("/Patient/" + alone + "\"");
        assertThat(
                        wire().get(address + "&_id=p&_contained=true&_containedType=contained")
                                .is(200)
                                .at("/total"))
                .isEqualTo("1");

        wire().delete("/CarePlan/" + plan).is(204);
        assertThat(wire().get(address + "&_contained=true").is(200).at("/total")).isEqualTo("0");
    }

    @Test
    void a_patient_whom_something_contained_speaks_of_goes_with_it() {
        var patient = wire().patient("{\"resourceType\":\"Patient\"}");
        var plan =
                wire().post(
                                "/CarePlan",
                                ("{'resourceType':'CarePlan','status':'active','intent':'plan','subject':{'reference':'Patient/%s'},"
                                                + "'addresses':[{'reference':'#c'}],'contained':[{'resourceType':'Condition','id':'c','subject':{'reference':'Patient/%s'}}]}")
                                        .formatted(patient, patient)
                                        .replace('\'', '"'))
                        .is(201)
                        .id();
        var found =
                wire().get(
                                "/Condition?subject=Patient/"
                                        + patient
                                        + "&_contained=true&_containedType=contained")
                        .is(200);
        assertThat(found.at("/entry/0/resource/id")).isEqualTo("c");
        wire().post(
                        "",
                        ("{'resourceType':'Bundle','type':'transaction','entry':["
                                        + "{'request':{'method':'DELETE','url':'Patient/%s'}},"
                                        + "{'request':{'method':'DELETE','url':'CarePlan/%s'}}]}")
                                .formatted(patient, plan)
                                .replace('\'', '"'))
                .is(200);
    }

    @ParameterizedTest
    @CsvSource({
        "_contained=perhaps, value",
        "_contained=true&_containedType=whole, value",
        "_contained=true&_include=Patient:organization, not-supported",
        "_contained=true&_contained=false, value",
    })
    void what_cannot_be_asked_is_refused(String query, String code) {
        assertThat(wire().get("/Patient?" + query).is(400).at("/issue/0/code")).isEqualTo(code);
    }

    @Test
    void a_condition_of_a_write_speaks_of_resources_by_themselves() {
        wire().delete("/Patient?family=nobody&_contained=true").is(400);
    }
}
