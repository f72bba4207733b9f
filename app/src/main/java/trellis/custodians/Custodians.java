package trellis.custodians;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import trellis.access.Access;
import trellis.access.Caller;
import trellis.access.Openings;
import trellis.access.Right;
import trellis.access.Role;
import trellis.audit.AuditEntry;
import trellis.audit.AuditLog;
import trellis.audit.PatientNumbers;
import trellis.custodians.HeldRules.Pointed;
import trellis.documents.Documents;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.nodes.Node;
import trellis.nodes.Nodes;
import trellis.nodes.Reply;
import trellis.page.Part;
import trellis.page.Reads;
import trellis.people.NhsNumber;
import trellis.store.Keys;
import trellis.store.Store;

/// The door of custodians: the documents of a person from every source, and opening one of them.
@Component
public final class Custodians {
    /// How long all sources together may take.
    static final Duration LIMIT = Duration.ofMillis(800);

    private static final Duration CONTENT_BEGINS = Duration.ofSeconds(5);
    private static final Duration CONTENT_ENDS = Duration.ofSeconds(60);
    private static final String TYPE = "DocumentReference";

    private final Access access;
    private final Openings openings;
    private final Nodes nodes;
    private final Others others;
    private final Shelf shelf;
    private final Store store;
    private final PatientNumbers numbers;
    private final AuditLog log;
    private final Clock clock;

    Custodians(
            Access access,
            Openings openings,
            Nodes nodes,
            Documents documents,
            Store store,
            PatientNumbers numbers,
            AuditLog log,
            Clock clock) {
        this.access = access;
        this.openings = openings;
        this.nodes = nodes;
        this.others = new Others(nodes, documents, clock);
        this.shelf = new Shelf(store, nodes.settings());
        this.store = store;
        this.numbers = numbers;
        this.log = log;
        this.clock = clock;
    }

    // --- who asks --------------------------------------------------------------------------------

    /// Somebody who asks about a person.
    ///
    /// @param patients ids of the person's records here that they treat, or have opened
    /// @param number empty when the person has none: then nobody else can be asked
    /// @param opened whether the record was opened with a reason
    record Asker(
            Caller caller,
            AuditEntry.Source source,
            Set<String> patients,
            Optional<NhsNumber> number,
            boolean opened) {
        Asker {
            patients = Set.copyOf(patients);
        }
    }

    /// Whoever makes the request of this thread, about a patient.
    ///
    /// @param patient id of the record here
    /// @throws Refused when they may not see documents, or not this person's
    Asker asker(AuditEntry.Source source, String patient) {
        var caller = treating();
        var record =
                store.read("Patient", patient)
                        .filter(found -> !found.deleted())
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The patient")));
        return treats(caller, source, Set.of(patient), number(record.json()));
    }

    /// The same about whoever has an NHS number.
    Asker asker(AuditEntry.Source source, NhsNumber number) {
        var caller = treating();
        var patients =
                numbers.patients(List.of(number.digits())).getOrDefault(number.digits(), Set.of());
        return treats(caller, source, patients, Optional.of(number));
    }

    private Caller treating() {
        var caller = access.current();
        require(caller);
        return caller;
    }

    /// Goes on only when somebody may see documents at all.
    ///
    /// @throws Refused whose text says why not
    void require(Caller caller) {
        if (!Set.of(Role.CLINICIAN, Role.GP).contains(caller.role())) {
            throw new Refused(
                    new Problem.Forbidden(
                            "Documents everywhere are for people who treat the person. Sign in as one"
                                    + " of them, or use a token of theirs."));
        }
        if (caller.app().filter(app -> app.purpose().beyondCare()).isPresent()) {
            throw new Refused(new Problem.Forbidden("Documents everywhere are for direct care."));
        }
        access.require(caller, Right.SEARCH, TYPE);
        access.require(caller, Right.READ, TYPE);
    }

    /// Whether somebody treats the patient of a record here, or has opened it.
    boolean treats(Caller caller, String patient) {
        return access.treats(caller, keys(Set.of(patient)), store);
    }

