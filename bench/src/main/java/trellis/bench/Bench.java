package trellis.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import trellis.bench.Bundles.Cohort;

/// `./trellis bench`: loads the synthetic cohort and asks for it, on a Trellis of its own or one that runs (`--url`), and on any
/// other FHIR server besides (`--against`). What is measured and how to read it: `docs/benchmarks.md`.
public final class Bench {
    private static final Set<String> OPTIONS =
            Set.of(
                    "against",
                    "against-token",
                    "anywhere!",
                    "bundles",
                    "clients",
                    "help!",
                    "only",
                    "organisations",
                    "rate",
                    "report",
                    "rounds",
                    "seconds",
                    "token",
                    "url",
                    "warmup");

    private final Options options;
    private final PrintStream out;
    private final Figures figures = new Figures();
    private final Path organisations;
    private final Path patients;
    private final Trial.Plan plan;

    private Bench(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.organisations =
                options.file("organisations", Bundles.COHORT.resolve("organisations.json"));
        this.patients = options.file("bundles", Bundles.COHORT.resolve("bundles.ndjson.gz"));
        this.plan =
                new Trial.Plan(
                        chosen(options.text("only")),
                        Duration.ofSeconds(options.number("warmup", 20)),
                        Duration.ofSeconds(options.number("seconds", 10)),
                        Math.max(1, options.number("rounds", 3)),
                        options.wholeNumber("clients"),
                        options.wholeNumber("rate"),
                        options.given("rate") && options.given("only"));
    }

    /// @param arguments see `docs/benchmarks.md`; the first may be `crash` or `jmh`
    public static void main(String[] arguments) throws Exception {
        var line = List.of(arguments);
        var first = line.isEmpty() ? "" : line.getFirst();
        try {
            if (first.equals("crash")) {
                var rest = line.subList(1, line.size());
                System.exit(CrashProof.run(Node.program(), rest, System.out));
            }
            if (first.equals("jmh")) {
                org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
                return;
            }
            var options = Options.parse(line, OPTIONS);
            if (options.given("help")) {
                help(System.out);
                return;
            }
            new Bench(options, System.out).run(line);
        } catch (IllegalArgumentException e) {
            System.err.println("trellis bench: " + e.getMessage());
            System.exit(2);
        }
    }

    private static void help(PrintStream out) {
        out.println(
                """
                usage: ./trellis bench [OPTION...]     the workloads below
                       ./trellis bench crash           kills and looks what is left
                       ./trellis bench jmh             parse, validate, extract, serialise

                  --only KEY,KEY          these workloads
                  --seconds N             of a round (10)
                  --rounds N              whose median counts (3)
                  --warmup N              seconds before the first round of each workload (20)
                  --clients N             at once, instead of those of each workload
                  --rate N                requests a second in the open loop; with --only, in all of those
                  --url URL, --token T    a Trellis that runs, instead of one of its own
                  --against URL, --against-token T
                                          another FHIR server, to stand beside it; several with commas
                  --anywhere              the servers are on other machines, and yours to burden
                  --bundles FILE, --organisations FILE
                                          another cohort
                  --report FOLDER         where bench.html and bench.json are written (build/bench)
                """);
        Workload.all().forEach(one -> out.println("  %-13s %s".formatted(one.key(), one.what())));
    }

    /// Those that `--only` names, in the order of the list.
    private static List<Workload> chosen(Optional<String> only) {
        var all = Workload.all();
        var keys = only.map(text -> List.of(text.split(","))).orElse(List.of());
        for (var key : keys) {
            if (all.stream().noneMatch(workload -> workload.key().equals(key))) {
                throw new IllegalArgumentException(
                        "there is no workload \"%s\": `./trellis bench --help` lists them"
                                .formatted(key));
            }
        }
        return all.stream()
                .filter(workload -> keys.isEmpty() || keys.contains(workload.key()))
                .toList();
    }

    private void run(List<String> line) throws Exception {
        Machine.tell(figures, line);
        figures.fact(
                "Rounds",
                "each workload is warmed up for %d s, then driven for %d s %d times; the median counts"
                        .formatted(
                                plan.warmup().toSeconds(),
                                plan.length().toSeconds(),
                                plan.rounds()));
        var url = options.server("url");
        var against = options.servers("against");
        out.println("reading the cohort");
        var cohort = Bundles.read(organisations, patients);
        figures.fact(
                "Cohort",
                "%,d resources of %,d patients"
                        .formatted(
                                cohort.patients().stream()
                                        .mapToLong(Bundles.Transaction::resources)
                                        .sum(),
                                cohort.patients().size()));
        if (url.isPresent()) {
            try (var server = Server.at(url.get(), options.text("token").orElse(""))) {
                trial(server, cohort);
            }
        } else {
            own(cohort);
        }
        var tokens = new ArrayList<>(List.of(options.text("against-token").orElse("").split(",")));
        for (var i = 0; i < against.size(); i++) {
            try (var server = Server.at(against.get(i), i < tokens.size() ? tokens.get(i) : "")) {
                trial(server, cohort);
            }
        }
        var report = new Report(figures);
        report.print(out);
        var folder = Path.of(options.text("report").orElse("build/bench"));
        report.write(folder);
        out.println("written: " + folder.toAbsolutePath().normalize());
    }

    private void own(Cohort cohort) throws Exception {
        try (var node = new Node(Node.program())) {
            if (!plan.has("import")) {
                Import.byCommand(node, organisations, patients, figures, out);
            }
            node.start();
            try (var server = Server.own(node)) {
                trial(server, cohort);
            }
        }
    }

    private void trial(Server server, Cohort cohort) throws Exception {
        server.tell(figures);
        new Trial(server, plan, cohort, figures, out).run();
    }
}
