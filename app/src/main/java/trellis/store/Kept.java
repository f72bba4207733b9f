package trellis.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What was read lately of records that are asked for again and again, in this process, up to a number of bytes.
///
/// It is exact, on however many nodes: nothing that is kept is given without a claim that what it depends on was not written to since
/// it was read, and the database itself confirms the claim ([Claims]). Each transaction that writes notes what it writes to
/// ([Scopes], [WrittenSql]); a moment is a snapshot of transactions, and what a snapshot does not hold has been written since.
///
/// Kept are resources by id and pages of searches, as somebody sees them whose sight depends on nothing but the rows: what one patient's
/// record gives holds until that record is written to, what all of a type gives until any of that type is.
public final class Kept {
    /// So old a moment may be. The database knows for longer what was written since.
    private static final long OLDEST_NANOS = TimeUnit.SECONDS.toNanos(45);

    /// Only where requests come closely is a moment known that is worth keeping something by.
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int MOST_TOUCHED = 20_000;

    /// What an entry takes beside bodies, with its question: a narrowed one names all types there are.
    private static final int AROUND = 3_000;

    /// What a resource takes beside its body.
    private static final int HEAD = 400;

    private final long bytes;
    private final Cache<Object, Entry> entries;

    /// When this process has last written to a scope.
    private final Cache<Long, Long> touched =
            Caffeine.newBuilder().maximumSize(MOST_TOUCHED).executor(Runnable::run).build();

    private final LongAdder given = new LongAdder();
    private final LongAdder read = new LongAdder();
    private final LongAdder overtaken = new LongAdder();
    private volatile @Nullable Moment latest;

    /// @param bytes how much is kept at the most, about; 0 for nothing
    public Kept(long bytes) {
        this.bytes = bytes;
        this.entries =
                Caffeine.newBuilder()
                        .maximumWeight(bytes)
                        .weigher((Object _, Entry entry) -> entry.weight)
                        .executor(Runnable::run)
                        .build();
    }

    /// Keeps nothing.
    public static Kept nothing() {
        return new Kept(0);
    }

    /// When something was read, for the database and for this process.
    private record Moment(String snapshot, long nanos) {
        boolean within(long age) {
            return System.nanoTime() - nanos < age;
        }
    }

    private static final class Entry {
        private final Object value;
        private final Set<Long> scopes;
        private final int weight;
        private volatile Moment moment;

        Entry(Object value, Set<Long> scopes, int weight, Moment moment) {
            this.value = value;
            this.scopes = scopes;
            this.weight = weight;
            this.moment = moment;
        }
    }

    /// That nothing was written to what an answer depends on since a moment.
    public final class Claim {
        private final Object question;
        private final Entry entry;
        private final Moment moment;

        private Claim(Object question, Entry entry) {
            this.question = question;
            this.entry = entry;
            this.moment = entry.moment;
        }

        /// The keys of what it depends on ([Scopes]).
        public Set<Long> scopes() {
            return entry.scopes;
        }

        /// The snapshot of transactions, as PostgreSQL writes it.
        public String moment() {
            return moment.snapshot();
        }

        /// It holds, and so it did at this moment.
        public void confirmed(String snapshot) {
            entry.moment = new Moment(snapshot, System.nanoTime());
            given.increment();
        }

        /// It does not hold.
        public void overtaken() {
            entries.asMap().remove(question, entry);
            overtaken.increment();
        }
    }

    private record ById(String type, String id, Sight sight) {}

    /// A moment that has just been.
    ///
    /// @param snapshot as the database gave it; none where it does not know what was written since
    public void passed(Optional<String> snapshot) {
        snapshot.ifPresent(text -> latest = new Moment(text, System.nanoTime()));
    }

    /// This process has written. Nothing depends on its knowing that; it saves the claims that would not be confirmed.
    void written(Set<Long> scopes) {
        if (bytes > 0) {
            var now = System.nanoTime();
            scopes.forEach(scope -> touched.put(scope, now));
        }
    }

    /// A resource by id, if it may be seen.
    Optional<Stored> resource(
            String type, String id, Sight sight, Supplier<Optional<Stored>> read) {
        if (!isOn() || !Scopes.isOfRows(sight)) {
            return read.get();
        }
        var question = new ById(type, id, sight);
        if (kept(question) instanceof Stored stored) {
            return Optional.of(stored);
        }
        var moment = latest;
        var found = read.get();
        found.ifPresent(stored ->
                keep(question, stored, Set.of(Scopes.of(stored)), weight(stored) + AROUND, moment));
        return found;
    }

    /// A page of a search.
    SearchPage page(SearchQuery query, Supplier<SearchPage> search) {
        var scopes = isOn() ? Scopes.of(query) : Optional.<Set<Long>>empty();
        if (scopes.isEmpty()) {
            return search.get();
        }
        if (kept(query) instanceof SearchPage page) {
            return page;
        }
        // Before anything is read: what is committed while it is read counts as written since.
        var moment = latest;
        var page = search.get();
        keep(query, page, scopes.get(), weight(page), moment);
        return page;
    }

    private boolean isOn() {
        return bytes > 0 && Claims.welcome();
    }

    private static int weight(Stored stored) {
        return stored.body().length + HEAD;
    }

    private static int weight(SearchPage page) {
        return Stream.concat(page.matches().stream(), page.included().stream())
                        .mapToInt(Kept::weight)
                        .sum()
                + AROUND;
    }

    private @Nullable Object kept(Object question) {
        var entry = entries.getIfPresent(question);
        if (entry == null || !holds(entry)) {
            return null;
        }
        Claims.make(new Claim(question, entry));
        return entry.value;
    }

    /// Whether, as far as this process knows, it may be claimed.
    private boolean holds(Entry entry) {
        var moment = entry.moment;
        return moment.within(OLDEST_NANOS)
                && entry.scopes.stream()
                        .allMatch(scope -> {
                            var last = touched.getIfPresent(scope);
                            return last == null || moment.nanos() - last > 0;
                        });
    }

    private void keep(
            Object question, Object value, Set<Long> scopes, int weight, @Nullable Moment moment) {
        read.increment();
        if (moment != null && moment.within(FRESH_NANOS)) {
            var entry = new Entry(value, Set.copyOf(scopes), weight, moment);
            if (holds(entry)) {
                entries.put(question, entry);
            }
        }
    }

    /// How many answers were given from what was kept.
    double given() {
        return given.sum();
    }

    /// How many could have been, had they been kept.
    double read() {
        return read.sum();
    }

    /// How many were made and then had to be made again.
    double overtaken() {
        return overtaken.sum();
    }
}
