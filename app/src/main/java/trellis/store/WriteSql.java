package trellis.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import trellis.fhir.definitions.Definitions;

/// The statements of a write, each for a whole batch. All of them run on a connection whose
/// transaction the caller begins and ends.
final class WriteSql {

    /// What stands among the tokens of whatever bears a security label.
    private static final Long[] LABELLED =
            Definitions.r4().resourceTypes().stream()
                    .map(type -> Keys.present(Keys.salt(type, "_security")))
                    .toArray(Long[]::new);

    private static final Rows.Table LOC =
            Rows.Table.of("loc", "home smallint", "key bigint", "shard smallint", "rid bigint");

    private static final Rows.Table RES =
            Rows.Table.of(
                    "res",
                    "shard smallint",
                    "rid bigint",
                    "rtype smallint",
                    "ver integer",
                    "upd bigint",
                    "patient bigint",
                    "key bigint",
                    "deleted boolean",
                    "splice integer",
                    "fid text",
                    "hash bytea",
                    "body bytea",
                    "tok bigint[]",
                    "dated bigint");

    private WriteSql() {}

    /// Where a resource lives.
    record Place(short shard, long rid) {}

    /// What is known of a resource's current version before a change.
    ///
    /// @param id its full id, against which the key is checked
    record Current(
            Place place,
            String type,
            String id,
            int version,
            long updated,
            boolean deleted,
            byte[] hash,
            long patient) {}

    /// A version to insert.
    record Row(Place place, Prepared content, int version, long updated) {}

    /// Takes the writers' side of the lock that keeps a deletion and a new reference apart.
    static void lockReferences(Connection connection, boolean deleting) throws SQLException {
        execute(
                connection,
                deleting
                        ? "select pg_advisory_xact_lock(7415001)"
                        : "select pg_advisory_xact_lock_shared(7415001)");
    }

    /// Takes the writers' side of the lock by which a snapshot finds a moment at which no write is under way; or, to take a
    /// snapshot, the other side. Until the transaction ends.
    static void lockMoment(Connection connection, boolean snapshot) throws SQLException {
        execute(
                connection,
                snapshot
                        ? "select pg_advisory_xact_lock(7415002)"
                        : "select pg_advisory_xact_lock_shared(7415002)");
    }

    /// Holds a condition until the transaction ends.
    static void lockCondition(Connection connection, long hash) throws SQLException {
        try (var statement = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
            statement.setLong(1, hash);
            statement.execute();
        }
    }

    /// Locks the places of these keys against other writers, always in the same order.
    ///
    /// @return the places by key; a key without one is absent
    static Map<Long, Place> lock(Connection connection, Collection<Long> keys) throws SQLException {
        var sql =
                """
                select l.key, l.shard, l.rid
                  from unnest(?::smallint[], ?::bigint[]) as k (home, key)
                  join loc l on l.home = k.home and l.key = k.key
                 order by l.home, l.key
                   for no key update of l
                """;
        try (var statement = connection.prepareStatement(sql)) {
            setKeys(connection, statement, keys);
            return places(statement);
        }
    }

    private static void setKeys(
            Connection connection, PreparedStatement statement, Collection<Long> keys)
            throws SQLException {
        var homes = new Short[keys.size()];
        var values = new Long[keys.size()];
        var i = 0;
        for (var key : keys) {
            homes[i] = Keys.shard(key);
            values[i++] = key;
        }
        statement.setArray(1, connection.createArrayOf("smallint", homes));
        statement.setArray(2, connection.createArrayOf("bigint", values));
    }

    private static Map<Long, Place> places(PreparedStatement statement) throws SQLException {
        var places = new HashMap<Long, Place>();
        try (var result = statement.executeQuery()) {
            while (result.next()) {
                places.put(result.getLong(1), new Place(result.getShort(2), result.getLong(3)));
            }
        }
        return places;
    }

