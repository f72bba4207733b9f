package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import trellis.fhir.definitions.Definitions;

/// Brings what comes with the matches of a page: one statement for all includes.
final class IncludeSql {
    private final ReadSql reads;

    IncludeSql(ReadSql reads) {
        this.reads = reads;
    }

    /// The included resources, without the matches themselves, at most one more than a page may hold.
    List<Stored> included(Connection connection, SearchQuery query, List<SearchSql.Match> matches)
            throws SQLException {
        var included = new ArrayList<Stored>();
        if (query.includes().isEmpty() || matches.isEmpty()) {
            return included;
        }
        var sql = statement(query, matches);
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                included.add(reads.stored(result));
            }
        }
        return included;
    }

    static Sql statement(SearchQuery query, List<SearchSql.Match> matches) {
        var includes = query.includes();
        var shards = matches.stream().map(match -> (long) match.shard()).toList();
        var rows = matches.stream().map(match -> match.stored().row()).toList();
        var keys =
                matches.stream()
                        .map(match -> Keys.resource(match.stored().type(), match.stored().id()))
                        .toList();
        var sql = new Sql();
        sql.add(
                        """
                        with m as materialized (
                          select shard::smallint, rid, key
                            from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as u (shard, rid, key))
                        """)
                .bindWholes(shards)
                .bindWholes(rows)
                .bindWholes(keys);
        sql.add("select " + ReadSql.COLUMNS + " from (select distinct shard, rid from (");
        for (var i = 0; i < includes.size(); i++) {
            sql.add(i == 0 ? "" : " union all ");
            if (includes.get(i).reverse()) {
                reverse(sql, includes.get(i));
            } else {
                forward(sql, includes.get(i));
            }
        }
        sql.add(
                """
                ) u) f join res r on r.shard = f.shard and r.rid = f.rid
                 where not r.deleted and not exists (
                   select 1 from m where m.shard = r.shard and m.rid = r.rid)
                """);
        new SightSql(sql, query.sight()).and("r");
        return sql.add(" order by r.rid desc limit ?").bind(SearchPage.MOST_INCLUDED + 1);
    }

    private static void forward(Sql sql, SearchQuery.Include include) {
        sql.add(
                        """
                        select t.shard, t.rid
                          from m, ix_reference x, loc lx, res t
                         where x.shard = m.shard and x.rid = m.rid and x.param = any (?) and
                        """)
                .bindWholes(Links.numbers(include.parameter()))
                .add(CriterionSql.REACHES, "x", "t");
        include.target()
                .ifPresent(
                        type -> sql.add(" and t.rtype = ?").bind(Definitions.r4().typeCode(type)));
    }

    private static void reverse(Sql sql, SearchQuery.Include include) {
        sql.add(
                        """
                        select x.shard, x.rid
                          from m, ix_reference x
                         where x.target = m.key and x.param = any (?)
                        """)
                .bindWholes(Links.numbers(include.parameter()));
    }
}
