package trellis.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static trellis.apps.AppFlow.json;
import static trellis.apps.AppFlow.location;

import com.nimbusds.jwt.SignedJWT;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;
import trellis.access.Account.Person;
import trellis.access.Account.Profile;
import trellis.access.Account.Self;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Level;
import trellis.access.Persons;
import trellis.access.Proxy;
import trellis.access.Purpose;
import trellis.access.Role;
import trellis.access.Scopes;
import trellis.access.Tokens;

/// Apps launched as SMART App Launch says, and what they get.
class LaunchIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final String PASSWORD = "correct horse battery";
    private static final String CATEGORY =
            "http://terminology.hl7.org/CodeSystem/observation-category";
    private static final String ALL =
            "openid fhirUser profile launch/patient offline_access patient/*.rs";

    private static final AppFlow VIEWER = new AppFlow(server, "viewer");

    @BeforeAll
    static void fill() {
        var accounts = server.bean(Accounts.class);
        var machine =
                server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        put(
                machine,
                "Organization/ZR1",
                "{'resourceType':'Organization','id':'ZR1','name':'Trust'}");
        for (var one : List.of("ann", "ben", "child")) {
            put(
                    machine,
                    "Patient/" + one,
                    "{'resourceType':'Patient','id':'%s','name':[{'family':'Smith','given':['%s']}],'birthDate':'%s','managingOrganization':{'reference':'Organization/ZR1'}}"
                            .formatted(
                                    one, one, one.equals("child") ? "2020-01-01" : "1980-01-01"));
            for (var category : List.of("laboratory", "vital-signs")) {
                put(
                        machine,
                        "Observation/" + one + "-" + category,
                        "{'resourceType':'Observation','id':'%s-%s','status':'final','category':[{'coding':[{'system':'%s','code':'%s'}]}],'code':{'text':'of-%s'},'subject':{'reference':'Patient/%s'}}"
                                .formatted(one, category, CATEGORY, category, one, one));
            }
            put(
                    machine,
                    "Condition/" + one,
                    "{'resourceType':'Condition','id':'%s','code':{'text':'of-%s'},'subject':{'reference':'Patient/%s'}}"
                            .formatted(one, one, one));
        }
        person("ann", "ann", Level.P9);
        person("halfway", "ben", Level.P5);
        accounts.add(
                new Person(
                        "doctor",
                        "Dr Osei",
                        Role.CLINICIAN,
                        "Trust",
                        "ZR1",
                        new Self(
                                "",
                                Level.P0,
                                new Profile("555021935107", "555021936106", "R8000"))),
                PASSWORD);
        server.bean(Persons.class)
                .grant("ann", "child", Proxy.Kind.PARENT, "full", Optional.empty(), "the surgery");
        var apps = server.bean(Apps.class);
        apps.register(
                app(
                        "viewer",
                        App.Kind.PUBLIC,
                        "openid fhirUser profile launch launch/patient offline_access online_access patient/*.rs user/*.rs"));
        apps.register(app("other", App.Kind.PUBLIC, "openid patient/*.rs launch/patient"));
    }

    private static App app(String id, App.Kind kind, String scopes) {
        return new App(
                id,
                "The " + id,
                kind,
                App.Keys.NONE,
                List.of(AppFlow.REDIRECT),
                "https://app.example/launch",
                Scopes.parse(scopes),
                new App.Works(Role.NOBODY, "Example Ltd", "", Purpose.CARE, ""),
                false);
    }

    private static void person(String signIn, String patient, Level level) {
        server.bean(Accounts.class)
                .add(
                        new Person(
                                signIn,
                                signIn + " Smith",
                                Role.PATIENT,
                                "",
                                "",
                                new Self(patient, level, Profile.NONE)),
                        PASSWORD);
    }

    private static void put(String token, String path, String json) {
        var answer = VIEWER.fhir(token, "PUT", path, json.replace('\'', '"'));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static String tokenOf(String who, String scopes, Map<String, String> chosen) {
        try (var browser = Browser.signedIn(server, who, PASSWORD)) {
            var code = VIEWER.code(browser, VIEWER.asking(scopes), chosen);
            var answer = VIEWER.token(code);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return json(answer).path("access_token").asString();
        }
    }

    @Test
    void a_server_says_where_an_app_begins() {
        var answer =
                AppFlow.send(
                        HttpRequest.newBuilder(server.at("/fhir/.well-known/smart-configuration")));
        assertThat(answer.statusCode()).isEqualTo(200);
        var json = json(answer);
        assertThat(json.path("token_endpoint").asString())
                .isEqualTo(server.at("/oauth2/token").toString());
        assertThat(json.path("code_challenge_methods_supported").toString())
                .isEqualTo("[\"S256\"]");
        assertThat(json.path("capabilities").toString()).contains("launch-ehr", "permission-v2");
        var oidc =
                AppFlow.send(
                        HttpRequest.newBuilder(server.at("/.well-known/openid-configuration")));
        assertThat(json(oidc).path("issuer").asString()).isEqualTo(json.path("issuer").asString());
    }

    @Test
    void a_person_signs_in_for_an_app_and_is_asked() throws Exception {
        try (var browser = new Browser(server)) {
            var asking = VIEWER.asking(ALL);
            var first = VIEWER.authorize(browser, asking);
            assertThat(first.statusCode()).isEqualTo(302);
            assertThat(location(first)).endsWith("/sign-in");
            var form = browser.get("/sign-in");
            assertThat(form.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("form-action 'self' https://app.example");
            var signedIn = browser.signIn("ann", PASSWORD);
            assertThat(location(signedIn)).contains("/oauth2/authorize?");
            var code = VIEWER.code(browser, asking, Map.of("patient", "ann"));
            var answer = json(VIEWER.token(code));
            assertThat(answer.path("patient").asString()).isEqualTo("ann");
            assertThat(answer.path("token_type").asString()).isEqualTo("Bearer");
            assertThat(answer.path("expires_in").asInt()).isEqualTo(599);
            assertThat(List.of(answer.path("scope").asString().split(" ")))
                    .containsExactlyInAnyOrder(ALL.split(" "));
            var identity = SignedJWT.parse(answer.path("id_token").asString()).getJWTClaimsSet();
            assertThat(identity.getStringClaim("fhirUser"))
                    .isEqualTo(server.at("/fhir/Patient/ann").toString());
            assertThat(identity.getStringClaim("vot")).startsWith("P9");
            assertThat(identity.getAudience()).containsExactly("viewer");
            var info =
                    AppFlow.send(
                            HttpRequest.newBuilder(server.at("/userinfo"))
                                    .header(
                                            "Authorization",
                                            "Bearer " + answer.path("access_token").asString()));
            assertThat(json(info).path("name").asString()).isEqualTo("ann Smith");
            assertThat(json(info).path("sub").asString()).isEqualTo(identity.getSubject());
        }
    }

    @Test
    void an_app_for_one_person_gets_nothing_of_another_by_any_road() {
        var token = tokenOf("ann", ALL, Map.of("patient", "ann"));
        assertThat(VIEWER.fhir(token, "Patient/ann").statusCode()).isEqualTo(200);
        assertThat(VIEWER.fhir(token, "Condition").body()).contains("of-ann");
        for (var road :
                List.of(
                        "Patient/ben",
                        "Patient/ben/_history",
                        "Condition/ben",
                        "Condition/ben/_history/1",
                        "Condition",
                        "Condition?subject=Patient/ben",
                        "Condition?_id=ben",
                        "Patient?_has:Condition:subject:code:text=of-ben",
                        "Patient",
                        "Observation?subject:Patient._id=ben",
                        "Observation?_include=*&_revinclude=Condition:subject",
                        "Observation?_include=Observation:subject",
                        "Condition?_summary=count&subject=Patient/ben")) {
            // The link to the search itself says what was asked.
            var body =
                    VIEWER.fhir(token, road)
                            .body()
                            .replaceAll("\"link\":\\[\\{\"relation\":\"self\"[^}]*\\}", "");
            assertThat(body).as(road).doesNotContain("of-ben", "of-child", "Patient/ben\"");
        }
        assertThat(
                        json(VIEWER.fhir(token, "Condition?_summary=count&subject=Patient/ben"))
                                .path("total")
                                .asInt())
                .isZero();
        assertThat(json(VIEWER.fhir(token, "Patient?_total=accurate")).path("total").asInt())
                .isEqualTo(1);
        var bundle =
                "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"Condition/ben\"}},{\"request\":{\"method\":\"GET\",\"url\":\"Condition?subject=Patient/ben\"}}]}";
        assertThat(VIEWER.fhir(token, "POST", "", bundle).body()).doesNotContain("of-ben");
        var change =
                "{\"resourceType\":\"Condition\",\"id\":\"ann\",\"subject\":{\"reference\":\"Patient/ann\"}}";
        assertThat(VIEWER.fhir(token, "PUT", "Condition/ann", change).statusCode()).isEqualTo(403);
    }

    @Test
    void a_parent_uses_an_app_for_their_child() {
        var token = tokenOf("ann", ALL, Map.of("patient", "child"));
        var found = VIEWER.fhir(token, "Condition").body();
        assertThat(found).contains("of-child").doesNotContain("of-ann", "of-ben");
        // What is taken back is gone from the next request on.
        var persons = server.bean(Persons.class);
        var proxy = persons.actingFor("child").getFirst().proxy().orElseThrow();
        persons.revoke("child", proxy.id(), "the surgery");
        assertThat(VIEWER.fhir(token, "Condition").body()).doesNotContain("of-child");
        persons.grant("ann", "child", Proxy.Kind.PARENT, "full", Optional.empty(), "the surgery");
    }

    @Test
    void nobody_uses_an_app_for_somebody_they_do_not_act_for() {
        try (var browser = Browser.signedIn(server, "ann", PASSWORD)) {
            var first = VIEWER.authorize(browser, VIEWER.asking(ALL));
            var where = location(first);
            var page = browser.get(where.substring(where.indexOf("/oauth2")));
            var body = new ArrayList<String>();
            AppFlow.yes(page.body(), Map.of("patient", "ben"))
                    .forEach(f -> body.add(AppFlow.form(Map.of(f.getKey(), f.getValue()))));
            var answer = browser.postText("/oauth2/authorize", String.join("&", body));
            assertThat(location(answer)).doesNotContain("code=");
        }
    }

    @Test
    void who_has_not_proved_who_they_are_gets_no_record() {
        var token = tokenOf("halfway", ALL, Map.of("patient", "ben"));
        assertThat(VIEWER.fhir(token, "Patient/ben").statusCode()).isEqualTo(200);
        assertThat(VIEWER.fhir(token, "Condition").body()).doesNotContain("of-ben");
        assertThat(VIEWER.fhir(token, "Condition/ben").statusCode()).isEqualTo(404);
    }

    @Test
    void a_scope_with_a_filter_shows_only_what_fits() {
        var scopes = "launch/patient patient/Observation.rs?category=" + CATEGORY + "|laboratory";
        var token = tokenOf("ann", scopes, Map.of("patient", "ann"));
        assertThat(VIEWER.fhir(token, "Observation/ann-laboratory").statusCode()).isEqualTo(200);
        assertThat(VIEWER.fhir(token, "Observation/ann-vital-signs").statusCode()).isEqualTo(404);
        assertThat(json(VIEWER.fhir(token, "Observation?_total=accurate")).path("total").asInt())
                .isEqualTo(1);
        assertThat(VIEWER.fhir(token, "Condition").statusCode()).isEqualTo(403);
        assertThat(
                        VIEWER.fhir(token, "Observation?_include=Observation:subject:Patient")
                                .statusCode())
                .isEqualTo(403);
    }

    @Test
    void staff_open_an_app_from_a_record() throws Exception {
        try (var browser = Browser.signedIn(server, "doctor", PASSWORD)) {
            var page = browser.get("/patients/ann/apps");
            assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
            var link =
                    page.body()
                            .replaceAll("(?s).*href=\"(https://app.example/launch[^\"]*)\".*", "$1")
                            .replace("&amp;", "&");
            assertThat(AppFlow.query(link, "iss")).isEqualTo(server.at("/fhir").toString());
            var asking = VIEWER.asking("openid launch patient/*.rs");
            asking.put("launch", AppFlow.query(link, "launch"));
            var answer = json(VIEWER.token(VIEWER.code(browser, asking, Map.of())));
            assertThat(answer.path("patient").asString()).isEqualTo("ann");
            var token = answer.path("access_token").asString();
            assertThat(VIEWER.fhir(token, "Condition").body())
                    .contains("of-ann")
                    .doesNotContain("of-ben");
            var identity = SignedJWT.parse(answer.path("id_token").asString()).getJWTClaimsSet();
            assertThat(identity.getStringClaim("selected_roleid")).isEqualTo("555021936106");
            // The same launch in somebody else's hands.
            try (var thief = Browser.signedIn(server, "ann", PASSWORD)) {
                var refused = VIEWER.authorize(thief, asking);
                assertThat(location(refused)).contains("error=invalid_request");
            }
        }
    }

    @Test
    void staff_name_the_patient_when_an_app_comes_by_itself() {
        try (var browser = Browser.signedIn(server, "doctor", PASSWORD)) {
            var first = VIEWER.authorize(browser, VIEWER.asking("launch/patient patient/*.rs"));
            var where = location(first);
            var page = browser.get(where.substring(where.indexOf("/oauth2")));
            assertThat(page.body()).contains("Which patient is it about?");
            var state = AppFlow.query(where, "state");
            var named =
                    browser.get(
                            "/oauth2/consent?patient=ann&state="
                                    + URLEncoder.encode(state, StandardCharsets.UTF_8));
            assertThat(named.body()).contains("SMITH");
            var wrong =
                    browser.post(
                            "/oauth2/consent/patient",
                            Map.of("state", state, "number", "999 999 9999"));
            assertThat(location(wrong)).endsWith("&wrong");
        }
    }

    @Test
    void no_is_no() {
        try (var browser = Browser.signedIn(server, "halfway", PASSWORD)) {
            var other = new AppFlow(server, "other");
            var first = other.authorize(browser, other.asking("openid patient/*.rs"));
            var where = location(first);
            var page = browser.get(where.substring(where.indexOf("/oauth2")));
            var body = new ArrayList<String>();
            AppFlow.yes(page.body(), Map.of("deny", "deny"))
                    .forEach(f -> body.add(AppFlow.form(Map.of(f.getKey(), f.getValue()))));
            var answer = browser.postText("/oauth2/authorize", String.join("&", body));
            assertThat(location(answer))
                    .startsWith(AppFlow.REDIRECT)
                    .contains("error=access_denied");
        }
    }

    @Test
    void a_refresh_token_is_good_once_and_its_theft_ends_everything() {
        try (var browser = Browser.signedIn(server, "ann", PASSWORD)) {
            var code = VIEWER.code(browser, VIEWER.asking(ALL), Map.of("patient", "ann"));
            var first = json(VIEWER.token(code));
            var old = first.path("refresh_token").asString();
            var second = json(VIEWER.refresh(old));
            var token = second.path("access_token").asString();
            assertThat(second.path("patient").asString()).isEqualTo("ann");
            assertThat(second.path("refresh_token").asString()).isNotEqualTo(old).isNotEmpty();
            assertThat(VIEWER.fhir(token, "Patient/ann").statusCode()).isEqualTo(200);
            var stolen = VIEWER.refresh(old);
            assertThat(stolen.statusCode()).isEqualTo(400);
            assertThat(json(stolen).path("error").asString()).isEqualTo("invalid_grant");
            assertThat(VIEWER.refresh(second.path("refresh_token").asString()).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void a_code_is_good_once_for_its_app_and_with_its_verifier() {
        try (var browser = Browser.signedIn(server, "ann", PASSWORD)) {
            var chosen = Map.of("patient", "ann");
            var code = VIEWER.code(browser, VIEWER.asking(ALL), chosen);
            assertThat(VIEWER.token(code).statusCode()).isEqualTo(200);
            assertThat(VIEWER.token(code).statusCode()).isEqualTo(400);
            var next = VIEWER.code(browser, VIEWER.asking(ALL), chosen);
            assertThat(
                            VIEWER.token(
                                            Map.of(
                                                    "grant_type",
                                                    "authorization_code",
                                                    "code",
                                                    next,
                                                    "redirect_uri",
                                                    AppFlow.REDIRECT,
                                                    "client_id",
                                                    "viewer",
                                                    "code_verifier",
                                                    "x".repeat(50)))
                                    .statusCode())
                    .isEqualTo(400);
            var third = VIEWER.code(browser, VIEWER.asking(ALL), chosen);
            assertThat(new AppFlow(server, "other").token(third).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void what_an_app_asks_for_beyond_its_leave_is_refused() {
        try (var browser = Browser.signedIn(server, "ann", PASSWORD)) {
            for (var scopes : List.of("patient/*.cruds", "system/*.rs", "nonsense")) {
                assertThat(location(VIEWER.authorize(browser, VIEWER.asking(scopes))))
                        .as(scopes)
                        .contains("error=invalid_scope");
            }
            var elsewhere = VIEWER.asking(ALL);
            elsewhere.put("aud", "https://elsewhere.example/fhir");
            assertThat(location(VIEWER.authorize(browser, elsewhere)))
                    .contains("error=invalid_request");
            var bare = VIEWER.asking(ALL);
            bare.remove("code_challenge");
            assertThat(location(VIEWER.authorize(browser, bare))).contains("error=invalid_request");
            var plain = VIEWER.asking(ALL);
            plain.put("code_challenge_method", "plain");
            assertThat(location(VIEWER.authorize(browser, plain)))
                    .contains("error=invalid_request");
            var open = VIEWER.asking(ALL);
            open.put("redirect_uri", "https://evil.example/");
            var refused = VIEWER.authorize(browser, open);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(location(refused)).isEmpty();
        }
    }

    @Test
    void taking_back_what_an_app_may_do_ends_its_tokens() throws Exception {
        try (var browser = Browser.signedIn(server, "halfway", PASSWORD)) {
            var code = VIEWER.code(browser, VIEWER.asking(ALL), Map.of("patient", "ben"));
            var given = json(VIEWER.token(code));
            assertThat(browser.get("/apps").body()).contains("The viewer");
            assertThat(browser.post("/apps/viewer/take-back", Map.of()).statusCode())
                    .isEqualTo(303);
            assertThat(browser.get("/apps").body()).doesNotContain("The viewer");
            assertThat(VIEWER.refresh(given.path("refresh_token").asString()).statusCode())
                    .isEqualTo(400);
            Thread.sleep(5_100);
            assertThat(
                            VIEWER.fhir(given.path("access_token").asString(), "Patient/ben")
                                    .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void an_app_learns_of_its_own_tokens_alone() {
        var secret =
                server.bean(Apps.class)
                        .register(
                                app(
                                        "server",
                                        App.Kind.CONFIDENTIAL,
                                        "openid patient/*.rs launch/patient"))
                        .secret()
                        .orElseThrow();
        var basic =
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(
                                        ("server:" + secret).getBytes(StandardCharsets.UTF_8));
        var theirs = tokenOf("ann", ALL, Map.of("patient", "ann"));
        var about = Map.of("token", theirs);
        var answer = VIEWER.post("/oauth2/introspect", about, "Authorization", basic);
        assertThat(json(answer).path("active").asBoolean()).isFalse();
        try (var browser = Browser.signedIn(server, "ann", PASSWORD)) {
            var flow = new AppFlow(server, "server");
            var code =
                    flow.code(
                            browser, flow.asking("openid patient/*.rs"), Map.of("patient", "ann"));
            var fields =
                    Map.of(
                            "grant_type",
                            "authorization_code",
                            "code",
                            code,
                            "redirect_uri",
                            AppFlow.REDIRECT,
                            "code_verifier",
                            flow.verifier);
            var bare = flow.post("/oauth2/token", fields);
            assertThat(bare.statusCode()).isIn(400, 401);
            var own = json(flow.post("/oauth2/token", fields, "Authorization", basic));
            var token = own.path("access_token").asString();
            var known =
                    json(
                            flow.post(
                                    "/oauth2/introspect",
                                    Map.of("token", token),
                                    "Authorization",
                                    basic));
            assertThat(known.path("active").asBoolean()).isTrue();
            assertThat(known.path("client_id").asString()).isEqualTo("server");
            assertThat(known.path("scope").asString()).contains("patient/*.rs");
            flow.post("/oauth2/revoke", Map.of("token", token), "Authorization", basic);
            assertThat(
                            json(flow.post(
                                            "/oauth2/introspect",
                                            Map.of("token", token),
                                            "Authorization",
                                            basic))
                                    .path("active")
                                    .asBoolean())
                    .isFalse();
        }
    }
}
