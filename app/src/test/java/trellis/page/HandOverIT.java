package trellis.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import trellis.TestServer;
import trellis.access.Account;
import trellis.access.Accounts;
import trellis.access.Caller;
import trellis.access.Openings;
import trellis.access.Reason;
import trellis.access.Role;
import trellis.audit.AuditQuery;
import trellis.audit.AuditTrail;

/// One terminal, several people in turn. Alone, because how long a tap takes is part of what must hold.
@Isolated
class HandOverIT {
    private static final String WRITING = "/patients/" + DemoServer.UNOPENED + "/open";
    private static final int TIMES = 100;

    private static final TestServer server = DemoServer.shared();
    private static Chrome chrome;

    /// @param signIn also what their badge begins with
    /// @param patient whose summary they look at
    private record Nurse(String signIn, String patient) {
        String badge() {
            return signIn + "-04A2B9C81D";
        }

        String home() {
            return server.at("/patients/" + patient).toString();
        }
    }

    private static final List<Nurse> NURSES =
            List.of(
                    new Nurse("hand.over.one", "00020161-000f-4000-8000-000000000000"),
                    new Nurse("hand.over.two", "00020161-0017-4000-8000-000000000000"));

    @BeforeAll
    static void open() {
        Chrome.needed();
        chrome = new Chrome(server);
        for (var nurse : NURSES) {
            nurse(nurse.signIn());
            var caller =
                    new Caller(
                            number(nurse.signIn()),
                            "",
                            Role.CLINICIAN,
                            "",
                            "",
                            Caller.Came.SESSION);
            server.bean(Openings.class).open(caller, nurse.patient(), Reason.HERE, "");
        }
    }

    private static void nurse(String signIn) {
        server.bean(Accounts.class)
                .add(
                        new Account.Person(
                                signIn, signIn, Role.CLINICIAN, "Rowan Vale Hospital", "ZR9"),
                        DemoServer.PASSWORD);
    }

    @AfterAll
    static void close() {
        if (chrome != null) {
            chrome.close();
        }
    }

    @Test
    void two_people_hand_over_a_hundred_times_and_no_draft_crosses() {
        var page = chrome.window(1280, 900, true);
        for (var nurse : NURSES) {
            begin(page, nurse);
        }
        var started = Instant.now();
        var last = new String[] {"", ""};
        var times = new ArrayList<Duration>();
        for (var turn = 0; turn < TIMES; turn++) {
            var nurse = NURSES.get(turn % 2);
            times.add(tap(page, nurse));
            assertThat(name(page).textContent()).contains(nurse.signIn());
            chrome.open(page, WRITING);
            var words = page.locator("#words");
            if (!last[turn % 2].isEmpty()) {
                page.waitForCondition(() -> !words.inputValue().isEmpty());
            }
            assertThat(words.inputValue()).isEqualTo(last[turn % 2]);
            last[turn % 2] = nurse.signIn() + " wrote this at turn " + turn;
            words.fill(last[turn % 2]);
            lock(page);
        }
        var sorted = times.stream().sorted().toList();
        System.out.printf(
                "hand-over: median %d ms, p95 %d ms of %d%n",
                sorted.get(TIMES / 2).toMillis(), sorted.get(TIMES * 95 / 100).toMillis(), TIMES);
        assertThat(sorted.get(TIMES * 95 / 100)).isLessThan(Duration.ofSeconds(2));
        for (var nurse : NURSES) {
            assertThat(looked(nurse, started)).containsOnly(nurse.patient()).hasSize(TIMES / 2);
        }
    }

    /// Signs in with the password, takes a badge, and looks at a patient.
    private static void begin(Page page, Nurse nurse) {
        chrome.signedIn(page, nurse.signIn());
        chrome.open(page, "/badge");
        page.fill("#badge", nurse.badge());
        page.press("#badge", "Enter");
        page.waitForURL(server.at("/badge?done=badge").toString());
        page.navigate(nurse.home());
        lock(page);
    }

    private static void lock(Page page) {
        page.click("form[data-lock] button");
        page.waitForURL(server.at("/locked").toString());
    }

