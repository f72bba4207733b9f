package trellis.subscriptions;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What can be told: a SubscriptionTopic (https://hl7.org/fhir/R5/subscriptiontopic.html), which R4 carries in a Basic.
///
/// @param url its canonical address; empty for one that was made of the query of a plain R4 Subscription
/// @param triggers each of which tells
/// @param filters by what a Subscription may narrow it
/// @param shapes what comes along with what is told
record Topic(String url, List<Trigger> triggers, List<Filter> filters, List<Shape> shapes) {
    /// Stands for every type of resource.
    static final String ANY = "Resource";

    Topic {
        triggers = List.copyOf(triggers);
        filters = List.copyOf(filters);
        shapes = List.copyOf(shapes);
    }

    /// What was done to a resource.
    enum Interaction {
        CREATE,
        UPDATE,
        DELETE;

        /// As the standard writes it.
        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A change that is told.
    ///
    /// @param type of the resources; [#ANY] for every type
    /// @param path FHIRPath over `%previous` and `%current`; empty for none
    record Trigger(String type, Set<Interaction> interactions, Optional<Query> query, String path) {
        Trigger {
            interactions = Set.copyOf(interactions);
        }

        /// Whether the version before decides as well.
        boolean looksBack() {
            return !path.isEmpty() || query.filter(one -> !one.previous().isEmpty()).isPresent();
        }
    }

    /// Searches that the version before and the version now must meet.
    ///
    /// @param previous search of the version before; empty for none
    /// @param forCreate what it counts as when there is no version before
    /// @param current search of the version now; empty for none
    /// @param forDelete what it counts as when there is no version now
    /// @param both whether both must hold
    record Query(
            String previous, boolean forCreate, String current, boolean forDelete, boolean both) {}

    /// By what a Subscription may narrow it.
    ///
    /// @param type of the resources; empty for all of the topic
    /// @param parameter code of a search parameter
    /// @param modifiers that may be used; empty when the topic does not say, and then all
    /// @param comparators that may be used, `eq` for a value without one; empty when the topic does not say, and then all
    record Filter(
            String type,
            String parameter,
            Optional<Set<String>> modifiers,
            Optional<Set<String>> comparators) {
        Filter {
            modifiers = modifiers.map(Set::copyOf);
            comparators = comparators.map(Set::copyOf);
        }

        boolean isOf(String name) {
            return type.isEmpty() || type.equals(name) || type.equals(ANY);
        }

        /// @param modifier without the colon; empty for none, and that is always taken
        boolean takesModifier(String modifier) {
            return modifier.isEmpty() || modifiers.map(all -> all.contains(modifier)).orElse(true);
        }

        boolean takesComparator(String comparator) {
            return comparators.map(all -> all.contains(comparator)).orElse(true);
        }
    }

    /// What comes along with resources of a type.
    record Shape(String type, List<String> includes, List<String> reverse) {
        Shape {
            includes = List.copyOf(includes);
            reverse = List.copyOf(reverse);
        }
    }

    /// Whether changes of a type are among what it tells.
    boolean concerns(String type) {
        return triggers.stream().anyMatch(one -> one.type().equals(type) || one.type().equals(ANY));
    }

    /// Whether it tells of every type there is.
    boolean ofAnything() {
        return triggers.stream().anyMatch(one -> one.type().equals(ANY));
    }
}
