package trellis.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Page;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Browser;
import trellis.access.Role;

/// Signing in by more than a password.
class SigninIT {
    private static final TestServer server = DemoServer.shared();
    private static Chrome chrome;

    @BeforeAll
    static void open() {
        Chrome.needed();
        chrome = new Chrome(server);
    }

    @AfterAll
    static void close() {
        if (chrome != null) {
            chrome.close();
        }
    }

    private static void person(String signIn) {
        server.bean(Accounts.class)
                .add(
                        new Account.Person(
                                signIn, "Dr " + signIn, Role.CLINICIAN, "Rowan Vale", "ZR9"),
                        DemoServer.PASSWORD);
    }

    @Test
    void a_second_step_is_asked_for_once_set_up_and_each_code_works_once() throws Exception {
        person("second.step");
        var page = chrome.window(1280, 900, true);
        chrome.signedIn(page, "second.step");
        chrome.open(page, "/account");
        assertThat(Chrome.faults(page)).isEmpty();
        page.click("text=Set up a second step");
        assertThat(Chrome.faults(page)).isEmpty();
        var secret = page.locator("main code").textContent().replace(" ", "");
        page.fill("#code", "000000");
        page.press("#code", "Enter");
        assertThat(page.locator("#code-error").isVisible()).isTrue();
        var before = Instant.now();
        page.fill("#code", code(secret, before));
        page.press("#code", "Enter");
        var recovery = page.locator("main li code").allTextContents();
        assertThat(recovery).hasSize(8).doesNotHaveDuplicates();
        assertThat(Chrome.faults(page)).isEmpty();
        page.context().clearCookies();

        half(page, "second.step");
        chrome.open(page, "/patients");
        assertThat(page.url()).as("half signed in").endsWith("/sign-in/code");
        assertThat(Chrome.faults(page)).isEmpty();
        enter(page, code(secret, before));
        assertThat(page.url()).as("used before").endsWith("/sign-in/code?failed");
        enter(page, "123 456");
        assertThat(page.url()).as("a wrong one").endsWith("/sign-in/code?failed");
        enter(page, recovery.getFirst().toUpperCase(java.util.Locale.ROOT));
        assertThat(page.url()).as("on to what was asked for").contains("/patients");
        page.context().clearCookies();

        half(page, "second.step");
        enter(page, recovery.getFirst());
        assertThat(page.url()).as("a recovery code twice").endsWith("/sign-in/code?failed");
        enter(page, code(secret, before.plusSeconds(30)));
        assertThat(page.url()).isEqualTo(server.at("/").toString());
        chrome.open(page, "/account");
        assertThat(page.locator("main").textContent()).contains("7 recovery codes left");
        page.fill("#sure", "not the password");
        page.press("#sure", "Enter");
        assertThat(page.locator("#sure-error").isVisible()).isTrue();
        page.fill("#sure", DemoServer.PASSWORD);
        page.press("#sure", "Enter");
        page.waitForURL(server.at("/account?done=no-second-step").toString());
        page.context().clearCookies();
        chrome.signedIn(page, "second.step");
    }

    private static void half(Page page, String signIn) {
        chrome.open(page, "/sign-in");
        page.fill("#username", signIn);
        page.fill("#password", DemoServer.PASSWORD);
        page.click("main button[type=submit]");
        page.waitForURL(url -> !url.endsWith("/sign-in"));
        assertThat(page.url())
                .as(page.locator("main").textContent())
                .isEqualTo(server.at("/sign-in/code").toString());
    }

    private static void enter(Page page, String code) {
        page.fill("#code", code);
        page.press("#code", "Enter");
        page.waitForLoadState();
    }

    private static String code(String secret, Instant when) throws InvalidKeyException {
        var key = new SecretKeySpec(new Base32().decode(secret), "HmacSHA1");
        return new TimeBasedOneTimePasswordGenerator().generateOneTimePasswordString(key, when);
    }

    @Test
    void guessing_codes_ends_after_five_even_with_the_right_one() throws Exception {
        person("guessed");
        var page = chrome.window(1280, 900, false);
        chrome.signedIn(page, "guessed");
        chrome.open(page, "/account");
        page.click("text=Set up a second step");
        var secret = page.locator("main code").textContent().replace(" ", "");
        var before = Instant.now();
        enter(page, code(secret, before));
        page.context().clearCookies();
        half(page, "guessed");
        for (var time = 0; time < 5; time++) {
            enter(page, "000000");
        }
        enter(page, code(secret, before.plusSeconds(30)));
        assertThat(page.url()).endsWith("/sign-in/code?failed");
    }

