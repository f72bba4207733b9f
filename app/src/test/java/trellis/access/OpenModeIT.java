package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.TestServer;
import trellis.Trellis;
import trellis.settings.ServerSettings;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class OpenModeIT {
    @RegisterExtension
    static final TestServer server = TestServer.start(Map.of("TRELLIS_OPEN", "true"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    localhost:PORT           | -                            | -            | in
                    127.0.0.1:PORT           | -                            | -            | in
                    [::1]:PORT               | -                            | -            | in
                    LOCALHOST                | -                            | none         | in
                    localhost:PORT           | http://localhost:PORT        | same-origin  | in
                    evil.example             | -                            | -            | out
                    localhost.evil.example   | -                            | -            | out
                    127.0.0.1.evil.example   | -                            | -            | out
                    192.168.1.4:PORT         | -                            | -            | out
                    localhost:PORT           | http://evil.example          | -            | out
                    localhost:PORT           | null                         | -            | out
                    localhost:PORT           | http://localhost:9999        | -            | out
                    localhost:PORT           | https://localhost:PORT       | -            | out
                    localhost:PORT           | -                            | cross-site   | out
                    localhost:PORT           | -                            | same-site    | out
                    """)
    void only_this_machines_programs_get_in(
            String host, String origin, String site, String expected) throws IOException {
        var head = new StringBuilder("GET /fhir/Patient HTTP/1.1\r\nConnection: close\r\n");
        add(head, "Host", host);
        add(head, "Origin", origin);
        add(head, "Sec-Fetch-Site", site);
        var answer = raw(head.append("\r\n").toString());
        if (expected.equals("in")) {
            assertThat(answer).doesNotStartWith("HTTP/1.1 401").doesNotStartWith("HTTP/1.1 403");
        } else {
            assertThat(answer)
                    .startsWith("HTTP/1.1 403")
                    .contains("OperationOutcome")
                    .contains("open mode");
        }
    }

    @Test
    void pages_still_ask_who_is_there_and_say_that_the_api_does_not() {
        try (var browser = new Browser(server)) {
            assertThat(browser.get("/patients").statusCode()).isEqualTo(302);
            assertThat(browser.get("/sign-in").body()).contains("Open mode");
        }
    }

    @Test
    void a_bad_token_is_refused_in_open_mode_too() throws IOException {
        var head = new StringBuilder("GET /fhir/Patient HTTP/1.1\r\nConnection: close\r\n");
        add(head, "Host", "localhost");
        add(head, "Authorization", "Bearer nonsense");
        assertThat(raw(head.append("\r\n").toString())).startsWith("HTTP/1.1 401");
    }

    @Test
    void no_page_of_another_site_is_let_in_by_what_browsers_ask_beforehand() throws IOException {
        var head = new StringBuilder("OPTIONS /fhir/Patient HTTP/1.1\r\nConnection: close\r\n");
        add(head, "Host", "localhost");
        add(head, "Origin", "https://app.example");
        add(head, "Access-Control-Request-Method", "GET");
        assertThat(raw(head.append("\r\n").toString()))
                .startsWith("HTTP/1.1 403")
                .doesNotContain("Access-Control-Allow-Origin");
    }

    @Test
    void a_server_that_others_can_reach_cannot_be_open() {
        var settings =
                Settings.read(
                        Map.of("TRELLIS_OPEN", "true", "TRELLIS_BIND", "0.0.0.0"),
                        Trellis.SETTINGS);
        assertThatThrownBy(() -> ServerSettings.from(settings)).isInstanceOf(SettingsRefused.class);
    }

    private static void add(StringBuilder head, String name, String value) {
        if (value != null) {
            head.append(name)
                    .append(": ")
                    .append(value.replace("PORT", Integer.toString(server.port())))
                    .append("\r\n");
        }
    }

    private static String raw(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
