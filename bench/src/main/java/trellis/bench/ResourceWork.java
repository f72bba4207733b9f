package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.search.Extractor;
import trellis.fhir.validation.Validator;

/// What one resource costs on the way in, on one thread: to parse, to validate, to find its search
/// values. Counts processor time and allocated bytes of the thread, so that a busy machine disturbs
/// little. Run with
/// `./mvnw -q -pl bench -am -DskipTests -Pmeasure -Dmeasure.files=FILE verify`.
public final class ResourceWork {
    private static final int RESOURCES = 2_000;
    private static final int ROUNDS = 12;
    private static final int PASSES = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final PrintStream out;

    private ResourceWork(PrintStream out) {
        this.out = out;
    }

    /// @param files gzipped NDJSON, one resource type each
    public static void main(String[] files) throws IOException {
        for (var file : files) {
            new ResourceWork(System.out).measure(Path.of(file));
        }
    }

    private void measure(Path file) throws IOException {
        List<byte[]> texts;
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)), UTF_8))) {
            texts = in.lines().limit(RESOURCES).map(line -> line.getBytes(UTF_8)).toList();
        }
        var resources = texts.stream().map(text -> Resource.of(Json.parse(text))).toList();
        var bytes = texts.stream().mapToInt(text -> text.length).average().orElse(0);
        out.printf("%s, %d resources of %.0f bytes%n", file.getFileName(), texts.size(), bytes);
        measure("parse", texts, Json::parse);
        measure("validate", resources, Validator.r4()::validate);
        measure("extract", resources, Extractor.r4()::extract);
    }

    /// Prints the best of the later rounds.
    private <T> void measure(String name, List<T> all, Consumer<T> work) {
        var best = Long.MAX_VALUE;
        var allocated = 0L;
        for (var round = 0; round < ROUNDS; round++) {
            var time = threads.getCurrentThreadCpuTime();
            var memory = threads.getCurrentThreadAllocatedBytes();
            for (var pass = 0; pass < PASSES; pass++) {
                all.forEach(work);
            }
            best = Math.min(best, threads.getCurrentThreadCpuTime() - time);
            allocated = threads.getCurrentThreadAllocatedBytes() - memory;
        }
        var count = (long) PASSES * all.size();
        out.printf("  %-9s %6d ns  %6d bytes allocated%n", name, best / count, allocated / count);
    }
}
