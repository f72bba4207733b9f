package trellis.nodes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Exchange;
import trellis.audit.PatientNumbers;
import trellis.consents.Consents;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.people.NhsNumber;
import trellis.settings.Settings;
import trellis.store.Keys;
import trellis.store.Sight;
import trellis.store.Store;

/// The door of nodes: which there are, asking one, and what one that asks may see.
@Component
public final class Nodes implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofMillis(500);
    private static final Duration PROBE = Duration.ofMillis(150);
    private static final Duration BETWEEN_PROBES = Duration.ofSeconds(1);
    private static final int MOST_REFUSAL = 10_000;
    private static final int MOST_WORDS = 300;

    private final NodeSettings settings;
    private final NodeSql sql;
    private final Access access;
    private final Store store;
    private final PatientNumbers numbers;
    private final Consents consents;
    private final Clock clock;
    private final Optional<Credentials> credentials;
    private final HttpClient client;
    private final Map<String, Away> away = new ConcurrentHashMap<>();

    Nodes(
            Settings settings,
            DataSource database,
            Access access,
            Store store,
            PatientNumbers numbers,
            Consents consents,
            Clock clock) {
        this.settings = NodeSettings.from(settings);
        this.sql = new NodeSql(database);
        this.access = access;
        this.store = store;
        this.numbers = numbers;
        this.consents = consents;
        this.clock = clock;
        this.credentials =
                Optional.of(this.settings)
                        .filter(NodeSettings::on)
                        .map(on -> Credentials.of(on.pem()));
        var made =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT)
                        .executor(Executors.newVirtualThreadPerTaskExecutor());
        credentials.ifPresent(own -> made.sslContext(own.tls()));
        this.client = made.build();
    }

    /// What other nodes may ask a capability here.
    public interface Answering {
        /// Below `/nodes`, such as `/DocumentReference`.
        String path();

        /// Answers what is asked at this path or below.
        ///
        /// @throws Refused when it will not
        void answer(Asked asked, Exchange exchange) throws IOException;
    }

    /// A node that does not answer.
    ///
    /// @param since when that was first so
    /// @param tried when it was last asked
    private record Away(Instant since, Instant tried) {}

    // --- which there are -------------------------------------------------------------------------

    /// What this server is among others.
    public NodeSettings settings() {
        return settings;
    }

    Credentials credentials() {
        return credentials.orElseThrow();
    }

    /// The other nodes, by name; none when this server meets no others.
    public List<Node> all() {
        return settings.on() ? sql.all() : List.of();
    }

    /// One of them.
    public Optional<Node> named(String name) {
        return settings.on() ? sql.named(name) : Optional.empty();
    }

    /// Whether the pointers are kept here.
    public boolean keepsLocator() {
        return !settings.on() || settings.locator().isEmpty();
    }

    // --- asking ----------------------------------------------------------------------------------

    /// A question for another node.
    ///
    /// @param caller who asks
    /// @param number of the person it is about
    /// @param opened whether they opened the record with a reason, rather than by a relationship
    /// @param path below `/nodes`, such as `/DocumentReference`
    /// @param request what the request calls itself, so that the audits of both nodes tell of one
    /// @param limit how long to wait for the beginning of an answer
    public record Question(
            Caller caller,
            NhsNumber number,
            boolean opened,
            String path,
            String request,
            Duration limit) {}

    /// Asks a node. One that did not answer is asked again only after a quick probe.
    public Reply ask(Node node, Question question) {
        if (!NodeSettings.permitted(node.address().toString(), settings.plain())) {
            return new Reply.NotReached(clock.instant(), Reply.Why.UNKNOWN);
        }
        var known = away.get(node.name());
        if (known != null && !back(node, known)) {
            return new Reply.NotReached(known.since(), Reply.Why.SILENT);
        }
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(node.address() + "/nodes" + question.path()))
                            .timeout(question.limit())
                            .header("Authorization", "Bearer " + assertion(node, question))
                            .header("X-Request-ID", question.request())
                            .header("User-Agent", "Trellis node " + settings.name())
                            .build();
            var answer = client.send(request, BodyHandlers.ofInputStream());
            away.remove(node.name());
            return reply(answer);
        } catch (HttpTimeoutException e) {
            return late(node);
        } catch (IOException e) {
            return new Reply.NotReached(mark(node), Reply.Why.SILENT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return late(node);
        }
    }

    private String assertion(Node node, Question question) {
        var caller = question.caller();
        return AssertionRules.sign(
                new Assertion(
                        settings.name(),
                        node.name(),
                        UUID.randomUUID().toString(),
                        clock.instant().plus(AssertionRules.LIFE),
                        new Assertion.Staff(
                                Long.toString(caller.account()),
                                caller.name(),
                                caller.role(),
                                caller.organisation().isBlank()
                                        ? caller.odsCode()
                                        : caller.organisation(),
                                caller.odsCode()),
                        question.number(),
                        question.opened()),
                credentials());
    }

    private Reply reply(HttpResponse<InputStream> answer) throws IOException {
        var body = answer.body();
        switch (answer.statusCode()) {
            case 200 -> {
                return new Reply.Answered(
                        answer.headers().firstValue("Content-Type").orElse(""),
                        answer.headers().firstValueAsLong("Content-Length").orElse(-1),
                        body);
            }
            case 401, 403, 404 -> {
                try (body) {
                    return new Reply.Refused(words(body.readNBytes(MOST_REFUSAL)));
                }
            }
            default -> {
                body.close();
                return new Reply.NotReached(clock.instant(), Reply.Why.UNREADABLE);
            }
        }
    }

    /// The sentence of an OperationOutcome, as far as it is one.
    private static String words(byte[] outcome) {
        try {
            var text = Json.parse(outcome).at("/issue/0/diagnostics").asString("");
            var clean = text.replaceAll("\\p{Cntrl}", " ").strip();
            return clean.isEmpty()
                    ? "It does not say why."
                    : clean.substring(0, Math.min(clean.length(), MOST_WORDS));
        } catch (Refused e) {
            return "It does not say why.";
        }
    }

    /// What comes of a node that took longer than whoever asked could wait.
    public Reply.NotReached late(Node node) {
        return new Reply.NotReached(mark(node), Reply.Why.LATE);
    }

    private Instant mark(Node node) {
        var now = clock.instant();
        return away.merge(node.name(), new Away(now, now), (old, _) -> new Away(old.since(), now))
                .since();
    }

    /// Whether a node that did not answer does so again. Of many who ask at once one tries, and none twice in a second.
    private boolean back(Node node, Away known) {
        var now = clock.instant();
        if (now.isBefore(known.tried().plus(BETWEEN_PROBES))
                || !away.replace(node.name(), known, new Away(known.since(), now))) {
            return false;
        }
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(node.address() + "/nodes/ready"))
                            .timeout(PROBE)
                            .build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 204;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// The same body, given up when it takes longer than that.
    public static InputStream within(InputStream body, Duration limit) {
        var watch =
                Thread.ofVirtual()
                        .start(() -> {
                            try (body) {
                                Thread.sleep(limit);
                            } catch (InterruptedException | IOException e) {
                                // Read to its end, or closed: either way it is over.
                            }
                        });
        return new FilterInputStream(body) {
            @Override
            public void close() throws IOException {
                watch.interrupt();
                super.close();
            }
        };
    }

    // --- answering -------------------------------------------------------------------------------

    /// What somebody at another node may see of one record here.
    ///
    /// @param patient id of the record's patient
    /// @param sight what they may see of it
    public record Seen(String patient, Sight sight) {}

    /// What somebody at another node may see here: their organisation has to do with the person as this store has it, or as
    /// their node says, where its word is believed and the person does not dissent.
    ///
    /// @return the records here of that person; empty when they may see nothing
    public Optional<List<Seen>> entitled(Asked asked) {
        var digits = asked.number().digits();
        var ids = numbers.patients(List.of(digits)).getOrDefault(digits, Set.of());
        var sight = access.sight(asked.caller());
        var keys = ids.stream().map(id -> Keys.resource("Patient", id)).collect(Collectors.toSet());
        var related = store.known(keys, sight);
        var seen = new ArrayList<Seen>();
        for (var id : ids.stream().sorted().toList()) {
            if (related.contains(Keys.resource("Patient", id)) || believed(asked, id)) {
                seen.add(new Seen(id, sight.knowing(id)));
            }
        }
        var nobody = ids.isEmpty() && asked.node().believed();
        return seen.isEmpty() && !nobody ? Optional.empty() : Optional.of(List.copyOf(seen));
    }

    private boolean believed(Asked asked, String patient) {
        return asked.node().believed()
                && !access.colleagues(asked.caller().odsCode()).contains(patient)
                && !consents.of(patient).dissents();
    }

    /// Why somebody at another node sees nothing, whether or not the person is known here.
    public static Refused stranger() {
        return new Refused(
                new Problem.Forbidden(
                        "No relationship between your organisation and this person is recorded there."
                                + " If you need their documents for care now, call the organisation."));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
