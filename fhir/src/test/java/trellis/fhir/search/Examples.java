package trellis.fhir.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import trellis.fhir.Json;
import trellis.fhir.Resource;

/// Resources that are shared beside the repository: published examples, and the first of each type
/// of the synthetic cohort.
public final class Examples {

    public static final String MISSING =
            "the shared test data is not at ../shared/data beside the repository: test skipped";

    private static final Path SHARED = Path.of("../../shared/data");
    private static final Path PUBLISHED = SHARED.resolve("conformance/fhir-test-cases/r4/examples");
    private static final Path COHORT = SHARED.resolve("cohort-200/bulk");

    private Examples() {}

    public static boolean arePresent() {
        return Files.isDirectory(PUBLISHED) && Files.isDirectory(COHORT);
    }

    /// By file name.
    public static Map<String, Resource> all() throws IOException {
        var all = new TreeMap<String, Resource>();
        try (var files = Files.list(PUBLISHED)) {
            files.filter(f -> f.toString().endsWith(".json")).forEach(f -> put(all, f, bytes(f)));
        }
        try (var files = Files.list(COHORT)) {
            files.forEach(f -> put(all, f, firstLine(f)));
        }
        return all;
    }

    private static void put(Map<String, Resource> all, Path file, byte[] json) {
        all.put(file.getFileName().toString(), Resource.of(Json.parse(json)));
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] firstLine(Path gzipped) {
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(gzipped)), UTF_8))) {
            return Stream.ofNullable(in.readLine()).findFirst().orElseThrow().getBytes(UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
