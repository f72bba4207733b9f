package trellis.custodians;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;
import trellis.custodians.Custodians.Asker;
import trellis.custodians.HeldRules.Pointed;
import trellis.documents.Documents;
import trellis.fhir.Json;
import trellis.fhir.Refused;
import trellis.nodes.Node;
import trellis.nodes.Nodes;
import trellis.nodes.Reply;
import trellis.page.Part;
import trellis.page.Reads;

/// The locator and the other nodes, as they are asked for the documents of a person.
record Others(Nodes nodes, Documents documents, Clock clock) {
    private static final Duration LOCATOR_LIMIT = Duration.ofMillis(350);
    private static final int MOST_BYTES = 2_000_000;
    private static final String DOCUMENTS = "/DocumentReference";

    /// Another page is begun so long after the first was asked for, and waited for as long as leaves time to show what there is.
    private static final Duration PAGES_LIMIT = Duration.ofMillis(400);

    private static final Duration REST = Duration.ofMillis(300);

    /// What the locator tells, each pointer under the key of the source that it leads to.
    Source located(Asker asker, List<Node> known) {
        if (asker.number().isEmpty()) {
            return new Source.Refused(
                    Source.LOCATOR,
                    nodes.settings().organisation(),
                    "This record has no NHS number, so nobody else can be asked.");
        }
        try (var reads = Reads.within(LOCATOR_LIMIT, clock)) {
            if (nodes.keepsLocator()) {
                var number = asker.number().get();
                var read =
                        reads.start(
                                "Record locator",
                                () ->
                                        documents
                                                .about(
                                                        asker.caller(),
                                                        asker.source(),
                                                        number,
                                                        "pointers searched")
                                                .stream()
                                                .map(one -> one.shown())
                                                .toList());
                return switch (read.part()) {
                    case Part.Shown<List<ObjectNode>>(var all) ->
                            pointers(nodes.settings().organisation(), all, known);
                    case Part.Missing<List<ObjectNode>> _ ->
                            new Source.NotReached(
                                    Source.LOCATOR,
                                    nodes.settings().organisation(),
                                    clock.instant(),
                                    Reply.Why.SILENT);
                };
            }
            var name = nodes.settings().locator();
            var locator = known.stream().filter(node -> node.name().equals(name)).findFirst();
            if (locator.isEmpty()) {
                return new Source.NotReached(
                        Source.LOCATOR, name, clock.instant(), Reply.Why.UNKNOWN);
            }
            var node = locator.get();
            var read =
                    reads.start(
                            node.name(), () -> documents(node, "/pointers", asker, LOCATOR_LIMIT));
            return switch (read.part()) {
                case Part.Shown<Told>(Told.All(var all, _)) ->
                        pointers(node.organisation(), all, known);
                case Part.Shown<Told>(Told.Nothing(var reply)) ->
                        source(Source.LOCATOR, node.organisation(), reply);
                case Part.Missing<Told> _ ->
                        source(Source.LOCATOR, node.organisation(), nodes.late(node));
            };
        }
    }

    private Source pointers(String organisation, List<ObjectNode> all, List<Node> known) {
        var here = nodes.settings().address();
        var held =
                all.stream()
                        .map(json ->
                                Pointed.of(
                                                HeldRules.source(json, here, known)
                                                        .orElse(Source.LOCATOR),
                                                json)
                                        .held())
                        .toList();
        return new Source.Shown(Source.LOCATOR, organisation, held, held.size());
    }

    /// What a node tells, page after page while there is time. It is said when that is not all.
    Source ask(Node node, Asker asker) {
        var end = clock.instant().plus(PAGES_LIMIT);
        var held = new ArrayList<Held>();
        var first = documents(node, DOCUMENTS, asker, Custodians.LIMIT);
        var told = first;
        var total = 0;
        while (told instanceof Told.All(var all, var count) && !all.isEmpty()) {
            for (var json : all) {
                held.add(HeldRules.held(node.name(), node.address().toString(), json));
            }
            total = Math.max(count, held.size());
            told =
                    held.size() < total && clock.instant().isBefore(end)
                            ? documents(node, DOCUMENTS + "?from=" + held.size(), asker, REST)
                            : Told.NO_MORE;
        }
        return first instanceof Told.Nothing(var reply)
                ? source(node.name(), node.organisation(), reply)
                : new Source.Shown(node.name(), node.organisation(), held, total);
    }

    /// What a node tells.
    private sealed interface Told {
        Told NO_MORE = new All(List.of(), 0);

        /// @param total how many there are in all
        record All(List<ObjectNode> documents, int total) implements Told {}

        record Nothing(Reply reply) implements Told {}
    }

    private Told documents(Node node, String path, Asker asker, Duration limit) {
        var reply = nodes.ask(node, question(asker, path, limit));
        if (!(reply instanceof Reply.Answered answered)) {
            return new Told.Nothing(reply);
        }
        try (var body = answered.body()) {
            var bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                return nothing(Reply.Why.TOO_LARGE);
            }
            var bundle = Json.parse(bytes);
            return HeldRules.documents(bundle)
                    .<Told>map(all -> new Told.All(all, HeldRules.total(bundle)))
                    .orElseGet(() -> nothing(Reply.Why.UNREADABLE));
        } catch (Refused e) {
            return nothing(Reply.Why.UNREADABLE);
        } catch (IOException e) {
            return new Told.Nothing(nodes.late(node));
        }
    }

    private Told nothing(Reply.Why why) {
        return new Told.Nothing(new Reply.NotReached(clock.instant(), why));
    }

    static Nodes.Question question(Asker asker, String path, Duration limit) {
        return new Nodes.Question(
                asker.caller(),
                asker.number().orElseThrow(),
                asker.opened(),
                path,
                asker.source().request(),
                limit);
    }

    Source source(String key, String organisation, Reply reply) {
        return switch (reply) {
            case Reply.NotReached(var since, var why) ->
                    new Source.NotReached(key, organisation, since, why);
            case Reply.Refused(var why) -> new Source.Refused(key, organisation, why);
            case Reply.Answered _ ->
                    new Source.NotReached(key, organisation, clock.instant(), Reply.Why.UNREADABLE);
        };
    }
}
