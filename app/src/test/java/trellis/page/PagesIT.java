package trellis.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Media;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The pages as somebody meets them in a browser, over the demo region.
class PagesIT {

    private static final String FERNANDEZ = "/patients/00020161-0010-4000-8000-000000000000";
    private static final String WILLIAMS_DEAD = "/patients/00020161-00a4-4000-8000-000000000000";
    private static final String RIDLEY_RESTRICTED =
            "/patients/00020161-0001-4000-8000-000000000000";
    private static final String ROBERTS_CHILD = "/patients/00020161-0051-4000-8000-000000000000";
    private static final String LONG_NAME = "/patients/00020161-f002-4000-8000-000000000000";

    /// Every kind of page, and the hard cases of the record.
    private static final List<String> PAGES =
            List.of(
                    "/",
                    "/help",
                    "/signed-out",
                    "/patients",
                    "/organisations",
                    "/organisations?q=rowan",
                    "/organisations?q=nothing+of+that+name",
                    "/organisations/ZR9",
                    "/organisations/ZQ1",
                    FERNANDEZ + "/summary-care-record",
                    LONG_NAME + "/summary-care-record",
                    WILLIAMS_DEAD + "/summary-care-record",
                    "/no/such/page",
                    FERNANDEZ,
                    WILLIAMS_DEAD,
                    RIDLEY_RESTRICTED,
                    ROBERTS_CHILD,
                    LONG_NAME,
                    FERNANDEZ + "/allergies",
                    FERNANDEZ + "/problems",
                    FERNANDEZ + "/problems?view=past",
                    FERNANDEZ + "/medicines",
                    FERNANDEZ + "/medicines?view=past",
                    FERNANDEZ + "/results",
                    FERNANDEZ + "/encounters",
                    FERNANDEZ + "/documents",
                    FERNANDEZ + "/immunisations",
                    FERNANDEZ + "/open",
                    "/patients/" + DemoServer.UNOPENED + "/open");

    private static Chrome chrome;

    @BeforeAll
    static void open() {
        Chrome.needed();
        chrome = new Chrome(DemoServer.shared());
    }

    @AfterAll
    static void close() {
        if (chrome != null) {
            chrome.close();
        }
    }

