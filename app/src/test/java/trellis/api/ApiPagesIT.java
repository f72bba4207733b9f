package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import trellis.access.Role;

/// What the pages of docs/api say of statuses, line by line (`pages.txt`). What needs more than one call is in the tests that each
/// page names.
class ApiPagesIT {
    @RegisterExtension static final SharedServer server = new SharedServer();

    private static final String FRESH = "pages-" + UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void fill() {
        wire().put(
                        "/Patient/" + FRESH + "-p",
                        "{\"resourceType\":\"Patient\",\"id\":\"" + FRESH + "-p\"}")
                .is(201);
        wire().put(
                        "/Basic/" + FRESH + "-b",
                        filled(
                                "{'resourceType':'Basic','id':'B','code':{'text':'x'},'subject':{'reference':'Patient/P'}}"))
                .is(201);
        wire().put(
                        "/Patient/" + FRESH + "-g",
                        "{\"resourceType\":\"Patient\",\"id\":\"" + FRESH + "-g\"}")
                .is(201);
        wire().delete("/Patient/" + FRESH + "-g").is(204);
    }

    private static Wire wire() {
        return server.wire();
    }

    static Stream<String> lines() throws IOException {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        ApiPagesIT.class.getResourceAsStream("pages.txt")),
                                UTF_8))) {
            return lines.lines().filter(line -> !line.startsWith("#")).toList().stream();
        }
    }

    /// The line with the names of what is there.
    private static String filled(String text) {
        return text.replaceAll("(?<=[/'=])P(?=$|[/'?])", FRESH + "-p")
                .replaceAll("(?<=[/'=])B(?=$|[/'?])", FRESH + "-b")
                .replaceAll("(?<=[/'=])G(?=$|[/'?])", FRESH + "-g")
                .replaceAll("(?<=[/'=])NEW(?=$|[/'?])", FRESH + "-n")
                .replace("LONG", "a".repeat(65))
                .replace('\'', '"')
                .replace("~", "\\\"");
    }

    @ParameterizedTest
    @MethodSource("lines")
    void a_page_says_what_is_answered(String line) {
        var parts = line.split(" *; ", -1);
        var expected = parts[1].strip().split(" ");
        var asked = parts[3].strip().split(" ", 2);
        var address = filled(asked[1]);
        var headers = new ArrayList<String>();
        if (parts.length > 4) {
            for (var header : parts[4].strip().split(", (?=[A-Z][A-Za-z-]+: )")) {
                if (!header.isEmpty()) {
                    var named = header.split(": ", 2);
                    headers.addAll(List.of(named[0], filled(named[1])));
                }
            }
        }
        if (parts.length > 5 && !headers.contains("Content-Type")) {
            headers.addAll(List.of("Content-Type", "application/fhir+json"));
        }
        var reply =
                caller(parts[2].strip())
                        .send(
                                asked[0],
                                address.equals("/") || address.startsWith("/?")
                                        ? address.substring(1)
                                        : address,
                                parts.length > 5
                                        ? BodyPublishers.ofString(filled(parts[5].strip()))
                                        : BodyPublishers.noBody(),
                                headers.toArray(String[]::new));
        reply.is(Integer.parseInt(expected[0]));
        if (expected.length > 1) {
            assertThat(reply.at("/issue/0/code")).isEqualTo(expected[1]);
        }
    }

    private static Wire caller(String who) {
        return switch (who) {
            case "machine" -> wire();
            case "clerk" -> server.as(Role.WARD_CLERK);
            default -> new Wire(wire().base(), "none");
        };
    }
}
