package trellis.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import trellis.TestServer;
import trellis.Trellis;
import trellis.access.Caller;
import trellis.access.Tokens;
import trellis.audit.AuditEntry;
import trellis.consents.Consents;
import trellis.consents.Made;
import trellis.fhir.Json;
import trellis.jobs.Commands;
import trellis.jobs.Console;
import trellis.settings.Settings;

/// One node and those who ask it, well and badly.
class NodeApiIT {
    private static final String KNOWN = "9000000009";
    private static final String UNRELATED = "9449304130";
    private static final String DISSENTING = "9693632109";

    @TempDir static Path folder;

    private static Region region;
    private static TestServer south;
    private static Map<String, String> environment;
    private static int port;

    @BeforeAll
    static void start() {
        region = new Region(folder);
        List.of("south", "north", "east", "stray").forEach(region::node);
        port = Region.port();
        var settings = region.settings("south", port, "");
        south = TestServer.start(settings);
        environment = new HashMap<>(south.database().environment());
        environment.putAll(settings);
        Region.meet(south, node("north", "ZN1", false));
        Region.meet(south, node("east", "ZE1", true));
        var token = south.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        keep(
                token,
                "Organization/ZN1",
                "{'resourceType':'Organization','id':'ZN1','name':'North'}");
        keep(token, "Patient/known", patient("known", KNOWN, "ZN1"));
        keep(token, "Patient/unrelated", patient("unrelated", UNRELATED, ""));
        keep(token, "Patient/dissenting", patient("dissenting", DISSENTING, ""));
        south.bean(Consents.class)
                .told(
                        Caller.command("test"),
                        AuditEntry.Source.HERE,
                        "dissenting",
                        new Made.SharingDissent(true));
    }

    @AfterAll
    static void stop() {
        south.close();
    }

    private static Node node(String name, String ods, boolean believed) {
        return new Node(
                name,
                "The " + name,
                Set.of(ods),
                URI.create("https://127.0.0.1:1"),
                "CN=" + name + ",O=Region",
                believed);
    }

    private static String patient(String id, String number, String ods) {
        var organisation =
                ods.isEmpty()
                        ? ""
                        : ",'managingOrganization':{'reference':'Organization/" + ods + "'}";
        return "{'resourceType':'Patient','id':'%s','identifier':[{'system':'https://fhir.nhs.uk/Id/nhs-number','value':'%s'}]%s}"
                .formatted(id, number, organisation);
    }

    private static void keep(String token, String path, String json) {
        var answer =
                send(
                        "",
                        HttpRequest.newBuilder(at("/fhir/" + path))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/fhir+json")
                                .PUT(BodyPublishers.ofString(json.replace('\'', '"'))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static URI at(String path) {
        return URI.create("https://127.0.0.1:" + port + path);
    }

    /// @param shown whose certificate the connection shows; empty for none
    private static HttpResponse<String> send(String shown, HttpRequest.Builder request) {
        var tls = shown.isEmpty() ? region.tls() : region.tls(shown);
        try (var client = HttpClient.newBuilder().sslContext(tls).build()) {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> ask(String shown, String assertion) {
        return send(
                shown,
                HttpRequest.newBuilder(at("/nodes/DocumentReference"))
                        .header("Authorization", "Bearer " + assertion));
    }

    private static String from(String node, String ods, String number) {
        return region.assertion(node, "south", ods, number, Instant.now().plusSeconds(60));
    }

    private static void refused(HttpResponse<String> answer, int status, String words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var outcome = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
        assertThat(outcome.at("/issue/0/diagnostics").asString("")).contains(words);
    }

    @Test
    void an_assertion_is_good_once() {
        var assertion = from("north", "ZN1", KNOWN);
        assertThat(ask("north", assertion).statusCode()).isEqualTo(200);
        refused(ask("north", assertion), 401, "has been used");
    }

    @Test
    void it_comes_over_a_connection_of_the_same_certificate() {
        refused(ask("", from("north", "ZN1", KNOWN)), 401, "Show the node's certificate");
        refused(ask("east", from("north", "ZN1", KNOWN)), 401, "another certificate");
    }

    @Test
    void a_certificate_of_the_authority_alone_makes_no_node() {
        refused(ask("stray", from("stray", "ZN1", KNOWN)), 401, "no node that is met here");
    }

    @Test
    void one_that_has_expired_is_refused() {
        var old = region.assertion("north", "south", "ZN1", KNOWN, Instant.now().minusSeconds(60));
        refused(ask("north", old), 401, "expired");
    }

    @Test
    void a_node_speaks_for_its_own_organisations() {
        refused(ask("north", from("north", "ZE1", KNOWN)), 401, "does not speak for");
    }

    @Test
    void what_another_authority_signed_is_refused() throws Exception {
        var other = new Region(Files.createDirectory(folder.resolve("other")));
        other.node("north");
        var forged = other.assertion("north", "south", "ZN1", KNOWN, Instant.now().plusSeconds(60));
        refused(ask("north", forged), 401, "nobody whom this node trusts");
    }

    @Test
    void a_node_whose_word_is_not_believed_needs_a_relationship_that_is_recorded_here() {
        assertThat(ask("north", from("north", "ZN1", KNOWN)).statusCode()).isEqualTo(200);
        refused(ask("north", from("north", "ZN1", UNRELATED)), 403, "No relationship");
        refused(ask("north", from("north", "ZN1", "9912003888")), 403, "No relationship");
    }

    @Test
    void a_node_whose_word_is_believed_does_not_but_no_word_stands_against_a_dissent() {
        assertThat(ask("east", from("east", "ZE1", UNRELATED)).statusCode()).isEqualTo(200);
        refused(ask("east", from("east", "ZE1", DISSENTING)), 403, "No relationship");
    }

    @Test
    void whether_it_is_ready_is_said_to_anybody_and_nothing_else() {
        assertThat(send("", HttpRequest.newBuilder(at("/nodes/ready"))).statusCode())
                .isEqualTo(204);
        for (var path : List.of("/nodes", "/nodes/", "/nodes/pointers", "/nodes/nothing")) {
            assertThat(send("", HttpRequest.newBuilder(at(path))).statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
    }

    @Test
    void a_node_is_added_works_is_listed_and_is_refused_once_it_is_removed() {
        assertThat(
                        run(
                                "node",
                                "add",
                                "stray",
                                "--organisation",
                                "The stray",
                                "--ods",
                                "ZN1,ZQ1",
                                "--address",
                                "https://127.0.0.1:1",
                                "--certificate",
                                "CN=stray,O=Region"))
                .isEmpty();
        assertThat(run("node", "list"))
                .contains("stray", "ZN1,ZQ1")
                .doesNotContain("stray (believed)");
        assertThat(ask("stray", from("stray", "ZN1", KNOWN)).statusCode()).isEqualTo(200);
        assertThat(run("node", "remove", "stray")).isEmpty();
        refused(ask("stray", from("stray", "ZN1", KNOWN)), 401, "no node that is met here");
    }

    /// What a command says.
    private static String run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        var console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8), quiet, false);
        var settings = Settings.read(environment, Trellis.SETTINGS);
        var code =
                new Commands(console, settings, new NodeCommand(console, settings))
                        .run(List.of(arguments));
        assertThat(code).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }
}
