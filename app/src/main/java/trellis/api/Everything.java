package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.audit.AuditEntry;
import trellis.fhir.Issue;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.definitions.Definitions;
import trellis.store.EverythingQuery;
import trellis.store.Pace;
import trellis.store.Sight;
import trellis.store.Store;
import trellis.store.Stored;

/// The whole record of a patient, or all about an encounter, with what it refers to: `Patient/[id]/$everything`,
/// `Patient/$everything`, `Encounter/[id]/$everything` (https://hl7.org/fhir/R4/patient-operation-everything.html,
/// https://hl7.org/fhir/R4/encounter-operation-everything.html).
///
/// Without `_count` all of it comes in one answer that is sent while it is read, [#AT_ONCE] resources at a time; with it in
/// pages, whose addresses hold where they begin.
@Component
final class Everything implements Operation {
    private static final Signature SIGNATURE =
            Signature.looking(
                    "everything",
                    "http://hl7.org/fhir/OperationDefinition/Patient-everything",
                    Set.of("Patient", "Encounter"),
                    Level.TYPE,
                    Level.INSTANCE);

    /// Resources in memory at once.
    private static final int AT_ONCE = 500;

    /// The same when nobody waits for the answer.
    private static final int AT_ONCE_BEHIND = 100;

    /// Resources in one answer.
    private static final int MOST = 100_000;

    private final Store store;
    private final Narrowing narrowing;
    private final SearchCursors cursors;

    Everything(Store store, Narrowing narrowing, SearchCursors cursors) {
        this.store = store;
        this.narrowing = narrowing;
        this.cursors = cursors;
    }

    @Override
    public Signature signature() {
        return SIGNATURE;
    }

    @Override
    public OperationAnswer answer(OperationRequest request) {
        var sight = narrowing.read(request.caller(), request.type());
        var id = request.level() == Level.INSTANCE ? request.id() : only(request, sight);
        var name = request.type() + "/" + id;
        var there = narrowing.current(request.caller(), request.type(), id);
        var asked = EverythingAsked.of(request, name + "/$everything", cursors);
        var types = narrowing.searchable(request.caller(), asked.types());
        var reach = narrowing.searchable(request.caller(), Definitions.r4().resourceTypes());
        var reading = new Reading(request, name, asked, query(there, asked, types, reach, sight));
        return asked.count().isPresent() ? reading.page(asked.count().get()) : reading.whole();
    }

    /// Whose relationship with whoever asks was found out once is not asked again of each row.
    private EverythingQuery query(
            Stored there,
            EverythingAsked asked,
            Set<String> types,
            Set<String> reach,
            Sight sight) {
        var known =
                there.type().equals("Patient")
                        && !store.known(Set.of(there.patient()), sight).isEmpty();
        return new EverythingQuery(
                there.type(),
                there.id(),
                types,
                reach,
                asked.from(),
                asked.to(),
                asked.since(),
                asked.referred(),
                asked.after(),
                0,
                known ? sight.knowing(there.id()) : sight);
    }

    /// The only patient of whom whoever asks sees anything.
    private static String only(OperationRequest request, Sight sight) {
        var one =
                switch (sight) {
                    case Sight.Narrowed narrowed when narrowed.patient().isPresent() ->
                            narrowed.patient();
                    case Sight.Own own when own.parts().size() == 1 ->
                            Optional.of(own.parts().getFirst().patient());
                    case Sight.Narrowed(Sight.Own own, _, _, _, _, _)
                            when own.parts().size() == 1 ->
                            Optional.of(own.parts().getFirst().patient());
                    case Sight.Everything _, Sight.Related _, Sight.Own _, Sight.Narrowed _ ->
                            Optional.<String>empty();
                };
        return one.filter(patient -> request.type().equals("Patient") && !patient.isEmpty())
                .orElseThrow(() ->
                        new Refused(
                                new Problem.BadRequest(
                                        "required",
                                        "Name one: "
                                                + request.type()
                                                + "/[id]/$everything. Without an id it is done for who"
                                                + " sees one patient alone.",
                                        "url")));
    }

    /// A resource, and whether it came along only because the record refers to it.
    private record Item(Stored stored, boolean referred) {}

    /// Some of it.
    ///
    /// @param before how many were given before
    private record Chunk(List<Item> items, int before) {}

