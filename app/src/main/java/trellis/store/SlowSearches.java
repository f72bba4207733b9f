package trellis.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import trellis.fhir.Refused;

/// Tells in the log which searches are slow, and why: the statements and PostgreSQL's plan.
///
/// Where one is slow many are, and the reason is often that there is too much to do already. So it is told of the slowest in [#PAUSE]
/// alone, by a thread of its own, after whoever asked has their answer. Plans are made anew for it and nothing is done.
///
/// The log is read by people who may see no record (H-212): values are question marks in the statements, and in the plan.
final class SlowSearches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlowSearches.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final long most;
    private final DataSource source;
    private final Consumer<String> log;
    private final ReadSql reads = new ReadSql(new Bodies());
    private final LongAdder count = new LongAdder();
    private final AtomicReference<@Nullable Slow> slowest = new AtomicReference<>();
    private final Rounds rounds = Rounds.of("slow searches", PAUSE, this::tell);

    /// The slowest of some.
    ///
    /// @param others how many were slow besides
    private record Slow(SearchQuery query, long nanos, int others) {
        static Slow of(@Nullable Slow one, Slow other) {
            if (one == null) {
                return other;
            }
            var slower = one.nanos > other.nanos ? one : other;
            return new Slow(slower.query, slower.nanos, one.others + other.others + 1);
        }

        String types() {
            return query.branches().stream()
                    .map(SearchQuery.Branch::type)
                    .distinct()
                    .collect(Collectors.joining(", "));
        }
    }

    private SlowSearches(long most, DataSource source, Consumer<String> log) {
        this.most = most;
        this.source = source;
        this.log = log;
    }

    /// @param source where plans are asked for
    static SlowSearches begun(SlowSettings settings, DataSource source) {
        return begun(settings, source, LOG::warn);
    }

    /// @param log takes what is told
    static SlowSearches begun(SlowSettings settings, DataSource source, Consumer<String> log) {
        var most = settings.patience().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        var searches = new SlowSearches(most, source, log);
        if (settings.patience().isPresent()) {
            searches.rounds.begin();
        }
        return searches;
    }

    /// For a process that has no log to be read later.
    static SlowSearches none(DataSource source) {
        return begun(new SlowSettings(0), source);
    }

    /// @param query placed, as it was done
    /// @param nanos how long the database and reading its rows took
    void took(SearchQuery query, long nanos) {
        if (nanos > most) {
            count.increment();
            slowest.accumulateAndGet(new Slow(query, nanos, 0), Slow::of);
        }
    }

    /// How many there were.
    double count() {
        return count.sum();
    }

    private void tell() {
        var slow = slowest.getAndSet(null);
        if (slow != null) {
            var words =
                    "A search of %s took %d ms (slow besides it in these seconds: %d)%s"
                            .formatted(
                                    slow.types(),
                                    TimeUnit.NANOSECONDS.toMillis(slow.nanos()),
                                    slow.others(),
                                    lines(slow.query()));
            log.accept(words);
        }
    }

    private String lines(SearchQuery query) {
        var lines = new ArrayList<String>();
        for (var statement : statements(query)) {
            lines.add(statement.what() + ":");
            lines.add(statement.sql());
            statement.plan().forEach(line -> lines.add("  " + line));
        }
        return lines.isEmpty()
                ? "; its plan could not be had"
                : lines.stream().collect(Collectors.joining("\n", "\n", ""));
    }

    /// None when PostgreSQL does not say: what was slow is told of all the same.
    private List<Store.Statement> statements(SearchQuery query) {
        try (var connection = source.getConnection()) {
            return new ExplainSql(reads, connection, true).statements(query);
        } catch (SQLException | Refused _) {
            return List.of();
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