    @Test
    void half_a_sign_in_opens_no_road() {
        person("half");
        try (var browser = Browser.signedIn(server, "half", DemoServer.PASSWORD)) {
            browser.post("/account/second-step", Map.of());
            var shown = browser.get("/account/second-step").body();
            var secret = shown.replaceAll("(?s).*<code>([A-Z2-7 ]+)</code>.*", "$1");
            browser.post(
                    "/account/second-step/confirm",
                    Map.of("code", code(secret.replace(" ", ""), Instant.now())));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
        try (var browser = new Browser(server)) {
            browser.signIn("half", DemoServer.PASSWORD);
            for (var road :
                    List.of("/patients?name=smith", "/account", "/badge", "/drafts?page=x")) {
                var answer = browser.get(road);
                assertThat(answer.statusCode()).as(road).isEqualTo(302);
                assertThat(answer.headers().firstValue("Location").orElseThrow())
                        .as(road)
                        .endsWith("/sign-in/code");
            }
            var authorize = browser.get("/oauth2/authorize?response_type=code&client_id=none");
            assertThat(authorize.statusCode()).isEqualTo(400);
        }
    }

    @Test
    void a_passkey_is_made_signs_in_and_is_forgotten() {
        person("passkey");
        var page = chrome.window(390, 800, true);
        var keys = page.context().newCDPSession(page);
        keys.send("WebAuthn.enable");
        var options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", true);
        options.addProperty("isUserVerified", true);
        options.addProperty("automaticPresenceSimulation", true);
        var authenticator = new JsonObject();
        authenticator.add("options", options);
        var id =
                keys.send("WebAuthn.addVirtualAuthenticator", authenticator).get("authenticatorId");

        passwordAtLocalhost(page, "passkey");
        page.navigate(named("/account"));
        page.fill("#label", "Ward phone");
        page.click("text=Make a passkey");
        page.waitForURL(named("/account?done=passkey"));
        assertThat(page.locator("main li strong").allTextContents()).containsExactly("Ward phone");
        assertThat(Chrome.faults(page)).isEmpty();
        assertThat(Chrome.sideways(page)).isZero();
        page.context().clearCookies();

        page.navigate(named("/badge"));
        assertThat(page.url()).endsWith("/sign-in");
        page.click("text=Sign in with a passkey");
        page.waitForURL(url -> url.contains("/badge"));
        assertThat(page.locator(".nhsuk-header__account-item strong").textContent())
                .isEqualTo("Dr passkey");

        // The device does not recognise its owner any more.
        page.context().clearCookies();
        page.navigate(named("/sign-in"));
        var unverified = new JsonObject();
        unverified.add("authenticatorId", id);
        unverified.addProperty("isUserVerified", false);
        keys.send("WebAuthn.setUserVerified", unverified);
        page.click("text=Sign in with a passkey");
        page.locator("[data-passkey-error]:not(:empty)").waitFor();
        assertThat(page.url()).endsWith("/sign-in");

        passwordAtLocalhost(page, "passkey");
        page.navigate(named("/account"));
        page.click("button:has-text('Forget')");
        page.waitForURL(named("/account?done=no-passkey"));
        page.context().clearCookies();
        var verified = new JsonObject();
        verified.add("authenticatorId", id);
        verified.addProperty("isUserVerified", true);
        keys.send("WebAuthn.setUserVerified", verified);
        page.navigate(named("/sign-in"));
        page.click("text=Sign in with a passkey");
        page.locator("[data-passkey-error]:not(:empty)").waitFor();
        assertThat(page.locator("[data-passkey-error]").textContent()).contains("lets nobody in");
    }

    /// Passkeys are for names, not for addresses of numbers.
    private static String named(String path) {
        return server.at(path).toString().replace("127.0.0.1", "localhost");
    }

    private static void passwordAtLocalhost(Page page, String signIn) {
        page.navigate(named("/sign-in"));
        page.fill("#username", signIn);
        page.fill("#password", DemoServer.PASSWORD);
        page.click("main form[action='/sign-in'] button");
        page.waitForURL(named("/"));
    }

    @Test
    void a_password_is_changed_by_who_knows_it_and_other_sessions_end() {
        person("changing");
        try (var here = Browser.signedIn(server, "changing", DemoServer.PASSWORD);
                var elsewhere = Browser.signedIn(server, "changing", DemoServer.PASSWORD)) {
            here.get("/account");
            var wrong =
                    here.post(
                            "/account/password",
                            Map.of("current", "wrong", "password", "a-long-new-password"));
            assertThat(wrong.body()).contains("That is not your password now");
            var shortOne =
                    here.post(
                            "/account/password",
                            Map.of("current", DemoServer.PASSWORD, "password", "short"));
            assertThat(shortOne.body()).contains("at least 12 characters");
            var changed =
                    here.post(
                            "/account/password",
                            Map.of(
                                    "current",
                                    DemoServer.PASSWORD,
                                    "password",
                                    "a-long-new-password"));
            assertThat(changed.headers().firstValue("Location").orElseThrow())
                    .endsWith("/account?done=password");
            assertThat(here.get("/account").statusCode()).isEqualTo(200);
            assertThat(elsewhere.get("/account").statusCode()).isEqualTo(302);
        }
    }
}