    @Test
    void a_clinician_signs_in_finds_a_patient_and_reads_the_summary() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        assertThat(page.locator("header").innerText())
                .contains("Dr Amina Osei", "Clinician", "(ZR9)");
        page.click("h2 >> text=Find a patient");
        find(page, "fernan", "", "");
        assertThat(page.url()).doesNotContainIgnoringCase("fernan");
        assertThat(page.locator("main").innerText())
                .contains("FERNANDEZ, Andre (Mr)", "999\u00a0000\u00a00182");
        page.click("main table >> text=FERNANDEZ, Andre (Mr)");
        assertThat(page.title()).isEqualTo("Patient summary - Trellis");
        assertThat(banner(page))
                .contains(
                        "FERNANDEZ, Andre (Mr)",
                        "Born 23-Nov-1961",
                        "Gender Male",
                        "NHS No. 999\u00a0000\u00a00182")
                .contains("Known allergies", "Bee pollen, Penicillin");
        assertThat(page.locator("main").innerText())
                .contains(
                        "Anaphylaxis (severe)",
                        "At risk of falls",
                        "Current medicines",
                        "Recorded as over: Amoxicillin");
        page.context().close();
    }

    @Test
    void an_organisation_is_found_by_a_word_of_its_name_or_its_code() {
        var page = chrome.signedIn(chrome.window(1280, 800, false), "ward.clerk");
        page.click("h2 >> text=Find an organisation");
        page.fill("#q", "rowan hospitals");
        page.click("main button[type=submit]");
        page.click("main table >> text=Rowan Vale and West Rowanshire Hospitals NHS Trust");
        assertThat(page.locator("main").innerText())
                .contains("NHS trust", "ZR9", "Integrated Care Board");
        chrome.open(page, "/organisations?q=zr9");
        assertThat(page.locator("main table tbody tr").count()).isOne();
        page.context().close();
    }

    @Test
    void the_summary_is_shown_once_the_patient_agrees() {
        var page = chrome.signedIn(chrome.window(1280, 800, false), "clinician");
        chrome.open(page, FERNANDEZ);
        page.click("nav >> text=SCR");
        assertThat(page.locator("h1").innerText()).isEqualTo("May you look at the summary?");
        assertThat(page.locator("main").innerText()).doesNotContain("Penicillin");
        page.click("main button[type=submit]");
        assertThat(page.title()).startsWith("Error: May you");
        assertThat(page.locator(".nhsuk-error-summary").innerText())
                .contains("Choose whether the patient agrees");
        page.check("#why-agreed");
        page.click("main button[type=submit]");
        assertThat(page.locator("h1").innerText()).isEqualTo("Summary Care Record");
        assertThat(page.locator("main").innerText())
                .contains(
                        "Made from the record now",
                        "Allergies and Adverse Reactions",
                        "Penicillin",
                        "Current Repeat Medications");
        page.context().close();
    }

    @Test
    void a_record_without_relationship_opens_with_a_reason_is_marked_and_is_looked_at() {
        var record = "/patients/" + DemoServer.UNOPENED;
        var page = chrome.signedIn(chrome.window(1280, 800, false), "clinician");
        chrome.open(page, record);
        assertThat(page.url()).endsWith(record + "/open");
        assertThat(page.locator("h1").innerText()).isEqualTo("Why do you open this record?");
        assertThat(page.locator(".trellis-allergy").count()).isZero();

        page.click("main button[type=submit]");
        assertThat(page.title()).startsWith("Error: Why");
        assertThat(page.locator(".nhsuk-error-summary").innerText())
                .contains("Choose why you open this record");
        page.check("#reason-other");
        page.click("main button[type=submit]");
        assertThat(page.locator(".nhsuk-error-summary").innerText())
                .contains("Say what the reason is");
        page.fill("#words", "Covering for the ward next door");
        page.click("main button[type=submit]");

        assertThat(page.title()).isEqualTo("Patient summary - Trellis");
        assertThat(banner(page)).contains("You opened this record with a reason (Another reason)");
        chrome.open(page, record + "/problems");
        assertThat(banner(page)).contains("You opened this record with a reason");
        page.click(".trellis-banner__opened button");
        assertThat(page.url()).endsWith("/patients");
        chrome.open(page, record);
        assertThat(page.url()).endsWith(record + "/open");

        var officer = chrome.signedIn(chrome.window(1280, 800, true), "auditor");
        chrome.open(officer, "/openings");
        assertThat(Chrome.faults(officer)).isEmpty();
        var narrow = chrome.signedIn(chrome.window(320, 640, true), "auditor");
        assertThat(Chrome.sideways(chrome.open(narrow, "/openings"))).as("at 320 px").isZero();
        narrow.context().close();
        var row = officer.locator("main tbody tr").first();
        row.locator("select").selectOption("right");
        assertThat(row.innerText()).contains("Covering for the ward next door", "Dr Amina Osei");
        row.locator("button").click();
        assertThat(officer.locator("main").innerText()).contains("The review is recorded");
        chrome.open(officer, "/openings?view=reviewed");
        assertThat(officer.locator("main").innerText()).contains("It was for care, says");
        page.context().close();
        officer.context().close();
    }

    @Test
    void a_wrong_password_is_said_once_at_the_top_and_at_the_field() {
        var page = chrome.window(1280, 800, true);
        chrome.open(page, "/sign-in");
        page.fill("#username", "clinician");
        page.fill("#password", "not the password");
        page.click("main button[type=submit]");
        page.waitForURL("**/sign-in?error");
        assertThat(page.title()).startsWith("Error: Sign in");
        assertThat(page.locator(".nhsuk-error-summary").innerText())
                .contains("Check both and try again");
        assertThat(Chrome.faults(page)).isEmpty();
        page.context().close();
    }

    @Test
    void a_result_page_survives_refresh_and_back() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        chrome.open(page, "/patients");
        find(page, "ridley", "", "");
        page.reload();
        assertThat(page.locator("main").innerText()).contains("RIDLEY, Oscar (Mr)", "All 3 shown");
        page.click("main table >> text=RIDLEY, Oscar (Mr)");
        page.goBack();
        assertThat(page.locator("main").innerText()).contains("RIDLEY, Oscar (Mr)");
        page.context().close();
    }

    @Test
    void what_cannot_be_understood_is_said_at_the_top_and_at_the_field_and_nothing_typed_is_lost() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        chrome.open(page, "/patients");
        find(page, "smith", "14/7/45", "999 000 0183");
        assertThat(page.title()).startsWith("Error: ");
        assertThat(page.locator(".nhsuk-error-summary").innerText())
                .contains("Enter the year of birth with 4 digits", "not a valid NHS number");
        assertThat(page.inputValue("#name")).isEqualTo("smith");
        assertThat(page.inputValue("#nhsNumber")).isEqualTo("999 000 0183");
        page.click(".nhsuk-error-summary >> text=Enter the year of birth");
        assertThat(page.evaluate("() => document.activeElement.id")).isEqualTo("born");
        assertThat(Chrome.faults(page)).isEmpty();
        page.context().close();
    }

    @Test
    void nobody_found_says_what_was_searched_and_what_to_try() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        chrome.open(page, "/patients");
        find(page, "qqqqqq", "", "");
        assertThat(page.locator("main").innerText())
                .contains(
                        "Results for name \u201cqqqqqq\u201d",
                        "Nobody was found",
                        "fewer letters of the name");
        assertThat(Chrome.faults(page)).isEmpty();
        page.context().close();
    }

    @Test
    void the_dead_are_shown_in_words_and_in_pattern() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        chrome.open(page, WILLIAMS_DEAD);
        assertThat(banner(page)).contains("Died 11-Oct-2022", "Age at Death 99y");
        assertThat(page.locator(".trellis-banner--dead").count()).isEqualTo(1);
        page.context().close();
    }

    @Test
    void a_ward_clerk_sees_who_and_when_but_nothing_clinical_and_no_protected_address() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "ward.clerk");
        chrome.open(page, RIDLEY_RESTRICTED);
        page.click("summary");
        var text = page.locator("main").innerText();
        assertThat(text)
                .contains(
                        "Restricted: address not shown",
                        "Restricted: practice not shown",
                        "Encounters");
        assertThat(text)
                .doesNotContain(
                        "Active problems", "Current medicines", "General examination", "YB2");
        assertThat(banner(page)).contains("Restricted record").doesNotContain("llergies");
        chrome.open(page, RIDLEY_RESTRICTED + "/problems");
        assertThat(page.locator("h1").innerText()).isEqualTo("You cannot see this page");
        chrome.open(page, "/patients");
        find(page, "ridley, james", "", "");
        assertThat(page.locator("main").innerText())
                .contains("Restricted: address not shown")
                .doesNotContain("YB2");
        assertThat(Chrome.faults(page)).isEmpty();
        page.context().close();
    }

    @Test
    void an_auditor_opens_no_patient_and_is_told_why() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "auditor");
        chrome.open(page, FERNANDEZ);
        assertThat(page.locator("h1").innerText()).isEqualTo("You cannot see this page");
        assertThat(page.locator("main").innerText())
                .contains("Auditor", "ask whoever gives out access");
        assertThat(Chrome.faults(page)).isEmpty();
        page.context().close();
    }

    @Test
    void the_keyboard_alone_is_enough() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        chrome.open(page, "/patients");
        page.keyboard().press("Tab");
        assertThat(page.evaluate("() => document.activeElement.textContent"))
                .isEqualTo("Skip to main content");
        page.keyboard().press("Enter");
        tabTo(page, "name");
        page.keyboard().type("fernandez");
        page.keyboard().press("Enter");
        page.waitForURL("**/found/**");
        for (var tabs = 0; tabs < 40 && !focused(page).startsWith("FERNANDEZ"); tabs++) {
            page.keyboard().press("Tab");
        }
        page.keyboard().press("Enter");
        page.waitForURL("**" + FERNANDEZ);
        assertThat(page.locator("h1").innerText()).isEqualTo("Patient summary");
        page.context().close();
    }

    @Test
    void the_fixed_banner_never_covers_what_has_the_focus() {
        var page = chrome.signedIn(chrome.window(1280, 500, true), "clinician");
        chrome.open(page, FERNANDEZ);
        for (var tabs = 0; tabs < 60; tabs++) {
            page.keyboard().press("Tab");
        }
        for (var tabs = 0; tabs < 40; tabs++) {
            page.keyboard().press("Shift+Tab");
            assertThat((Boolean) page.evaluate(COVERED)).as("covered: " + focused(page)).isFalse();
        }
        page.context().close();
    }

    private static final String COVERED =
            """
            () => {
              const focused = document.activeElement
              const banner = document.querySelector('.trellis-banner')
              if (banner.contains(focused) || focused.closest('header')) return false
              return focused.getBoundingClientRect().top < banner.getBoundingClientRect().bottom - 1
            }
            """;

    @Test
    void everything_works_without_javascript() {
        var page = chrome.signedIn(chrome.window(1280, 800, false), "clinician");
        chrome.open(page, "/patients");
        find(page, "fernandez", "", "");
        page.click("main table >> text=FERNANDEZ, Andre (Mr)");
        page.click("nav >> text=Results");
        assertThat(page.locator("h1").innerText()).isEqualTo("Results and observations");
        page.click("main table a >> nth=0");
        assertThat(page.locator("main").innerText()).contains("Oldest on the left", "Versions");
        page.click("header >> text=Sign out");
        assertThat(page.locator("h1").innerText()).isEqualTo("You are signed out");
        page.context().close();
    }

    @Test
    void a_result_over_time_has_a_chart_and_its_words() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        chrome.open(page, FERNANDEZ);
        page.click("main table >> text=Serum potassium level");
        assertThat(page.locator("figure svg").getAttribute("aria-label"))
                .contains("oldest first", "6.1 on 12-Oct-2026");
        assertThat(page.locator("main").innerText()).contains("newest first", "LOINC", "Version 1");
        assertThat(Chrome.faults(page)).isEmpty();
        page.context().close();
    }

    @Test
    void a_letter_is_read_and_its_attachment_saved() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        chrome.open(page, LONG_NAME);
        page.click("main table >> text=Cardiology clinic letter");
        assertThat(page.locator(".trellis-letter").innerText())
                .contains("Palpitations for three months");
        assertThat(Chrome.faults(page)).isEmpty();
        chrome.open(page, "/patients/00020161-005a-4000-8000-000000000000/documents");
        page.click("main table >> text=Audiology clinic letter");
        var saved =
                page.waitForDownload(
                        () -> page.click("text=Audiology clinic letter (application/pdf)"));
        assertThat(saved.suggestedFilename()).isEqualTo("document-1.pdf");
        page.context().close();
    }

    @Test
    void print_has_the_banner_and_who_printed() {
        var page = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        chrome.open(page, FERNANDEZ);
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(page.locator(".trellis-printed").isVisible()).isTrue();
        assertThat(page.locator(".trellis-printed").innerText())
                .startsWith("Printed by Dr Amina Osei, Clinician");
        assertThat(page.locator(".trellis-banner").isVisible()).isTrue();
        assertThat(page.locator("header").isVisible()).isFalse();
        page.context().close();
    }

    @TestFactory
    Stream<DynamicTest> every_page_is_accessible_and_fits_narrow_screens() {
        var wide = chrome.signedIn(chrome.window(1280, 800, true), "clinician");
        var narrow = chrome.signedIn(chrome.window(320, 640, true), "clinician");
        var large = chrome.signedIn(chrome.window(640, 800, true), "clinician");
        return PAGES.stream()
                .map(path ->
                        DynamicTest.dynamicTest(
                                path,
                                () -> {
                                    assertThat(Chrome.faults(chrome.open(wide, path)))
                                            .as("axe")
                                            .isEmpty();
                                    assertThat(wide.locator("h1").count())
                                            .as("one h1")
                                            .isEqualTo(1);
                                    assertThat(Chrome.sideways(chrome.open(narrow, path)))
                                            .as("at 320 px")
                                            .isZero();
                                    chrome.open(large, path)
                                            .evaluate(
                                                    "() => document.documentElement.style.fontSize = '200%'");
                                    assertThat(Chrome.sideways(large)).as("at 200% text").isZero();
                                }));
    }

    private static void find(Page page, String name, String born, String number) {
        page.fill("#name", name);
        page.fill("#born", born);
        page.fill("#nhsNumber", number);
        page.click("main form button[type=submit]");
        page.waitForURL("**/found/**");
    }

    private static String banner(Page page) {
        return page.locator(".trellis-banner").innerText().replaceAll("[ \\n\\t]+", " ");
    }

    private static void tabTo(Page page, String id) {
        for (var tabs = 0; tabs < 20; tabs++) {
            if (id.equals(page.evaluate("() => document.activeElement.id"))) {
                return;
            }
            page.keyboard().press("Tab");
        }
        throw new AssertionError("the keyboard does not reach #" + id);
    }

    private static String focused(Page page) {
        return String.valueOf(page.evaluate("() => document.activeElement.textContent")).strip();
    }
}
