package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import trellis.TestServer;
import trellis.access.Account.Person;

class SignInIT {
    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_SESSION_MINUTES", "45"));

    private static final String PASSWORD = "correct horse battery";

    private static Accounts accounts;

    @BeforeAll
    static void people() {
        accounts = server.bean(Accounts.class);
        for (var name : List.of("osei", "locked", "changed", "leaving", "auditor", "waiting")) {
            accounts.add(new Person(name, "Dr " + name, Role.CLINICIAN, "Trust", "ZR1"), PASSWORD);
        }
    }

    @Test
    void a_page_for_staff_sends_nobody_to_the_sign_in_page_and_back_afterwards() {
        try (var browser = new Browser(server)) {
            var sent = browser.get("/patients?name=smith");
            assertThat(sent.statusCode()).isEqualTo(302);
            assertThat(location(sent)).isEqualTo("/sign-in");
            var back = browser.signIn("osei", PASSWORD);
            assertThat(location(back)).contains("/patients?name=smith");
        }
    }

    @Test
    void what_a_script_fetched_meanwhile_is_not_where_signing_in_leads() {
        try (var browser = new Browser(server)) {
            browser.get("/patients?name=smith", "Sec-Fetch-Mode", "navigate");
            browser.get("/drafts?page=%2Fpatients", "Sec-Fetch-Mode", "cors");
            assertThat(location(browser.signIn("osei", PASSWORD))).contains("/patients?name=smith");
        }
    }

    @Test
    void a_script_of_a_page_from_before_takes_no_session_from_the_form_that_is_filled_in() {
        try (var browser = new Browser(server)) {
            for (var cookie : List.of("", "TRELLIS=0123456789ABCDEF0123456789ABCDEF")) {
                var sent =
                        browser.get(
                                "/drafts?page=%2Fx", "Sec-Fetch-Mode", "cors", "Cookie", cookie);
                assertThat(sent.statusCode()).isEqualTo(401);
                assertThat(sent.headers().firstValue("Set-Cookie")).isEmpty();
                assertThat(sent.headers().firstValue("Location")).isEmpty();
            }
        }
    }

    @Test
    void signing_in_gives_another_session_than_the_one_before() {
        try (var browser = new Browser(server)) {
            browser.get("/sign-in");
            browser.csrf();
            var before = browser.session();
            browser.signIn("OSEI ", PASSWORD);
            assertThat(browser.session()).isNotEmpty().isNotEqualTo(before);
        }
    }

