package trellis.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// `./trellis bench ApiLoad`: what reads feel of an export and of a reindex that run beside them. All else that is asked of the API is
/// a workload of [Bench].
final class ApiLoad {
    private static final Set<String> OPTIONS =
            Set.of("seconds", "rounds", "rate", "bundles", "organisations");

    private final Options options;
    private final PrintStream out;
    private final Duration length;
    private final int rounds;

    private ApiLoad(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.length = Duration.ofSeconds(options.number("seconds", 10));
        this.rounds = options.number("rounds", 3);
    }

    public static void main(String[] arguments) throws Exception {
        var options = Options.parse(List.of(arguments), OPTIONS);
        new ApiLoad(options, System.out).run();
    }

    private void run() throws Exception {
        var organisations =
                options.file("organisations", Bundles.COHORT.resolve("organisations.json"));
        var bundles = options.file("bundles", Bundles.COHORT.resolve("bundles.ndjson.gz"));
        var subjects = Bundles.read(organisations, bundles).subjects();
        try (var node = new Node(Node.program())) {
            node.command("import", organisations.toString(), bundles.toString());
            node.start();
            try (var server = Server.own(node)) {
                // As autovacuum would have left it some minutes later.
                server.room(new Figures(), "after the import");
                beside(server.light(), subjects);
            }
        }
    }

    private void say(String what, Driver.Result result) {
        out.printf(
                Locale.UK,
                "%s: %,.0f a second, p50 %.1f ms, p95 %.1f, p99 %.1f, %d errors%n",
                what,
                result.perSecond(),
                result.millis(50),
                result.millis(95),
                result.millis(99),
                result.errors());
    }

    /// Reads at a fixed rate: alone, while everything is exported, while the files are fetched, while a new search parameter is gone
    /// through.
    private void beside(Light light, Subjects subjects) throws Exception {
        var rate = options.number("rate", 300);
        var read =
                Requests.of(Workload.Call.of("GET Observation/{observation.id}"), light, subjects);
        Driver.open(read, rate, length);
        for (var round = 0; round < rounds; round++) {
            say("reads at " + rate + " a second, alone", Driver.open(read, rate, length));
            var made = during("an export", rate, read, () -> export(light));
            out.println("    " + made.words());
            var lines = during("fetching it", rate, read, () -> fetched(light, made));
            out.printf(Locale.UK, "    fetched %,d resources%n", lines);
            var number = round;
            out.println("    " + during("a reindex", rate, read, () -> reindex(light, number)));
        }
        for (var round = 0; round < rounds; round++) {
            var made = export(light);
            var began = System.nanoTime();
            var lines = fetched(light, made);
            out.printf(
                    Locale.UK,
                    "nothing beside it: %s; fetched in %.1f s (%,.0f a second for both)%n",
                    made.words(),
                    seconds(began),
                    lines / (made.seconds() + seconds(began)));
        }
    }

    /// Reads in pieces of two seconds for as long as the work takes. Each piece is told: the work may rest before it begins.
    private <T> T during(String what, int rate, Driver.Request read, Callable<T> work)
            throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var working = threads.submit(work);
            var results = new ArrayList<Driver.Result>();
            while (!working.isDone()) {
                results.add(Driver.open(read, rate, Duration.ofSeconds(2)));
            }
            var pieces =
                    results.stream()
                            .map(piece -> String.format(Locale.UK, "%.1f", piece.millis(95)))
                            .collect(Collectors.joining(" "));
            var latency = results.getFirst().latency();
            results.stream().skip(1).forEach(more -> latency.add(more.latency()));
            say(
                    "reads at " + rate + " a second, during " + what,
                    new Driver.Result(
                            results.stream().mapToLong(Driver.Result::requests).sum(),
                            results.stream().mapToLong(Driver.Result::errors).sum(),
                            results.stream().mapToDouble(Driver.Result::seconds).sum(),
                            latency,
                            results.getFirst().trouble()));
            out.println("    p95 of each two seconds: " + pieces);
            return working.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /// An export that is made and not fetched.
    private record Made(List<String> files, long count, double seconds) {
        String words() {
            return String.format(
                    Locale.UK,
                    "exported %,d resources in %.1f s, %,.0f a second",
                    count,
                    seconds,
                    count / seconds);
        }
    }

    /// From the request to the manifest.
    private static Made export(Light light) throws Exception {
        var began = System.nanoTime();
        var asked =
                light.request(
                        "GET",
                        "$export",
                        Answer.NOTHING,
                        "Accept: application/fhir+json",
                        "Prefer: respond-async");
        var state = light.answer(asked).expect(202, "$export").header("Content-Location");
        var manifest = light.get(state);
        while (manifest.status() == 202) {
            TimeUnit.MILLISECONDS.sleep(200);
            manifest = light.get(state);
        }
        var seconds = seconds(began);
        var files = new ArrayList<String>();
        var count = 0L;
        for (var file : manifest.expect(200, "the export").json().path("output")) {
            files.add(file.path("url").asString(""));
            count += file.path("count").asLong(0);
        }
        return new Made(List.copyOf(files), count, seconds);
    }

    /// @return how many lines there were
    private static long fetched(Light light, Made made) throws IOException {
        var lines = 0L;
        for (var file : made.files()) {
            lines += light.lines(light.request("GET", file, Answer.NOTHING));
        }
        return lines;
    }

    /// From the request to the moment at which a search by the parameter is answered.
    private static String reindex(Light light, int number) throws Exception {
        var began = System.nanoTime();
        var code = "measured-" + number;
        light.answer(light.write("PUT", "SearchParameter/" + code, parameter(code)))
                .expect(201, "a search parameter");
        // What is not gone through is refused.
        var found = light.get("Observation?" + code + "=final&_summary=count");
        while (found.status() != 200) {
            TimeUnit.MILLISECONDS.sleep(200);
            found = light.get("Observation?" + code + "=final&_summary=count");
        }
        return String.format(
                Locale.UK,
                "%,d Observations are found by a new parameter after %.1f s",
                found.json().path("total").asInt(),
                seconds(began));
    }

    private static byte[] parameter(String code) {
        return """
        {"resourceType":"SearchParameter","id":"%1$s","url":"https://trellis.example/SearchParameter/%1$s","name":"Measured",
         "status":"active","description":"Of the benchmark","code":"%1$s","base":["Observation"],"type":"token",
         "expression":"Observation.status"}\
        """
                .formatted(code)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
