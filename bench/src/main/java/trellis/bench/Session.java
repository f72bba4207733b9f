package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Somebody who signs in on Trellis's pages and opens records, so that pages can be asked for in their name.
final class Session {
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\">");

    private final URI pages;
    private final Map<String, String> cookies = new TreeMap<>();

    /// @param pages where the pages are
    Session(URI pages) {
        this.pages = pages;
    }

    void signIn(String name, String password) throws IOException {
        var answer = post("/sign-in", field("username", name) + "&" + field("password", password));
        var to = answer.header("Location");
        if (answer.status() != 302 || to.contains("failed") || to.contains("error")) {
            throw new IllegalStateException("signing in was answered " + answer.status());
        }
    }

    /// Opens a record with a reason, as somebody who has signed in.
    void open(String patient) throws IOException {
        post("/patients/" + patient + "/open", field("reason", "emergency"))
                .expect(303, "opening a record");
    }

    /// What asks for pages from here on.
    Light light() {
        return new Light(pages, "", headers());
    }

    private List<String> headers() {
        var pairs = new ArrayList<String>();
        cookies.forEach((name, value) -> pairs.add(name + "=" + value));
        return List.of("Cookie: " + String.join("; ", pairs), "Accept: text/html");
    }

    private Answer send(String method, String path, String fields) throws IOException {
        try (var light = light()) {
            var answer =
                    light.answer(
                            light.request(
                                    method,
                                    path,
                                    fields.getBytes(UTF_8),
                                    "Content-Type: application/x-www-form-urlencoded"));
            for (var cookie : answer.headers("Set-Cookie")) {
                var pair = cookie.split(";")[0].split("=", 2);
                cookies.put(pair[0], pair[1]);
            }
            return answer;
        }
    }

    /// Fills in the form at an address and sends it there.
    private Answer post(String path, String fields) throws IOException {
        var hidden = HIDDEN.matcher(send("GET", path, "").text());
        var csrf = hidden.find() ? field(hidden.group(1), hidden.group(2)) + "&" : "";
        return send("POST", path, csrf + fields);
    }

    private static String field(String name, String value) {
        return name + "=" + URLEncoder.encode(value, UTF_8);
    }
}
