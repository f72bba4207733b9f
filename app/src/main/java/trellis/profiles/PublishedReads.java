package trellis.profiles;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;
import trellis.fhir.definitions.Definitions;

/// A published table of profiles and their terminology. Kept as bytes; a tree is built of the one that is asked for.
final class PublishedReads {

    /// One resource of the table.
    ///
    /// @param about the resource type that it narrows; empty for anything else
    /// @param json as UTF-8
    private record Row(String version, String about, byte[] json) {}

    private final Map<String, Row> rows = new LinkedHashMap<>();

    private PublishedReads(InputStream table) {
        try (var reader =
                new BufferedReader(new InputStreamReader(new GZIPInputStream(table), UTF_8))) {
            reader.readLine(); // what the table was made from
            for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                var cells = line.split("\t", 5);
                rows.put(
                        cells[0] + " " + cells[1],
                        new Row(cells[2], cells[3], cells[4].getBytes(UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// R4's own structure definitions.
    static PublishedReads r4() {
        return new PublishedReads(table(Definitions.class, "r4.profiles"));
    }

    /// UK Core: its profiles, extensions, value sets and code systems.
    static PublishedReads ukCore() {
        return new PublishedReads(table(PublishedReads.class, "uk-core.profiles"));
    }

    /// The profiles of UK Core by the resource type that they narrow, without what they say: found quickly, because every start tells
    /// them.
    static Map<String, List<String>> ukCoreProfiles() {
        var profiles = new TreeMap<String, List<String>>();
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(
                                        table(PublishedReads.class, "uk-core.profiles")),
                                UTF_8))) {
            reader.readLine();
            for (var line = reader.readLine();
                    line != null && line.startsWith("StructureDefinition\t");
                    line = reader.readLine()) {
                var cells = line.split("\t", 5);
                if (!cells[3].isEmpty()) {
                    profiles.computeIfAbsent(cells[3], _ -> new ArrayList<>()).add(cells[1]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return profiles;
    }

    private static InputStream table(Class<?> beside, String name) {
        var in = beside.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException("The table " + name + " is missing");
        }
        return in;
    }

    /// A resource by its address.
    ///
    /// @param version empty for whichever it has
    /// @return a tree of its own
    Optional<ObjectNode> find(String type, String url, String version) {
        return Optional.ofNullable(rows.get(type + " " + url))
                .filter(row -> version.isEmpty() || row.version().equals(version))
                .map(row -> Json.parse(row.json()));
    }

    /// Whether there is one.
    boolean has(String type, String url) {
        return rows.containsKey(type + " " + url);
    }

    /// The addresses of all of a type.
    List<String> urls(String type) {
        var urls = new ArrayList<String>();
        for (var key : rows.keySet()) {
            if (key.startsWith(type + " ")) {
                urls.add(key.substring(type.length() + 1));
            }
        }
        return urls;
    }
}
