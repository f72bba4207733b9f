package trellis.profiles;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import trellis.store.Store;
import trellis.terminology.Terminology;

/// The validator over what is held now: read when it is first needed, once, and anew when a profile, a value set or a code system has
/// changed. That is looked at before each validation for a while after one was written here, and else once a second, for what another
/// process has written.
final class HeldReads {
    /// How long reading it all for the first time may take.
    static final int READING_SECONDS = 60;

    private static final Set<String> TYPES =
            Set.of("StructureDefinition", "ValueSet", "CodeSystem");
    private static final long BELIEVED = 1_000_000_000L;

    /// Longer than a write takes that has been seen to come.
    private static final long WATCHED = 120_000_000_000L;

    private final Terminology terminology;
    private final Store store;
    private final ReentrantLock reading = new ReentrantLock();
    private final AtomicLong watched = new AtomicLong(System.nanoTime());
    private @Nullable PublishedReads r4;
    private @Nullable PublishedReads ukCore;
    private ValidatorReads.@Nullable Types types;
    private volatile @Nullable World world;
    private volatile long looked;

    /// What is held at one moment.
    ///
    /// @param moment what says that nothing has changed
    private record World(Moment moment, DefinitionReads definitions, Reading validator) {}

    /// @param generation of the resources
    /// @param loaded the releases of code systems
    private record Moment(long generation, List<?> loaded) {}

    /// A validator that is made when somebody asks for it.
    private static final class Reading {
        private @Nullable ValidatorReads made;
    }

    HeldReads(Terminology terminology, Store store) {
        this.terminology = terminology;
        this.store = store;
    }

    /// A profile is being written here.
    void changed() {
        watched.set(System.nanoTime() + WATCHED);
    }

    /// A definition by its canonical address.
    Optional<Definition> definition(String canonical) {
        return current().definitions().find(canonical);
    }

    /// The validator; whoever comes first waits until it has been read.
    ValidatorReads validator() {
        var now = current();
        reading.lock();
        try {
            var made = now.validator().made;
            if (made == null) {
                var definitions = now.definitions();
                var terms =
                        new TermReads(terminology.library(DefinitionReads.EVERYBODY), definitions);
                var known = types;
                if (known == null) {
                    known = new ValidatorReads.Types(definitions, terms);
                    types = known;
                }
                made = new ValidatorReads(known, definitions, terms);
                now.validator().made = made;
            }
            return made;
        } finally {
            reading.unlock();
        }
    }

    private World current() {
        var there = world;
        var now = System.nanoTime();
        if (there != null && now - watched.get() > 0 && now - looked < BELIEVED) {
            return there;
        }
        var moment = new Moment(store.generation(TYPES), terminology.loaded());
        reading.lock();
        try {
            there = world;
            if (there == null || !there.moment().equals(moment)) {
                there = new World(moment, definitions(), new Reading());
                world = there;
            }
            looked = now;
            return there;
        } finally {
            reading.unlock();
        }
    }

    private DefinitionReads definitions() {
        var base = r4;
        if (base == null) {
            base = PublishedReads.r4();
            r4 = base;
        }
        var guide = ukCore;
        if (guide == null) {
            guide = PublishedReads.ukCore();
            ukCore = guide;
        }
        return new DefinitionReads(base, guide, DefinitionReads.Own.of(terminology));
    }
}