    private Asker treats(
            Caller caller,
            AuditEntry.Source source,
            Set<String> patients,
            Optional<NhsNumber> number) {
        var treated =
                patients.stream().filter(one -> treats(caller, one)).collect(Collectors.toSet());
        if (treated.isEmpty()) {
            throw new Refused(
                    new Problem.Forbidden(
                            "Your organisation has nothing to do with this person. If you treat them,"
                                    + " open their record with a reason first."));
        }
        var opened = treated.stream().anyMatch(one -> openings.of(caller, one).isPresent());
        return new Asker(caller, source, treated, number, opened);
    }

    private static Set<Long> keys(Set<String> patients) {
        return patients.stream()
                .map(id -> Keys.resource("Patient", id))
                .collect(Collectors.toSet());
    }

    private static Optional<NhsNumber> number(JsonNode patient) {
        return patient.path("identifier")
                .valueStream()
                .filter(one -> one.path("system").asString("").equals(NhsNumber.SYSTEM))
                .findFirst()
                .flatMap(one -> NhsNumber.of(one.path("value").asString("")));
    }

    // --- everything ------------------------------------------------------------------------------

    /// The documents of a person.
    ///
    /// @param sources each with what came of asking there; this server first
    /// @param rows newest first, nothing twice
    record Found(List<Source> sources, List<Held> rows) {}

    /// Asks every source at once. None is waited for longer than [#LIMIT].
    Found find(Asker asker) {
        try (var reads = Reads.within(LIMIT, clock)) {
            var own = reads.start("Documents kept here", () -> own(asker));
            var known = nodes.all();
            var located = others.located(asker, known);
            var pointers =
                    located instanceof Source.Shown shown
                            ? Optional.of(shown.held().stream().map(Pointed::new).toList())
                            : Optional.<List<Pointed>>empty();
            var begun = begin(asker, known, pointers, reads);
            var sources = new ArrayList<Source>();
            sources.add(own(own.part()));
            begun.forEach((node, read) -> sources.add(answer(node, read)));
            var rows = HeldRules.merged(sources, pointers.orElse(List.of()), addresses(known));
            if (!(located instanceof Source.Shown) || !nodes.keepsLocator()) {
                sources.add(located);
            }
            looked(asker, sources);
            return new Found(List.copyOf(sources), rows);
        }
    }

    private Map<Node, Reads.Read<Source>> begin(
            Asker asker, List<Node> known, Optional<List<Pointed>> pointers, Reads reads) {
        var begun = new LinkedHashMap<Node, Reads.Read<Source>>();
        if (asker.number().isPresent()) {
            var asked = HeldRules.asked(pointers, known, nodes.settings().locator());
            known.stream()
                    .filter(node -> asked.contains(node.name()))
                    .forEach(node ->
                            begun.put(
                                    node, reads.start(node.name(), () -> others.ask(node, asker))));
        }
        return begun;
    }

    private Source own(Part<Source.Shown> part) {
        return switch (part) {
            case Part.Shown<Source.Shown>(var shown) -> shown;
            case Part.Missing<Source.Shown> _ ->
                    new Source.NotReached(Source.HERE, here(), clock.instant(), Reply.Why.SILENT);
        };
    }

    private Source answer(Node node, Reads.Read<Source> read) {
        return switch (read.part()) {
            case Part.Shown<Source>(var source) -> source;
            case Part.Missing<Source> _ -> reached(node, nodes.late(node));
        };
    }

    /// Where sources are, by key.
    Map<String, String> addresses() {
        return addresses(nodes.all());
    }

    private Map<String, String> addresses(List<Node> known) {
        var addresses = new HashMap<String, String>();
        addresses.put(Source.HERE, nodes.settings().address());
        known.forEach(node -> addresses.put(node.name(), node.address().toString()));
        return addresses;
    }

    /// Whose server this is.
    String here() {
        return nodes.settings().organisation();
    }

