package trellis.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.TestServer;
import trellis.Trellis;
import trellis.access.Tokens;
import trellis.jobs.Commands;
import trellis.jobs.Console;
import trellis.matching.GeneratedPeople.Trouble;
import trellis.settings.Settings;
import trellis.store.Sight;

/// How well people are matched as users meet it: their records in PostgreSQL, weights learned from them by the command, and each
/// looked for by the passes that the store answers.
///
/// [MatchingQualityTest] compares many more, in memory; what its passes find, those of the store have to find as well.
class MatchingQualityIT {
    @RegisterExtension static final TestServer server = TestServer.start();

    private static final Logger LOG = LoggerFactory.getLogger(MatchingQualityIT.class);
    private static final int PEOPLE = 1_500;
    private static final int IN_BUNDLE = 300;
    private static final long SEED = 20_260_103;

    /// Two records, by their places in the set; the lower first.
    private record Both(int one, int other) {}

    @Test
    void people_with_many_faults_are_found_by_the_passes_of_the_store() throws Exception {
        var set = GeneratedPeople.of(PEOPLE, Trouble.HARD, SEED);
        load(set.records());
        assertThat(run("match-weights", "learn"))
                .contains(
                        "The weights were learned on",
                        "from %,d people".formatted(set.records().size()));
        // What was believed before is forgotten.
        server.stop();
        server.startAgain();

        var same = new HashSet<Both>();
        var perhaps = new HashSet<Both>();
        var matching = server.bean(Matching.class);
        for (var at = 0; at < set.records().size(); at++) {
            for (var found : matching.candidates(kept(set.records(), at), Sight.everything())) {
                var other = Integer.parseInt(found.patient().key().substring(1));
                var both = new Both(Math.min(at, other), Math.max(at, other));
                (found.verdict() instanceof Verdict.Same ? same : perhaps).add(both);
            }
        }

        var truth = twice(set.whose());
        var right = same.stream().filter(truth::contains).count();
        var found = truth.stream().filter(both -> same.contains(both) || perhaps.contains(both));
        var precision = right / (double) same.size();
        var recall = right / (double) truth.size();
        var f1 = 2 * precision * recall / (precision + recall);
        LOG.info(
                String.format(
                        Locale.ROOT,
                        "%d records: F1 %.4f, precision %.5f, %d of %d pairs found",
                        set.records().size(),
                        f1,
                        precision,
                        found.count(),
                        truth.size()));
        assertThat(precision).isGreaterThanOrEqualTo(0.9995);
        assertThat(f1).isGreaterThanOrEqualTo(0.95);
        assertThat(missed(set, truth, same, perhaps)).isEmpty();
    }

    /// Pairs of one person that the passes in memory find and those of the store do not.
    private static List<String> missed(
            GeneratedPeople set, Set<Both> truth, Set<Both> same, Set<Both> perhaps) {
        var people = set.records().stream().map(Traits::of).toList();
        var weights = server.bean(Matching.class).weights();
        var missed = new ArrayList<String>();
        for (var key : BlockRules.Key.PASSES) {
            BlockRules.pairs(
                    people,
                    key,
                    people.size(),
                    (one, other) -> {
                        var both = new Both(Math.min(one, other), Math.max(one, other));
                        var verdict =
                                WeightRules.judge(people.get(one), people.get(other), weights);
                        if (truth.contains(both)
                                && !(verdict instanceof Verdict.Different)
                                && !same.contains(both)
                                && !perhaps.contains(both)) {
                            missed.add(
                                    key + ": " + set.records().get(one) + set.records().get(other));
                        }
                    });
        }
        return missed;
    }

    /// The pairs of records that are of one person.
    private static Set<Both> twice(List<Integer> whose) {
        var first = new HashMap<Integer, Integer>();
        var pairs = new HashSet<Both>();
        for (var at = 0; at < whose.size(); at++) {
            var before = first.putIfAbsent(whose.get(at), at);
            if (before != null) {
                pairs.add(new Both(before, at));
            }
        }
        return pairs;
    }

    private static ObjectNode kept(List<ObjectNode> records, int at) {
        return records.get(at).deepCopy().put("id", "q" + at);
    }

    private static void load(List<ObjectNode> records) throws IOException, InterruptedException {
        var secret =
                server.bean(Tokens.class).issue(Optional.empty(), Duration.ofHours(1)).secret();
        try (var http = HttpClient.newHttpClient()) {
            for (var from = 0; from < records.size(); from += IN_BUNDLE) {
                var answer =
                        http.send(
                                HttpRequest.newBuilder(server.at("/fhir"))
                                        .header("Authorization", "Bearer " + secret)
                                        .header("Content-Type", "application/fhir+json")
                                        .POST(
                                                BodyPublishers.ofString(
                                                        bundle(records, from).toString()))
                                        .build(),
                                BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
        }
    }

    private static ObjectNode bundle(List<ObjectNode> records, int from) {
        var bundle = JsonNodeFactory.instance.objectNode();
        bundle.put("resourceType", "Bundle").put("type", "transaction");
        var entries = bundle.putArray("entry");
        for (var at = from; at < Math.min(from + IN_BUNDLE, records.size()); at++) {
            var entry = entries.addObject();
            entry.set("resource", kept(records, at));
            entry.putObject("request").put("method", "PUT").put("url", "Patient/q" + at);
        }
        return bundle;
    }

    /// What a command says of itself.
    private static String run(String... arguments) {
        var err = new ByteArrayOutputStream();
        var quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        var console = new Console(quiet, new PrintStream(err, true, StandardCharsets.UTF_8), false);
        var settings = Settings.read(server.database().environment(), Trellis.SETTINGS);
        var code =
                new Commands(console, settings, new WeightsCommand(console, settings))
                        .run(List.of(arguments));
        assertThat(code).isZero();
        return err.toString(StandardCharsets.UTF_8);
    }
}
