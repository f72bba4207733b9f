package trellis.subscriptions;

import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trellis.fhir.Resource;
import trellis.fhir.path.engine.Environment;
import trellis.fhir.path.engine.FhirPath;
import trellis.fhir.path.engine.Node;
import trellis.fhir.path.engine.Value;
import trellis.store.Criterion;
import trellis.store.Matching;
import trellis.store.Prepared;
import trellis.subscriptions.Topic.Interaction;

/// Whether a change is one that a topic tells of. Pure functions.
final class TriggerRules {
    private TriggerRules() {}

    /// A version at hand.
    record Version(Resource resource, Prepared content, Instant updated) {}

    /// A change with what stood before and what stands now.
    ///
    /// @param previous empty for what was not there
    /// @param current empty for what is not there any more
    record Change(
            String type,
            Interaction interaction,
            Optional<Version> previous,
            Optional<Version> current) {

        /// The version that is told of: of a deletion the one before.
        Optional<Version> shown() {
            return current.or(() -> previous);
        }
    }

    /// A trigger ready to be asked.
    ///
    /// @param previous search of the version before; empty for none
    /// @param current search of the version now; empty for none
    /// @param path empty for none
    record Ready(
            Topic.Trigger trigger,
            Optional<Criterion> previous,
            Optional<Criterion> current,
            Optional<FhirPath> path) {}

    /// Whether a trigger tells of a change: its searches and its FHIRPath must both hold where it has both.
    static boolean fires(Ready ready, Change change, Clock clock) {
        var trigger = ready.trigger();
        return (trigger.type().equals(change.type()) || trigger.type().equals(Topic.ANY))
                && trigger.interactions().contains(change.interaction())
                && searches(ready, change)
                && ready.path().map(path -> holds(path, change, clock)).orElse(true);
    }

    private static boolean searches(Ready ready, Change change) {
        if (ready.trigger().query().isEmpty()) {
            return true;
        }
        var query = ready.trigger().query().get();
        var tests = new ArrayList<Boolean>();
        ready.previous()
                .ifPresent(one ->
                        tests.add(
                                change.previous()
                                        .map(version -> meets(one, version))
                                        .orElse(query.forCreate())));
        ready.current()
                .ifPresent(one ->
                        tests.add(
                                change.current()
                                        .map(version -> meets(one, version))
                                        .orElse(query.forDelete())));
        return tests.isEmpty()
                || (query.both()
                        ? tests.stream().allMatch(Boolean::booleanValue)
                        : tests.stream().anyMatch(Boolean::booleanValue));
    }

    private static boolean meets(Criterion criterion, Version version) {
        return Matching.holds(List.of(criterion), version.content(), version.updated());
    }

    /// Whether what is told of meets the filters of a Subscription.
    static boolean meets(List<Criterion> filters, Change change) {
        return filters.isEmpty()
                || change.shown()
                        .filter(version ->
                                Matching.holds(filters, version.content(), version.updated()))
                        .isPresent();
    }

    private static boolean holds(FhirPath path, Change change, Clock clock) {
        var focus = change.shown();
        return focus.isPresent() && path.holds(focus.get().resource(), new Both(change, clock));
    }

    /// What `%previous` and `%current` stand for; nothing where there is no such version.
    private record Both(Change change, Clock clock) implements Environment {
        @Override
        public ZonedDateTime now() {
            return ZonedDateTime.now(clock);
        }

        @Override
        public Optional<List<Value>> variable(String name) {
            return switch (name) {
                case "previous" -> Optional.of(node(change.previous()));
                case "current" -> Optional.of(node(change.current()));
                default -> Optional.empty();
            };
        }

        private static List<Value> node(Optional<Version> version) {
            return version.map(one -> List.<Value>of(Node.of(one.resource()))).orElse(List.of());
        }
    }
}
