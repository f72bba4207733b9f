package trellis.jobs;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import trellis.store.Written;

/// Counts what became of the resources of an import. Safe for many threads.
final class Tally {
    private final LongAdder created = new LongAdder();
    private final LongAdder changed = new LongAdder();
    private final LongAdder same = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    /// The counts at one moment.
    ///
    /// @param created new resources
    /// @param changed resources that got another version, deletions among them
    /// @param same resources that were there already, the very same
    /// @param rejected resources and lines that were not stored
    record Counts(long created, long changed, long same, long rejected) {
        static final Counts ZERO = new Counts(0, 0, 0, 0);

        /// What has been dealt with.
        long all() {
            return created + changed + same + rejected;
        }

        Counts plus(Counts other) {
            return new Counts(
                    created + other.created,
                    changed + other.changed,
                    same + other.same,
                    rejected + other.rejected);
        }

        Counts minus(Counts other) {
            return new Counts(
                    created - other.created,
                    changed - other.changed,
                    same - other.same,
                    rejected - other.rejected);
        }
    }

    void stored(List<Written> written) {
        for (var one : written) {
            switch (one.outcome()) {
                case CREATED -> created.increment();
                case UPDATED, DELETED -> changed.increment();
                case UNCHANGED, ABSENT -> same.increment();
            }
        }
    }

    void rejected(int entries) {
        rejected.add(entries);
    }

    Counts counts() {
        return new Counts(created.sum(), changed.sum(), same.sum(), rejected.sum());
    }
}