    /// One record as it is read: itself, then what it refers to.
    private final class Reading {
        private final OperationRequest request;
        private final String name;
        private final EverythingAsked asked;
        private EverythingQuery query;
        private boolean ended;

        Reading(
                OperationRequest request,
                String name,
                EverythingAsked asked,
                EverythingQuery query) {
            this.request = request;
            this.name = name;
            this.asked = asked;
            this.query = query;
            this.ended = query.types().isEmpty();
        }

        /// The next resources; fewer than asked for only at the end.
        private List<Item> next(int count) {
            var all = new ArrayList<Item>();
            while (all.size() < count && !ended) {
                var missing = count - all.size();
                var some = store.everything(query.of(missing));
                some.forEach(stored -> all.add(new Item(stored, query.referred())));
                if (some.size() == missing) {
                    var last = some.getLast();
                    query =
                            query.from(
                                    query.referred(),
                                    new EverythingQuery.Place(last.type(), last.row()));
                } else if (query.referred()) {
                    ended = true;
                } else {
                    query = query.from(true, EverythingQuery.Place.START);
                }
            }
            return all;
        }

        OperationAnswer page(int count) {
            var found = next(count + 1);
            var given = found.subList(0, Math.min(count, found.size()));
            var heading = heading();
            if (found.size() > count && count > 0) {
                var last = given.getLast();
                var stored = last.stored();
                var place = new EverythingQuery.Place(stored.type(), stored.row());
                heading.withArray("link")
                        .addObject()
                        .put("relation", "next")
                        .put(
                                "url",
                                address(asked.next(address(), cursors, last.referred(), place)));
            }
            return new OperationAnswer.Parts(heading, Stream.of(part(given)));
        }

        OperationAnswer whole() {
            var all =
                    Stream.iterate(
                            new Chunk(next(Pace.some(AT_ONCE, AT_ONCE_BEHIND)), 0),
                            chunk -> !chunk.items().isEmpty() && chunk.before() <= MOST,
                            chunk ->
                                    new Chunk(
                                            next(Pace.some(AT_ONCE, AT_ONCE_BEHIND)),
                                            chunk.before() + chunk.items().size()));
            return new OperationAnswer.Parts(
                    heading(),
                    all.map(chunk -> chunk.before() < MOST ? part(chunk.items()) : cut()));
        }

        private ObjectNode heading() {
            var heading = BundleBytes.heading("searchset");
            heading.putArray("link")
                    .addObject()
                    .put("relation", "self")
                    .put("url", address(asked.used()));
            return heading;
        }

        private String address() {
            return name + "/$everything";
        }

        private String address(List<Parameter> parameters) {
            var path = request.base() + "/" + address();
            return parameters.isEmpty() ? path : path + "?" + Parameter.query(parameters);
        }

        private OperationAnswer.Part part(List<Item> some) {
            var entries =
                    some.stream()
                            .map(item ->
                                    new OperationAnswer.Entry(
                                            request.base()
                                                    + "/"
                                                    + item.stored().type()
                                                    + "/"
                                                    + item.stored().id(),
                                            item.stored().body(),
                                            mode(item.referred() ? "include" : "match")))
                            .toList();
            return new OperationAnswer.Part(entries, touched(some));
        }

        private List<Touched> touched(List<Item> some) {
            var patients =
                    some.stream()
                            .map(item -> item.stored().patient())
                            .filter(key -> key != 0)
                            .collect(Collectors.toUnmodifiableSet());
            return some.isEmpty()
                    ? List.of()
                    : List.of(
                            new Touched(
                                    AuditEntry.Action.READ,
                                    "$everything",
                                    AuditEntry.Target.resource(query.type(), query.id(), 0),
                                    patients,
                                    200));
        }
    }

    /// That there is more than one answer holds.
    private static OperationAnswer.Part cut() {
        var issue =
                new Issue(
                        Issue.Severity.WARNING,
                        "incomplete",
                        "One answer holds "
                                + MOST
                                + " resources at the most, and there are more. Ask for pages with"
                                + " _count.",
                        "");
        return new OperationAnswer.Part(
                List.of(
                        new OperationAnswer.Entry(
                                "", Outcome.json(List.of(issue)), mode("outcome"))),
                List.of());
    }

    private static ObjectNode mode(String mode) {
        var entry = JsonNodeFactory.instance.objectNode();
        entry.putObject("search").put("mode", mode);
        return entry;
    }
}
