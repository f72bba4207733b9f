package trellis.custodians;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Role;
import trellis.access.Tokens;
import trellis.fhir.Json;
import trellis.nodes.Node;
import trellis.nodes.Region;

/// Three nodes on this machine with mutual TLS: the national one keeps the locator, two regions keep documents.
///
/// Alone, because answers within a second cannot be shown while other classes have the processors.
@Isolated
class CustodiansIT {
    private static final String PASSWORD = "quiet-harbour-lantern-42";
    private static final String BOTH = "9000000009";
    private static final String NORTH_ONLY = "9449304130";
    private static final String FAULTY = "9693632109";
    private static final String LONG = "9693632117";
    private static final String MANY = "9912003888";
    private static final byte[] PDF = "%PDF-1.7 a plan".getBytes(StandardCharsets.UTF_8);
    private static final byte[] PNG = {
        (byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 0
    };

    private static final Map<String, String> ODS =
            Map.of("national", "X1", "north", "ZN1", "south", "ZS1", "faulty", "ZF1");

    @TempDir static Path folder;

    private static final Map<String, TestServer> SERVERS = new LinkedHashMap<>();
    private static final Map<String, Integer> PORTS = new LinkedHashMap<>();
    private static Region region;
    private static HttpClient http;
    private static FaultyNode faulty;
    private static String clinician;

    @BeforeAll
    static void start() {
        region = new Region(folder);
        for (var name : List.of("national", "north", "south", "faulty")) {
            region.node(name);
            PORTS.put(name, Region.port());
        }
        http = HttpClient.newBuilder().sslContext(region.tls()).build();
        for (var name : List.of("national", "north", "south")) {
            SERVERS.put(name, TestServer.start(settings(name)));
        }
        faulty = FaultyNode.start(region.tls("faulty"), port("faulty"));
        SERVERS.forEach((name, server) -> {
            for (var other : PORTS.keySet()) {
                if (!other.equals(name)) {
                    Region.meet(server, node(other, name.equals("national")));
                }
            }
        });
        clinician = account("north", "Dr North", Role.CLINICIAN, "ZN1");
        keep();
        point();
    }

    private static Map<String, String> settings(String name) {
        return region.settings(name, port(name), name.equals("national") ? "" : "national");
    }

    private static int port(String name) {
        return requireNonNull(PORTS.get(name));
    }

    private static TestServer server(String name) {
        return requireNonNull(SERVERS.get(name));
    }

    private static Node node(String name, boolean believed) {
        return new Node(
                name,
                "The " + name,
                Set.of(requireNonNull(ODS.get(name))),
                URI.create(address(name)),
                "CN=" + name + ",O=Region",
                believed);
    }

    private static String address(String name) {
        return "https://127.0.0.1:" + port(name);
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(TestServer::close);
        faulty.close();
        http.close();
    }

    // --- what there is ---------------------------------------------------------------------------

    private static void keep() {
        var north = machine("north");
        var south = machine("south");
        keep("north", north, patient("both", BOTH, "ZN1"));
        keep("north", north, patient("only", NORTH_ONLY, "ZN1"));
        keep("north", north, patient("faulty", FAULTY, "ZN1"));
        keep("north", north, patient("many", MANY, "ZN1"));
        for (var at = 0; at < 52; at++) {
            var one = document("many-" + at, "many", "2026-01-01", "One", text("text/plain", "x"));
            keep(
                    "north",
                    north,
                    at == 0
                            ? one.replace("736253002", "736373009")
                                    .replace("Mental health crisis plan", "End of life care plan")
                            : one);
        }
        keep("south", south, patient("them", BOTH, "ZN1"));
        keep("south", south, patient("stranger", NORTH_ONLY, "ZS1"));
        keep(
                "north",
                north,
                document("letter", "both", "2026-03-01", "A letter", text("text/plain", "Hello"))
                        .replace(
                                "'status'",
                                "'masterIdentifier':{'system':'urn:ietf:rfc:3986','value':'urn:uuid:1'},'status'"));
        keep(
                "south",
                south,
                "{'resourceType':'Binary','id':'scan','contentType':'image/png','data':'%s'}"
                        .formatted(base64(PNG)));
        keep(
                "south",
                south,
                document(
                        "plan",
                        "them",
                        "2026-02-01",
                        "A plan",
                        text("application/pdf", new String(PDF, StandardCharsets.UTF_8))));
        keep(
                "south",
                south,
                document(
                        "picture",
                        "them",
                        "2026-04-01",
                        "A picture",
                        "{'contentType':'image/png','url':'Binary/scan'}"));
        keep(
                "south",
                south,
                document("secret", "them", "2026-05-01", "A secret", text("text/plain", "Hidden"))
                        .replace(
                                "'status'",
                                "'meta':{'security':[{'system':'http://terminology.hl7.org/CodeSystem/v3-Confidentiality','code':'V'}]},'status'"));
        keep(
                "south",
                south,
                document(
                        "theirs",
                        "stranger",
                        "2026-02-01",
                        "Theirs",
                        text("text/plain", "Not yours")));
    }

    private static String patient(String id, String number, String ods) {
        return "{'resourceType':'Patient','id':'%s','name':[{'family':'Both','given':['Ann']}],'birthDate':'1980-01-01','identifier':[{'system':'https://fhir.nhs.uk/Id/nhs-number','value':'%s'}],'generalPractitioner':[{'reference':'Organization/%s'}]}"
                .formatted(id, number, ods);
    }

    private static String document(
            String id, String patient, String date, String description, String attachment) {
        return "{'resourceType':'DocumentReference','id':'%s','status':'current','date':'%sT10:00:00Z','type':{'coding':[{'system':'http://snomed.info/sct','code':'736253002','display':'Mental health crisis plan'}]},'description':'%s','subject':{'reference':'Patient/%s'},'content':[{'attachment':%s}]}"
                .formatted(id, date, description, patient, attachment);
    }

    private static String text(String type, String content) {
        return "{'contentType':'%s','data':'%s'}"
                .formatted(type, base64(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void keep(String server, String token, String json) {
        var resource = Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        var path =
                "/fhir/"
                        + resource.path("resourceType").asString("")
                        + "/"
                        + resource.path("id").asString("");
        if (json.contains("'Patient'")) {
            for (var organisation : List.of("ZN1", "ZS1")) {
                send(
                        "PUT",
                        server,
                        "/fhir/Organization/" + organisation,
                        token,
                        "{\"resourceType\":\"Organization\",\"id\":\"%s\",\"name\":\"Trust %s\"}"
                                .formatted(organisation, organisation));
            }
        }
        var answer = send("PUT", server, path, token, resource.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static void point() {
        var north = account("national", "north maker", Role.CLINICIAN, "ZN1");
        var south = account("national", "south maker", Role.CLINICIAN, "ZS1");
        var bad = account("national", "faulty maker", Role.CLINICIAN, "ZF1");
        var other = account("national", "other maker", Role.CLINICIAN, "X26");
        pointer(
                north,
                pointer(BOTH, "ZN1", "https://mirror.example/letter")
                        .replace(
                                "'status'",
                                "'masterIdentifier':{'system':'urn:ietf:rfc:3986','value':'urn:uuid:1'},'status'"));
        pointer(south, pointer(BOTH, "ZS1", address("south") + "/fhir/DocumentReference/plan"));
        pointer(south, pointer(BOTH, "ZS1", address("south") + "/fhir/Binary/scan"));
        pointer(south, pointer(BOTH, "ZS1", address("south") + "/fhir/DocumentReference/secret"));
        pointer(other, pointer(BOTH, "X26", "https://provider.example/plan.pdf"));
        pointer(
                south,
                pointer(NORTH_ONLY, "ZS1", address("south") + "/fhir/DocumentReference/theirs"));
        pointer(bad, pointer(FAULTY, "ZF1", address("faulty") + "/fhir/DocumentReference/1"));
    }

    private static String pointer(String number, String ods, String url) {
        return """
        {'resourceType':'DocumentReference','status':'current',
         'type':{'coding':[{'system':'http://snomed.info/sct','code':'736253002','display':'Mental health crisis plan'}]},
         'category':[{'coding':[{'system':'http://snomed.info/sct','code':'734163000','display':'Care plan'}]}],
         'subject':{'identifier':{'system':'https://fhir.nhs.uk/Id/nhs-number','value':'%s'}},
         'author':[{'identifier':{'system':'https://fhir.nhs.uk/Id/ods-organization-code','value':'%s'}}],
         'custodian':{'identifier':{'system':'https://fhir.nhs.uk/Id/ods-organization-code','value':'%s'}},
         'content':[{'attachment':{'contentType':'application/pdf','url':'%s'},
           'format':{'system':'https://fhir.nhs.uk/England/CodeSystem/England-NRLFormatCode','code':'urn:nhs-ic:unstructured','display':'Unstructured Document'}}]}\
        """
                .formatted(number, ods, ods, url);
    }

    private static void pointer(String token, String json) {
        var answer =
                send(
                        "POST",
                        "national",
                        "/record-locator/producer/FHIR/R4/DocumentReference",
                        token,
                        json.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    // --- asking ----------------------------------------------------------------------------------

    private static String machine(String server) {
        return server(server)
                .bean(Tokens.class)
                .issue(Optional.empty(), Duration.ofHours(1))
                .secret();
    }

    private static String account(String server, String name, Role role, String ods) {
        var accounts = server(server).bean(Accounts.class);
        var signIn = name.toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
        accounts.add(new Account.Person(signIn, name, role, "Trust " + ods, ods), PASSWORD);
        return server(server)
                .bean(Tokens.class)
                .issue(accounts.named(signIn), Duration.ofHours(1))
                .secret();
    }

    private static HttpRequest.Builder request(String server, String path) {
        return HttpRequest.newBuilder(URI.create(address(server) + path));
    }

    private static HttpResponse<byte[]> bytes(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> send(
            String method, String server, String path, String token, String body) {
        try {
            return http.send(
                    request(server, path)
                            .header("Authorization", "Bearer " + token)
                            .header("X-Request-ID", UUID.randomUUID().toString())
                            .header("Content-Type", "application/fhir+json")
                            .method(
                                    method,
                                    body.isEmpty()
                                            ? BodyPublishers.noBody()
                                            : BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode everything(String number) {
        var subject =
                URLEncoder.encode(
                        "https://fhir.nhs.uk/Id/nhs-number|" + number, StandardCharsets.UTF_8);
        var answer =
                send(
                        "GET",
                        "north",
                        "/documents-everywhere/FHIR/R4/DocumentReference?subject:identifier="
                                + subject,
                        clinician,
                        "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    /// The same once what was said of sources is as it is expected: on a busy machine a node may be late.
    private static ObjectNode settled(String number, Predicate<List<String>> expected) {
        return settled(() -> everything(number), bundle -> expected.test(outcomes(bundle)));
    }

    private static <T> T settled(Supplier<T> asked, Predicate<T> expected) {
        var until = Instant.now().plusSeconds(60);
        var answer = asked.get();
        while (!expected.test(answer) && Instant.now().isBefore(until)) {
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            answer = asked.get();
        }
        return answer;
    }

    /// A document, once its node is in time.
    private static HttpResponse<byte[]> opened(String url) {
        return settled(() -> open(url), answer -> answer.statusCode() == 200);
    }

    /// A page, once it says something.
    private static String page(String path, String words) {
        return settled(() -> page(path), said -> said.contains(words));
    }

    /// How long it takes to ask for everything, some times one after another: an answer is wanted within a second, whatever a node does.
    private static String times(String number) {
        var times = new ArrayList<Long>();
        for (var time = 0; time < 21; time++) {
            var begun = System.nanoTime();
            everything(number);
            times.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
        }
        times.sort(null);
        assertThat(times.get(times.size() / 2)).as("the median, in ms").isLessThan(1_000L);
        return "median %d ms, longest %d ms"
                .formatted(times.get(times.size() / 2), times.getLast());
    }

    private static boolean only(List<String> outcomes, String beginning) {
        return outcomes.size() == 1 && outcomes.getFirst().startsWith(beginning);
    }

    private static List<JsonNode> entries(ObjectNode bundle, String mode) {
        return bundle.path("entry")
                .valueStream()
                .filter(entry -> entry.at("/search/mode").asString("").equals(mode))
                .map(entry -> entry.path("resource"))
                .toList();
    }

    private static List<String> matches(ObjectNode bundle) {
        return entries(bundle, "match").stream()
                .map(one -> one.path("description").asString("a pointer"))
                .toList();
    }

    private static List<String> outcomes(ObjectNode bundle) {
        return entries(bundle, "outcome").stream()
                .map(one ->
                        one.at("/issue/0/code").asString("")
                                + " "
                                + one.at("/issue/0/diagnostics").asString(""))
                .toList();
    }

    private static HttpResponse<byte[]> open(String url) {
        return bytes(http, request("north", url).header("Authorization", "Bearer " + clinician));
    }

    private static String url(ObjectNode bundle, String description) {
        return entries(bundle, "match").stream()
                .filter(one -> one.path("description").asString("").equals(description))
                .map(one -> one.at("/content/0/attachment/url").asString(""))
                .findFirst()
                .orElseThrow();
    }

    private static List<Map<String, Object>> lines(String server, String what) {
        return JdbcClient.create(server(server).database().dataSource())
                .sql(
                        """
                        select c.name, c.role, c.ods_code, c.came, a.status, a.request
                          from audit a join audit_caller c on c.key = a.caller
                         where a.what like ? order by a.seq
                        """)
                .param(what + "%")
                .query()
                .listOfRows();
    }

    // --- the tests -------------------------------------------------------------------------------

    @Test
    void a_clinician_reads_a_persons_documents_of_both_regions_and_each_once() {
        var bundle = settled(BOTH, List::isEmpty);
        assertThat(matches(bundle))
                .as("newest first, what is sealed is not there, a pointer and its document are one")
                .containsExactly("a pointer", "A picture", "A letter", "A plan");
        assertThat(outcomes(bundle)).isEmpty();
        assertThat(bundle.path("total").intValue()).isEqualTo(4);
        assertThat(bundle.toString()).doesNotContain("secret").doesNotContain("A secret");

        var plan = opened(url(bundle, "A plan"));
        assertThat(plan.statusCode()).isEqualTo(200);
        assertThat(plan.body()).isEqualTo(PDF);
        assertThat(plan.headers().firstValue("Content-Type")).contains("application/pdf");
        assertThat(plan.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(plan.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'");
        assertThat(opened(url(bundle, "A picture")).body()).isEqualTo(PNG);
        var letter = opened(url(bundle, "A letter"));
        assertThat(new String(letter.body(), StandardCharsets.UTF_8)).isEqualTo("Hello");
        assertThat(letter.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("sandbox");

        var asked = lines("south", "documents searched by a node");
        assertThat(asked).isNotEmpty();
        assertThat(asked.getLast())
                .containsEntry("name", "Dr North")
                .containsEntry("role", "CLINICIAN")
                .containsEntry("ods_code", "ZN1")
                .containsEntry("came", "NODE north");
        assertThat(lines("south", "document read by a node")).isNotEmpty();
        assertThat(lines("national", "pointers searched by a node")).isNotEmpty();
        assertThat(lines("north", "documents everywhere")).isNotEmpty();
        assertThat(lines("north", "document of south opened")).isNotEmpty();
    }

    @Test
    void a_sealed_document_is_not_opened_by_whoever_knows_its_id() {
        for (var source : List.of("south", "north", "nowhere")) {
            var url = "/documents-everywhere/FHIR/R4/Patient/both/" + source + "/secret/0";
            var answer = settled(() -> open(url), one -> one.statusCode() != 504);
            assertThat(answer.statusCode()).as(source).isIn(403, 404);
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("Hidden");
        }
    }

    @Test
    void a_custodian_refuses_whom_the_person_has_nothing_to_do_with() {
        var refused = "suppressed The south refuses: No relationship";
        var bundle = settled(NORTH_ONLY, said -> only(said, refused));
        assertThat(outcomes(bundle)).singleElement().asString().startsWith(refused);
        assertThat(matches(bundle)).isEmpty();
        assertThat(lines("south", "documents searched by a node"))
                .anySatisfy(line -> assertThat(line).containsEntry("status", 403));
    }

    @Test
    void a_node_that_is_stopped_is_said_to_be_away_and_is_there_again_when_it_starts(
            TestReporter report) {
        var whole = matches(settled(BOTH, List::isEmpty));
        report.publishEntry("with every node there", times(BOTH));
        server("south").stop();
        try {
            var away = "incomplete The south is not reached since ";
            var bundle = settled(BOTH, said -> only(said, away));
            assertThat(outcomes(bundle)).singleElement().asString().startsWith(away);
            assertThat(matches(bundle))
                    .as("what the locator tells of it stands")
                    .containsExactlyInAnyOrder(
                            "A letter", "a pointer", "a pointer", "a pointer", "a pointer");
            report.publishEntry("with one node stopped", times(BOTH));
            var page = page("/patients/both/documents-everywhere", "Cannot be opened now");
            assertThat(page)
                    .contains("Not reached")
                    .contains("The south")
                    .contains("Not everything is here")
                    .contains("Cannot be opened now");
        } finally {
            server("south").startAgain();
        }
        var again = settled(BOTH, List::isEmpty);
        assertThat(outcomes(again)).isEmpty();
        assertThat(matches(again)).isEqualTo(whole);
        report.publishEntry("with that node started again", times(BOTH));
        var path = "/patients/both/documents-everywhere";
        assertThat(settled(() -> page(path), said -> !said.contains("Not reached")))
                .doesNotContain("Not reached");
    }

    /// A page as somebody who has signed in sees it.
    private static String page(String path) {
        var cookies = new java.net.CookieManager();
        try (var browser =
                HttpClient.newBuilder().sslContext(region.tls()).cookieHandler(cookies).build()) {
            var form =
                    new String(
                            bytes(browser, request("north", "/sign-in")).body(),
                            StandardCharsets.UTF_8);
            var csrf = form.replaceAll("(?s).*name=\"_csrf\"[^>]*value=\"([^\"]+)\".*", "$1");
            var fields =
                    "username=dr-north&password="
                            + PASSWORD
                            + "&_csrf="
                            + URLEncoder.encode(csrf, StandardCharsets.UTF_8);
            bytes(
                    browser,
                    request("north", "/sign-in")
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(fields)));
            var answer = bytes(browser, request("north", path));
            assertThat(answer.statusCode()).isEqualTo(200);
            return new String(answer.body(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void the_page_has_so_many_to_a_page_is_narrowed_by_type_and_opens_a_document() {
        var first = page("/patients/many/documents-everywhere", "50 of 52 shown");
        assertThat(first).contains("50 of 52 shown", "Mental health crisis plan (51)");
        var next = first.replaceAll("(?s).*href=\"([^\"]+after=[^\"]+)\".*", "$1");
        assertThat(page(next.replace("&amp;", "&"), "2 of 52 shown"))
                .contains("2 of 52 shown", "First page");
        assertThat(page("/patients/many/documents-everywhere/here/many-1/0")).isEqualTo("x");
        var narrowed =
                page(
                        "/patients/many/documents-everywhere?type=http://snomed.info/sct%7C736373009",
                        "1 shown");
        assertThat(narrowed).contains("1 shown");
    }

    @Test
    void a_long_record_comes_in_pages_and_whole() {
        keep("north", machine("north"), patient("long", LONG, "ZN1"));
        keep("south", machine("south"), patient("longer", LONG, "ZN1"));
        var entries = new StringBuilder();
        var words = "word ".repeat(4_000);
        for (var at = 0; at < 120; at++) {
            var one =
                    document(
                            "long-" + at,
                            "longer",
                            "2026-01-01",
                            "One " + at + " " + words,
                            text("text/plain", "x"));
            entries.append(at == 0 ? "" : ",")
                    .append("{'resource':")
                    .append(one)
                    .append(",'request':{'method':'PUT','url':'DocumentReference/long-")
                    .append(at)
                    .append("'}}");
        }
        var bundle = "{'resourceType':'Bundle','type':'transaction','entry':[" + entries + "]}";
        var kept = send("POST", "south", "/fhir", machine("south"), bundle.replace('\'', '"'));
        assertThat(kept.statusCode()).as(kept.body()).isEqualTo(200);
        var maker = account("national", "long maker", Role.CLINICIAN, "ZS1");
        pointer(maker, pointer(LONG, "ZS1", address("south") + "/fhir/DocumentReference/long-1"));

        var found = settled(LONG, List::isEmpty);
        assertThat(outcomes(found)).isEmpty();
        assertThat(matches(found)).hasSize(120).doesNotHaveDuplicates();
        assertThat(found.path("total").intValue()).isEqualTo(120);
        assertThat(page("/patients/long/documents-everywhere", "50 of 120 shown"))
                .contains("120 documents");
    }

    @Test
    void a_node_that_answers_rubbish_endlessly_too_much_or_not_at_all_costs_little(
            TestReporter report) {
        var away = "incomplete The faulty is not reached since ";
        for (var way : FaultyNode.Way.values()) {
            faulty.answer(way);
            var bundle = settled(FAULTY, said -> only(said, away));
            assertThat(outcomes(bundle)).as(way.name()).singleElement().asString().startsWith(away);
            faulty.answer(way);
            report.publishEntry("with a node that answers " + way, times(FAULTY));
            faulty.answer(way);
            everything(FAULTY);
            assertThat(faulty.sent()).as(way.name()).isLessThan(50_000_000L);
        }
        faulty.answer(FaultyNode.Way.HUGE);
        var opened = open("/documents-everywhere/FHIR/R4/Patient/faulty/faulty/1/0");
        assertThat(opened.statusCode()).isEqualTo(504);
    }

    @Test
    void a_certificate_of_nobody_that_is_met_is_refused() throws Exception {
        try (var bare = HttpClient.newBuilder().sslContext(region.tls()).build();
                var shown = HttpClient.newBuilder().sslContext(region.tls("faulty")).build()) {
            for (var client : List.of(bare, shown)) {
                var answer = bytes(client, request("south", "/nodes/DocumentReference"));
                assertThat(answer.statusCode()).isEqualTo(401);
            }
        }
    }
}
