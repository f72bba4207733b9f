package trellis.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Role;

/// Signing in with a Keycloak, and its access tokens at the API.
class KeycloakIT {
    private static final String AUDIENCE = "https://trellis.example/fhir";
    private static final String PASSWORD = "quiet-harbour-lantern-42";

    private static final String REALM =
            """
            {"realm": "trust", "enabled": true, "sslRequired": "none",
             "clients": [
              {"clientId": "trellis", "secret": "a-secret-of-this-test", "redirectUris": ["*"],
               "standardFlowEnabled": true},
              {"clientId": "elsewhere", "publicClient": true, "directAccessGrantsEnabled": true}],
             "users": [
              {"username": "osei", "enabled": true, "email": "osei@example.org",
               "emailVerified": true, "firstName": "Amina", "lastName": "Osei",
               "credentials": [{"type": "password", "value": "quiet-harbour-lantern-42"}]},
              {"username": "stranger", "enabled": true, "email": "stranger@example.org",
               "emailVerified": true, "firstName": "No", "lastName": "Body",
               "credentials": [{"type": "password", "value": "quiet-harbour-lantern-42"}]}]}
            """;

    private static final String READER =
            """
            {"clientId": "reader", "publicClient": true, "directAccessGrantsEnabled": true,
             "defaultClientScopes": ["basic", "profile"], "optionalClientScopes": ["user/Patient.rs"],
             "protocolMappers": [{"name": "for-trellis", "protocol": "openid-connect",
               "protocolMapper": "oidc-audience-mapper",
               "config": {"included.custom.audience": "https://trellis.example/fhir",
                          "access.token.claim": "true"}}]}
            """;

    private static final String SCOPE =
            """
            {"name": "user/Patient.rs", "protocol": "openid-connect",
             "attributes": {"include.in.token.scope": "true"}}
            """;

    private static Keycloak keycloak;
    private static TestServer server;
    private static Chrome chrome;

    @BeforeAll
    static void open() throws Exception {
        Chrome.needed();
        keycloak = Keycloak.start();
        keycloak.make("", REALM);
        keycloak.make("/trust/client-scopes", SCOPE);
        keycloak.make("/trust/clients", READER);
        server =
                TestServer.start(
                        Map.of(
                                "TRELLIS_OIDC_ISSUER",
                                keycloak.at("/realms/trust").toString(),
                                "TRELLIS_OIDC_NAME",
                                "Rowan Vale",
                                "TRELLIS_OIDC_CLIENT_SECRET",
                                "a-secret-of-this-test",
                                "TRELLIS_OIDC_AUDIENCE",
                                AUDIENCE));
        chrome = new Chrome(server);
        server.bean(Accounts.class)
                .add(
                        new Account.Person(
                                "osei", "Dr Amina Osei", Role.CLINICIAN, "Rowan Vale", "ZR9"),
                        DemoServer.PASSWORD);
    }

    @AfterAll
    static void close() {
        if (chrome != null) {
            chrome.close();
        }
        if (server != null) {
            server.close();
        }
        if (keycloak != null) {
            keycloak.close();
        }
    }

    @Test
    void somebody_signs_in_there_and_comes_back_to_the_page_they_asked_for() {
        var page = chrome.window(1280, 900, true);
        chrome.open(page, "/patients?name=osei");
        assertThat(page.url()).endsWith("/sign-in");
        assertThat(Chrome.faults(page)).isEmpty();
        there(page, "osei");
        page.waitForURL(url -> url.contains("/patients?name=osei"));
        assertThat(page.locator(".nhsuk-header__account-item strong").textContent())
                .isEqualTo("Dr Amina Osei");
        page.click("text=Sign out");
        page.waitForURL(server.at("/signed-out").toString());
        assertThat(page.locator("main").textContent()).contains("still be signed in there");
    }

    @Test
    void somebody_without_an_account_here_is_told_so_and_let_in_nowhere() {
        var page = chrome.window(390, 800, true);
        chrome.open(page, "/sign-in");
        there(page, "stranger");
        page.waitForURL(server.at("/sign-in?refused=unknown").toString());
        assertThat(page.locator("main .nhsuk-error-summary").textContent())
                .contains("no account here yet");
        assertThat(Chrome.faults(page)).isEmpty();
        assertThat(Chrome.sideways(page)).isZero();
        chrome.open(page, "/patients");
        assertThat(page.url()).endsWith("/sign-in");
    }

    private static void there(Page page, String name) {
        page.click("text=Sign in with Rowan Vale");
        page.fill("#username", name);
        page.fill("#password", PASSWORD);
        page.click("#kc-login");
    }

    @Test
    void a_code_or_state_from_elsewhere_begins_no_session() {
        try (var browser = new Browser(server)) {
            browser.get("/sign-in/with/issuer");
            for (var query :
                    new String[] {
                        "?code=a&state=b", "?code=a", "?error=access_denied&state=b", ""
                    }) {
                var answer = browser.get("/sign-in/back" + query);
                assertThat(answer.statusCode()).as(query).isIn(302, 303, 404);
                assertThat(browser.get("/patients").statusCode()).as(query).isEqualTo(302);
            }
        }
    }

    @Test
    void its_access_tokens_reach_as_far_as_their_scopes_and_audience() {
        var bare = Map.of("client_id", "reader", "username", "osei", "password", PASSWORD);
        assertThat(fhir(keycloak.token("trust", bare), "Patient").statusCode())
                .as("without a scope of SMART")
                .isEqualTo(403);
        var scoped = new HashMap<>(bare);
        scoped.put("scope", "openid profile user/Patient.rs");
        var granted = keycloak.token("trust", scoped);
        assertThat(fhir(granted, "Patient").statusCode()).isEqualTo(200);
        assertThat(fhir(granted, "Observation").statusCode()).isEqualTo(403);
        var elsewhere = Map.of("client_id", "elsewhere", "username", "osei", "password", PASSWORD);
        assertThat(fhir(keycloak.token("trust", elsewhere), "Patient").statusCode())
                .as("meant for another service")
                .isEqualTo(401);
        var stranger = Map.of("client_id", "reader", "username", "stranger", "password", PASSWORD);
        assertThat(fhir(keycloak.token("trust", stranger), "Patient").statusCode())
                .as("of nobody here")
                .isEqualTo(401);
    }

    private static HttpResponse<String> fhir(String token, String path) {
        try (var browser = new Browser(server)) {
            return browser.get("/fhir/" + path, "Authorization", "Bearer " + token);
        }
    }
}
