package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import trellis.fhir.Refused;

/// The store on PostgreSQL.
public final class PostgresStore implements Store, AutoCloseable {

    private final DataSource source;
    private final DataSource straight;
    private final Transactions transactions;
    private final Clock clock;
    private final ReadSql reads;
    private final SearchSql searches;
    private final HistorySql histories;
    private final EverythingSql everything;
    private final RowNumbers rowNumbers = new RowNumbers();
    private final Catalogue catalogue;
    private final AtomicLong lastCommit = new AtomicLong();
    private final Turns turns = new Turns();
    private final Kept kept;
    private final SlowSearches slow;
    private final Lanes lanes;

    /// @param straight connections for reads that go straight to their rows
    /// @param catalogue what all that is stored can be found and ordered by
    /// @param kept what was read lately
    /// @param lanes how many group commits may be under way at once
    /// @param watch who is told of its work
    PostgresStore(
            DataSource source,
            DataSource straight,
            Catalogue catalogue,
            Kept kept,
            Clock clock,
            int lanes,
            Watch watch) {
        this.source = source;
        this.catalogue = catalogue;
        this.straight = straight;
        this.transactions = new Transactions(source);
        this.clock = clock;
        this.reads = new ReadSql(new Bodies());
        this.searches = new SearchSql(reads);
        this.histories = new HistorySql(reads);
        this.everything = new EverythingSql(reads);
        this.kept = kept;
        this.slow = watch.slow();
        this.lanes = new Lanes(lanes, this::commit, watch.meters());
    }

    /// A store with a lane for each processor, and two at the least.
    ///
    /// @param source of what this version of the program has written or gone through
    public static PostgresStore on(DataSource source, Clock clock) {
        return on(source, source, new Catalogue(), Kept.nothing(), clock, Watch.none(source));
    }

    static PostgresStore on(
            DataSource source,
            DataSource straight,
            Catalogue catalogue,
            Kept kept,
            Clock clock,
            Watch watch) {
        return new PostgresStore(
                source,
                straight,
                catalogue,
                kept,
                clock,
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                watch);
    }

    @Override
    public Optional<Stored> read(String type, String id) {
        return straight(connection -> reads.current(connection, type, id));
    }

    @Override
    public Optional<Stored> read(String type, String id, Sight sight) {
        return kept.resource(
                type,
                id,
                sight,
                () -> straight(connection -> reads.current(connection, type, id, sight)));
    }

    @Override
    public Optional<Stored> read(String type, String id, long version, Sight sight) {
        return history(type, id, version + 1, 1, sight).stream()
                .filter(stored -> stored.version() == version)
                .findFirst();
    }

    @Override
    public List<Stored> history(String type, String id, long before, int count, Sight sight) {
        return straight(
                connection -> histories.versions(connection, type, id, before, count, sight));
    }

    @Override
    public HistoryPage history(HistoryQuery query) {
        return query.scope() instanceof HistoryQuery.Scope.Of
                ? straight(connection -> histories.page(connection, query))
                : withConnection(connection -> histories.page(connection, query));
    }

    @Override
    public List<Stored> everything(EverythingQuery query) {
        return straight(connection -> everything.some(connection, query));
    }

    @Override
    public Set<Long> known(Set<Long> patients, Sight sight) {
        return straight(connection -> SightSql.known(connection, patients, sight));
    }

    @Override
    public Map<Long, Stored> patients(Set<Long> keys) {
        return straight(connection -> reads.patients(connection, keys));
    }

    @Override
    public SearchPage search(SearchQuery asked) {
        var query = catalogue.placed(asked);
        return kept.page(query, () -> found(query));
    }

    private SearchPage found(SearchQuery query) {
        return SearchSql.straight(query)
                ? straight(connection -> page(connection, query))
                : withConnection(connection -> page(connection, query));
    }

    /// Waiting for a connection is not counted: the search that waits is not the one that is slow.
    private SearchPage page(Connection connection, SearchQuery query) throws SQLException {
        var begun = System.nanoTime();
        try {
            return searches.page(connection, query);
        } finally {
            slow.took(query, System.nanoTime() - begun);
        }
    }

