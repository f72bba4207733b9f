package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trellis.fhir.Json;
import trellis.fhir.Resource;
import trellis.fhir.definitions.Definitions;

/// The statements about what the store can be searched by, and about going through what was stored before that.
final class CatalogueSql {

    /// Rows of all parameters of R4, of one type.
    static final String ALL = "*";

    /// The words of one type.
    static final String WORDS = "_content";

    /// The codes of one type that are kept with the patient (see [RecordCodes]).
    static final String IN_RECORD = "_in-record";

    /// The date of one type that stands in its rows (see [RecordDates]).
    static final String DATED = "_dated";

    private final Connection connection;

    CatalogueSql(Connection connection) {
        this.connection = connection;
    }

    /// How far one parameter is.
    ///
    /// @param digest of its definition
    /// @param upto row number up to which resources have been gone through
    /// @param seen how many these were
    record State(String base, String code, String digest, boolean ready, long upto, long seen) {
        String name() {
            return base + "." + code;
        }
    }

    List<State> states() throws SQLException {
        return states("");
    }

    /// The one to go on with; it is some seconds old, so that every node knows of it and indexes what it writes.
    Optional<State> next(int seconds) throws SQLException {
        return states(
                        " where not ready and since < now() - make_interval(secs => "
                                + seconds
                                + ") order by since, base, code limit 1")
                .stream()
                .findFirst();
    }

    private List<State> states(String which) throws SQLException {
        var states = new ArrayList<State>();
        try (var statement =
                        connection.prepareStatement(
                                "select base, code, digest, ready, upto, seen from search_index"
                                        + which);
                var row = statement.executeQuery()) {
            while (row.next()) {
                states.add(
                        new State(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getBoolean(4),
                                row.getLong(5),
                                row.getLong(6)));
            }
        }
        return states;
    }

    /// Notes a definition; one that has changed begins anew.
    void note(String base, String code, String digest) throws SQLException {
        update(
                """
                insert into search_index as s (base, code, digest, ready, since, upto, seen)
                values (?, ?, ?, false, now(), 0, 0)
                on conflict (base, code) do update
                   set digest = excluded.digest, ready = false, since = now(), upto = 0, seen = 0
                 where s.digest <> excluded.digest
                """,
                base,
                code,
                digest);
    }

    /// Notes that something more of a type is kept; where there is nothing of it yet, nothing need be gone through.
    ///
    /// @param code [#WORDS], [#IN_RECORD] or [#DATED]
    void noteKept(String type, String code) throws SQLException {
        update(
                """
                insert into search_index (base, code, digest, ready, since, upto, seen)
                select ?, ?, '', not exists (select from res where rtype = ?::integer and not deleted),
                       now(), 0, 0
                on conflict (base, code) do nothing
                """,
                type,
                code,
                String.valueOf(Definitions.r4().typeCode(type)));
    }

    void forget(String base, String code) throws SQLException {
        update("delete from search_index where base = ? and code = ?", base, code);
    }

    /// Notes, once for each generation of the program's own values, that each type that is there must be gone through.
    void begin(String generation) throws SQLException {
        var types = new ArrayList<Integer>();
        try (var statement =
                        connection.prepareStatement(
                                "select t from generate_series(1, ?) t where exists"
                                        + " (select from res where rtype = t and not deleted)");
                var row =
                        bound(statement, Definitions.r4().resourceTypes().size()).executeQuery()) {
            while (row.next()) {
                types.add(row.getInt(1));
            }
        }
        for (var type : types) {
            note(Definitions.r4().typeName(type.shortValue()), ALL, generation);
        }
        update(
                """
                insert into search_index (base, code, digest, ready, since, upto, seen)
                values (?, ?, ?, true, now(), 0, 0)
                on conflict (base, code) do update set digest = excluded.digest
                """,
                ALL,
                ALL,
                generation);
    }

    private static java.sql.PreparedStatement bound(java.sql.PreparedStatement statement, int value)
            throws SQLException {
        statement.setInt(1, value);
        return statement;
    }

    /// Whether this transaction is the only one that goes through resources.
    boolean alone() throws SQLException {
        try (var statement =
                        connection.prepareStatement("select pg_try_advisory_xact_lock(7415002)");
                var row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /// A resource as it is stored, locked against writers.
    record Found(WriteSql.Place place, long updated, Resource resource) {}

    /// The next resources of a type, in the order of their creation.
    List<Found> after(ReadSql reads, String type, long row, int count) throws SQLException {
        var found = new ArrayList<Found>();
        try (var statement =
                connection.prepareStatement(
                        "select "
                                + ReadSql.COLUMNS
                                + """
                                  , r.shard from res r
                                 where r.rtype = ? and not r.deleted and r.rid > ?
                                 order by r.rid limit ? for no key update
                                """)) {
            statement.setInt(1, Definitions.r4().typeCode(type));
            statement.setLong(2, row);
            statement.setInt(3, count);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    var stored = reads.stored(result);
                    found.add(
                            new Found(
                                    new WriteSql.Place(
                                            result.getShort(SearchSql.COLUMNS + 1), stored.row()),
                                    WriteSql.micros(stored.lastUpdated()),
                                    Resource.of(Json.parse(stored.body()))));
                }
            }
        }
        return found;
    }

    /// Notes how far it is: one look at a resource finds all there is to find, so whatever else of the type was as far is further too. A
    /// definition that has changed meanwhile begins anew.
    ///
    /// @param seconds what was noted later is not known to every node yet
    void advance(State state, long upto, int more, boolean ready, int seconds) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        """
                        update search_index set upto = ?, seen = seen + ?, ready = ?
                         where base = ? and not ready and upto = ? and since < now() - make_interval(secs => ?)
                        """)) {
            statement.setLong(1, upto);
            statement.setInt(2, more);
            statement.setBoolean(3, ready);
            statement.setString(4, state.base());
            statement.setLong(5, state.upto());
            statement.setInt(6, seconds);
            statement.executeUpdate();
        }
    }

    private void update(String sql, String... values) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }
}
