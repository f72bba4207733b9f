package trellis.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What somebody may see of the records. The store narrows every statement by it, so that what may
/// not be seen is neither found nor counted nor followed.
public sealed interface Sight {

    /// All there is: the machine itself, and whoever reads only what has no limits.
    static Sight everything() {
        return new Everything();
    }

    /// No limits.
    record Everything() implements Sight {}

    /// Of some types only what belongs to nobody, or to a patient whom an organisation has to do
    /// with or whose record was opened by hand; and of that nothing sealed, unless it was opened.
    ///
    /// @param types the resource types that are limited so; all others are not
    /// @param closed of these types, what belongs to nobody may hold anything of anybody, and is hidden
    /// @param organisations ids of the organisation the caller works for and its sites
    /// @param covered ids of organisations that it is on call for
    /// @param now when it is asked
    /// @param lasts how long each basis goes on after its end
    /// @param opened ids of patients whose records the caller has opened by hand
    /// @param known ids of patients of whom it has been found out already that there is a relationship
    /// @param sealed security labels, each `system|code`, of what is sealed
    /// @param shut ids of patients whose records the caller does not see at all: their own
    /// @param guarded ids of patients whose records are seen only once they are opened by hand:
    ///     colleagues
    /// @param steadfast bases that hold although the patient dissents from sharing
    record Related(
            Set<String> types,
            Set<String> closed,
            Set<String> organisations,
            Set<String> covered,
            Instant now,
            Map<Basis, Duration> lasts,
            Set<String> opened,
            Set<String> known,
            Set<String> sealed,
            Set<String> shut,
            Set<String> guarded,
            Set<Basis> steadfast)
            implements Sight {
        public Related {
            types = Set.copyOf(types);
            closed = Set.copyOf(closed);
            organisations = Set.copyOf(organisations);
            covered = Set.copyOf(covered);
            lasts = Map.copyOf(lasts);
            opened = Set.copyOf(opened);
            known = Set.copyOf(known);
            sealed = Set.copyOf(sealed);
            shut = Set.copyOf(shut);
            guarded = Set.copyOf(guarded);
            steadfast = Set.copyOf(steadfast);
        }

        private Related knowing(Set<String> patients) {
            return new Related(
                    types,
                    closed,
                    organisations,
                    covered,
                    now,
                    lasts,
                    opened,
                    patients,
                    sealed,
                    shut,
                    guarded,
                    steadfast);
        }
    }

    /// Whole records of a few people, and what is about nobody: what a person sees of themselves and
    /// of those whom they speak for.
    ///
    /// @param parts each a way in which some records may be seen
    /// @param anyone types of which what belongs to nobody may be seen
    record Own(List<Part> parts, Set<String> anyone) implements Sight {
        public Own {
            parts = List.copyOf(parts);
            anyone = Set.copyOf(anyone);
        }

        /// @param patient id of a patient
        /// @param types of what belongs to them, the types that may be seen
        /// @param hidden security labels, each `system|code`, of what may not be seen even so
        public record Part(String patient, Set<String> types, Set<String> hidden) {
            public Part {
                types = Set.copyOf(types);
                hidden = Set.copyOf(hidden);
            }
        }
    }

    /// What somebody sees through an app: never more than they see themselves.
    ///
    /// @param whole what they see themselves
    /// @param patient id of the only patient whose record the app sees; empty for no such limit
    /// @param anyone with such a limit, types of which what belongs to nobody may be seen
    /// @param free types to which that limit does not speak
    /// @param only by type, what all of it must meet
    /// @param beyond present when it is not for the person's own care
    record Narrowed(
            Sight whole,
            Optional<String> patient,
            Set<String> anyone,
            Set<String> free,
            Map<String, Criterion> only,
            Optional<Beyond> beyond)
            implements Sight {
        public Narrowed {
            anyone = Set.copyOf(anyone);
            free = Set.copyOf(free);
            only = Map.copyOf(only);
        }

        /// Uses beyond care: records of people who have opted out are hidden, unless they have agreed
        /// to this very project.
        ///
        /// @param now when it is asked
        /// @param project id of a ResearchStudy; empty for none
        public record Beyond(Instant now, Optional<String> project) {}
    }

    /// The same for whoever has found out already that there is a relationship with a patient, so that
    /// it need not be asked again of each row.
    default Sight knowing(String patient) {
        return switch (this) {
            case Everything _, Own _ -> this;
            case Related related -> related.knowing(Set.of(patient));
            case Narrowed(var whole, var one, var anyone, var free, var only, var beyond) ->
                    new Narrowed(whole.knowing(patient), one, anyone, free, only, beyond);
        };
    }

    /// Whether resources of a type are limited at all.
    default boolean limits(String type) {
        return switch (this) {
            case Everything _ -> false;
            case Related related -> related.types().contains(type);
            case Own _ -> true;
            case Narrowed narrowed ->
                    (narrowed.patient().isPresent() && !narrowed.free().contains(type))
                            || narrowed.beyond().isPresent()
                            || narrowed.only().containsKey(type)
                            || narrowed.whole().limits(type);
        };
    }
}