    /// Reads what stands at these places.
    static Map<Place, Current> current(Connection connection, Collection<Place> places)
            throws SQLException {
        var sql =
                """
                select r.shard, r.rid, r.rtype, r.fid, r.ver, r.upd, r.deleted, r.hash, r.patient
                  from unnest(?::smallint[], ?::bigint[]) as p (shard, rid)
                  join res r on r.shard = p.shard and r.rid = p.rid
                """;
        var found = new HashMap<Place, Current>();
        try (var statement = connection.prepareStatement(sql)) {
            setPlaces(connection, statement, places);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    var place = new Place(result.getShort(1), result.getLong(2));
                    found.put(
                            place,
                            new Current(
                                    place,
                                    Definitions.r4().typeName(result.getShort(3)),
                                    result.getString(4),
                                    result.getInt(5),
                                    result.getLong(6),
                                    result.getBoolean(7),
                                    result.getBytes(8),
                                    result.getLong(9)));
                }
            }
        }
        return found;
    }

    static void setPlaces(
            Connection connection, PreparedStatement statement, Collection<Place> places)
            throws SQLException {
        var shards = new Short[places.size()];
        var rids = new Long[places.size()];
        var i = 0;
        for (var place : places) {
            shards[i] = place.shard();
            rids[i++] = place.rid();
        }
        statement.setArray(1, connection.createArrayOf("smallint", shards));
        statement.setArray(2, connection.createArrayOf("bigint", rids));
    }

    /// Which of these keys belong to a resource that is there and not deleted.
    static Set<Long> existing(Connection connection, Collection<Long> keys) throws SQLException {
        var sql =
                """
                select l.key
                  from unnest(?::smallint[], ?::bigint[]) as k (home, key)
                  join loc l on l.home = k.home and l.key = k.key
                  join res r on r.shard = l.shard and r.rid = l.rid
                 where not r.deleted
                """;
        var found = new HashSet<Long>();
        try (var statement = connection.prepareStatement(sql)) {
            setKeys(connection, statement, keys);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    found.add(result.getLong(1));
                }
            }
        }
        return found;
    }

    /// How many resources, other than those at the given places, refer to this key.
    static int referrers(Connection connection, long key, Collection<Place> except)
            throws SQLException {
        var sql =
                """
                select count(distinct (x.shard, x.rid))
                  from ix_reference x
                  join res r on r.shard = x.shard and r.rid = x.rid
                 where x.target = ?
                   and not exists (select from unnest(?::smallint[], ?::bigint[]) as p (shard, rid)
                                    where p.shard = x.shard and p.rid = x.rid)
                """;
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, key);
            var shards = except.stream().map(Place::shard).toArray(Short[]::new);
            var rids = except.stream().map(Place::rid).toArray(Long[]::new);
            statement.setArray(2, connection.createArrayOf("smallint", shards));
            statement.setArray(3, connection.createArrayOf("bigint", rids));
            try (var result = statement.executeQuery()) {
                result.next();
                return result.getInt(1);
            }
        }
    }

    /// Moves current versions to history and takes their search rows away.
    static void supersede(Connection connection, Collection<Place> places, ContainedRows contained)
            throws SQLException {
        var moved =
                """
                with old as (
                    delete from res r
                     using unnest(?::smallint[], ?::bigint[]) as p (shard, rid)
                     where r.shard = p.shard and r.rid = p.rid
                    returning r.shard, r.rid, r.ver, r.upd, r.deleted, r.splice, r.body, r.rtype, r.patient, r.tok)
                insert into hist (shard, rid, ver, upd, deleted, splice, body, rtype, patient, tok)
                select shard, rid, ver, upd, deleted, splice, body, rtype, patient, tok from old
                """;
        forPlaces(connection, moved, places);
        SearchRowsSql.takeAway(connection, places, contained);
    }

    /// Leaves what bore a security label its tokens when it is deleted: what was sealed is sealed still.
    static void keepLabels(Connection connection, Collection<Place> deleted) throws SQLException {
        var sql =
                """
                update res r set tok = h.tok
                  from unnest(?::smallint[], ?::bigint[]) as p (shard, rid)
                  join hist h on h.shard = p.shard and h.rid = p.rid
                 where r.shard = p.shard and r.rid = p.rid and h.ver = r.ver - 1 and h.tok && ?
                """;
        try (var statement = connection.prepareStatement(sql)) {
            setPlaces(connection, statement, deleted);
            statement.setArray(3, connection.createArrayOf("bigint", LABELLED));
            statement.execute();
        }
    }

    /// Carries out a statement with places as its first two parameters.
    static void forPlaces(Connection connection, String sql, Collection<Place> places)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            setPlaces(connection, statement, places);
            statement.execute();
        }
    }

    /// Takes history along when a resource moves to another patient's record, and so to another shard.
    static void move(Connection connection, long key, Place from, short to) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "update hist set shard = ? where shard = ? and rid = ?")) {
            statement.setShort(1, to);
            statement.setShort(2, from.shard());
            statement.setLong(3, from.rid());
            statement.execute();
        }
        try (var statement =
                connection.prepareStatement(
                        "update loc set shard = ? where home = ? and key = ?")) {
            statement.setShort(1, to);
            statement.setShort(2, Keys.shard(key));
            statement.setLong(3, key);
            statement.execute();
        }
    }

    /// Adds the places of new resources.
    static void insertPlaces(InsertsSql inserts, Map<Long, Place> places) {
        var rows = inserts.into(LOC);
        // In the order in which every writer takes them, so that two writers cannot wait for each
        // other.
        places.entrySet().stream()
                .sorted(
                        Comparator.<Map.Entry<Long, Place>>comparingInt(e -> Keys.shard(e.getKey()))
                                .thenComparingLong(Map.Entry::getKey))
                .forEach(e ->
                        rows.smallint(Keys.shard(e.getKey()))
                                .bigint(e.getKey())
                                .smallint(e.getValue().shard())
                                .bigint(e.getValue().rid()));
    }

    /// Adds versions and what they are found by.
    static void insertRows(
            Connection connection, InsertsSql inserts, List<Row> versions, ContainedRows contained)
            throws SQLException {
        var rows = new ArrayList<>(versions);
        rows.sort(
                Comparator.<Row>comparingInt(r -> r.place().shard())
                        .thenComparingLong(r -> r.place().rid()));
        insertResources(inserts.into(RES), rows);
        SearchRowsSql.insert(connection, inserts, rows, contained);
    }

    private static void insertResources(Rows out, List<Row> rows) {
        for (var row : rows) {
            var content = row.content();
            out.smallint(row.place().shard())
                    .bigint(row.place().rid())
                    .smallint(Definitions.r4().typeCode(content.type()))
                    .integer(row.version())
                    .bigint(row.updated())
                    .bigint(content.patient())
                    .bigint(Keys.resource(content.type(), content.id()))
                    .bool(content.body().length == 0)
                    .integer(content.splice())
                    .text(content.id())
                    .bytes(content.hash())
                    .bytes(content.body())
                    .bigints(content.rows().tokens())
                    .bigint(content.rows().dated());
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Microseconds since 1970 UTC.
    static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond()) + instant.getNano() / 1000;
    }

    /// The instant of so many microseconds since 1970 UTC.
    static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
    }
}
