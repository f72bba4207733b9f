package trellis.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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
    /// @param now when it is asked
    /// @param lasts how long each basis goes on after its end
    /// @param opened ids of patients whose records the caller has opened by hand
    /// @param known ids of patients of whom it has been found out already that there is a relationship
    /// @param sealed security labels, each `system|code`, of what is sealed
    record Related(
            Set<String> types,
            Set<String> closed,
            Set<String> organisations,
            Instant now,
            Map<Basis, Duration> lasts,
            Set<String> opened,
            Set<String> known,
            Set<String> sealed)
            implements Sight {
        public Related {
            types = Set.copyOf(types);
            closed = Set.copyOf(closed);
            organisations = Set.copyOf(organisations);
            lasts = Map.copyOf(lasts);
            opened = Set.copyOf(opened);
            known = Set.copyOf(known);
            sealed = Set.copyOf(sealed);
        }
    }

    /// The same for whoever has found out already that there is a relationship with a patient, so that
    /// it need not be asked again of each row.
    default Sight knowing(String patient) {
        return switch (this) {
            case Everything _ -> this;
            case Related r ->
                    new Related(
                            r.types(),
                            r.closed(),
                            r.organisations(),
                            r.now(),
                            r.lasts(),
                            r.opened(),
                            Set.of(patient),
                            r.sealed());
        };
    }

    /// Whether resources of a type are limited at all.
    default boolean limits(String type) {
        return switch (this) {
            case Everything _ -> false;
            case Related related -> related.types().contains(type);
        };
    }
}
