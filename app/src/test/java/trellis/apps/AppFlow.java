package trellis.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import trellis.TestServer;
import trellis.access.Browser;
import trellis.fhir.Json;

/// An app, a browser and a person, as far as tests of launches need them.
final class AppFlow {
    static final String REDIRECT = "https://app.example/callback";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern FIELD = Pattern.compile("<input[^>]*name=\"([^\"]+)\"[^>]*>");
    private static final Pattern VALUE = Pattern.compile("value=\"([^\"]*)\"");

    private final TestServer server;
    private final String app;
    final String verifier = "a-verifier-of-forty-three-characters-or-more-0123456789";

    AppFlow(TestServer server, String app) {
        this.server = server;
        this.app = app;
    }

    /// What the app sends a browser here with.
    Map<String, String> asking(String scopes) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("response_type", "code");
        fields.put("client_id", app);
        fields.put("redirect_uri", REDIRECT);
        fields.put("scope", scopes);
        fields.put("state", "from-the-app");
        fields.put("aud", server.at("/fhir").toString());
        fields.put("code_challenge", challenge(verifier));
        fields.put("code_challenge_method", "S256");
        return fields;
    }

    /// Sends a browser there.
    HttpResponse<String> authorize(Browser browser, Map<String, String> asking) {
        return browser.get("/oauth2/authorize?" + form(asking));
    }

    /// Sends a browser there, says yes to what it is asked, and comes back with the code.
    String code(Browser browser, Map<String, String> asking, Map<String, String> chosen) {
        var first = authorize(browser, asking);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(302);
        var where = location(first);
        if (where.startsWith(REDIRECT)) {
            return query(where, "code");
        }
        assertThat(where).contains("/oauth2/consent");
        var page = browser.get(where.substring(where.indexOf("/oauth2")));
        assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
        var answer = send("/oauth2/authorize", yes(page.body(), chosen), browser);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
        return query(location(answer), "code");
    }

    /// The fields of the page that asks, with what was chosen beside.
    static List<Map.Entry<String, String>> yes(String page, Map<String, String> chosen) {
        var fields = new ArrayList<Map.Entry<String, String>>();
        var inputs = FIELD.matcher(page.substring(page.indexOf("action=\"/oauth2/authorize\"")));
        while (inputs.find()) {
            var value = VALUE.matcher(inputs.group());
            if (!chosen.containsKey(inputs.group(1)) && value.find()) {
                fields.add(Map.entry(inputs.group(1), unescaped(value.group(1))));
            }
        }
        fields.addAll(chosen.entrySet());
        return fields;
    }

    private static String unescaped(String html) {
        return html.replace("&amp;", "&").replace("&#34;", "\"").replace("&lt;", "<");
    }

    private static HttpResponse<String> send(
            String path, List<Map.Entry<String, String>> fields, Browser browser) {
        var body = new ArrayList<String>();
        fields.forEach(field -> body.add(encode(field.getKey()) + "=" + encode(field.getValue())));
        return browser.postText(path, String.join("&", body));
    }

    /// Changes a code for tokens.
    HttpResponse<String> token(String code) {
        return token(
                Map.of(
                        "grant_type", "authorization_code",
                        "code", code,
                        "redirect_uri", REDIRECT,
                        "client_id", app,
                        "code_verifier", verifier));
    }

    HttpResponse<String> refresh(String token) {
        return token(
                Map.of("grant_type", "refresh_token", "refresh_token", token, "client_id", app));
    }

    HttpResponse<String> token(Map<String, String> fields) {
        return post("/oauth2/token", fields);
    }

    HttpResponse<String> post(String path, Map<String, String> fields, String... headers) {
        var request =
                HttpRequest.newBuilder(server.at(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form(fields)));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    HttpResponse<String> fhir(String token, String path) {
        return send(
                HttpRequest.newBuilder(server.at("/fhir/" + path))
                        .header("Authorization", "Bearer " + token));
    }

    HttpResponse<String> fhir(String token, String method, String path, String content) {
        return send(
                HttpRequest.newBuilder(server.at("/fhir/" + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/fhir+json")
                        .method(method, BodyPublishers.ofString(content)));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> answer) {
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("");
    }

    static String query(String address, String name) {
        var raw = String.valueOf(URI.create(address).getRawQuery());
        for (var field : raw.split("&")) {
            if (field.startsWith(name + "=")) {
                return URLDecoder.decode(
                        field.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        throw new AssertionError("no " + name + " in " + address);
    }

    static String form(Map<String, String> fields) {
        var body = new ArrayList<String>();
        fields.forEach((name, value) -> body.add(encode(name) + "=" + encode(value)));
        return String.join("&", body);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
