package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.search.Extractor;
import trellis.fhir.validation.Validator;

/// `./trellis bench jmh`: what a resource costs on the way in and out, on one thread: to parse, to validate, to find its search
/// values, to write. The resources are those of the cohort's transactions, one after the other, so that an operation is one resource
/// of the mix that a record has; `parseBundle` is a whole transaction. `-prof gc` adds the bytes that are allocated.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx1g", "-XX:+UseG1GC"})
public class ResourceBenchmark {
    private static final int BUNDLES = 20;

    /// A file of transactions, one a line, from where the command is given.
    @Param("../shared/data/cohort-200/bundles-50.ndjson.gz")
    public String bundles = "";

    private final List<byte[]> transactions = new ArrayList<>();
    private final List<byte[]> texts = new ArrayList<>();
    private final List<Resource> resources = new ArrayList<>();
    private final Validator validator = Validator.r4();
    private final Extractor extractor = Extractor.r4();
    private int next;

    /// Reads some transactions.
    @Setup
    public void read() {
        for (var line : Bundles.lines(Path.of(bundles)).stream().limit(BUNDLES).toList()) {
            var transaction = line.getBytes(UTF_8);
            transactions.add(transaction);
            for (var entry : Json.parse(transaction).path("entry")) {
                var text = Json.write(entry.path("resource"));
                texts.add(text);
                resources.add(Resource.of(Json.parse(text)));
            }
        }
    }

    private <T> T one(List<T> all) {
        next++;
        return all.get(Math.floorMod(next, all.size()));
    }

    /// A transaction of some hundred resources.
    @Benchmark
    public Object parseBundle() {
        return Json.parse(one(transactions));
    }

    @Benchmark
    public Object parse() {
        return Json.parse(one(texts));
    }

    @Benchmark
    public Object validate() {
        return validator.validate(one(resources));
    }

    @Benchmark
    public Object extract() {
        return extractor.extract(one(resources));
    }

    @Benchmark
    public Object serialise() {
        return Json.write(one(resources).json());
    }
}
