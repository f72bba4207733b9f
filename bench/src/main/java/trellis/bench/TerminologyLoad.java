package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// `./trellis bench TerminologyLoad`: an invented release of half a million concepts is loaded by `trellis terminology load`, whose
/// time and memory are measured, and then asked over HTTP.
final class TerminologyLoad {
    private static final Set<String> OPTIONS =
            Set.of("concepts", "seconds", "clients", "rounds", "heap");
    private static final String SNOMED = "http://snomed.info/sct";

    private final Options options;
    private final PrintStream out;
    private final int concepts;
    private final HttpClient http = HttpClient.newHttpClient();

    private TerminologyLoad(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.concepts = options.number("concepts", 500_000);
    }

    public static void main(String[] arguments) throws Exception {
        new TerminologyLoad(Options.parse(List.of(arguments), OPTIONS), System.out).run();
    }

    private void run() throws Exception {
        try (var node = new Node(Node.program(), "-Xmx" + options.number("heap", 2_000) + "m")) {
            var folder = node.home().resolve("invented");
            new InventedRelease(concepts).write(folder);
            out.printf(
                    Locale.UK, "%,d concepts invented, %,d MB of files%n", concepts, size(folder));
            load(node, folder);
            node.start();
            var token = node.token();
            measure(node, token, "$subsumes", this::subsumes);
            measure(node, token, "$expand of ECL, 20 of all below a concept", this::below);
            measure(node, token, "$expand of ECL with a refinement", this::refined);
            measure(node, token, "$expand of a reference set with a filter", this::filtered);
            measure(node, token, "$lookup", this::lookup);
        }
    }

    private static long size(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            var size = 0L;
            for (var file : files.toList()) {
                size += Files.size(file);
            }
            return size >> 20;
        }
    }

    private void load(Node node, Path folder) throws Exception {
        var began = System.nanoTime();
        var process =
                node.launch(
                        List.of("terminology", "load", "snomed", folder.toString()),
                        "terminology.log");
        var peak = 0L;
        while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
            peak = Math.max(peak, resident(process.pid()));
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(
                    Files.readString(node.home().resolve("terminology.log")));
        }
        out.printf(
                Locale.UK,
                "loaded in %,.1f s, with the start of an empty database; the process had %,d MB of"
                        + " memory at the most%n",
                Duration.ofNanos(System.nanoTime() - began).toMillis() / 1e3,
                peak);
    }

    /// The most memory that a process has had so far, in megabytes.
    private static long resident(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /// The address of one question.
    @FunctionalInterface
    private interface Question {
        String path(int number);
    }

    private int one(int number) {
        var first = InventedRelease.kind(0);
        var place = first + Math.floorMod(number * 7_919L, (long) (concepts - first));
        return (int) (place % 17 == 0 ? place - 1 : place);
    }

    private String subsumes(int number) {
        return "CodeSystem/$subsumes?system="
                + SNOMED
                + "&codeA="
                + InventedRelease.concept(InventedRelease.kind(number))
                + "&codeB="
                + InventedRelease.concept(one(number));
    }

    private String lookup(int number) {
        return "CodeSystem/$lookup?system="
                + SNOMED
                + "&code="
                + InventedRelease.concept(one(number));
    }

    private static String expand(String ecl) {
        return "ValueSet/$expand?count=20&url="
                + URLEncoder.encode(SNOMED + "?fhir_vs=ecl/" + ecl, UTF_8);
    }

    private String below(int number) {
        return expand("<< " + InventedRelease.concept(one(number % 2_000)));
    }

    private String refined(int number) {
        return expand(
                "< "
                        + InventedRelease.concept(InventedRelease.kind(number))
                        + " : "
                        + InventedRelease.concept(InventedRelease.attribute(number))
                        + " = << "
                        + InventedRelease.concept(InventedRelease.kind(number + 3)));
    }

    private String filtered(int number) {
        return "ValueSet/$expand?count=20&filter=zor&url="
                + URLEncoder.encode(
                        SNOMED
                                + "?fhir_vs=refset/"
                                + InventedRelease.concept(InventedRelease.set(number)),
                        UTF_8);
    }

    private void measure(Node node, String token, String what, Question question) throws Exception {
        var clients = options.number("clients", 2);
        var length = Duration.ofSeconds(options.number("seconds", 10));
        for (var round = 0; round <= options.number("rounds", 2); round++) {
            var result =
                    Driver.closed(
                            number -> answered(node, token, question.path((int) number)),
                            clients,
                            length);
            out.printf(
                    Locale.UK,
                    "%s, %s: %,.0f a second, p50 %.1f ms, p95 %.1f, p99 %.1f, %d failed%n",
                    what,
                    round == 0 ? "warming" : "round " + round,
                    result.perSecond(),
                    result.millis(50),
                    result.millis(95),
                    result.millis(99),
                    result.errors());
        }
    }

    private boolean answered(Node node, String token, String path) throws Exception {
        var request =
                HttpRequest.newBuilder(java.net.URI.create(node.fhir() + "/" + path))
                        .header("Authorization", "Bearer " + token)
                        .build();
        return http.send(request, BodyHandlers.ofString()).statusCode() == 200;
    }
}
