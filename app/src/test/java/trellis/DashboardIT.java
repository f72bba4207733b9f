package trellis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// The dashboard asks for what a server gives.
class DashboardIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Path FILE = Path.of("../docs/grafana/trellis.json");

    /// What in an expression is no measurement: texts, conditions on labels, spans of time, labels to sum by.
    private static final Pattern BESIDE =
            Pattern.compile("\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\bby\\s*\\([^)]*\\)");

    private static final Pattern NAME = Pattern.compile("\\b([a-z_][a-z0-9_]*)\\b(?!\\s*\\()");

    private static ObjectNode dashboard() throws IOException {
        return Json.parse(Files.readAllBytes(FILE));
    }

    private static Set<String> names(String expression) {
        var bare = expression;
        while (BESIDE.matcher(bare).find()) {
            bare = BESIDE.matcher(bare).replaceAll(" ");
        }
        return NAME.matcher(bare)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// What a server gives that has done something of each kind, the collection of garbage included.
    private static Set<String> given() {
        var wire = new Wire(server);
        wire.keep("Patient/a", "{\"resourceType\":\"Patient\",\"id\":\"a\"}");
        wire.kept("Patient/a");
        Wire.send(wire.request(wire.machine(), "/fhir/Patient?_id=a"));
        Wire.send(wire.request(wire.machine(), "/sign-in"));
        System.gc();
        return await().until(
                        () -> scraped(wire), names -> names.contains("jvm_gc_pause_seconds_sum"));
    }

    private static Set<String> scraped(Wire wire) {
        return Wire.send(wire.request(wire.machine(), "/actuator/prometheus"))
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[ {]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void every_measurement_that_the_dashboard_asks_for_is_given() throws IOException {
        var expressions = dashboard().findValuesAsString("expr");
        var wanted = new TreeSet<String>();
        expressions.forEach(expression -> wanted.addAll(names(expression)));
        wanted.add("trellis_serving");

        assertThat(expressions).hasSizeGreaterThan(40);
        assertThat(wanted)
                .contains("trellis_requests_seconds_bucket", "hikaricp_connections_pending")
                .isSubsetOf(given());
    }

    @Test
    void every_panel_says_what_it_shows_and_takes_it_from_the_source_that_was_chosen()
            throws IOException {
        var ids = new ArrayList<Integer>();
        for (var panel : dashboard().path("panels")) {
            ids.add(panel.path("id").asInt());
            assertThat(panel.path("title").asString()).isNotBlank();
            if (!panel.path("type").asString().equals("row")) {
                assertThat(panel.path("description").asString()).isNotBlank();
                assertThat(panel.path("targets").size()).isPositive();
                for (var target : panel.path("targets")) {
                    assertThat(target.path("datasource").path("uid").asString())
                            .isEqualTo("${datasource}");
                    assertThat(target.path("expr").asString()).contains("instance=~\"$instance\"");
                }
            }
        }
        assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(20);
        assertThat(dashboard().at("/templating/list/0/type").asString()).isEqualTo("datasource");
        assertThat(dashboard().at("/templating/list/1/definition").asString())
                .isEqualTo("label_values(trellis_serving, instance)");
    }

    @Test
    void names_are_told_from_the_rest_of_an_expression() {
        assertThat(
                        names(
                                "histogram_quantile(0.95, sum by (le, of) (rate(a_bucket{x=~\"$y\"}[$__rate_interval]))) / sum(b_total)"))
                .containsExactly("a_bucket", "b_total");
    }
}
