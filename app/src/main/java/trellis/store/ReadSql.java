package trellis.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import trellis.fhir.definitions.Definitions;

/// The statements that read by id.
final class ReadSql {

    /// What every statement that gives whole rows selects from `res r`, in the order of [#stored].
    static final String COLUMNS =
            "r.rtype, r.fid, r.ver, r.upd, r.deleted, r.rid, r.patient, r.splice, r.body";

    private final Bodies bodies;

    ReadSql(Bodies bodies) {
        this.bodies = bodies;
    }

    /// Reads the row that a result stands on.
    Stored stored(ResultSet row) throws SQLException {
        var version = row.getLong(3);
        var updated = WriteSql.instant(row.getLong(4));
        var deleted = row.getBoolean(5);
        return new Stored(
                Definitions.r4().typeName(row.getShort(1)),
                row.getString(2),
                version,
                updated,
                deleted,
                row.getLong(6),
                row.getLong(7),
                deleted
                        ? new byte[0]
                        : Bodies.whole(
                                bodies.unpack(row.getBytes(9)), row.getInt(8), version, updated));
    }

    /// The sum of all versions of some types: each change adds to it, whichever of two ends first.
    static long generation(Connection connection, Set<String> types) throws SQLException {
        var sql =
                """
                select coalesce((select sum(ver) from res where rtype = any (?) and not deleted), 0)
                     + coalesce((select sum(ver) from res where rtype = any (?) and deleted), 0)
                """;
        var codes =
                types.stream()
                        .map(type -> (short) Definitions.r4().typeCode(type))
                        .toArray(Short[]::new);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setArray(1, connection.createArrayOf("smallint", codes));
            statement.setArray(2, connection.createArrayOf("smallint", codes));
            try (var result = statement.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    Optional<Stored> current(Connection connection, String type, String id) throws SQLException {
        var sql =
                "select "
                        + COLUMNS
                        + """
                          from loc l
                          join res r on r.shard = l.shard and r.rid = l.rid
                         where l.home = ? and l.key = ? and r.fid = ?
                        """;
        var key = Keys.resource(type, id);
        try (var statement = connection.prepareStatement(sql)) {
            statement.setShort(1, Keys.shard(key));
            statement.setLong(2, key);
            statement.setString(3, id);
            return list(statement).stream().findFirst();
        }
    }

    /// The same, if it may be seen. What may not be seen takes the same way as what is not there.
    Optional<Stored> current(Connection connection, String type, String id, Sight sight)
            throws SQLException {
        if (!sight.limits(type)) {
            return current(connection, type, id);
        }
        var key = Keys.resource(type, id);
        var sql = new Sql();
        sql.add("select " + COLUMNS)
                .add(
                        """
                         from loc l join res r on r.shard = l.shard and r.rid = l.rid
                         where l.home = ? and l.key = ? and r.fid = ?\
                        """)
                .bind(Keys.shard(key))
                .bind(key)
                .bind(id);
        new SightSql(sql, sight).and("r", type);
        try (var statement = sql.prepare(connection)) {
            return list(statement).stream().findFirst();
        }
    }

    Map<Long, Stored> patients(Connection connection, Set<Long> keys) throws SQLException {
        var sql = new Sql();
        sql.add("select " + COLUMNS)
                .add(
                        """
                         from unnest(?::bigint[]) k (key)
                         join loc l on l.home = (k.key & 1023)::smallint and l.key = k.key
                         join res r on r.shard = l.shard and r.rid = l.rid
                         where not r.deleted\
                        """)
                .bindWholes(keys);
        var found = new HashMap<Long, Stored>();
        try (var statement = sql.prepare(connection)) {
            for (var stored : list(statement)) {
                if (stored.type().equals("Patient")) {
                    found.put(stored.patient(), stored);
                }
            }
        }
        return found;
    }

    private List<Stored> list(java.sql.PreparedStatement statement) throws SQLException {
        var found = new ArrayList<Stored>();
        try (var result = statement.executeQuery()) {
            while (result.next()) {
                found.add(stored(result));
            }
        }
        return found;
    }
}
