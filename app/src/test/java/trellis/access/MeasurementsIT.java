package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.Wire;

/// What the server measures of itself.
class MeasurementsIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static Wire wire;

    @BeforeAll
    static void asks() {
        wire = new Wire(server);
        wire.keep("Patient/a", "{\"resourceType\":\"Patient\",\"id\":\"a\"}");
        get("/fhir/Patient/a");
        get("/fhir/Patient/a/_history/1");
        get("/fhir/Patient/a/_history");
        get("/fhir/Patient/_history");
        get("/fhir/_history");
        get("/fhir/Patient?family=secretname");
        get("/fhir/Patient/a/Observation");
        get("/fhir?_type=Patient&_id=a");
        get("/fhir/metadata");
        get("/fhir/Patient/$secretname");
        get("/fhir/Secretname/secretname/_secretname/x/y/z");
        get("/fhir/Patient/a/$everything");
        post("/fhir/Patient", "{\"resourceType\":\"Patient\"}");
        post("/fhir", "{\"resourceType\":\"Bundle\",\"type\":\"batch\"}");
        post("/fhir", "{\"resourceType\":\"Bundle\",\"type\":\"transaction\"}");
        post("/fhir", "{\"resourceType\":\"Bundle\",\"type\":\"secretname\"}");
        Wire.send(wire.request(wire.machine(), "/fhir/Patient/a").DELETE());
    }

    private static void get(String path) {
        Wire.send(wire.request(wire.machine(), path));
    }

    private static void post(String path, String json) {
        Wire.send(
                wire.request(wire.machine(), path)
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofString(json)));
    }

    private static String told() {
        return Wire.send(wire.request(wire.machine(), "/actuator/prometheus")).body();
    }

    private static Set<String> labels(String told, String name, String label) {
        return Pattern.compile(
                        "^" + name + "\\{.*?\\b" + label + "=\"([^\"]*)\"", Pattern.MULTILINE)
                .matcher(told)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void the_machine_reads_how_long_requests_took_and_nobody_whom_they_were_about() {
        get("/fhir/Patient/nobody-9");

        var told = told();

        var counts = told.lines().filter(line -> line.startsWith("trellis_requests_seconds_count"));
        assertThat(counts.toList())
                .anySatisfy(line ->
                        assertThat(line)
                                .contains(
                                        List.of(
                                                "way=\"/fhir\"",
                                                "method=\"GET\"",
                                                "status=\"404\"")));
        assertThat(told)
                .contains("trellis_requests_seconds_bucket", "trellis_kept_total{answer=\"given\"}")
                .doesNotContain("nobody-9");
    }

    @Test
    void each_interaction_is_measured_by_its_name_and_no_word_of_a_callers() {
        var told = told();

        assertThat(labels(told, "trellis_interactions_seconds_count", "interaction"))
                .contains(
                        "read",
                        "vread",
                        "history-instance",
                        "history-type",
                        "history-system",
                        "search-type",
                        "search-system",
                        "search-compartment",
                        "capabilities",
                        "create",
                        "update",
                        "delete",
                        "batch",
                        "transaction",
                        "bundle",
                        "$everything",
                        "none");
        assertThat(labels(told, "trellis_interactions_seconds_count", "outcome"))
                .contains("answered", "refused")
                .isSubsetOf("answered", "deferred", "refused", "failed");
        assertThat(told)
                .contains("trellis_interactions_seconds_bucket")
                .doesNotContainIgnoringCase("secretname");
    }

    @Test
    void connections_and_what_waits_for_a_commit_are_measured() {
        var told = told();

        for (var name : List.of("active", "idle", "pending", "max")) {
            assertThat(labels(told, "hikaricp_connections_" + name, "pool"))
                    .as(name)
                    .contains("trellis", "straight");
        }
        for (var name :
                List.of(
                        "trellis_group_waiting",
                        "trellis_group_size_bucket",
                        "trellis_group_commit_seconds_bucket")) {
            assertThat(labels(told, name, "of")).as(name).containsExactly("audit", "store");
        }
        assertThat(told)
                .contains("trellis_searches_slow_total")
                .contains("trellis_serving", "trellis_background_rested_seconds_total");
    }

    @Test
    void an_example_leads_to_the_callers_trace_or_to_the_request() {
        // Each the first of its kind: of many in one moment few are taken for examples.
        var id = "0b5b6c9e-2f7f-4f0e-9f5d-6a3c1d2e4f50";
        Wire.send(
                wire.request(wire.machine(), "/fhir/Flag/a")
                        .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                        .method("PATCH", BodyPublishers.noBody()));
        Wire.send(
                wire.request(wire.machine(), "/fhir/Flag/a")
                        .header("X-Request-Id", id)
                        .PUT(BodyPublishers.noBody()));
        Wire.send(
                wire.request(wire.machine(), "/fhir/api-docs")
                        .header("X-Request-Id", "secretname"));

        var told =
                Wire.send(
                                wire.request(wire.machine(), "/actuator/prometheus")
                                        .header(
                                                "Accept",
                                                "application/openmetrics-text; version=1.0.0"))
                        .body();

        assertThat(told).doesNotContain("secretname");
        var examples = labels(told, "trellis_\\w+_bucket", "trace_id");
        assertThat(examples).contains(TRACE, id);
    }
}
