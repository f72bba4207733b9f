package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// What a server said.
///
/// @param status of HTTP
/// @param head all lines of it; empty unless it was asked for
/// @param body as it is after chunks are put together; empty unless it was asked for
record Answer(int status, String head, byte[] body) {
    static final byte[] NOTHING = {};

    /// The values of a header, in order.
    ///
    /// @param name in any case
    List<String> headers(String name) {
        return lines().filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .toList();
    }

    private Stream<String> lines() {
        return head.lines().skip(1);
    }

    /// The first value of a header, or nothing at all.
    String header(String name) {
        return headers(name).stream().findFirst().orElse("");
    }

    ObjectNode json() {
        return Json.parse(body);
    }

    String text() {
        return new String(body, UTF_8);
    }

    /// Itself.
    ///
    /// @param what was asked for, for whoever reads the message
    /// @throws IllegalStateException when the status is another
    Answer expect(int wanted, String what) {
        if (status != wanted) {
            var said = text();
            throw new IllegalStateException(
                    what
                            + " was answered "
                            + status
                            + " and not "
                            + wanted
                            + ": "
                            + said.substring(0, Math.min(600, said.length())));
        }
        return this;
    }
}
