package trellis.api;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.store.Change;
import trellis.store.Prepared;
import trellis.store.Stored;

/// What a transaction is going to do: each writing entry with its identity, its links settled, made
/// ready for the store. Built from the entries and from what their conditions stand for; if that has
/// changed when the store begins, another plan is made.
///
/// @param steps in the order in which they are done: DELETE, POST, PUT
record Plan(List<Step> steps) {

    /// What becomes of one entry.
    sealed interface Step {
        BundleEntry entry();

        /// A change for the store.
        record Do(BundleEntry entry, Change change) implements Step {}

        /// A conditional create whose resource is there already.
        record Found(BundleEntry entry, Stored stored) implements Step {}

        /// A conditional delete that finds nothing.
        record Nothing(BundleEntry entry) implements Step {}
    }

    /// The changes for the store, in order.
    List<Change> changes() {
        return steps.stream()
                .filter(Step.Do.class::isInstance)
                .map(step -> ((Step.Do) step).change())
                .toList();
    }

    /// Makes plans for one transaction.
    static final class Maker {
        private final Terms terms;
        private final Intake intake;
        private final List<BundleEntry> writing;
        private final Map<Integer, String> newIds = new HashMap<>();

        /// @param entries all entries, checked for their form
        /// @param newId gives ids to what is created
        Maker(Terms terms, Intake intake, List<BundleEntry> entries, NewId newId) {
            this.terms = terms;
            this.intake = intake;
            this.writing =
                    entries.stream()
                            .filter(entry -> !entry.looks())
                            .sorted(Comparator.comparing(entry -> order(entry.verb())))
                            .toList();
            for (var entry : writing) {
                if (entry.verb() == Verb.POST || entry.isFound()) {
                    newIds.put(entry.index(), newId.next());
                }
            }
        }

        private static int order(Verb verb) {
            return switch (verb) {
                case DELETE -> 0;
                case POST -> 1;
                case PUT, PATCH -> 2;
                case GET, HEAD -> 3;
            };
        }

        /// @param resolution what the conditions stand for
        /// @param mayBeMadeAgain whether the entries must stay as they were sent
        Plan plan(Resolution resolution, boolean mayBeMadeAgain) {
            var found = new HashMap<Integer, Stored>();
            for (var entry : writing) {
                entry.condition()
                        .flatMap(resolution::of)
                        .ifPresent(stored -> found.put(entry.index(), stored));
            }
            var targets = new Targets(terms, resolution);
            identities(found, targets);
            var steps = new ArrayList<Step>();
            for (var entry : writing) {
                var there = Optional.ofNullable(found.get(entry.index()));
                steps.add(step(entry, there, targets, mayBeMadeAgain));
            }
            return new Plan(steps);
        }

        private Step step(
                BundleEntry entry, Optional<Stored> there, Targets targets, boolean again) {
            if (entry.verb() == Verb.POST && there.isPresent()) {
                return new Step.Found(entry, there.get());
            }
            return entry.verb() == Verb.DELETE && entry.isFound() && there.isEmpty()
                    ? new Step.Nothing(entry)
                    : new Step.Do(entry, change(entry, there, targets, again));
        }

        private void identities(Map<Integer, Stored> found, Targets targets) {
            var taken = new HashSet<String>();
            for (var entry : writing) {
                var there = found.get(entry.index());
                var identity = entry.type() + "/" + id(entry, Optional.ofNullable(there));
                var condition = entry.condition().map(Condition::text).orElse(identity);
                if (!taken.add(identity)
                        || (there == null
                                && !condition.equals(identity)
                                && !taken.add(condition))) {
                    throw new Refused(
                            new Problem.BadRequest(
                                    "duplicate",
                                    "Two entries are about the same resource. A transaction may"
                                            + " change a resource only once.",
                                    entry.place()));
                }
                if (entry.verb() != Verb.DELETE) {
                    targets.add(entry, identity);
                }
            }
        }

        /// The id that an entry is about: that of what its condition found, its own, or a new one.
        private String id(BundleEntry entry, Optional<Stored> there) {
            if (entry.verb() == Verb.PUT && entry.isFound()) {
                var id = ConditionalUpdate.id(entry.content(), there, entry.contentPlace());
                return id.orElseGet(() -> requireNonNull(newIds.get(entry.index())));
            }
            return there.map(Stored::id)
                    .orElseGet(() -> newIds.getOrDefault(entry.index(), entry.path().getLast()));
        }

        private Change change(
                BundleEntry entry,
                Optional<Stored> there,
                Targets targets,
                boolean mayBeMadeAgain) {
            try {
                var id = id(entry, there);
                var ifMatch = ConditionalUpdate.version(entry.preconditions(), there);
                return switch (entry.verb()) {
                    case DELETE -> {
                        intake.mayDelete(terms.caller(), entry.type(), id);
                        yield new Change.Delete(entry.type(), id, ifMatch);
                    }
                    case POST, PUT, PATCH, GET, HEAD ->
                            new Change.Put(
                                    prepared(entry, id, targets, mayBeMadeAgain),
                                    ifMatch,
                                    entry.verb() == Verb.POST
                                            || entry.preconditions().mustBeNew()
                                            || (entry.isFound() && there.isEmpty()));
                };
            } catch (Refused e) {
                throw new Refused(Problems.under(entry.contentPlace(), e.problem()));
            }
        }

        private Prepared prepared(
                BundleEntry entry, String id, Targets targets, boolean mayBeMadeAgain) {
            ObjectNode content = mayBeMadeAgain ? entry.content().deepCopy() : entry.content();
            var resource = Intake.withId(content, id);
            targets.settle(entry, resource);
            return intake.allowed(terms.caller(), resource).under(entry.contentPlace());
        }
    }
}
