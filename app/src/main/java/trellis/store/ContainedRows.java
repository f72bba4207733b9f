package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import trellis.fhir.definitions.Definitions;
import trellis.store.WriteSql.Place;
import trellis.store.WriteSql.Row;

/// The rows of what stands within resources, in one transaction. What is contained under the same id in a new version keeps its
/// number, so that pages neither repeat nor skip it.
final class ContainedRows {
    private static final Rows.Table CONTAINED =
            Rows.Table.of(
                    "contained",
                    "shard smallint",
                    "rid bigint",
                    "container bigint",
                    "rtype smallint",
                    "upd bigint",
                    "patient bigint",
                    "key bigint",
                    "fid text",
                    "tok bigint[]");

    private final RowNumbers numbers;
    private final Map<Long, Map<String, Long>> before = new HashMap<>();

    ContainedRows(RowNumbers numbers) {
        this.numbers = numbers;
    }

    /// What one contained resource is found by.
    ///
    /// @param place its own
    record Placed(Place place, Row container, Prepared.Within content) {}

    /// Takes the rows of what is contained at these places away.
    ///
    /// @return the places that they had themselves
    List<Place> takeAway(Connection connection, Collection<Place> containers) throws SQLException {
        var sql =
                """
                delete from contained c using unnest(?::smallint[], ?::bigint[]) as p (shard, rid)
                 where c.shard = p.shard and c.container = p.rid
                returning c.shard, c.rid, c.container, c.fid
                """;
        var gone = new ArrayList<Place>();
        try (var statement = connection.prepareStatement(sql)) {
            WriteSql.setPlaces(connection, statement, containers);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    var place = new Place(result.getShort(1), result.getLong(2));
                    gone.add(place);
                    before.computeIfAbsent(result.getLong(3), _ -> new HashMap<>())
                            .put(result.getString(4), place.rid());
                }
            }
        }
        return gone;
    }

    /// Adds the rows of what these versions contain, but for what they are found by.
    List<Placed> insert(Connection connection, InsertsSql inserts, List<Row> versions)
            throws SQLException {
        var placed = new ArrayList<Placed>();
        var rows = inserts.into(CONTAINED);
        var ordered = new ArrayList<>(versions);
        ordered.sort(Comparator.comparingLong(version -> version.place().rid()));
        for (var version : ordered) {
            for (var within : version.content().contained()) {
                var one = new Placed(place(connection, version, within), version, within);
                placed.add(one);
                add(rows, one);
            }
        }
        return placed;
    }

    private static void add(Rows rows, Placed one) {
        var container = one.container();
        var name = container.content().type() + "/" + container.content().id();
        rows.smallint(one.place().shard())
                .bigint(one.place().rid())
                .bigint(container.place().rid())
                .smallint(Definitions.r4().typeCode(one.content().type()))
                .bigint(container.updated())
                .bigint(container.content().patient())
                .bigint(Keys.resource(name, "#" + one.content().id()))
                .text(one.content().id())
                .bigints(one.content().rows().tokens());
    }

    private Place place(Connection connection, Row container, Prepared.Within within)
            throws SQLException {
        var old =
                Optional.ofNullable(before.get(container.place().rid()))
                        .flatMap(ids -> Optional.ofNullable(ids.get(within.id())));
        var rid = old.isPresent() ? old.get() : numbers.next(connection);
        return new Place(container.place().shard(), rid);
    }
}
