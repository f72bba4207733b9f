package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.access.Role;

/// A resource with those around it that a definition names (docs/api/graph.md).
class GraphIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    @Test
    void references_are_followed_as_the_definition_says() {
        var graph =
                define(
                        "Patient",
                        "{'path':'Patient.managingOrganization','target':[{'type':'Organization',"
                                + "'link':[{'path':'Organization.endpoint','target':[{'type':'Endpoint'}]}]}]}");
        var patient = patient();
        var all = wire().get("/Patient/" + patient + "/$graph?graph=" + graph).is(200);
        assertThat(all.at("/type")).isEqualTo("collection");
        assertThat(names(all)).hasSize(2).first().isEqualTo("Patient/" + patient);
        assertThat(names(all).getLast()).startsWith("Organization/");
        assertThat(all.at("/entry/0/fullUrl")).isEqualTo(wire().base() + "/Patient/" + patient);
    }

    @Test
    void what_refers_to_a_resource_is_searched() {
        var graph =
                define(
                        "Patient",
                        "{'target':[{'type':'Basic','params':'subject={ref}','compartment':"
                                + "[{'use':'requirement','code':'Patient','rule':'identical'}]}]}");
        var patient = patient();
        var about = basic(patient);
        basic(patient());
        var all = wire().get("/Patient/" + patient + "/$graph?graph=" + graph).is(200);
        assertThat(names(all)).containsExactly("Patient/" + patient, "Basic/" + about);
        var posted =
                wire().post(
                                "/Patient/" + patient + "/$graph",
                                quoted(
                                        "{'resourceType':'Parameters','parameter':[{'name':'graph','valueUri':'"
                                                + graph
                                                + "'}]}"))
                        .is(200);
        assertThat(names(posted)).hasSize(2);
    }

    @Test
    void a_definition_that_cannot_be_followed_is_refused() {
        var at = "/Patient/" + patient() + "/$graph";
        wire().get(at).is(400);
        wire().get(at + "?graph=http://example.org/none").is(404);
        wire().get(at + "?graph=GraphDefinition/none").is(404);
        var elsewhere = define("Basic", "{'path':'Basic.subject','target':[{'type':'Patient'}]}");
        wire().get(at + "?graph=" + elsewhere)
                .refused(
                        400,
                        "value",
                        "The GraphDefinition begins at another type than the address.",
                        "graph");
        var colour = define("Patient", "{'path':'Patient.colour','target':[{'type':'Patient'}]}");
        wire().get(at + "?graph=" + colour).is(400);
        var bare = define("Patient", "{'target':[{'type':'Patient'}]}");
        wire().get(at + "?graph=" + bare).is(400);
        var rule =
                define(
                        "Patient",
                        "{'path':'Patient.managingOrganization','target':[{'type':'Organization','compartment':"
                                + "[{'use':'requirement','code':'Device','rule':'different'}]}]}");
        wire().get(at + "?graph=" + rule).is(400);
        wire().get("/Patient/none/$graph?graph=" + rule).is(404);
    }

    @Test
    void what_a_role_may_not_search_is_left_out() {
        var graph = define("Patient", "{'target':[{'type':'Condition','params':'subject={ref}'}]}");
        var patient = patient();
        wire().post(
                        "/Condition",
                        quoted(
                                "{'resourceType':'Condition','subject':{'reference':'Patient/"
                                        + patient
                                        + "'}}"))
                .is(201);
        var at = "/Patient/" + patient + "/$graph?graph=" + graph;
        assertThat(names(wire().get(at).is(200))).hasSize(2);
        assertThat(names(server.as(Role.WARD_CLERK).get(at).is(200)))
                .containsExactly("Patient/" + patient);
    }

    @Test
    void what_was_shown_is_in_the_audit() {
        var graph = define("Patient", "{'target':[{'type':'Basic','params':'subject={ref}'}]}");
        var request = UUID.randomUUID().toString();
        wire().get("/Patient/" + patient() + "/$graph?graph=" + graph, "X-Request-Id", request)
                .is(200);
        assertThat(AuditLines.of(server.server(), request))
                .containsExactlyInAnyOrder("E $graph Patient 200", "R $graph Patient 200");
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private static String define(String start, String link) {
        var url = "http://example.org/GraphDefinition/" + UUID.randomUUID();
        wire().post(
                        "/GraphDefinition",
                        quoted(
                                "{'resourceType':'GraphDefinition','url':'%s','name':'x','status':'active','start':'%s','link':[%s]}"
                                        .formatted(url, start, link)))
                .is(201);
        return url;
    }

    private static String patient() {
        var organization =
                wire().post("/Organization", quoted("{'resourceType':'Organization','name':'x'}"))
                        .is(201)
                        .id();
        return wire().patient(
                        quoted(
                                "{'resourceType':'Patient','managingOrganization':{'reference':'Organization/"
                                        + organization
                                        + "'}}"));
    }

    private static String basic(String patient) {
        return wire().post(
                        "/Basic",
                        quoted(
                                "{'resourceType':'Basic','code':{'text':'x'},'subject':{'reference':'Patient/"
                                        + patient
                                        + "'}}"))
                .is(201)
                .id();
    }

    private static List<String> names(Wire.Reply bundle) {
        var names = new ArrayList<String>();
        for (var entry : bundle.json().path("entry")) {
            names.add(
                    entry.at("/resource/resourceType").asString("")
                            + "/"
                            + entry.at("/resource/id").asString(""));
        }
        return names;
    }

    private static Wire wire() {
        return server.wire();
    }
}
