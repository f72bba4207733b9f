package trellis.testkit;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// Asks a list of known weaknesses (OSV, https://osv.dev; its batch query) about every part that the bill of materials
/// names, and names those that have one. Where the list cannot be reached it says that nothing was checked.
public final class KnownWeaknesses {
    private static final URI OSV = URI.create("https://api.osv.dev/v1/querybatch");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int AT_ONCE = 500;

    private final URI list;
    private final PrintStream out;

    KnownWeaknesses(URI list, PrintStream out) {
        this.list = list;
        this.out = out;
    }

    /// @param arguments the bill of materials (CycloneDX, JSON), and a file of what was looked at and accepted: one id a
    ///     line, then why
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var checked = new KnownWeaknesses(OSV, System.out);
        System.exit(checked.run(Path.of(arguments[0]), Path.of(arguments[1])));
    }

    /// @return 1 when something is known that nobody accepted, else 0
    int run(Path bill, Path accepted) throws IOException, InterruptedException {
        var parts = parts(Json.parse(Files.readAllBytes(bill)));
        var fine = accepted(accepted);
        var found = new ArrayList<String>();
        try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            for (var from = 0; from < parts.size(); from += AT_ONCE) {
                var some = parts.subList(from, Math.min(parts.size(), from + AT_ONCE));
                found.addAll(weak(some, fine, ask(client, some)));
            }
        } catch (IOException e) {
            out.println(
                    "weaknesses: NOT CHECKED, the list at "
                            + list.getHost()
                            + " cannot be reached");
            return 0;
        }
        found.forEach(out::println);
        out.println(
                "weaknesses: " + parts.size() + " parts, " + found.size() + " with a known one");
        return found.isEmpty() ? 0 : 1;
    }

    private static List<String> parts(ObjectNode bill) {
        var parts = new ArrayList<String>();
        for (var part : bill.path("components")) {
            var address = part.path("purl").asString("");
            if (!address.isEmpty() && !address.startsWith("pkg:maven/trellis/")) {
                parts.add(address);
            }
        }
        return parts;
    }

    private static Set<String> accepted(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(" ", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private ObjectNode ask(HttpClient client, List<String> parts)
            throws IOException, InterruptedException {
        // A part is named with its version; its qualifiers are nothing to the list.
        var queries =
                parts.stream()
                        .map(part -> "{\"package\":{\"purl\":\"" + bare(part) + "\"}}")
                        .collect(Collectors.joining(","));
        var request =
                HttpRequest.newBuilder(list)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"queries\":[" + queries + "]}"))
                        .build();
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode());
        }
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static String bare(String part) {
        return part.split("\\?", 2)[0];
    }

    private static List<String> weak(List<String> parts, Set<String> fine, ObjectNode answer) {
        var found = new ArrayList<String>();
        for (var at = 0; at < parts.size(); at++) {
            var ids = new TreeSet<String>();
            for (var weakness : answer.path("results").path(at).path("vulns")) {
                ids.add(weakness.path("id").asString(""));
            }
            ids.removeAll(fine);
            if (!ids.isEmpty()) {
                found.add(bare(parts.get(at)) + ": " + String.join(", ", ids));
            }
        }
        return found;
    }
}
