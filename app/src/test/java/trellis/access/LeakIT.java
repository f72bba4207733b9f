package trellis.access;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.server.PathContainer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPatternParser;
import trellis.TestServer;
import trellis.access.Account.Person;
import trellis.access.Account.Profile;
import trellis.access.Account.Self;
import trellis.notary.Notary;

/// Walks every road into the server as every kind of caller (`roads.txt`).
class LeakIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    /// A word that stands in every clinical resource of the patient and nowhere else.
    private static final String CLINICAL = "Xanthoprosopia";

    private static final String PASSWORD = "correct horse battery";
    private static final String NOBODY = "nobody";
    private static final List<String> CALLERS =
            List.of(
                    NOBODY,
                    "clerk",
                    "auditor",
                    "gp",
                    "clinician",
                    "stranger",
                    "opened",
                    "own",
                    "other");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final Map<String, Browser> BROWSERS = new LinkedHashMap<>();
    private static final Map<String, String> TOKENS = new TreeMap<>();

    @BeforeAll
    static void fill() throws Exception {
        var accounts = server.bean(Accounts.class);
        var tokens = server.bean(Tokens.class);
        var roles =
                List.of(
                        Role.NOBODY,
                        Role.WARD_CLERK,
                        Role.AUDITOR,
                        Role.GP,
                        Role.CLINICIAN,
                        Role.CLINICIAN,
                        Role.CLINICIAN,
                        Role.PATIENT,
                        Role.PATIENT);
        BROWSERS.put(NOBODY, new Browser(server));
        for (var i = 1; i < CALLERS.size(); i++) {
            var name = CALLERS.get(i);
            // Where nobody has to do with the patient; one of them has opened the record.
            var ods = i > 4 ? "ZX9" : "ZR1";
            var self =
                    switch (name) {
                        case "own" -> new Self("leak", Level.P9, Profile.NONE);
                        case "other" -> new Self("leak-stranger", Level.P9, Profile.NONE);
                        default -> Self.NOBODY;
                    };
            accounts.add(
                    new Person(name, "Some " + name, roles.get(i), "Trust", ods, self), PASSWORD);
            BROWSERS.put(name, Browser.signedIn(server, name, PASSWORD));
            TOKENS.put(name, tokens.issue(accounts.named(name), Duration.ofHours(1)).secret());
        }
        TOKENS.put("machine", tokens.issue(Optional.empty(), Duration.ofHours(1)).secret());
        for (var resource : resources().entrySet()) {
            var answer = fhir("machine", "PUT", "/fhir/" + resource.getKey(), resource.getValue());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        }
        conversation(accounts.named("own").orElseThrow().id());
        var caller = accounts.named("opened").orElseThrow().caller(Caller.Came.SESSION);
        server.bean(Openings.class).open(caller, "leak", Reason.EMERGENCY, "");
        server.bean(Notary.class).sealNow();
    }

    /// What the patient wrote to the hospital, as it stands in the tables.
    private static void conversation(long sender) {
        var db = JdbcClient.create(server.database().dataSource());
        db.sql(
                        """
                        insert into conversation (id, subject, patient, replies, begun, latest)
                        values ('leak-conversation', 'A question', 'leak', true, now(), now())
                        """)
                .update();
        db.sql(
                        """
                        insert into conversation_part (conversation, kind, who, name, added, added_by)
                        values ('leak-conversation', 'person', 'leak', 'Ann Leak', now(), 'Ann Leak'),
                               ('leak-conversation', 'organisation', 'ZR1', 'Trust', now(), 'Ann Leak')
                        """)
                .update();
        db.sql(
                        """
                        insert into conversation_message
                               (id, conversation, sender, person, name, organisation, ods_code, urgent, sent)
                        values ('leak-Communication', 'leak-conversation', ?, true, 'Ann Leak', '', '',
                                false, now())
                        """)
                .param(sender)
                .update();
    }

    @AfterAll
    static void close() {
        BROWSERS.values().forEach(Browser::close);
    }

    @Test
    void every_caller_finds_at_the_end_of_every_road_what_the_table_says() throws Exception {
        var faults = new ArrayList<String>();
        for (var road : Road.all()) {
            assertThat(road.expected()).as(road.toString()).hasSize(CALLERS.size());
            for (var i = 0; i < CALLERS.size(); i++) {
                var found = found(road, CALLERS.get(i));
                if (!found.equals(road.expected().get(i))) {
                    faults.add(
                            "%s as %s: %s, not %s"
                                    .formatted(
                                            road, CALLERS.get(i), found, road.expected().get(i)));
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void every_page_is_in_the_table() {
        var roads = Road.all();
        var missing = new ArrayList<String>();
        context()
                .getBeansOfType(RequestMappingHandlerMapping.class)
                .values()
                .forEach(mapping ->
                        mapping.getHandlerMethods()
                                .keySet()
                                .forEach(info -> {
                                    var methods =
                                            info.getMethodsCondition().getMethods().isEmpty()
                                                    ? List.of("GET")
                                                    : info
                                                            .getMethodsCondition()
                                                            .getMethods()
                                                            .stream()
                                                            .map(Enum::name)
                                                            .toList();
                                    for (var pattern : info.getPatternValues()) {
                                        for (var method : methods) {
                                            if (roads.stream()
                                                    .noneMatch(r -> leads(r, method, pattern))) {
                                                missing.add(method + " " + pattern);
                                            }
                                        }
                                    }
                                }));
        assertThat(missing).isEmpty();
    }

    @Test
    void a_conditional_create_is_no_way_to_ask_what_may_not_be_searched() throws Exception {
        var request =
                HttpRequest.newBuilder(server.at("/fhir/Patient"))
                        .POST(BodyPublishers.ofString(patient("leak-fourth")))
                        .header("Content-Type", "application/fhir+json")
                        .header("If-None-Exist", "_has:Condition:subject:_id=leak-Condition")
                        .header("Authorization", "Bearer " + TOKENS.get("clerk"))
                        .build();
        assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
    }

    @Test
    void no_servlet_stands_beside_those_the_table_knows() {
        var context = server.bean(ServletContext.class);
        assertThat(
                        context.getServletRegistrations().values().stream()
                                .flatMap(servlet -> servlet.getMappings().stream()))
                .containsExactlyInAnyOrder(
                        "/",
                        "/fhir/*",
                        "/fhir/_jobs/*",
                        "/messageexchange/*",
                        "/endpointlookup/*",
                        "/notify/receipts",
                        "/subscriptions/websocket",
                        "/personal-demographics/FHIR/R4/*",
                        "/record-locator/*",
                        "/summary-care-record/FHIR/R4/*",
                        "/fhir-prescribing/FHIR/R4/*",
                        "/fhir-dispensing/FHIR/R4/*",
                        "/clinical-prescription-tracker/*",
                        "/prescriptions-for-patients/*",
                        "/prescription-status-update/*",
                        "/nodes/*",
                        "/documents-everywhere/FHIR/R4/*");
    }

    @Test
    void every_interaction_the_api_answers_is_in_the_table() throws Exception {
        var forms =
                List.of(
                        "/fhir",
                        "/fhir/metadata",
                        "/fhir/_history",
                        "/fhir/Condition",
                        "/fhir/Condition/_search",
                        "/fhir/Condition/_history",
                        "/fhir/Condition/leak-Condition",
                        "/fhir/Condition/leak-Condition/_history",
                        "/fhir/Condition/leak-Condition/_history/1",
                        "/fhir/Condition/$validate",
                        "/fhir/Patient/leak/$everything",
                        "/fhir/$export");
        var missing = new ArrayList<String>();
        for (var form : forms) {
            for (var method : List.of("GET", "POST", "PUT", "DELETE", "PATCH")) {
                var status = fhir("machine", method, spared(method, form), "{}").statusCode();
                var there = status != 404 && status != 405;
                var known =
                        Road.all().stream()
                                .anyMatch(r ->
                                        r.method().equals(method)
                                                && shape(r.address()).equals(shape(form)));
                if (there && !known) {
                    missing.add(method + " " + form + " answers " + status);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    /// What is there must not be deleted by asking whether it could be.
    private static String spared(String method, String form) {
        return method.equals("DELETE") ? form.replace("leak-Condition", "leak-none") : form;
    }

    private static WebApplicationContext context() {
        return WebApplicationContextUtils.getRequiredWebApplicationContext(
                server.bean(ServletContext.class));
    }

    /// An address with its type and id taken out of it.
    private static String shape(String address) {
        return address.replaceAll("/(leak[^/]*)", "/ID").replaceAll("/[A-Z][A-Za-z]+", "/TYPE");
    }

    private static boolean leads(Road road, String method, String pattern) {
        return road.method().equals(method)
                && PathPatternParser.defaultInstance
                        .parse(pattern)
                        .matches(PathContainer.parsePath(road.address()));
    }

    private static String found(Road road, String caller) throws Exception {
        var answer = road.page() ? page(road, caller) : program(road, caller);
        return answer.statusCode() + (answer.body().contains(CLINICAL) ? "!" : "");
    }

    private static HttpResponse<String> page(Road road, String caller) {
        var browser = requireNonNull(BROWSERS.get(caller));
        if (road.method().equals("GET")) {
            return browser.get(road.path());
        }
        var field = road.content().split("=", 2);
        return caller.equals(NOBODY)
                ? browser.postBare(road.path(), Map.of(field[0], field[1]))
                : browser.post(road.path(), Map.of(field[0], field[1]));
    }

    private static HttpResponse<String> program(Road road, String caller) throws Exception {
        if (road.content().equals("<later>")) {
            return later(road, caller);
        }
        if (road.content().equals("<told>")) {
            return told(road, caller);
        }
        var content =
                road.content().startsWith("<")
                        ? contents().get(road.content().substring(1, road.content().length() - 1))
                        : road.content();
        return fhir(caller, road.method(), road.path(), requireNonNull(content, road.toString()));
    }

    /// What is asked now and answered later: what is there when it is done, of an export the files too.
    private static HttpResponse<String> later(Road road, String caller) throws Exception {
        var asked =
                CLIENT.send(
                        bearing(caller, server.at(road.path().replace("|", "%7C")))
                                .method(road.method(), BodyPublishers.noBody())
                                .header("Prefer", "respond-async")
                                .build(),
                        BodyHandlers.ofString());
        if (asked.statusCode() != 202) {
            return asked;
        }
        var place = URI.create(asked.headers().firstValue("Content-Location").orElseThrow());
        var answer =
                await().atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(20))
                        .until(
                                () ->
                                        CLIENT.send(
                                                bearing(caller, place).build(),
                                                BodyHandlers.ofString()),
                                reply -> reply.statusCode() != 202);
        var file = URI.create(place + "/Condition.ndjson");
        var whole = answer.body().contains(file.toString());
        return whole ? CLIENT.send(bearing(caller, file).build(), BodyHandlers.ofString()) : answer;
    }

    /// What a Subscription tells of something that is written after it was asked for.
    private static HttpResponse<String> told(Road road, String caller) throws Exception {
        var id = "leak-told-" + caller;
        var place = road.path() + "/" + id;
        var wanted =
                "{'resourceType':'Subscription','id':'%s','status':'requested','reason':'a test','criteria':'Condition?','channel':{'type':'websocket'}}"
                        .formatted(id)
                        .replace('\'', '"');
        var asked = fhir(caller, "PUT", place, wanted);
        if (asked.statusCode() != 201) {
            return asked;
        }
        await().atMost(Duration.ofMinutes(1))
                .until(() -> fhir(caller, "GET", place, "").body().contains("\"active\""));
        var written =
                condition("leak-told-Condition")
                        .replace(
                                "\"clinicalStatus\"",
                                "\"recorder\":{\"display\":\"" + caller + "\"},\"clinicalStatus\"");
        assertThat(
                        fhir("machine", "PUT", "/fhir/Condition/leak-told-Condition", written)
                                .statusCode())
                .isIn(200, 201);
        var db = JdbcClient.create(server.database().dataSource());
        await().atMost(Duration.ofMinutes(1))
                .until(() ->
                        db.sql("select count(*) from outbox").query(Long.class).single() == 0L);
        return fhir(caller, "GET", place + "/$events?content=full-resource", "");
    }

    private static HttpRequest.Builder bearing(String caller, URI address) {
        var request = HttpRequest.newBuilder(address);
        if (TOKENS.containsKey(caller)) {
            request.header("Authorization", "Bearer " + TOKENS.get(caller));
        }
        return request;
    }

    private static HttpResponse<String> fhir(
            String caller, String method, String path, String content)
            throws IOException, InterruptedException {
        var form = !content.startsWith("{");
        var request =
                HttpRequest.newBuilder(server.at(path.replace(" ", "%20").replace("|", "%7C")))
                        .method(
                                method,
                                content.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(content))
                        .header(
                                "Content-Type",
                                form
                                        ? "application/x-www-form-urlencoded"
                                        : "application/fhir+json");
        request.header("X-Request-ID", UUID.randomUUID().toString());
        if (TOKENS.containsKey(caller)) {
            request.header("Authorization", "Bearer " + TOKENS.get(caller));
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static Map<String, String> contents() {
        return Map.of(
                "a condition", condition("leak-new"),
                "a patch", "{\"resourceType\":\"Parameters\"}",
                "a patient", patient("leak-other"),
                "batch: read the condition", bundle("batch", "GET", "Condition/leak-Condition", ""),
                "batch: search the condition",
                        bundle("batch", "GET", "Condition?subject=Patient/leak", ""),
                "transaction: create unless somebody has the condition",
                        bundle("transaction", "POST", "Patient", patient("leak-third"))
                                .replace(
                                        "\"url\":\"Patient\"",
                                        "\"url\":\"Patient\",\"ifNoneExist\":\"_has:Condition:subject:code=http://example.org/secret|1\""),
                "transaction: refer to the condition by what it says",
                        bundle(
                                "transaction",
                                "PUT",
                                "Appointment/leak-second",
                                appointment(
                                        "leak-second",
                                        "Condition?code=http://example.org/secret|1")));
    }

    private static Map<String, String> resources() {
        var all = new LinkedHashMap<String, String>();
        all.put(
                "Organization/ZR1",
                "{\"resourceType\":\"Organization\",\"id\":\"ZR1\",\"name\":\"Trust\"}");
        all.put("Patient/leak", patient("leak"));
        all.put("Patient/leak-stranger", patient("leak-stranger"));
        all.put(
                "Patient/leak-far",
                patient("leak-far")
                        .replace(
                                ",\"managingOrganization\":{\"reference\":\"Organization/ZR1\"}",
                                ""));
        all.put("Condition/leak-Condition", condition("leak-Condition"));
        all.put(
                "Condition/leak-sealed",
                condition("leak-sealed")
                        .replace(
                                "\"clinicalStatus\"",
                                "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"V\"}]},\"clinicalStatus\""));
        all.put(
                "Observation/leak-Observation",
                json(
                        "Observation",
                        "'status':'final','code':{'text':'W'},'subject':P,'valueString':'W',"
                                + "'category':[{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/observation-category','code':'laboratory'}]}],"
                                + "'effectiveDateTime':'2026-03-01'"));
        all.put(
                "AllergyIntolerance/leak-AllergyIntolerance",
                json(
                        "AllergyIntolerance",
                        "'clinicalStatus':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical','code':'active'}]},"
                                + "'category':['medication'],'code':{'text':'W'},'patient':P"));
        all.put(
                "MedicationRequest/leak-MedicationRequest",
                json(
                        "MedicationRequest",
                        "'status':'active','intent':'order','medicationCodeableConcept':{'text':'W'},'subject':P"));
        all.put(
                "Immunization/leak-Immunization",
                json(
                        "Immunization",
                        "'status':'completed','vaccineCode':{'text':'W'},'patient':P,'occurrenceDateTime':'2026-03-01'"));
        all.put(
                "DocumentReference/leak-DocumentReference",
                json(
                        "DocumentReference",
                        "'status':'current','type':{'text':'W'},'description':'W','subject':P,"
                                + "'content':[{'attachment':{'contentType':'application/pdf','title':'W','data':'WGFudGhvcHJvc29waWE='}}]"));
        all.put(
                "Communication/leak-Communication",
                json(
                        "Communication",
                        "'status':'completed','payload':[{'contentString':'W'}],'subject':P"));
        all.put(
                "Binary/leak-Binary",
                "{\"resourceType\":\"Binary\",\"id\":\"leak-Binary\",\"contentType\":\"text/plain\",\"data\":\"WGFudGhvcHJvc29waWE=\"}");
        all.put(
                "Encounter/leak-Encounter",
                json(
                        "Encounter",
                        "'status':'finished','class':{'system':'http://terminology.hl7.org/CodeSystem/v3-ActCode','code':'AMB'},"
                                + "'type':[{'text':'W'}],'reasonCode':[{'text':'W'}],'subject':P,'period':{'start':'2026-03-01'},"
                                + "'diagnosis':[{'condition':{'reference':'Condition/leak-Condition'}}]"));
        all.put(
                "CarePlan/leak-CarePlan",
                json(
                        "CarePlan",
                        "'status':'active','intent':'plan','subject':P,'addresses':[{'reference':'#c'}],"
                                + "'contributor':[{'reference':'#p'}],'contained':["
                                + "{'resourceType':'Condition','id':'c','subject':P,'code':{'text':'W'}},"
                                + "{'resourceType':'Patient','id':'p','name':[{'family':'W'}]}]"));
        all.put(
                "Appointment/leak-Appointment",
                appointment("leak-Appointment", "Condition/leak-Condition"));
        all.put("List/leak-List", list());
        all.put(
                "List/leak-List-sealed",
                list().replace("leak-List", "leak-List-sealed")
                        .replace("\"2026-03-01\"", "\"2026-02-01\"")
                        .replace(
                                "\"status\"",
                                "\"meta\":{\"security\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"V\"}]},\"status\""));
        return all;
    }

    /// The current list of the patient's problems, medicines and allergies at once.
    private static String list() {
        var codes = "http://terminology.hl7.org/CodeSystem/list-example-use-codes";
        return json(
                "List",
                ("'status':'current','mode':'working','title':'W','date':'2026-03-01','subject':P,"
                                + "'encounter':{'reference':'Encounter/leak-Encounter'},'code':{'coding':["
                                + "{'system':'S','code':'problems'},{'system':'S','code':'medications'},{'system':'S','code':'allergies'}]},"
                                + "'entry':[{'item':{'reference':'Condition/leak-Condition'}},"
                                + "{'item':{'reference':'MedicationRequest/leak-MedicationRequest'}},"
                                + "{'item':{'reference':'AllergyIntolerance/leak-AllergyIntolerance'}}]")
                        .replace("'S'", "'" + codes + "'"));
    }

    private static String patient(String id) {
        var number =
                id.equals("leak")
                        ? "'identifier':[{'system':'https://fhir.nhs.uk/Id/nhs-number','value':'9912003888'}],"
                        : "";
        return "{'resourceType':'Patient','id':'%s',%s'name':[{'family':'Leak','given':['Ann']}],'birthDate':'1980-01-01','managingOrganization':{'reference':'Organization/ZR1'}}"
                .formatted(id, number)
                .replace('\'', '"');
    }

    private static String condition(String id) {
        return json(
                        "Condition",
                        "'clinicalStatus':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/condition-clinical','code':'active'}]},"
                                + "'code':{'coding':[{'system':'http://example.org/secret','code':'1'}],'text':'W'},'subject':P")
                .replace("leak-Condition", id);
    }

    private static String appointment(String id, String reason) {
        return "{'resourceType':'Appointment','id':'%s','status':'proposed','participant':[{'actor':{'reference':'Patient/leak'},'status':'accepted'}],'reasonReference':[{'reference':'%s'}]}"
                .formatted(id, reason)
                .replace('\'', '"');
    }

    private static String json(String type, String rest) {
        return ("{'resourceType':'" + type + "','id':'leak-" + type + "'," + rest + "}")
                .replace("'W'", "'" + CLINICAL + "'")
                .replace("P,", "{'reference':'Patient/leak'},")
                .replaceFirst(":P}$", ":{'reference':'Patient/leak'}}")
                .replace('\'', '"');
    }

    private static String bundle(String kind, String method, String url, String resource) {
        var body = resource.isEmpty() ? "" : "\"resource\":" + resource + ",";
        return ("{\"resourceType\":\"Bundle\",\"type\":\"" + kind + "\",\"entry\":[{" + body)
                + "\"request\":{\"method\":\""
                + method
                + "\",\"url\":\""
                + url
                + "\"}}]}";
    }
}
