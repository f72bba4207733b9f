package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import trellis.fhir.definitions.Definitions;
import trellis.store.TogetherSql.Values;

/// Versions that were written, for whoever has something to do after each: noted in the transaction of the write, so that none is
/// missed and none is told of that was not committed. What it costs a group of writes that nobody waits for is one look into a
/// table of a few rows.
///
/// Versions of one resource are taken in their order: who writes the second waits for the lock of the first until that is
/// committed, and only then is given its place. Of two resources the order is that in which the groups were written, and one
/// that is committed late is taken late; it is never passed over, because what was taken is deleted row by row.
public final class Outbox {
    private static final int LOCK = 7_415_004;

    private final Transactions transactions;

    public Outbox(DataSource source) {
        this.transactions = new Transactions(source);
    }

    /// A version that was written.
    ///
    /// @param place in the order in which they are taken
    /// @param deleted whether it is the deletion
    public record Event(
            long place, String type, String id, long version, Instant when, boolean deleted) {}

    /// Says of which types a watcher wants to know. When this returns, every version that is committed afterwards is noted, on
    /// every node: what is under way is waited for.
    ///
    /// @param types asked when nobody else changes or takes what this watcher waits for
    public void watch(String watcher, Supplier<Set<String>> types) {
        transactions.with(connection -> {
            lock(connection, watcher, true);
            var wanted = new HashSet<Short>();
            types.get().forEach(type -> wanted.add(code(type)));
            var now = watched(connection, watcher);
            if (wanted.equals(now)) {
                return 0;
            }
            if (!now.containsAll(wanted)) {
                WriteSql.lockMoment(connection, true);
            }
            change(connection, watcher, wanted, now);
            return wanted.size();
        });
    }

    /// Takes what waits, in order. What is made of it is committed together with that.
    ///
    /// @param most how many at the most
    /// @param work what is made of them; what it asks the store it asks on other connections
    /// @param table where that goes
    /// @return how many were taken; 0 also while another node takes
    public <T> int take(
            String watcher, int most, Function<List<Event>, List<T>> work, Write.Table<T> table) {
        return transactions.with(connection -> {
            if (!lock(connection, watcher, false)) {
                return 0;
            }
            var events = waiting(connection, watcher, most);
            if (!events.isEmpty()) {
                var rows = work.apply(events);
                if (!rows.isEmpty()) {
                    table.insert(connection, rows);
                }
                remove(connection, watcher, events);
            }
            return events.size();
        });
    }

    /// How many wait.
    public long waiting(String watcher) {
        return transactions.with(connection -> {
            try (var statement =
                    connection.prepareStatement("select count(*) from outbox where watcher = ?")) {
                statement.setString(1, watcher);
                try (var result = statement.executeQuery()) {
                    result.next();
                    return result.getLong(1);
                }
            }
        });
    }

    /// Notes versions for those who wait for their types.
    static void note(TogetherSql together, List<WriteSql.Row> rows) {
        together.add(
                """
                insert into outbox (watcher, rtype, fid, ver, upd, deleted)
                select w.watcher, e.rtype, e.fid, e.ver, e.upd, e.deleted
                  from unnest(?::smallint[], ?::text[], ?::integer[], ?::bigint[], ?::boolean[])
                       with ordinality as e (rtype, fid, ver, upd, deleted, ord)
                  join outbox_watch w on w.rtype = e.rtype
                 order by e.ord
                """,
                List.of(
                        Values.smallints(
                                rows.stream()
                                        .map(row -> (int) code(row.content().type()))
                                        .toList()),
                        new Values(
                                "text",
                                rows.stream()
                                        .map(row -> row.content().id())
                                        .toArray(String[]::new)),
                        new Values(
                                "integer", rows.stream().mapToInt(WriteSql.Row::version).toArray()),
                        new Values(
                                "bigint", rows.stream().mapToLong(WriteSql.Row::updated).toArray()),
                        new Values(
                                "boolean",
                                rows.stream()
                                        .map(row -> row.content().body().length == 0)
                                        .toArray(Boolean[]::new))));
    }

    private static short code(String type) {
        return (short) Definitions.r4().typeCode(type);
    }

    /// The lock of one watcher, until the transaction ends: waited for, or tried.
    private static boolean lock(Connection connection, String watcher, boolean waits)
            throws SQLException {
        var sql =
                waits
                        ? "select true from pg_advisory_xact_lock(?, hashtext(?))"
                        : "select pg_try_advisory_xact_lock(?, hashtext(?))";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setInt(1, LOCK);
            statement.setString(2, watcher);
            try (var result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    private static Set<Short> watched(Connection connection, String watcher) throws SQLException {
        var found = new HashSet<Short>();
        try (var statement =
                connection.prepareStatement("select rtype from outbox_watch where watcher = ?")) {
            statement.setString(1, watcher);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    found.add(result.getShort(1));
                }
            }
        }
        return found;
    }

    private static void change(
            Connection connection, String watcher, Set<Short> wanted, Set<Short> now)
            throws SQLException {
        for (var type : now) {
            if (!wanted.contains(type)) {
                change(
                        connection,
                        "delete from outbox_watch where watcher = ? and rtype = ?",
                        watcher,
                        type);
            }
        }
        for (var type : wanted) {
            if (!now.contains(type)) {
                change(
                        connection,
                        "insert into outbox_watch (watcher, rtype) values (?, ?)",
                        watcher,
                        type);
            }
        }
    }

    private static void change(Connection connection, String sql, String watcher, short type)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, watcher);
            statement.setShort(2, type);
            statement.execute();
        }
    }

    private static List<Event> waiting(Connection connection, String watcher, int most)
            throws SQLException {
        var sql =
                """
                select seq, rtype, fid, ver, upd, deleted from outbox
                 where watcher = ? order by seq limit ?
                """;
        var events = new ArrayList<Event>();
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, watcher);
            statement.setInt(2, most);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    events.add(
                            new Event(
                                    result.getLong(1),
                                    Definitions.r4().typeName(result.getShort(2)),
                                    result.getString(3),
                                    result.getInt(4),
                                    WriteSql.instant(result.getLong(5)),
                                    result.getBoolean(6)));
                }
            }
        }
        return events;
    }

    private static void remove(Connection connection, String watcher, List<Event> events)
            throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "delete from outbox where watcher = ? and seq = any (?)")) {
            statement.setString(1, watcher);
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "bigint", events.stream().map(Event::place).toArray()));
            statement.execute();
        }
    }
}