    @Override
    public List<Statement> explain(SearchQuery query, boolean planned) {
        return withConnection(connection ->
                new ExplainSql(reads, connection, planned).statements(catalogue.placed(query)));
    }

    @Override
    public List<Stored> record(
            Set<String> patients, Collection<String> types, int most, Sight sight) {
        return straight(connection -> searches.record(connection, patients, types, most, sight));
    }

    @Override
    public List<Version> versions(
            Set<String> patients, Collection<String> types, int most, Sight sight) {
        return straight(connection -> searches.versions(connection, patients, types, most, sight));
    }

    @Override
    public int referrers(String type, String id) {
        return withConnection(
                connection -> WriteSql.referrers(connection, Keys.resource(type, id), List.of()));
    }

    @Override
    public long generation(Set<String> types) {
        return withConnection(connection -> ReadSql.generation(connection, types));
    }

    @Override
    public List<Written> write(Write write) {
        var written = lanes.submit(write);
        Pace.step();
        return written;
    }

    @Override
    public List<Written> write(List<String> conditions, Work work) {
        // In one order, so that two transactions cannot wait for each other.
        var hashes =
                conditions.stream()
                        .mapToLong(text -> Keys.resource("condition", text))
                        .distinct()
                        .sorted()
                        .toArray();
        var scopes = new HashSet<Long>();
        try (var _ = turns.of(hashes)) {
            return Pace.holding(() ->
                    transactions.again(connection -> {
                        for (var hash : hashes) {
                            WriteSql.lockCondition(connection, hash);
                        }
                        var write = work.changes(new InTransaction(connection));
                        var batch = batch(connection);
                        var results = batch.apply(List.of(write));
                        scopes.addAll(batch.scopes());
                        return only(results);
                    }));
        } finally {
            kept.written(scopes);
            Pace.step();
        }
    }

    private static List<Written> only(List<Batch.Result> results) {
        var result = results.getFirst();
        result.problem()
                .ifPresent(problem -> {
                    throw new Refused(problem);
                });
        return result.written();
    }

    private List<Batch.Result> commit(List<Write> writes) {
        var scopes = new HashSet<Long>();
        try {
            return transactions.again(connection -> {
                var batch = batch(connection);
                var results = batch.apply(writes);
                scopes.addAll(batch.scopes());
                return results;
            });
        } finally {
            kept.written(scopes);
        }
    }

    /// The time is taken when no snapshot can be taken any more before the commit: what is in none is later than it.
    private Batch batch(Connection connection) throws SQLException {
        WriteSql.lockMoment(connection, false);
        var now = WriteSql.micros(clock.instant());
        return new Batch(
                connection,
                rowNumbers,
                lastCommit.accumulateAndGet(now, (last, next) -> Math.max(last + 1, next)));
    }

    private <T> T withConnection(SqlWork<T> work) {
        return on(source, work);
    }

    private <T> T straight(SqlWork<T> work) {
        return on(straight, work);
    }

    private static <T> T on(DataSource source, SqlWork<T> work) {
        try (var connection = source.getConnection()) {
            return work.with(connection);
        } catch (SQLException e) {
            throw Faults.of(e);
        } finally {
            Pace.step();
        }
    }

    @FunctionalInterface
    private interface SqlWork<T> {
        T with(Connection connection) throws SQLException;
    }

    /// The store as one transaction sees it.
    private final class InTransaction implements View {
        private final Connection connection;

        InTransaction(Connection connection) {
            this.connection = connection;
        }

        @Override
        public Optional<Stored> read(String type, String id) {
            return here(() -> reads.current(connection, type, id));
        }

        @Override
        public SearchPage search(SearchQuery query) {
            return here(() -> page(connection, catalogue.placed(query)));
        }
    }

    private static <T> T here(SqlCall<T> call) {
        try {
            return call.call();
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }

    @FunctionalInterface
    private interface SqlCall<T> {
        T call() throws SQLException;
    }

    /// Commits what waits, then stops.
    @Override
    public void close() {
        lanes.close();
    }
}
