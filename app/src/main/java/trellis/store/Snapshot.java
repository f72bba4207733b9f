package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;

/// Everything the store held at one moment, read as a stream: for copies that must be of a piece,
/// such as an export. For one thread.
///
/// What was committed by that moment is in it, and nothing else: writers wait for as long as it takes to take the moment, a few
/// milliseconds after the groups under way, and are not held up afterwards. Whoever asks later for what has changed since
/// misses nothing.
///
/// A database that is away is [trellis.fhir.Problem.Unavailable]; the moment is then lost.
public final class Snapshot implements AutoCloseable {
    private final Connection connection;
    private final Instant moment;
    private final SnapshotSql sql = new SnapshotSql(new ReadSql(new Bodies()));

    private Snapshot(Connection connection, Instant moment) {
        this.connection = connection;
        this.moment = moment;
    }

    /// Some resources of one type.
    ///
    /// @param criteria all of which must hold
    /// @param sight what whoever asks may see
    public record Part(String type, List<Criterion> criteria, Sight sight) {
        public Part {
            criteria = List.copyOf(criteria);
        }

        /// All of a type that is not older.
        static Part since(String type, Instant since) {
            return new Part(type, List.of(changed(since)), Sight.everything());
        }
    }

    /// That the current version is not older than this.
    public static Criterion changed(Instant since) {
        return new Criterion.Updated(WriteSql.micros(since), Long.MAX_VALUE);
    }

    /// That the current version is older than this.
    public static Criterion before(Instant until) {
        return new Criterion.Updated(Long.MIN_VALUE, WriteSql.micros(until));
    }

    /// Takes the moment.
    public static Snapshot of(DataSource database, Clock clock) {
        try (var writers = database.getConnection()) {
            SnapshotSql.holdWriters(writers);
            try {
                var moment = clock.instant().truncatedTo(ChronoUnit.MICROS);
                return new Snapshot(begun(database), moment);
            } finally {
                SnapshotSql.end(writers);
            }
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }

    private static Connection begun(DataSource database) throws SQLException {
        var connection = database.getConnection();
        try {
            SnapshotSql.begin(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /// The moment, to the microsecond.
    public Instant moment() {
        return moment;
    }

    /// Whether there was nothing at all, not even something deleted.
    public boolean isEmpty() {
        return here(() -> sql.isEmpty(connection));
    }

    /// How many resources there were of each type, by name; types without any are left out.
    ///
    /// @param since only those whose current version is not older
    public Map<String, Long> counts(Instant since) {
        return here(() -> sql.counts(connection, since));
    }

    /// The current version of one resource, if it may be seen; it may be a deletion.
    public Optional<Stored> read(String type, String id, Sight sight) {
        return here(() -> sql.read(connection, type, id, sight));
    }

    /// The current version of every resource of a type, in the order of creation.
    ///
    /// @param since only those whose current version is not older
    public void each(String type, Instant since, Consumer<Stored> sink) {
        each(Part.since(type, since), sink);
    }

    /// The current versions, in the order of creation.
    public void each(Part part, Consumer<Stored> sink) {
        here(() -> {
            sql.each(connection, part, false, sink);
            return true;
        });
    }

    /// The deletions, in the order in which the resources were created. Of what is deleted the criteria can ask for no more than when,
    /// and whose it was.
    public void deleted(Part part, Consumer<Stored> sink) {
        here(() -> {
            sql.each(connection, part, true, sink);
            return true;
        });
    }

    private interface Call<T> {
        T call() throws SQLException;
    }

    private static <T> T here(Call<T> call) {
        try {
            return call.call();
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }

    @Override
    public void close() {
        try {
            SnapshotSql.end(connection);
        } catch (SQLException e) {
            throw Faults.of(e);
        }
    }
}
