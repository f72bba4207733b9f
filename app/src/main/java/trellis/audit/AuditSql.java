package trellis.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import trellis.access.Caller;
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

    /// Adds lines in a transaction of their own, durably.
    ///
    /// @throws Failed when that could not be; then none was added
    void commit(List<AuditEntry> entries) {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("set local synchronous_commit = on");
                insert(connection, entries);
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new Failed(Optional.ofNullable(e.getSQLState()).orElse("none"));
        }
        entries.forEach(known::add);
    }

    /// Adds lines inside the transaction of `connection`. What it adds about callers is not
    /// remembered as known, because the transaction may still fail.
    @Override
    public void insert(Connection connection, List<AuditEntry> entries) throws SQLException {
        insertCallers(connection, entries);
        insertAgents(connection, entries);
        try (var insert =
                connection.prepareStatement(
                        """
                        with line as (
                            insert into audit (at, caller, account, agent, action, status, ver, what, rtype,
                                               fid, query, address, request, patient, others)
                            values (?, ?, ?, ?, ?::"char", ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                            returning seq, at)
                        insert into audit_patient (patient, at, seq)
                        select patient, at, seq from line, unnest(?::bigint[]) as patient
                        """)) {
            for (var entry : entries) {
                bind(connection, insert, entry);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void bind(Connection connection, PreparedStatement insert, AuditEntry entry)
            throws SQLException {
        var target = entry.target();
        insert.setLong(1, micros(entry));
        insert.setLong(2, Known.key(entry.caller()));
        insert.setLong(3, entry.caller().account());
        insert.setLong(4, Known.key(entry.source().agent()));
        insert.setString(5, entry.action().code());
        insert.setInt(6, entry.status());
        insert.setLong(7, target.version());
        insert.setString(8, entry.what());
        insert.setString(9, target.type());
        insert.setString(10, target.id());
        insert.setString(11, target.query());
        insert.setString(12, entry.source().address());
        insert.setString(13, entry.source().request());
        var patients = entry.patients();
        insert.setLong(14, patients.isEmpty() ? 0 : patients.getFirst());
        insert.setInt(15, Math.max(0, patients.size() - 1));
        insert.setArray(16, connection.createArrayOf("bigint", patients.toArray()));
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
