package trellis.bench;

import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// `./trellis bench`: loads the synthetic cohort and asks for it, on a Trellis of its own or against
/// any other FHIR server (`--against`). What is measured and how to read it: `docs/benchmarks.md`.
public final class Bench {
    private static final Path COHORT = Path.of("../shared/data/cohort-200");
    private static final Set<String> OPTIONS =
            Set.of(
                    "against",
                    "token",
                    "anywhere!",
                    "bundles",
                    "organisations",
                    "seconds",
                    "runs",
                    "clients",
                    "out",
                    "no-command!",
                    "no-load!");

    private final Options options;
    private final PrintStream out;
    private final Figures figures = new Figures();
    private final int clients;
    private final int runs;
    private final Duration length;

    private Bench(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.clients = options.number("clients", 4);
        this.runs = options.number("runs", 3);
        this.length = Duration.ofSeconds(options.number("seconds", 20));
    }

    /// @param arguments see `docs/benchmarks.md`; the first may be `crash`
    public static void main(String[] arguments) throws Exception {
        var line = List.of(arguments);
        try {
            if (!line.isEmpty() && line.getFirst().equals("crash")) {
                var rest = line.subList(1, line.size());
                System.exit(CrashProof.run(Node.program(), rest, System.out));
            }
            new Bench(Options.parse(line, OPTIONS), System.out).run();
        } catch (IllegalArgumentException e) {
            System.err.println("trellis bench: " + e.getMessage());
            System.exit(2);
        }
    }

    private void run() throws Exception {
        var organisations = options.file("organisations", COHORT.resolve("organisations.json"));
        var bundles = options.file("bundles", COHORT.resolve("bundles.ndjson.gz"));
        var against = options.server("against");
        machine();
        if (against.isPresent()) {
            try (var client = new Client(against.get(), options.text("token"))) {
                measure(client, Optional.empty(), organisations, bundles);
            }
        } else {
            ours(organisations, bundles);
        }
        var report = new Report(figures);
        report.print(out);
        var folder = Path.of(options.text("out").orElse("build/bench"));
        report.write(folder);
        out.println("written: " + folder.toAbsolutePath().normalize());
    }

    private void machine() {
        var runtime = Runtime.getRuntime();
        figures.fact("cores", Integer.toString(runtime.availableProcessors()));
        try {
            figures.fact(
                    "load average at start", Files.readString(Path.of("/proc/loadavg")).strip());
        } catch (java.io.IOException e) {
            figures.fact("load average at start", "unknown");
        }
        figures.fact("clients", Integer.toString(clients));
        figures.fact("seconds and runs", length.toSeconds() + " s, median of " + runs);
    }

    private void ours(Path organisations, Path bundles) throws Exception {
        var program = Node.program();
        if (!options.given("no-command")) {
            try (var node = new Node(program)) {
                command(node, organisations, bundles);
            }
        }
        try (var node = new Node(program)) {
            node.start();
            var token = node.token();
            try (var client = new Client(node.fhir(), Optional.of(token))) {
                measure(client, Optional.of(node), organisations, bundles);
                room(node, "at the end, with the audit of every request");
                summary(node);
            }
        }
    }

    /// `trellis import` of everything, on an empty node, its start included.
    private void command(Node node, Path organisations, Path bundles) throws Exception {
        var began = System.nanoTime();
        var process =
                node.launch(
                        List.of(
                                "import",
                                organisations.toAbsolutePath().toString(),
                                bundles.toAbsolutePath().toString()),
                        "import.log");
        var usage = new Usage(0, 0, 0, 0, 0);
        while (process.isAlive()) {
            var processes =
                    new Node.Processes(
                            Optional.of(process.toHandle()), node.processes().postgres());
            var now = Usage.now(processes);
            usage = now.server() >= usage.server() ? now : usage;
            process.waitFor(200, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
        var seconds = (System.nanoTime() - began) / 1e9;
        var said = Files.readString(node.home().resolve("import.log")).strip();
        var last = said.lines().toList().getLast();
        out.println("trellis import: " + last);
        figures.fact("trellis import said", last);
        var resources = Long.parseLong(last.replaceFirst(" resources.*", "").replace(",", ""));
        figures.add(
                new Figures.Row(
                        "trellis import, resources a second",
                        resources / seconds,
                        List.of(0.0, 0.0, 0.0, 0.0),
                        process.exitValue(),
                        usage,
                        seconds));
    }

    private void measure(Client client, Optional<Node> node, Path organisations, Path bundles)
            throws Exception {
        var lines = Bundles.lines(bundles);
        if (!options.given("no-load")) {
            load(client, node, organisations, lines);
            if (node.isPresent()) {
                room(node.get(), "after the import");
            }
        }
        var subjects = Subjects.of(lines);
        for (var workload : Workload.fhir(client, subjects)) {
            both(workload, node);
        }
    }

    /// Every Bundle is sent once, by so many clients.
    private void load(Client client, Optional<Node> node, Path organisations, List<String> lines)
            throws Exception {
        for (var line : Bundles.lines(organisations)) {
            expect(client, line);
        }
        var resources = new LongAdder();
        var before = usage(node);
        var began = System.nanoTime();
        var next = new java.util.concurrent.atomic.AtomicInteger();
        var latency = new org.HdrHistogram.ConcurrentHistogram(600_000_000L, 3);
        var errors = new LongAdder();
        try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < clients; i++) {
                threads.execute(() -> {
                    for (var n = next.getAndIncrement();
                            n < lines.size();
                            n = next.getAndIncrement()) {
                        var from = System.nanoTime();
                        try {
                            resources.add(expect(client, lines.get(n)));
                        } catch (Exception e) {
                            errors.increment();
                        }
                        latency.recordValue((System.nanoTime() - from) / 1_000);
                    }
                });
            }
        }
        var seconds = (System.nanoTime() - began) / 1e9;
        var result = new Driver.Result(resources.sum(), errors.sum(), seconds, latency.copy());
        add("import over HTTP, resources a second", result, usage(node).since(before));
    }

