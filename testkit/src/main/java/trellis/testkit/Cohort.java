package trellis.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// The synthetic cohort of 235 people that tests share: `../shared/data/cohort-200` seen from the
/// root of the repository. It is not part of the repository, so every test that uses it begins with
/// an assumption on [#find].
///
/// @param folder where it is
public record Cohort(Path folder) {
    private static final String PLACE = "shared/data/cohort-200";

    /// What to say when a test is skipped.
    public static final String MISSING =
            "the synthetic cohort is not at ../" + PLACE + " beside the repository: test skipped";

    /// Looks for the cohort beside the repository that the tests run in.
    public static Optional<Cohort> find() {
        return findData("cohort-200").map(Cohort::new);
    }

    /// Looks for a folder of the shared test data, such as `uk-core`.
    public static Optional<Path> findData(String name) {
        return Stream.iterate(Path.of("").toAbsolutePath(), p -> p != null, Path::getParent)
                .filter(p -> Files.exists(p.resolve("mvnw")))
                .map(root -> root.resolveSibling("shared").resolve("data").resolve(name))
                .filter(Files::isDirectory)
                .findFirst();
    }

    /// The resource types that the bulk layout has, in alphabetical order.
    public List<String> types() {
        try (var files = Files.list(folder.resolve("bulk"))) {
            return files.map(f -> f.getFileName().toString())
                    .filter(name -> name.endsWith(".ndjson.gz"))
                    .map(name -> name.substring(0, name.indexOf('.')))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All resources of a type, as parsed trees. Close the stream.
    public Stream<ObjectNode> resources(String type) {
        return lines(folder.resolve("bulk").resolve(type + ".ndjson.gz"));
    }

    /// The transaction Bundle of each of the 50 small records. Close the stream.
    public Stream<ObjectNode> fiftyBundles() {
        return lines(folder.resolve("bundles-50.ndjson.gz"));
    }

    /// The transaction Bundle of each person. Close the stream.
    public Stream<ObjectNode> bundles() {
        return lines(folder.resolve("bundles.ndjson.gz"));
    }

    /// The transaction Bundle of the organisations, places and staff that the others refer to.
    public ObjectNode organisations() {
        try {
            return Json.parse(Files.readAllBytes(folder.resolve("organisations.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<ObjectNode> lines(Path gzipped) {
        try {
            var text =
                    new InputStreamReader(
                            new GZIPInputStream(Files.newInputStream(gzipped), 1 << 16), UTF_8);
            var reader = new BufferedReader(text, 1 << 16);
            return reader.lines()
                    .map(line -> Json.parse(line.getBytes(UTF_8)))
                    .onClose(() -> close(reader));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(BufferedReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
