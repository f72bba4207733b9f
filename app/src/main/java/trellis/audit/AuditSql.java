package trellis.audit;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgConnection;
import trellis.access.Caller;
import trellis.store.Kept;
import trellis.store.Write;

/// Adds lines to the log. Callers and clients are stored once each, under the hash of what they are;
/// `known` remembers what is committed already.
final class AuditSql implements Write.Table<AuditEntry> {
    private final DataSource database;
    private final Known known = new Known();

    /// Lines could not be added. Has no message: the database's would quote them.
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;
        private static final Set<String> AWAY = Set.of("08", "53", "57");

        private final String state;

        private Failed(String state) {
            super(null, null, false, false);
            this.state = state;
        }

        /// Whether the database is away or full, so that other lines would fare no better.
        boolean away() {
            return state.length() < 2
                    || AWAY.contains(state.substring(0, 2))
                    || state.equals("none");
        }

        /// The SQL state, which holds nothing of the lines.
        String state() {
            return state;
        }
    }

    AuditSql(DataSource database) {
        this.database = database;
    }

    /// What was found of claims.
    ///
    /// @param moment at which that was; empty where the database does not know what was written since
    /// @param overtaken those that do not hold
    record Checked(Optional<String> moment, Set<Kept.Claim> overtaken) {}

    /// Adds lines in a transaction of their own, durably: every connection of the pool commits so. When one of the claims does not
    /// hold, none is added.
    ///
    /// @throws Failed when that could not be; then none was added
    Checked commit(List<AuditEntry> entries, List<Kept.Claim> claims) {
        try (var connection = database.getConnection()) {
            if (entries.stream().allMatch(known::has)) {
                return confirmed(connection, entries, claims);
            }
            var checked = together(connection, entries, claims);
            entries.forEach(known::add);
            return checked;
        } catch (SQLException e) {
            throw new Failed(Optional.ofNullable(e.getSQLState()).orElse("none"));
        }
    }

    private Checked together(
            Connection connection, List<AuditEntry> entries, List<Kept.Claim> claims)
            throws SQLException {
        connection.setAutoCommit(false);
        try {
            insertCallers(connection, entries);
            insertAgents(connection, entries);
            var checked = confirmed(connection, entries, claims);
            connection.commit();
            return checked;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /// Adds lines inside the transaction of `connection`. What it adds about callers is not
    /// remembered as known, because the transaction may still fail.
    @Override
    public void insert(Connection connection, List<AuditEntry> entries) throws SQLException {
        insertCallers(connection, entries);
        insertAgents(connection, entries);
        insertLines(connection, entries);
    }

    /// One statement however many lines and claims there are.
    private static Checked confirmed(
            Connection connection, List<AuditEntry> entries, List<Kept.Claim> claims)
            throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        select seen, overtaken
                          from audit_add_confirmed(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)) {
            var columns = bind(connection, insert, entries);
            var whose = new ArrayList<Kept.Claim>();
            var scopes = LongStream.builder();
            for (var claim : claims) {
                for (var scope : claim.scopes()) {
                    whose.add(claim);
                    scopes.add(scope);
                }
            }
            columns.set("bigint", scopes.build().toArray());
            columns.set("text", whose.stream().map(Kept.Claim::moment).toArray(String[]::new));
            try (var result = insert.executeQuery()) {
                result.next();
                return new Checked(
                        Optional.ofNullable(result.getString(1)), at(result.getArray(2), whose));
            }
        }
    }

    private static Set<Kept.Claim> at(@Nullable Array places, List<Kept.Claim> claims)
            throws SQLException {
        return places == null
                ? Set.of()
                : Arrays.stream((Integer[]) places.getArray())
                        .map(place -> claims.get(place - 1))
                        .collect(Collectors.toSet());
    }

    /// One statement however many lines there are.
    private static void insertLines(Connection connection, List<AuditEntry> entries)
            throws SQLException {
        try (var insert =
                connection.prepareStatement(
                        """
                        select audit_add(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)) {
            bind(connection, insert, entries);
            insert.execute();
        }
    }

    private static ColumnsSql bind(
            Connection connection, PreparedStatement insert, List<AuditEntry> entries)
            throws SQLException {
        var columns = new ColumnsSql(connection, insert, entries);
        columns.longs(AuditSql::micros);
        columns.longs(entry -> Known.key(entry.caller()));
        columns.longs(entry -> entry.caller().account());
        columns.longs(entry -> Known.key(entry.source().agent()));
        columns.texts(entry -> entry.action().code());
        columns.shorts(AuditEntry::status);
        columns.longs(entry -> entry.target().version());
        columns.texts(AuditEntry::what);
        columns.texts(entry -> entry.target().type());
        columns.texts(entry -> entry.target().id());
        columns.texts(entry -> entry.target().query());
        columns.texts(entry -> entry.source().address());
        columns.texts(entry -> entry.source().request());
        columns.longs(entry -> entry.patients().isEmpty() ? 0 : entry.patients().getFirst());
        columns.ints(entry -> Math.max(0, entry.patients().size() - 1));
        var places = IntStream.builder();
        var patients = LongStream.builder();
        for (var at = 0; at < entries.size(); at++) {
            for (var patient : entries.get(at).patients()) {
                places.add(at + 1);
                patients.add(patient);
            }
        }
        columns.set("integer", places.build().toArray());
        columns.set("bigint", patients.build().toArray());
        return columns;
    }

    /// Sets one array after the other. Of primitive values and of strings the driver makes binary ones, which nobody has to write out
    /// and read as text.
    private static final class ColumnsSql {
        private final PgConnection connection;
        private final PreparedStatement insert;
        private final List<AuditEntry> entries;
        private int set;

        ColumnsSql(Connection connection, PreparedStatement insert, List<AuditEntry> entries)
                throws SQLException {
            this.connection = connection.unwrap(PgConnection.class);
            this.insert = insert;
            this.entries = entries;
        }

        void longs(ToLongFunction<AuditEntry> value) throws SQLException {
            set("bigint", entries.stream().mapToLong(value).toArray());
        }

        void ints(ToIntFunction<AuditEntry> value) throws SQLException {
            set("integer", entries.stream().mapToInt(value).toArray());
        }

        void shorts(ToIntFunction<AuditEntry> value) throws SQLException {
            var values = new short[entries.size()];
            for (var i = 0; i < values.length; i++) {
                values[i] = (short) value.applyAsInt(entries.get(i));
            }
            set("smallint", values);
        }

        void texts(Function<AuditEntry, String> value) throws SQLException {
            set("text", entries.stream().map(value).toArray(String[]::new));
        }

        /// @param values an array
        void set(String type, Object values) throws SQLException {
            insert.setArray(++set, connection.createArrayOf(type, values));
        }
    }

    /// Rows are locked in the order of their keys, so that two transactions cannot wait for each
    /// other.
    private void insertCallers(Connection connection, List<AuditEntry> entries)
            throws SQLException {
        var news = new TreeMap<Long, Caller>();
        for (var entry : entries) {
            var key = Known.key(entry.caller());
            if (!known.has(key)) {
                news.put(key, entry.caller());
            }
        }
        if (news.isEmpty()) {
            return;
        }
        try (var insert =
                connection.prepareStatement(
                        """
                        insert into audit_caller (key, account, name, role, organisation, ods_code, came)
                        values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing
                        """)) {
            for (var row : news.entrySet()) {
                var caller = row.getValue();
                insert.setLong(1, row.getKey());
                insert.setLong(2, caller.account());
                insert.setString(3, caller.name());
                insert.setString(4, caller.role().name());
                insert.setString(5, caller.organisation());
                insert.setString(6, caller.odsCode());
                insert.setString(7, caller.way());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private void insertAgents(Connection connection, List<AuditEntry> entries) throws SQLException {
        var news = new TreeMap<Long, String>();
        for (var entry : entries) {
            var key = Known.key(entry.source().agent());
            if (!known.has(key)) {
                news.put(key, entry.source().agent());
            }
        }
        if (news.isEmpty()) {
            return;
        }
        try (var insert =
                connection.prepareStatement(
                        """
                        insert into audit_agent (key, agent) values (?, ?) on conflict do nothing
                        """)) {
            for (Map.Entry<Long, String> row : news.entrySet()) {
                insert.setLong(1, row.getKey());
                insert.setString(2, row.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static long micros(AuditEntry entry) {
        var when = entry.when();
        return TimeUnit.SECONDS.toMicros(when.getEpochSecond()) + when.getNano() / 1_000;
    }
}
