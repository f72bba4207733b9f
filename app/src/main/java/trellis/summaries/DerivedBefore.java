package trellis.summaries;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import trellis.access.Bounded;
import trellis.people.NhsNumber;
import trellis.store.Store;
import trellis.store.Stored;

/// Summaries that were made before from the same versions of the same resources. Whoever asks has just asked the store which
/// versions they may see, so that a change holds for the next reader and nobody is shown what another may see.
final class DerivedBefore {
    private static final int MOST = 2_000;

    private final Map<From, Kept> kept = new Bounded<>(MOST);

    /// What a summary is made from.
    record From(
            NhsNumber number, List<Store.Version> versions, boolean additional, LocalDate today) {}

    /// A summary made now.
    ///
    /// @param pointedTo ids of medicines outside the record
    /// @param medicines those that are there, by id
    record Made(Optional<Summary> summary, Set<String> pointedTo, Map<String, Stored> medicines) {}

    /// @param medicines the versions of those that were there, by id
    private record Kept(
            Optional<Summary> summary, Set<String> pointedTo, Map<String, Long> medicines) {}

    /// A summary made before, when the medicines it names are as they were, or one made now.
    ///
    /// @param medicines how medicines are looked up by id
    Optional<Summary> get(
            From from, Function<Set<String>, Map<String, Stored>> medicines, Supplier<Made> make) {
        var known = known(from);
        if (known.isPresent()) {
            var now = versions(medicines.apply(known.get().pointedTo()));
            if (now.equals(known.get().medicines())) {
                return known.get().summary();
            }
        }
        var made = make.get();
        keep(from, made);
        return made.summary();
    }

    private static Map<String, Long> versions(Map<String, Stored> medicines) {
        var versions = new HashMap<String, Long>();
        medicines.forEach((id, medicine) -> versions.put(id, medicine.version()));
        return versions;
    }

    private Optional<Kept> known(From from) {
        synchronized (kept) {
            return Optional.ofNullable(kept.get(from));
        }
    }

    private void keep(From from, Made made) {
        synchronized (kept) {
            kept.put(
                    from,
                    new Kept(
                            made.summary(),
                            Set.copyOf(made.pointedTo()),
                            versions(made.medicines())));
        }
    }
}
