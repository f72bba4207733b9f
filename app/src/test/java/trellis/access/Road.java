package trellis.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// One line of `roads.txt`: a way into the server, and what each caller finds.
///
/// @param method of HTTP
/// @param path with its query
/// @param content what is sent: fields of a form, or a name in angle brackets
/// @param expected one entry a caller, in the order of [LeakIT]'s callers
record Road(String method, String path, String content, List<String> expected) {
    private static final Path TABLE = Path.of("src/test/resources/trellis/access/roads.txt");

    static List<Road> all() {
        try (var lines = Files.lines(TABLE)) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Road::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Road of(String line) {
        var cells = Arrays.stream(line.split("\\s\\|\\s")).map(String::strip).toList();
        var words = cells.getFirst().split(" ", 3);
        return new Road(
                words[0],
                words[1],
                words.length > 2 ? words[2] : "",
                cells.subList(1, cells.size()));
    }

    /// The path without its query.
    String address() {
        return path.replaceFirst("\\?.*", "");
    }

    /// Whether it is a page's, for browsers that have signed in; else a program's, with a token.
    boolean page() {
        return Stream.of(
                                "/fhir",
                                "/messageexchange",
                                "/endpointlookup",
                                "/notify",
                                "/personal-demographics",
                                "/record-locator",
                                "/nodes",
                                "/documents-everywhere",
                                "/summary-care-record",
                                "/fhir-prescribing",
                                "/fhir-dispensing",
                                "/clinical-prescription-tracker",
                                "/prescriptions-for-patients",
                                "/prescription-status-update",
                                "/actuator",
                                "/oauth2/",
                                "/.well-known",
                                "/userinfo")
                        .noneMatch(path::startsWith)
                || path.startsWith("/oauth2/consent")
                || path.startsWith("/oauth2/authorize");
    }

    @Override
    public String toString() {
        return (method + " " + path + " " + content).strip();
    }
}
