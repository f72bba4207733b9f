package trellis.api;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.SearchPage;
import trellis.store.SearchQuery;
import trellis.store.Store;
import trellis.store.Stored;
import trellis.store.Write;
import trellis.store.Written;

/// A Bundle whose changes are all made or none (https://hl7.org/fhir/R4/http.html#transaction).
/// Everything is validated and made ready before the store is asked for the first time.
@Component
public final class Transaction {
    private static final int ATTEMPTS = 5;

    private final Store store;
    private final Intake intake;
    private final NewId newId;
    private final Narrowing narrowing;
    private final SearchParser parser;
    private final Patched patched;

    Transaction(
            Store store,
            Intake intake,
            NewId newId,
            Narrowing narrowing,
            SearchParser parser,
            Patched patched) {
        this.store = store;
        this.intake = intake;
        this.newId = newId;
        this.narrowing = narrowing;
        this.parser = parser;
        this.patched = patched;
    }

    /// What became of one writing entry.
    sealed interface Done {
        BundleEntry entry();

        /// A change was made.
        record Changed(BundleEntry entry, Change change, Written written) implements Done {}

        /// A conditional create found its resource.
        record Found(BundleEntry entry, Stored stored) implements Done {}

        /// A conditional delete found nothing.
        record Nothing(BundleEntry entry) implements Done {}
    }

    /// Makes the changes of a transaction Bundle; entries that only look are passed over.
    ///
    /// @param bundle belongs to this method from now on
    /// @return what became of each change, in the order in which they were made
    /// @throws Refused naming the entry; then nothing has been changed
    public List<Written> apply(ObjectNode bundle, Terms terms) {
        if (!bundle.path("type").asString("").equals("transaction")) {
            throw new Refused(
                    new Problem.BadRequest(
                            "value", "The Bundle's type must be transaction.", "Bundle.type"));
        }
        return apply(read(bundle, terms), terms).stream()
                .filter(Done.Changed.class::isInstance)
                .map(done -> ((Done.Changed) done).written())
                .toList();
    }

    /// Validates a transaction Bundle and reads its entries.
    List<BundleEntry> read(ObjectNode bundle, Terms terms) {
        intake.valid(bundle);
        var entries = new ArrayList<BundleEntry>();
        for (var node : bundle.path("entry")) {
            var entry = BundleEntry.read(entries.size(), (ObjectNode) node, terms.base());
            entry.checkWithinTransaction();
            if (!entry.looks()) {
                narrowing.write(terms.caller(), entry.type());
            }
            entries.add(entry);
        }
        return entries;
    }

    /// Makes the changes. A patch is the update that it comes to; when somebody else is quicker it
    /// comes to another, and all is tried again.
    List<Done> apply(List<BundleEntry> entries, Terms terms) {
        if (entries.stream().noneMatch(entry -> entry.verb() == Verb.PATCH)) {
            return applied(entries, terms);
        }
        var pinned = entries.stream().anyMatch(e -> e.preconditions().ifMatch().isPresent());
        for (var attempt = 0; attempt < Patched.ATTEMPTS; attempt++) {
            var updates = patched.updates(entries, terms.caller());
            try {
                return applied(updates, terms);
            } catch (Refused e) {
                if (pinned || !(e.problem() instanceof Problem.Stale)) {
                    throw e;
                }
            }
        }
        throw Patched.overtaken();
    }

    private List<Done> applied(List<BundleEntry> entries, Terms terms) {
        var maker = new Plan.Maker(terms, intake, entries, newId);
        var conditions = conditions(entries);
        if (conditions.isEmpty()) {
            var plan = maker.plan(Resolution.NOTHING, false);
            return done(
                    plan, plan.changes().isEmpty() ? List.of() : store.write(write(plan, terms)));
        }
        var texts = conditions.stream().map(Condition::text).distinct().toList();
        for (var attempt = 1; attempt <= ATTEMPTS; attempt++) {
            var work = new Conditional(maker, conditions, terms);
            try {
                var written = store.write(texts, work);
                return done(work.plan, written);
            } catch (Refused e) {
                if (!work.mayLookAgain(e.problem())) {
                    throw e;
                }
            }
        }
        throw ConditionalWrite.busy();
    }

    /// Plans before the store's transaction begins, and again within it only if what the conditions
    /// stand for has changed in between.
    private final class Conditional implements Store.Work {
        private final Plan.Maker maker;
        private final List<Condition> conditions;
        private final Terms terms;
        private Resolution resolution;
        private Plan plan;
        private Write write;

        Conditional(Plan.Maker maker, List<Condition> conditions, Terms terms) {
            this.maker = maker;
            this.conditions = conditions;
            this.terms = terms;
            this.resolution = resolution(store::search);
            this.plan = maker.plan(resolution, true);
            this.write = Transaction.this.write(plan, terms);
        }

        @Override
        public Write changes(Store.View view) {
            var now = resolution(view::search);
            if (!now.leadsWhere(resolution)) {
                resolution = now;
                plan = maker.plan(now, true);
                write = Transaction.this.write(plan, terms);
            }
            return write;
        }

        /// Whether what was refused is that somebody else changed what an entry's condition found, of which the
        /// entry asks no version.
        boolean mayLookAgain(Problem problem) {
            return problem instanceof Problem.Stale(var what, _, _)
                    && plan.steps().stream()
                            .anyMatch(step ->
                                    step instanceof Plan.Step.Do(var entry, var change)
                                            && entry.isFound()
                                            && entry.preconditions().ifMatch().isEmpty()
                                            && what.equals(change.type() + "/" + change.id()));
        }

        /// Whether a condition matches tells what stands in the resources it asks about, so the
        /// caller must be allowed to search them.
        private Resolution resolution(Function<SearchQuery, SearchPage> search) {
            return Resolution.of(
                    conditions,
                    parser,
                    query -> search.apply(narrowing.search(terms.caller(), query)));
        }
    }

    private Write write(Plan plan, Terms terms) {
        var changes = plan.changes();
        narrowing.change(terms.caller(), changes);
        return new Write(changes, terms.references(), terms.trail().of(changes));
    }

    private static List<Done> done(Plan plan, List<Written> written) {
        var next = written.iterator();
        return plan.steps().stream()
                .map(step ->
                        switch (step) {
                            case Plan.Step.Do(var entry, var change) ->
                                    (Done) new Done.Changed(entry, change, next.next());
                            case Plan.Step.Found(var entry, var stored) ->
                                    new Done.Found(entry, stored);
                            case Plan.Step.Nothing(var entry) -> new Done.Nothing(entry);
                        })
                .toList();
    }

    private static List<Condition> conditions(List<BundleEntry> entries) {
        var conditions = new ArrayList<Condition>();
        for (var entry : entries) {
            if (!entry.looks()) {
                entry.condition().ifPresent(conditions::add);
                entry.resource()
                        .ifPresent(content -> collect(content, entry.contentPlace(), conditions));
            }
        }
        return conditions;
    }

    private static void collect(JsonNode node, String place, List<Condition> into) {
        switch (node) {
            case ObjectNode object ->
                    object.forEachEntry((name, value) -> {
                        if (name.equals("reference")
                                && value.isString()
                                && Alone.isConditional(value.stringValue())) {
                            into.add(Targets.condition(value.stringValue(), place));
                        } else if (value.isContainer()) {
                            collect(value, place, into);
                        }
                    });
            case ArrayNode array -> array.forEach(item -> collect(item, place, into));
            default -> {}
        }
    }
}
