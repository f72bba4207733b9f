package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import trellis.fhir.definitions.Definitions;

/// Brings what comes with the matches of a page: one statement for all includes, and one more for each step that `:iterate` takes
/// from what has been brought. What is there already is not brought again, so a circle of references comes to its end.
final class IncludeSql {

    /// How many steps are taken from what has been brought.
    static final int MOST_STEPS = 50;

    private final ReadSql reads;
    private final SearchQuery query;

    IncludeSql(ReadSql reads, SearchQuery query) {
        this.reads = reads;
        this.query = query;
    }

    /// Where references are followed from.
    private record Start(String type, String id, short shard, long row) {
        long key() {
            return Keys.resource(type, id);
        }
    }

    /// The included resources, without the matches themselves: all, or more than a page may hold.
    List<Stored> included(Connection connection, List<SearchSql.Match> matches)
            throws SQLException {
        var included = new ArrayList<Stored>();
        var there = new HashSet<Long>();
        var starts = new ArrayList<Start>();
        for (var match : matches) {
            var stored = match.stored();
            there.add(stored.row());
            starts.add(new Start(stored.type(), stored.id(), match.shard(), stored.row()));
        }
        var includes = query.includes();
        for (var step = 0; step <= MOST_STEPS; step++) {
            if (includes.isEmpty() || starts.isEmpty()) {
                return included;
            }
            var found = step(connection, includes, starts, there);
            starts.clear();
            for (var one : found) {
                included.add(one.stored());
                there.add(one.stored().row());
                var stored = one.stored();
                starts.add(new Start(stored.type(), stored.id(), one.shard(), stored.row()));
            }
            includes = includes.stream().filter(SearchQuery.Include::iterate).toList();
            if (included.size() > SearchPage.MOST_INCLUDED) {
                return included;
            }
        }
        return included;
    }

    /// The statement of the first step, from no matches.
    Sql first() {
        return statement(query.includes(), List.of(), Set.of());
    }

    private List<SearchSql.Match> step(
            Connection connection,
            List<SearchQuery.Include> includes,
            List<Start> starts,
            Set<Long> there)
            throws SQLException {
        var found = new ArrayList<SearchSql.Match>();
        var sql = statement(includes, starts, there);
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                found.add(
                        new SearchSql.Match(
                                reads.stored(result),
                                result.getShort(SearchSql.COLUMNS + 1),
                                List.of()));
            }
        }
        return found;
    }

    private Sql statement(List<SearchQuery.Include> includes, List<Start> starts, Set<Long> there) {
        var sql = new Sql();
        sql.add(
                        """
                        with m as materialized (
                          select shard::smallint, rid, key, rtype
                            from unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                                 as u (shard, rid, key, rtype))
                        """)
                .bindWholes(starts.stream().map(start -> (long) start.shard()).toList())
                .bindWholes(starts.stream().map(Start::row).toList())
                .bindWholes(starts.stream().map(Start::key).toList())
                .bindWholes(starts.stream().map(start -> code(start.type())).toList());
        sql.add("select " + ReadSql.COLUMNS + ", r.shard from (select distinct shard, rid from (");
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
                         where not r.deleted and r.rid <> all (?)
                        """)
                .bindWholes(there);
        if (!query.barred().isEmpty()) {
            sql.add(" and r.rtype <> all (?)")
                    .bindWholes(query.barred().stream().map(IncludeSql::code).toList());
        }
        new SightSql(sql, query.sight()).and("r");
        // From the few rows of a page one step after the other is right, whatever these are.
        return sql.add(" order by r.rid desc limit " + (SearchPage.MOST_INCLUDED + 1)).keepPlan();
    }

    private static long code(String type) {
        return Definitions.r4().typeCode(type);
    }

    private static void forward(Sql sql, SearchQuery.Include include) {
        sql.add(
                """
                select t.shard, t.rid
                  from m, ix_reference x, loc lx, res t
                 where x.shard = m.shard and x.rid = m.rid and\
                """);
        sql.add(" ").add(CriterionSql.REACHES, "x", "t");
        switch (include.via()) {
            case SearchQuery.Via.Parameter(var parameter) ->
                    sql.add(" and x.param = any (?)").bindWholes(Links.numbers(parameter));
            case SearchQuery.Via.AllOf(var type) -> sql.add(" and m.rtype = ?").bind(code(type));
            case SearchQuery.Via.All _ -> {}
        }
        include.target().ifPresent(type -> sql.add(" and t.rtype = ?").bind(code(type)));
    }

    private static void reverse(Sql sql, SearchQuery.Include include) {
        sql.add("select x.shard, x.rid from m, ix_reference x");
        if (include.via() instanceof SearchQuery.Via.AllOf(var type)) {
            sql.add(
                            """
                            , res t where t.shard = x.shard and t.rid = x.rid and t.rtype = ?
                             and x.target = m.key\
                            """)
                    .bind(code(type));
        } else {
            sql.add(" where x.target = m.key");
        }
        if (include.via() instanceof SearchQuery.Via.Parameter(var parameter)) {
            sql.add(" and x.param = any (?)").bindWholes(Links.numbers(parameter));
        }
        include.target().ifPresent(type -> sql.add(" and m.rtype = ?").bind(code(type)));
    }
}
