package trellis.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import trellis.fhir.definitions.Definitions;
import trellis.store.HistoryPage.Place;
import trellis.store.HistoryQuery.Scope;

/// The statements of histories. Current versions and superseded ones are read as ordered scans and merged, and each is looked at
/// in its order until a page is full: nothing is sorted, and no more than [#LOOKED] versions are looked at for one page.
///
/// A version is seen only by whoever may see its resource as it is now and might have seen it as it was then: whose it was and
/// which labels it bore stand in `hist`.
final class HistorySql {
    /// How many versions are looked at for one page at the most, whether or not they may be seen.
    static final int LOOKED = 10_000;

    /// Versions of one resource that are counted at the most.
    private static final int COUNTED = 1_000_000;

    private static final int CREATED = 10;

    private final ReadSql reads;
    private final int looked;

    HistorySql(ReadSql reads) {
        this(reads, LOOKED);
    }

    /// @param looked instead of [#LOOKED]
    HistorySql(ReadSql reads, int looked) {
        this.reads = reads;
        this.looked = looked;
    }

    /// One page.
    HistoryPage page(Connection connection, HistoryQuery query) throws SQLException {
        var total =
                query.total() ? OptionalLong.of(total(connection, query)) : OptionalLong.empty();
        if (query.count() == 0) {
            return new HistoryPage(List.of(), Optional.empty(), total);
        }
        var found = new ArrayList<HistoryPage.Version>();
        try (var statement = statement(query).prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                found.add(
                        new HistoryPage.Version(reads.stored(result), result.getBoolean(CREATED)));
            }
        }
        if (found.size() > query.count()) {
            var given = found.subList(0, query.count());
            return new HistoryPage(given, Optional.of(place(given.getLast().stored())), total);
        }
        return new HistoryPage(found, lastLooked(connection, query), total);
    }

    /// Versions of one resource that may be seen, newest first.
    ///
    /// @param before only versions older than this one
    List<Stored> versions(
            Connection connection, String type, String id, long before, int count, Sight sight)
            throws SQLException {
        var scope = new Scope.Of(type, id);
        var query =
                new HistoryQuery(
                        scope, HistoryQuery.Span.ALWAYS, count, Optional.empty(), false, sight);
        var sql = new Sql();
        selected(sql);
        sql.add(" from (");
        keys(sql, query, Optional.of(before), most(query));
        sql.add(") k");
        rows(sql, query);
        sql.add(" order by k.ver desc limit ?").bind(count);
        var found = new ArrayList<Stored>();
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                found.add(reads.stored(result));
            }
        }
        return found;
    }

    private static Place place(Stored last) {
        return new Place(WriteSql.micros(last.lastUpdated()), last.row(), last.version());
    }

    /// Where looking ended before a page was full; empty when nothing was left.
    private Optional<Place> lastLooked(Connection connection, HistoryQuery query)
            throws SQLException {
        if (!sifts(query)) {
            return Optional.empty();
        }
        var sql = new Sql().add("select k.upd, k.rid, k.ver from (");
        keys(sql, query, Optional.empty(), most(query));
        sql.add(") k order by k.upd desc, k.rid desc, k.ver desc offset " + (looked - 1));
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            return result.next()
                    ? Optional.of(
                            new Place(result.getLong(1), result.getLong(2), result.getLong(3)))
                    : Optional.empty();
        }
    }

    private static long total(Connection connection, HistoryQuery query) throws SQLException {
        var sql = new Sql().add("select count(*) from (");
        keys(sql, query, Optional.empty(), COUNTED);
        sql.add(") k");
        rows(sql, query);
        try (var statement = sql.prepare(connection);
                ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getLong(1);
        }
    }

    /// Whether some of what is looked at may be left out.
    private static boolean sifts(HistoryQuery query) {
        return query.span().asksWhatWasCurrent()
                || switch (query.scope()) {
                    case Scope.Of(var type, _) -> query.sight().limits(type);
                    case Scope.OfType(var type) -> query.sight().limits(type);
                    case Scope.OfTypes _ -> true;
                    case Scope.OfAll _ -> !(query.sight() instanceof Sight.Everything);
                };
    }

    private int most(HistoryQuery query) {
        return sifts(query) ? looked : query.count() + 1;
    }

    /// The statement of one page.
    Sql statement(HistoryQuery query) {
        var sql = new Sql();
        selected(sql);
        sql.add(" from (");
        keys(sql, query, Optional.empty(), most(query));
        sql.add(") k");
        rows(sql, query);
        return sql.add(" order by k.upd desc, k.rid desc, k.ver desc limit " + (query.count() + 1));
    }

    /// The columns of [ReadSql#stored], and whether there was nothing before. Not by `exists`, for which all that was ever
    /// deleted might be read at once.
    private static void selected(Sql sql) {
        sql.add(
                """
                select r.rtype, r.fid, k.ver, k.upd, t.deleted, k.rid, t.patient, t.splice, t.body,
                       k.ver = 1 or (select p.deleted from hist p
                        where p.shard = k.shard and p.rid = k.rid and p.ver = k.ver - 1)\
                """);
    }

    /// The versions to look at, in their order, each by its key alone.
    private static void keys(Sql sql, HistoryQuery query, Optional<Long> before, int most) {
        var order = " order by {0}.upd desc, {0}.rid desc, {0}.ver desc limit " + most;
        sql.add("select k.shard, k.rid, k.ver, k.upd, k.cur from (");
        var current =
                query.scope() instanceof Scope.OfType
                        ? List.of(" and not r.deleted", " and r.deleted")
                        : List.of("");
        for (var some : current) {
            sql.add("(select r.shard, r.rid, r.ver, r.upd, true as cur from res r where ");
            scope(sql, "r", query, before);
            sql.add(some).add(" order by r.upd desc, r.rid desc limit " + most + ") union all ");
        }
        sql.add("(select h.shard, h.rid, h.ver, h.upd, false as cur from hist h where ");
        scope(sql, "h", query, before);
        sql.add(order + ")) k" + order.replace("{0}", "k"), "h");
    }

    private static void scope(Sql sql, String row, HistoryQuery query, Optional<Long> before) {
        switch (query.scope()) {
            case Scope.Of(var type, var id) -> {
                var key = Keys.resource(type, id);
                sql.add("{0}.shard = (select shard from loc where home = ? and key = ?)", row)
                        .bind(Keys.shard(key))
                        .bind(key);
                sql.add(" and {0}.rid = (select rid from loc where home = ? and key = ?)", row)
                        .bind(Keys.shard(key))
                        .bind(key);
            }
            case Scope.OfType(var type) ->
                    sql.add("{0}.rtype = " + Definitions.r4().typeCode(type), row);
            // Types are sifted afterwards, so that what is looked at stays bounded.
            case Scope.OfTypes _, Scope.OfAll _ -> sql.add("true");
        }
        before.ifPresent(version -> sql.add(" and {0}.ver < ?", row).bind(version));
        if (query.span().since() != Long.MIN_VALUE) {
            sql.add(" and {0}.upd >= ?", row).bind(query.span().since());
        }
        if (query.span().to() != Long.MAX_VALUE) {
            sql.add(" and {0}.upd < ?", row).bind(query.span().to());
        }
        query.after()
                .ifPresent(place ->
                        sql.add(" and ({0}.upd, {0}.rid, {0}.ver) < (?, ?, ?)", row)
                                .bind(place.updated())
                                .bind(place.row())
                                .bind(place.version()));
    }

    /// Joins to each key `r`, its resource as it is now, and `t`, the version as it was then; leaves those that may be seen.
    /// What was about another patient lay under that patient's shard, where its relationships are.
    private static void rows(Sql sql, HistoryQuery query) {
        sql.add(
                """
                 cross join lateral (
                   select * from res x where x.shard = k.shard and x.rid = k.rid limit 1) r
                 left join lateral (
                   select * from hist x
                    where not k.cur and x.shard = k.shard and x.rid = k.rid and x.ver = k.ver
                    limit 1) h on true
                 cross join lateral (
                   select r.rtype, r.rid, r.key, r.fid, k.upd,
                          case when k.cur then r.deleted else h.deleted end as deleted,
                          case when k.cur then r.splice else h.splice end as splice,
                          case when k.cur then r.body else h.body end as body,
                          case when k.cur then r.tok else h.tok end as tok,
                          case when k.cur then r.patient else h.patient end as patient,
                          case when k.cur or h.patient in (0, r.patient) then r.shard
                               else (h.patient & 1023)::smallint end as shard) t
                 where true\
                """);
        var sights = new SightSql(sql, query.sight());
        switch (query.scope()) {
            case Scope.Of(var type, var id) -> {
                sql.add(" and r.fid = ?").bind(id);
                seen(sql, sights, Optional.of(type));
            }
            case Scope.OfType(var type) -> seen(sql, sights, Optional.of(type));
            case Scope.OfTypes(var types) -> {
                var codes =
                        types.stream().map(type -> (long) Definitions.r4().typeCode(type)).toList();
                sql.add(" and r.rtype = any (?)").bindWholes(codes);
                seen(sql, sights, Optional.empty());
            }
            case Scope.OfAll _ -> seen(sql, sights, Optional.empty());
        }
        if (query.span().asksWhatWasCurrent()) {
            sql.add(
                            """
                             and (k.cur or ? < coalesce(
                               (select n.upd from hist n
                                 where n.shard = k.shard and n.rid = k.rid and n.ver = k.ver + 1),
                               r.upd))\
                            """)
                    .bind(query.span().from());
        }
    }

    private static void seen(Sql sql, SightSql sights, Optional<String> type) {
        type.ifPresentOrElse(one -> sights.and("r", one), () -> sights.and("r"));
        sql.add(" and (k.cur or (true");
        type.ifPresentOrElse(one -> sights.and("t", one), () -> sights.and("t"));
        sql.add("))");
    }
}
