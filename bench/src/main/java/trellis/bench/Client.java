package trellis.bench;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// A client of a FHIR server, and of Trellis's pages.
final class Client implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\">");

    private final HttpClient http;
    private final URI fhir;
    private final Optional<String> token;

    /// @param fhir the base address
    /// @param token a bearer token, where one is needed
    Client(URI fhir, Optional<String> token) {
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .cookieHandler(new CookieManager())
                        .build();
        this.fhir = fhir;
        this.token = token;
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).GET().build(), BodyHandlers.ofByteArray());
    }

    /// @param path empty for a Bundle
    HttpResponse<byte[]> post(String path, byte[] body) throws IOException, InterruptedException {
        return http.send(
                request(path)
                        .header("Content-Type", "application/fhir+json")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String path) {
        var address = path.isEmpty() ? fhir : URI.create(fhir + "/" + path);
        var request =
                HttpRequest.newBuilder(address)
                        .timeout(PATIENCE)
                        .header("Accept", "application/fhir+json")
                        .header("Prefer", "return=minimal");
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return request;
    }

    /// Signs in on a page; the session lasts as long as this client.
    void signIn(URI pages, String name, String password) throws IOException, InterruptedException {
        var answer =
                post(
                        pages.resolve("/sign-in"),
                        field("username", name) + "&" + field("password", password));
        var to = answer.headers().firstValue("Location").orElse("");
        if (answer.statusCode() != 302 || to.contains("failed") || to.contains("error")) {
            throw new IllegalStateException("signing in was answered " + answer.statusCode());
        }
    }

    /// Opens a record with a reason, as somebody who has signed in.
    void open(URI pages, String patient) throws IOException, InterruptedException {
        var answer =
                post(pages.resolve("/patients/" + patient + "/open"), field("reason", "emergency"));
        if (answer.statusCode() != 303) {
            throw new IllegalStateException("opening a record was answered " + answer.statusCode());
        }
    }

    /// Fills in the form at an address and sends it there.
    private HttpResponse<Void> post(URI form, String fields)
            throws IOException, InterruptedException {
        var hidden = HIDDEN.matcher(page(form).body());
        var csrf = "";
        while (hidden.find() && csrf.isEmpty()) {
            csrf = field(hidden.group(1), hidden.group(2)) + "&";
        }
        return http.send(
                HttpRequest.newBuilder(form)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(csrf + fields))
                        .build(),
                BodyHandlers.discarding());
    }

    private static String field(String name, String value) {
        return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    HttpResponse<String> page(URI address) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
    }
}