    @Test
    void the_session_cookie_is_hidden_from_scripts_and_from_other_sites() {
        try (var browser = new Browser(server)) {
            var cookie = browser.get("/sign-in").headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie).contains("HttpOnly").contains("SameSite=Lax").contains("Path=/");
        }
    }

    @Test
    void a_wrong_password_a_wrong_name_and_a_disabled_account_look_the_same() {
        accounts.disable("leaving", true);
        try (var browser = new Browser(server)) {
            var answers =
                    List.of(
                            browser.signIn("waiting", "wrong password 1"),
                            browser.signIn("nobody at all", "wrong password 1"),
                            browser.signIn("leaving", PASSWORD));
            assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(302);
            assertThat(answers).extracting(SignInIT::location).containsOnly("/sign-in?error");
            assertThat(answers).extracting(HttpResponse::body).containsOnly("");
        }
    }

    @Test
    void a_name_that_does_not_exist_takes_as_long_as_one_that_does() {
        // Both compare one bcrypt hash of the same cost; the ratio would be hundreds without that.
        var encoder = Passwords.encoder();
        var nobody = time(() -> encoder.matches(PASSWORD, Passwords.NOBODY));
        var hash = encoder.encode(PASSWORD);
        var somebody = time(() -> encoder.matches(PASSWORD, hash));
        assertThat(nobody / (double) somebody).isBetween(0.2, 5.0);
        assertThat(Passwords.NOBODY).startsWith(hash.substring(0, "{bcrypt}$2a$12$".length()));
    }

    @Test
    void after_five_wrong_passwords_even_the_right_one_must_wait() {
        try (var browser = new Browser(server)) {
            IntStream.range(0, 5).forEach(i -> browser.signIn("locked", "wrong password " + i));
            assertThat(location(browser.signIn("locked", PASSWORD))).isEqualTo("/sign-in?error");
        }
        assertThat(lines("sign in refused", "locked")).isEqualTo(6);
    }

    @Test
    void a_form_without_its_token_is_refused() {
        try (var browser = new Browser(server)) {
            browser.csrf();
            var bare =
                    browser.postBare("/sign-in", Map.of("username", "osei", "password", PASSWORD));
            assertThat(bare.statusCode()).isEqualTo(403);
        }
    }

    @Test
    void a_form_of_an_ended_session_goes_back_to_the_sign_in_page() {
        try (var browser = Browser.signedIn(server, "osei", PASSWORD)) {
            var answer =
                    browser.get(
                            "/patients", "X-Nothing", "1", "Cookie", "TRELLIS=" + "A".repeat(32));
            assertThat(answer.statusCode()).isIn(200, 302, 404);
        }
        try (var stranger = new Browser(server)) {
            var answer = stranger.get("/patients", "Cookie", "TRELLIS=" + "A".repeat(32));
            assertThat(location(answer)).isEqualTo("/sign-in?ended");
        }
    }

    @Test
    void signing_out_needs_the_form_and_ends_the_session() {
        try (var browser = Browser.signedIn(server, "osei", PASSWORD)) {
            assertThat(browser.get("/sign-out").statusCode()).isNotEqualTo(302);
            assertThat(location(browser.post("/sign-out", Map.of()))).isEqualTo("/signed-out");
            assertThat(location(browser.get("/patients"))).startsWith("/sign-in");
        }
        assertThat(lines("sign out", "osei")).isPositive();
    }

    @Test
    void a_new_password_ends_the_sessions_of_the_old_one_within_seconds() {
        try (var browser = Browser.signedIn(server, "changed", PASSWORD)) {
            accounts.changePassword("changed", "another long password");
            // Nothing has looked at the account yet, so the first page already knows.
            assertThat(location(browser.get("/patients"))).startsWith("/sign-in");
        }
    }

    @Test
    void every_page_says_what_browsers_must_not_do_with_it() {
        try (var browser = new Browser(server)) {
            var headers = browser.get("/sign-in").headers();
            assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(headers.firstValue("X-Frame-Options")).contains("DENY");
            assertThat(headers.firstValue("Referrer-Policy")).contains("no-referrer");
            assertThat(headers.firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
            assertThat(headers.firstValue("Cache-Control").orElseThrow()).contains("no-store");
            assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'");
        }
    }

    @Test
    void sign_ins_are_in_the_audit_and_typed_names_are_not() {
        try (var browser = new Browser(server)) {
            browser.signIn("my secret typed in the wrong box", "wrong password 1");
            browser.signIn("osei", PASSWORD);
        }
        assertThat(lines("sign in", "osei")).isPositive();
        var db = JdbcClient.create(server.database().dataSource());
        assertThat(
                        db.sql("select count(*) from audit_caller where name like '%secret%'")
                                .query(Long.class)
                                .single())
                .isZero();
    }

    private static long lines(String what, String name) {
        return JdbcClient.create(server.database().dataSource())
                .sql(
                        """
                        select count(*) from audit a join audit_caller c on c.key = a.caller
                         where a.what = ? and c.name = ?
                        """)
                .param(what)
                .param("Dr " + name)
                .query(Long.class)
                .single();
    }

    private static long time(Runnable work) {
        var best = Long.MAX_VALUE;
        for (var i = 0; i < 3; i++) {
            var start = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("none, but " + answer.statusCode());
    }
}
