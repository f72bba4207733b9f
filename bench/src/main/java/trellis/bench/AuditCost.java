package trellis.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// `./trellis bench AuditCost`: reads by id of a server as it is, and of one built without the line that each read leaves
/// (`bench/without-audit.patch`), by turns, so that what else the machine does weighs on both. There is no switch for it: a
/// server that can be told not to write down who looked would be told so.
final class AuditCost {
    private static final Set<String> OPTIONS =
            Set.of(
                    "with",
                    "with-token",
                    "without",
                    "without-token",
                    "seconds",
                    "rounds",
                    "clients");

    private static final int MOST = 1_000;

    private final Options options;
    private final PrintStream out;

    private AuditCost(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        new AuditCost(Options.parse(List.of(arguments), OPTIONS), System.out).run();
    }

    private void run() throws Exception {
        var length = Duration.ofSeconds(options.number("seconds", 6));
        var clients = options.number("clients", 16);
        try (var with = client("with");
                var without = client("without")) {
            var reads = reads(with);
            var audited = new ArrayList<Double>();
            var silent = new ArrayList<Double>();
            rate(with, reads, clients, length);
            rate(without, reads, clients, length);
            for (var round = 0; round < options.number("rounds", 7); round++) {
                audited.add(rate(with, reads, clients, length));
                silent.add(rate(without, reads, clients, length));
                out.printf(
                        Locale.UK,
                        "round %d: %,.0f with, %,.0f without%n",
                        round + 1,
                        audited.getLast(),
                        silent.getLast());
            }
            var one = median(audited);
            var other = median(silent);
            out.printf(
                    Locale.UK,
                    "median of reads a second, %d clients: %,.0f with the audit, %,.0f without: it costs %.1f %%%n",
                    clients,
                    one,
                    other,
                    100 * (1 - one / other));
        }
    }

    private Light client(String which) {
        var address = options.server(which).orElse(URI.create("http://127.0.0.1:8080/fhir"));
        return new Light(address, options.text(which + "-token").orElse(""));
    }

    /// What reads one Observation each, prepared.
    private static List<byte[]> reads(Light light) throws IOException {
        var answer =
                light.get("Observation?_count=" + MOST + "&_elements=id")
                        .expect(200, "asking for Observations");
        var reads = new ArrayList<byte[]>();
        for (var entry : answer.json().path("entry")) {
            reads.add(light.read("Observation/" + entry.at("/resource/id").asString("")));
        }
        if (reads.isEmpty()) {
            throw new IllegalStateException("no Observations to read: " + answer.text());
        }
        return reads;
    }

    private static double rate(Light light, List<byte[]> reads, int clients, Duration length) {
        var result =
                Driver.closed(n -> light.status(Subjects.one(reads, n)) == 200, clients, length);
        if (result.errors() > 0) {
            throw new IllegalStateException(result.errors() + " reads failed");
        }
        return result.perSecond();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
