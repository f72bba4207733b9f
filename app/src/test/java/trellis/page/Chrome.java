package trellis.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import trellis.TestServer;

/// Debian's Chromium for tests of pages. Every request that leaves this machine is stopped and fails
/// the test. Where there is no Chromium, the tests are skipped and say so.
final class Chrome implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<String> HERE = Set.of("127.0.0.1", "localhost");
    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    private final List<String> outside = new CopyOnWriteArrayList<>();
    private final TestServer server;
    private final Playwright playwright;
    private final Browser browser;

    Chrome(TestServer server) {
        this.server = server;
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(CHROMIUM)
                                        .setHeadless(true)
                                        .setArgs(
                                                List.of(
                                                        "--no-sandbox",
                                                        "--disable-gpu",
                                                        "--disable-quic",
                                                        "--no-first-run",
                                                        "--disable-background-networking",
                                                        "--disable-component-update",
                                                        "--disable-sync")));
    }

    /// Skips the test when this machine has no Chromium.
    static void needed() {
        Assumptions.assumeTrue(
                Files.isExecutable(CHROMIUM),
                "Skipped: no Chromium at " + CHROMIUM + "; on Debian: apt-get install chromium");
    }

    /// A new window: nobody signed in, of a given width.
    ///
    /// @param scripts whether JavaScript runs
    Page window(int width, int height, boolean scripts) {
        var context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setViewportSize(width, height)
                                .setLocale("en-US")
                                .setJavaScriptEnabled(scripts));
        // Two cores may be shared with other tests: a slow answer is no wrong one.
        context.setDefaultTimeout((double) PATIENCE.toMillis());
        guard(context);
        return context.newPage();
    }

    private void guard(BrowserContext context) {
        context.route(
                url -> !HERE.contains(URI.create(url).getHost()),
                route -> {
                    outside.add(route.request().url());
                    route.abort();
                });
    }

    /// Signs in and comes to the home page.
    Page signedIn(Page page, String name) {
        page.navigate(server.at("/sign-in").toString());
        page.fill("#username", name);
        page.fill("#password", DemoServer.PASSWORD);
        page.click("main button[type=submit]");
        page.waitForURL(server.at("/").toString());
        return page;
    }

    /// Opens an address of the server.
    Page open(Page page, String path) {
        page.navigate(server.at(path).toString());
        return page;
    }

    /// What axe finds wrong on a page.
    static List<String> faults(Page page) {
        var found = new ArrayList<String>();
        for (var rule : new AxeBuilder(page).withTags(RULES).analyze().getViolations()) {
            rule.getNodes()
                    .forEach(node ->
                            found.add(
                                    rule.getId()
                                            + ": "
                                            + rule.getHelp()
                                            + " at "
                                            + node.getHtml()));
        }
        return found;
    }

    /// How far the page can be scrolled sideways, in pixels.
    static int sideways(Page page) {
        return ((Number)
                        page.evaluate(
                                "() => document.documentElement.scrollWidth -"
                                        + " document.documentElement.clientWidth"))
                .intValue();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
        assertThat(outside).as("requests that left this machine").isEmpty();
    }
}
