package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// The synthetic cohort as transactions: kept packed, because all of them unpacked fill a heap.
final class Bundles {
    private Bundles() {}

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
