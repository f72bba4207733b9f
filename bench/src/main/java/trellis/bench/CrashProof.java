package trellis.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import trellis.fhir.Json;

/// `./trellis bench crash`: kills the server, its PostgreSQL, or both with `kill -9` in the middle of
/// an import by several clients, starts again, and looks at what is there. Every transaction that was
/// acknowledged must be whole; of any other, all resources or none.
final class CrashProof {
    private static final int CLIENTS = 6;
    private static final Pattern COHORT_ID = Pattern.compile("00020161-");

    private final Node node;
    private final List<String> bundles;
    private final Random random;
    private final PrintStream out;

    private CrashProof(Node node, List<String> bundles, long seed, PrintStream out) {
        this.node = node;
        this.bundles = bundles;
        this.random = new Random(seed);
        this.out = out;
    }

    /// What is killed.
    enum Victim {
        SERVER,
        POSTGRES,
        BOTH
    }

    /// One round.
    ///
    /// @param sent transactions that were begun
    /// @param acknowledged of them
    /// @param whole of those sent
    /// @param lost acknowledged and not whole
    /// @param half neither whole nor absent
    record Round(Victim victim, int sent, int acknowledged, int whole, int lost, int half) {
        boolean holds() {
            return lost == 0 && half == 0;
        }
    }

    /// @param program the built program
    /// @param arguments `--times N`, `--bundles FILE`, `--organisations FILE`, `--seed N`
    /// @return exit code: 0 when every round held
    static int run(Path program, List<String> arguments, PrintStream out) throws Exception {
        var options = Options.parse(arguments, Set.of("times", "bundles", "organisations", "seed"));
        var bundles =
                Bundles.lines(
                        options.file("bundles", Bundles.COHORT.resolve("bundles-50.ndjson.gz")));
        var organisations =
                Bundles.lines(
                        options.file(
                                "organisations", Bundles.COHORT.resolve("organisations.json")));
        var rounds = new ArrayList<Round>();
        try (var node = new Node(program)) {
            node.start();
            var proof = new CrashProof(node, bundles, options.number("seed", 20_161), out);
            proof.organisations(organisations);
            for (var i = 0; i < options.number("times", 20); i++) {
                rounds.add(proof.round(i, Victim.values()[i % 3]));
            }
        }
        var held = rounds.stream().filter(Round::holds).count();
        out.printf("%d of %d rounds held%n", held, rounds.size());
        return held == rounds.size() ? 0 : 1;
    }

    private void organisations(List<String> lines) throws Exception {
        try (var client = client()) {
            for (var line : lines) {
                var answer = client.post("", line.getBytes(UTF_8));
                if (answer.status() != 200) {
                    throw new IllegalStateException(
                            "the organisations were answered " + answer.status());
                }
            }
        }
    }

    private Light client() {
        return new Light(node.fhir(), node.token());
    }

    /// Ids that no other round has, so that what is there can only come from this one.
    private static String renamed(String bundle, int round) {
        return COHORT_ID.matcher(bundle).replaceAll("%08x-".formatted(0x0c0de000 + round));
    }

    private static Set<String> ids(String bundle) {
        var ids = new HashSet<String>();
        for (var entry : Json.parse(bundle.getBytes(UTF_8)).path("entry")) {
            ids.add(entry.path("resource").path("id").asString());
        }
        return ids;
    }

    private Round round(int number, Victim victim) throws Exception {
        var lines = bundles.stream().map(bundle -> renamed(bundle, number)).toList();
        Map<Integer, Boolean> acknowledged = new ConcurrentHashMap<>();
        var next = new AtomicInteger();
        // From before the first answer to when most have been given.
        var delay = 50 + random.nextInt(4_000);
        try (var client = client();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < CLIENTS; i++) {
                threads.execute(() -> send(client, lines, next, acknowledged));
            }
            TimeUnit.MILLISECONDS.sleep(delay);
            kill(victim);
            // Nothing more is begun; what is under way ends in some way.
            next.set(lines.size());
        }
        if (victim != Victim.POSTGRES) {
            node.start();
        }
        node.awaitAnswer();
        var round = verify(victim, lines, acknowledged);
        out.printf(
                "%2d  %-8s killed after %,5d ms: %d sent, %d acknowledged, %d whole, %d lost, %d half%n",
                number + 1,
                victim.name().toLowerCase(java.util.Locale.ROOT),
                delay,
                round.sent(),
                round.acknowledged(),
                round.whole(),
                round.lost(),
                round.half());
        return round;
    }

    private static void send(
            Light client,
            List<String> lines,
            AtomicInteger next,
            Map<Integer, Boolean> acknowledged) {
        for (var n = next.getAndIncrement(); n < lines.size(); n = next.getAndIncrement()) {
            acknowledged.put(n, false);
            try {
                var answer = client.post("", lines.get(n).getBytes(UTF_8));
                acknowledged.put(n, answer.status() == 200);
            } catch (java.io.IOException e) {
                // No answer: it may or may not have happened.
            }
        }
    }

    private void kill(Victim victim) {
        switch (victim) {
            case SERVER -> node.killServer();
            case POSTGRES -> node.killPostgres();
            case BOTH -> {
                node.killPostgres();
                node.killServer();
            }
        }
    }

    private Round verify(Victim victim, List<String> lines, Map<Integer, Boolean> acknowledged)
            throws Exception {
        var whole = 0;
        var lost = 0;
        var half = 0;
        try (var sql = new SizeSql(node.home());
                var client = client()) {
            var there = sql.ids();
            for (var sent : acknowledged.entrySet()) {
                var ids = ids(lines.get(sent.getKey()));
                var present = ids.stream().filter(there::contains).count();
                var isWhole = present == ids.size() && readable(client, lines.get(sent.getKey()));
                whole += isWhole ? 1 : 0;
                lost += sent.getValue() && !isWhole ? 1 : 0;
                half += !isWhole && present > 0 ? 1 : 0;
            }
        }
        var count = (int) acknowledged.values().stream().filter(yes -> yes).count();
        return new Round(victim, acknowledged.size(), count, whole, lost, half);
    }

    /// Whether a record is served and can be found: its patient, and as many resources that point to
    /// the patient as were sent of the commonest type.
    private static boolean readable(Light client, String bundle) throws Exception {
        var entries = Json.parse(bundle.getBytes(UTF_8)).path("entry");
        var patient = entries.path(0).path("resource").path("id").asString();
        var observations = 0;
        for (var entry : entries) {
            if (entry.path("resource").path("resourceType").asString().equals("Observation")) {
                observations++;
            }
        }
        if (client.get("Patient/" + patient).status() != 200) {
            return false;
        }
        var found = client.get("Observation?patient=" + patient + "&_summary=count");
        return found.status() == 200 && found.json().path("total").asInt() == observations;
    }
}