    /// @return how many resources were stored
    private static int expect(Client client, String bundle) throws Exception {
        var body = bundle.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var answer = client.post("", body);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("a transaction was answered " + answer.statusCode());
        }
        return count(body);
    }

    private static int count(byte[] bundle) {
        ObjectNode json = Json.parse(bundle);
        return json.path("entry").size();
    }

    /// The closed loop after a warm-up, then the open loop at seven tenths of what that could do.
    private void both(Workload workload, Optional<Node> node) throws Exception {
        Driver.closed(workload.request(), clients, length.dividedBy(2));
        var closed = new ArrayList<Figures.Row>();
        for (var run = 0; run < runs; run++) {
            var before = usage(node);
            var result = Driver.closed(workload.request(), clients, length);
            closed.add(row(workload.name() + ", closed", result, usage(node).since(before)));
        }
        var best = Report.median(closed);
        figures.add(best);
        out.println(String.format(Locale.UK, "%s: %,.0f/s", best.what(), best.perSecond()));
        var rate = Math.max(1, best.perSecond() * 0.7);
        var before = usage(node);
        var result = Driver.open(workload.request(), rate, length);
        add(workload.name() + ", open at 70 %", result, usage(node).since(before));
    }

    private static Usage usage(Optional<Node> node) {
        return Usage.now(
                node.map(Node::processes).orElse(new Node.Processes(Optional.empty(), List.of())));
    }

    private void add(String what, Driver.Result result, Usage usage) {
        var row = row(what, result, usage);
        figures.add(row);
        out.println(String.format(Locale.UK, "%s: %,.0f/s", what, row.perSecond()));
    }

    private static Figures.Row row(String what, Driver.Result result, Usage usage) {
        return new Figures.Row(
                what,
                result.perSecond(),
                List.of(
                        result.millis(50),
                        result.millis(95),
                        result.millis(99),
                        result.millis(100)),
                result.errors(),
                usage,
                result.seconds());
    }

    /// What the database takes on the disk.
    private void room(Node node, String when) throws Exception {
        try (var sql = new SizeSql(node.home())) {
            var resources = sql.resources();
            var tables = sql.tables();
            var all = tables.values().stream().mapToLong(Long::longValue).sum();
            figures.fact("resources " + when, String.format(Locale.UK, "%,d", resources));
            figures.fact(
                    "bytes a resource, all tables and indexes, " + when,
                    Long.toString(all / resources));
            tables.entrySet().stream()
                    .limit(10)
                    .forEach(table ->
                            figures.fact(
                                    "bytes a resource in " + table.getKey() + ", " + when,
                                    Long.toString(table.getValue() / resources)));
        }
    }

    private void summary(Node node) throws Exception {
        String patient;
        try (var sql = new SizeSql(node.home())) {
            patient = sql.longestRecord();
        }
        var account =
                Files.readAllLines(node.home().resolve("accounts.txt")).stream()
                        .filter(line -> line.startsWith("clinician"))
                        .findFirst()
                        .orElseThrow()
                        .split("\\s+");
        try (var session = new Client(node.fhir(), Optional.empty())) {
            session.signIn(node.pages(), account[0], account[1]);
            session.open(node.pages(), patient);
            URI pages = node.pages();
            for (var workload : Workload.pages(session, pages, patient)) {
                both(workload, Optional.of(node));
            }
        }
    }
}