    private static Duration tap(Page page, Nurse nurse) {
        page.fill("#badge", nurse.badge());
        var before = System.nanoTime();
        page.press("#badge", "Enter");
        page.waitForURL(nurse.home());
        page.locator("main h1").first().waitFor();
        return Duration.ofNanos(System.nanoTime() - before);
    }

    private static Locator name(Page page) {
        return page.locator(".nhsuk-header__account-item strong");
    }

    private static long number(String signIn) {
        return server.bean(Accounts.class).named(signIn).orElseThrow().id();
    }

    /// Whose summaries an account looked at.
    private static List<String> looked(Nurse nurse, Instant since) {
        var query =
                new AuditQuery(
                        0,
                        number(nurse.signIn()),
                        Optional.empty(),
                        since,
                        Instant.now().plusSeconds(60),
                        Optional.empty());
        return server.bean(AuditTrail.class).find(query, 10 * TIMES).stream()
                .filter(line -> line.what().equals("page: patient summary"))
                .map(line -> line.target().id())
                .toList();
    }

    @Test
    void a_pin_brings_back_and_a_wrong_one_does_not() {
        nurse("hand.over.pin");
        var page = chrome.window(1280, 900, true);
        chrome.signedIn(page, "hand.over.pin");
        chrome.open(page, "/badge");
        page.fill("#pin", "123456");
        page.press("#pin", "Enter");
        assertThat(page.locator("#pin-error").textContent()).contains("easily guessed");
        page.fill("#pin", "750918");
        page.press("#pin", "Enter");
        page.waitForURL(server.at("/badge?done=pin").toString());
        lock(page);
        byPin(page, "750919");
        assertThat(page.url()).endsWith("/locked?failed");
        byPin(page, "750918");
        assertThat(page.url()).isEqualTo(server.at("/").toString());
        assertThat(name(page).textContent()).isEqualTo("hand.over.pin");
        lock(page);
        for (var wrong = 0; wrong < 5; wrong++) {
            byPin(page, "000000");
        }
        byPin(page, "750918");
        assertThat(page.url()).as("after five wrong ones").endsWith("/locked?failed");
        chrome.signedIn(page, "hand.over.pin");
        lock(page);
        byPin(page, "750918");
        assertThat(page.url()).as("after the password").isEqualTo(server.at("/").toString());
    }

    private static void byPin(Page page, String pin) {
        page.fill("#username", "hand.over.pin");
        page.fill("#pin", pin);
        page.press("#pin", "Enter");
        page.waitForLoadState();
    }

    @Test
    void a_badge_of_somebody_else_an_unknown_one_and_one_without_a_password_today_let_nobody_in() {
        nurse("hand.over.first");
        nurse("hand.over.second");
        var page = chrome.window(390, 800, true);
        chrome.signedIn(page, "hand.over.first");
        badge(page, "first-04A2B9C81D");
        assertThat(page.locator(".nhsuk-inset-text").textContent()).contains("Your badge is set");
        lock(page);
        chrome.signedIn(page, "hand.over.second");
        badge(page, "first-04A2B9C81D");
        assertThat(page.locator("#badge-error").textContent()).contains("somebody else");
        badge(page, "short");
        assertThat(page.locator("#badge-error").textContent()).contains("between 8 and 200");
        lock(page);
        page.fill("#badge", "unknown-04A2B9C81D");
        page.press("#badge", "Enter");
        page.waitForURL(server.at("/locked?failed").toString());
        assertThat(Chrome.faults(page)).isEmpty();
        assertThat(Chrome.sideways(page)).isZero();
        server.bean(Accounts.class).disable("hand.over.first", true);
        page.fill("#badge", "first-04A2B9C81D");
        page.press("#badge", "Enter");
        page.waitForLoadState();
        assertThat(page.url()).endsWith("/locked?failed");
    }

    private static void badge(Page page, String badge) {
        chrome.open(page, "/badge");
        page.fill("#badge", badge);
        page.press("#badge", "Enter");
        page.waitForLoadState();
        assertThat(Chrome.faults(page)).isEmpty();
        assertThat(Chrome.sideways(page)).isZero();
    }
}