    private void looked(Asker asker, List<Source> sources) {
        var others =
                sources.stream()
                        .map(Source::key)
                        .filter(key -> !key.equals(Source.HERE))
                        .collect(Collectors.joining(" "));
        record(
                asker,
                AuditEntry.Action.EXECUTE,
                "documents everywhere",
                AuditEntry.Target.search(TYPE, others));
    }

    private void record(
            Asker asker, AuditEntry.Action action, String what, AuditEntry.Target target) {
        log.record(
                new AuditEntry(
                        clock.instant(),
                        asker.caller(),
                        action,
                        what,
                        target,
                        List.copyOf(keys(asker.patients())),
                        200,
                        asker.source()));
    }

    private Source.Shown own(Asker asker) {
        var held = new ArrayList<Held>();
        var total = 0;
        for (var patient : asker.patients()) {
            var kept = shelf.kept(patient, access.sight(asker.caller()).knowing(patient));
            total += kept.total();
            kept.json()
                    .forEach(json ->
                            held.add(
                                    HeldRules.held(Source.HERE, nodes.settings().address(), json)));
        }
        return new Source.Shown(Source.HERE, here(), held, total);
    }

    private Source reached(Node node, Reply reply) {
        return others.source(node.name(), node.organisation(), reply);
    }

    // --- for other nodes -------------------------------------------------------------------------

    /// Documents of one record that somebody at another node may see.
    Shelf.Kept kept(Nodes.Seen seen) {
        return shelf.kept(seen.patient(), seen.sight());
    }

    /// A content that somebody at another node may see.
    ///
    /// @throws Refused with [Problem.NotFound] when they may not
    Content content(Nodes.Seen seen, String id, int number) {
        return shelf.content(seen.patient(), seen.sight(), id, number);
    }

    // --- opening ---------------------------------------------------------------------------------

    /// What came of opening a document.
    sealed interface Opened {
        /// It is on its way, and the audit has it.
        record Shown(Content content) implements Opened {}

        /// It is not to be had.
        record Closed(Source source) implements Opened {}
    }

    /// Opens a content of a document.
    ///
    /// @param source key of where it is kept
    /// @throws Refused with [Problem.NotFound] when there is no such source or, here, document
    Opened open(Asker asker, String source, String id, int number) {
        if (!HeldRules.id(id) || number < 0) {
            throw new Refused(new Problem.NotFound("The document"));
        }
        var what = "document of " + source + " opened";
        if (source.equals(Source.HERE)) {
            var found = here(asker, id, number);
            record(asker, AuditEntry.Action.READ, what, AuditEntry.Target.resource(TYPE, id, 0));
            return new Opened.Shown(found);
        }
        var node =
                nodes.named(source)
                        .filter(_ -> asker.number().isPresent())
                        .orElseThrow(() -> new Refused(new Problem.NotFound("The source")));
        var path = "/DocumentReference/" + id + "/content/" + number;
        var reply = nodes.ask(node, Others.question(asker, path, CONTENT_BEGINS));
        if (!(reply instanceof Reply.Answered answered)) {
            return new Opened.Closed(reached(node, reply));
        }
        var body = Nodes.within(answered.body(), CONTENT_ENDS);
        try {
            var length = answered.length();
            if (length < 0 || length > nodes.settings().largest()) {
                body.close();
                return new Opened.Closed(
                        new Source.NotReached(
                                node.name(),
                                node.organisation(),
                                clock.instant(),
                                length < 0 ? Reply.Why.UNREADABLE : Reply.Why.TOO_LARGE));
            }
            record(asker, AuditEntry.Action.READ, what, AuditEntry.Target.resource(TYPE, id, 0));
            return new Opened.Shown(new Content(answered.type(), length, body));
        } catch (IOException e) {
            return new Opened.Closed(reached(node, nodes.late(node)));
        }
    }

    private Content here(Asker asker, String id, int number) {
        var sight = access.sight(asker.caller());
        for (var patient : asker.patients()) {
            try {
                return shelf.content(patient, sight, id, number);
            } catch (Refused e) {
                if (!(e.problem() instanceof Problem.NotFound)) {
                    throw e;
                }
            }
        }
        throw new Refused(new Problem.NotFound("The document"));
    }
}
