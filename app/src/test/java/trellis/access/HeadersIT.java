package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import trellis.TestServer;

/// What every answer says to browsers, on every road, with a proxy that ends TLS before the server.
class HeadersIT {
    @RegisterExtension
    static final TestServer server =
            TestServer.start(Map.of("TRELLIS_PROXY", "true", "TRELLIS_MESH_SHARED_KEY", "our-own"));

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void every_road_says_what_browsers_must_know() throws Exception {
        var faults = new ArrayList<String>();
        for (var road : Road.all()) {
            if (road.method().equals("GET")) {
                var answer = get(road.path(), "https");
                var type = answer.headers().firstValue("Content-Type").orElse("");
                check(faults, road, answer, "Strict-Transport-Security", "max-age=31536000");
                if (answer.statusCode() < 300 || answer.statusCode() >= 400) {
                    check(faults, road, answer, "X-Content-Type-Options", "nosniff");
                }
                if (type.startsWith("text/html")) {
                    check(
                            faults,
                            road,
                            answer,
                            "Content-Security-Policy",
                            "frame-ancestors 'none'");
                    check(faults, road, answer, "Content-Security-Policy", "script-src 'self'");
                    check(faults, road, answer, "Referrer-Policy", "no-referrer");
                    if (answer.headers().allValues("Content-Security-Policy").size() != 1) {
                        faults.add(road + ": more than one policy");
                    }
                    if (answer.body()
                            .matches(
                                    "(?s).*<script(?![^>]*src=).*|.* on[a-z]+=\".*|.*style=\".*")) {
                        faults.add(road + ": script or style in the page itself");
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    private static void check(
            List<String> faults,
            Road road,
            HttpResponse<String> answer,
            String name,
            String value) {
        if (!answer.headers().firstValue(name).orElse("").contains(value)) {
            faults.add(road + " (" + answer.statusCode() + "): " + name + " lacks " + value);
        }
    }

    @Test
    void a_cookie_goes_over_tls_to_this_site_alone_and_to_no_script() throws Exception {
        var cookie = get("/sign-in", "https").headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("Secure", "HttpOnly", "SameSite=Lax");
    }

    @Test
    void in_the_clear_nothing_is_said_about_tls() throws Exception {
        assertThat(get("/help", "http").headers().firstValue("Strict-Transport-Security"))
                .isEmpty();
    }

    private static HttpResponse<String> get(String path, String scheme) throws Exception {
        var address = path.replace(" ", "%20").replace("|", "%7C");
        return CLIENT.send(
                HttpRequest.newBuilder(server.at(address))
                        .header("X-Forwarded-Proto", scheme)
                        .build(),
                BodyHandlers.ofString());
    }
}
