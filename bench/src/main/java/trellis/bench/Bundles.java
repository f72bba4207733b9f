package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import trellis.fhir.Json;

/// The synthetic cohort as transactions, one for each patient.
final class Bundles {
    static final Path COHORT = Path.of("../shared/data/cohort-200");

    private Bundles() {}

    /// One transaction as it is sent.
    ///
    /// @param resources how many are in it
    record Transaction(byte[] text, int resources) {}

    /// All of them, and what can be asked of them.
    record Cohort(List<Transaction> organisations, List<Transaction> patients, Subjects subjects) {}

    static Cohort read(Path organisations, Path patients) {
        var subjects = new Subjects.Collector();
        var transactions = new ArrayList<Transaction>();
        for (var line : lines(patients)) {
            var text = line.getBytes(UTF_8);
            var bundle = Json.parse(text);
            subjects.take(bundle);
            transactions.add(new Transaction(text, bundle.path("entry").size()));
        }
        var others =
                lines(organisations).stream()
                        .map(line -> line.getBytes(UTF_8))
                        .map(text -> new Transaction(text, Json.parse(text).path("entry").size()))
                        .toList();
        return new Cohort(others, List.copyOf(transactions), subjects.subjects());
    }

    /// The lines of a file, `.gz` or not; a file whose first line is no Bundle by itself is one line.
    static List<String> lines(Path file) {
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                file.toString().endsWith(".gz")
                                        ? new GZIPInputStream(Files.newInputStream(file))
                                        : Files.newInputStream(file),
                                UTF_8))) {
            var lines = in.lines().toList();
            return lines.size() > 1 && !lines.getFirst().endsWith("}")
                    ? List.of(String.join("\n", lines))
                    : lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
