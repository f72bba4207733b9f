package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import trellis.TestServer;

/// A browser as far as tests of sign-in need one: cookies, forms, no redirects followed unless asked.
public final class Browser implements AutoCloseable {
    private static final AtomicInteger MACHINES = new AtomicInteger();
    private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    private final TestServer server;
    private final CookieManager cookies = new CookieManager();
    private final HttpClient client;

    public Browser(TestServer server) {
        this(server, HttpClient.newBuilder());
    }

    private Browser(TestServer server, HttpClient.Builder client) {
        this.server = server;
        this.client = client.cookieHandler(cookies).build();
    }

    /// On a machine of its own where there are addresses for that: wrong passwords that other tests try from the common one make
    /// everybody there wait.
    private static HttpClient.Builder elsewhere() {
        var client = HttpClient.newBuilder();
        if (System.getProperty("os.name", "").equals("Linux")) {
            var number = MACHINES.incrementAndGet();
            var address = new byte[] {127, 1, (byte) (number / 250), (byte) (1 + number % 250)};
            try {
                client.localAddress(InetAddress.getByAddress(address));
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
        return client;
    }

    /// A browser in which somebody has signed in.
    public static Browser signedIn(TestServer server, String name, String password) {
        var browser = new Browser(server, elsewhere());
        var answer = browser.signIn(name, password);
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location").orElseThrow()).doesNotContain("error");
        return browser;
    }

    public HttpResponse<String> get(String path, String... headers) {
        var request = HttpRequest.newBuilder(server.at(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /// Sends a form with the token of a page that has one.
    public HttpResponse<String> post(String path, Map<String, String> fields) {
        var all = new java.util.HashMap<>(fields);
        all.put("_csrf", csrf());
        return postBare(path, all);
    }

    /// Sends a form as it is.
    public HttpResponse<String> postBare(String path, Map<String, String> fields) {
        var body =
                fields.entrySet().stream()
                        .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                        .collect(Collectors.joining("&"));
        return postText(path, body);
    }

    /// Sends a form that is written out already.
    public HttpResponse<String> postText(String path, String body) {
        return send(
                HttpRequest.newBuilder(server.at(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> signIn(String name, String password) {
        return post("/sign-in", Map.of("username", name, "password", password));
    }

    /// The session cookie's value; empty without one.
    public String session() {
        return cookies.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals("TRELLIS"))
                .map(java.net.HttpCookie::getValue)
                .findFirst()
                .orElse("");
    }

    /// The form token of this browser's session.
    String csrf() {
        var page = get("/sign-in");
        var found = CSRF.matcher(page.body());
        assertThat(found.find()).as("the sign-in page has a form token").isTrue();
        return found.group(1);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// An address at the server.
    public URI at(String path) {
        return server.at(path);
    }

    @Override
    public void close() {
        client.close();
    }
}
