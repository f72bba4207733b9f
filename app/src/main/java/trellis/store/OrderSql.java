package trellis.store;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;

/// The order of a page, and where it begins.
///
/// Ascending order takes a resource's lowest value, descending its highest; of a span of time, its
/// beginning. Resources without a value come last either way, and equals by row, newest first.
///
/// When the first key is a parameter, a page is read in two passes: first the resources that have a
/// value, joined to the index rows, so that PostgreSQL may walk that index and stop early; then, if
/// the page is not full, those that have none. Among the few that a narrow search leaves, one pass
/// that looks up each one's value is quicker. Where it can be told which way is sooner, that is taken (see [WalkSql]).
final class OrderSql {

    /// Which resources a pass reads.
    sealed interface Pass {
        /// All, each with its values looked up.
        record All() implements Pass {}

        /// Those that stand among the first steps along the index of the first key. Counts only when the page gets full.
        record Walk(long steps) implements Pass {}

        /// Those that have a value of the first key.
        record WithFirst() implements Pass {}

        /// Those that have none.
        record WithoutFirst() implements Pass {}
    }

    private final Sql sql;
    private final Pass pass;
    private final List<SearchQuery.Sort> sort;
    private final boolean few;

    OrderSql(Sql sql, Pass pass, SearchQuery.Branch branch) {
        this.sql = sql;
        this.pass = pass;
        this.sort = branch.sort();
        this.few =
                InRecord.among(branch.criteria()).isPresent()
                        || CriterionSql.byBirth(branch.criteria());
    }

    /// The passes that a query needs, in order.
    static List<Pass> passes(Connection connection, SearchQuery query) throws SQLException {
        if (query.sort().isEmpty()
                || !(query.sort().getFirst() instanceof SearchQuery.Sort.By)
                || query.branches().stream()
                        .allMatch(branch -> CriterionSql.narrow(branch.criteria()))) {
            return List.of(new Pass.All());
        }
        var last = query.after().map(cursor -> cursor.values().getFirst()).orElse("=");
        return last.isEmpty()
                ? List.of(new Pass.WithoutFirst())
                : WalkSql.passes(connection, query);
    }

    /// What a key is called in the statement.
    private String expression(int i) {
        return switch (sort.get(i)) {
            case SearchQuery.Sort.ById _ -> "r.fid";
            case SearchQuery.Sort.ByLastUpdated _ -> "r.upd";
            case SearchQuery.Sort.By(var parameter, _, var inRow) -> {
                if (isFirst(i)) {
                    yield "s0." + column(parameter.type());
                }
                yield inRow ? "r.dated" : "s" + i + ".v";
            }
        };
    }

    private boolean isFirst(int i) {
        return i == 0 && (pass instanceof Pass.WithFirst || pass instanceof Pass.Walk);
    }

    private boolean isLeftOut(int i) {
        return i == 0 && pass instanceof Pass.WithoutFirst;
    }

    private boolean mayBeAbsent(int i) {
        return sort.get(i) instanceof SearchQuery.Sort.By && !isFirst(i);
    }

    private static String column(ParameterType type) {
        return type == ParameterType.DATE ? "low" : "value";
    }

    /// One column for each key, each begun with a comma.
    void columns() {
        for (var i = 0; i < sort.size(); i++) {
            sql.add(", ").add(isLeftOut(i) ? "null" : expression(i));
        }
    }

    /// Reads the rows called `r` for which the conditions hold, with their values.
    ///
    /// @param tables adds where the rows are, begun with `from`
    /// @param conditions adds these, begun with `where`
    /// @param after where a page goes on
    void from(Runnable tables, Runnable conditions, Optional<SearchPage.Cursor> after) {
        if (pass instanceof Pass.Walk(var steps)
                && sort.getFirst() instanceof SearchQuery.Sort.By by) {
            walk(by, steps, tables, conditions, after);
            return;
        }
        tables.run();
        for (var i = 0; i < sort.size(); i++) {
            if (isFirst(i) && sort.get(i) instanceof SearchQuery.Sort.By by) {
                sql.add(
                                " join "
                                        + TestSql.table(by.parameter().type())
                                        + " s0 on s0.shard = r.shard and s0.rid = r.rid and s0.param = ?")
                        .bind(Keys.parameter(by.parameter()));
                best(by, "s0.ctid");
            }
        }
        others();
        conditions.run();
        if (pass instanceof Pass.WithoutFirst
                && sort.getFirst() instanceof SearchQuery.Sort.By(var parameter, _, _)) {
            sql.add(" and not ");
            new TestSql(sql).anyValue("r", parameter);
        }
    }

    /// Each row is looked at from the index, and PostgreSQL is kept (`offset 0`) from beginning at the other end. Values that are
    /// alike are taken together, so that none of them is missed where the steps end.
    private void walk(
            SearchQuery.Sort.By by,
            long steps,
            Runnable tables,
            Runnable conditions,
            Optional<SearchPage.Cursor> after) {
        var column = column(by.parameter().type());
        sql.add(
                        " from (select w.shard, w.rid, w.param, w.COLUMN, w.ctid as place from TABLE w"
                                .replace("TABLE", TestSql.table(by.parameter().type()))
                                .replace("COLUMN", column))
                .add(" where w.param = ?")
                .bind(Keys.parameter(by.parameter()));
        if (after.isPresent()) {
            sql.add(" and w." + column + (by.descending() ? " <= ?" : " >= ?"));
            bind(0, after.get().values().getFirst().substring(1));
        }
        sql.add(" order by w." + column + (by.descending() ? " desc" : ""))
                .add(" fetch first " + steps + " rows with ties) s0 join lateral (select r.*");
        tables.run();
        conditions.run();
        sql.add(" and r.shard = s0.shard and r.rid = s0.rid");
        best(by, "s0.place");
        sql.add(" offset 0) r on true");
        others();
        sql.add(" where true");
    }

    /// Of several values the one that counts: no other is before it.
    private void best(SearchQuery.Sort.By by, String place) {
        sql.add(
                """
                 and not exists (select 1 from TABLE o
                      where o.shard = s0.shard and o.rid = s0.rid and o.param = s0.param
                        and (o.COLUMN, o.ctid) OPERATOR (s0.COLUMN, PLACE))\
                """
                        .replace("TABLE", TestSql.table(by.parameter().type()))
                        .replace("COLUMN", column(by.parameter().type()))
                        .replace("PLACE", place)
                        .replace("OPERATOR", by.descending() ? ">" : "<"));
    }

    private void others() {
        for (var i = 0; i < sort.size(); i++) {
            if (sort.get(i) instanceof SearchQuery.Sort.By(var parameter, var descending, var inRow)
                    && !inRow
                    && !isFirst(i)
                    && !isLeftOut(i)) {
                other(i, parameter, descending);
            }
        }
    }

    private void other(int i, SearchParameter parameter, boolean descending) {
        sql.add(
                        """
                         left join lateral (select BEST(o.COLUMN) as v from TABLE o
                              where o.shard = r.shard and o.rid = r.rid and o.param = ?) {0} on true
                        """
                                .replace("TABLE", TestSql.table(parameter.type()))
                                .replace("COLUMN", column(parameter.type()))
                                .replace("BEST", descending ? "max" : "min"),
                        "s" + i)
                .bind(Keys.parameter(parameter));
    }

    /// Only what comes after a cursor.
    void after(SearchPage.Cursor cursor) {
        var open = new ArrayList<String>();
        sql.add(" and ");
        for (var i = 0; i < sort.size(); i++) {
            if (!isLeftOut(i)) {
                open.add(after(i, cursor.values().get(i)));
            }
        }
        sql.add("r.rid < ?").bind(cursor.row());
        open.forEach(sql::add);
    }

    /// Begins the condition that a key's value comes later, or is equal and what follows holds.
    ///
    /// @return what ends it
    private String after(int i, String value) {
        var key = expression(i);
        if (value.isEmpty()) {
            sql.add("(" + key + " is null and ");
            return ")";
        }
        var later = sort.get(i).descending() ? "<" : ">";
        var absent = mayBeAbsent(i) ? " or " + key + " is null" : "";
        sql.add("((" + key + " " + later + "= ?" + absent + ") and (" + key + " " + later + " ?")
                .add(absent + " or ");
        bind(i, value.substring(1));
        bind(i, value.substring(1));
        return "))";
    }

    private void bind(int i, String value) {
        switch (sort.get(i)) {
            case SearchQuery.Sort.ById _ -> sql.bind(value);
            case SearchQuery.Sort.ByLastUpdated _ -> sql.bind(Long.parseLong(value));
            case SearchQuery.Sort.By(var parameter, _, _) -> {
                switch (parameter.type()) {
                    case DATE -> sql.bind(Long.parseLong(value));
                    case NUMBER, QUANTITY -> sql.bind(new BigDecimal(value));
                    case STRING -> sql.bind(value);
                    case TOKEN, REFERENCE, URI, COMPOSITE, SPECIAL ->
                            throw new IllegalArgumentException(parameter.code() + " has no order");
                }
            }
        }
    }

    /// The order of what several branches gave, whose keys stand in columns.
    ///
    /// @param first the column of the first key
    /// @param row the column of the row's number
    static void across(Sql sql, List<SearchQuery.Sort> sort, int first, int row) {
        sql.add(" order by ");
        for (var i = 0; i < sort.size(); i++) {
            sql.add((first + i) + (sort.get(i).descending() ? " desc" : "") + " nulls last, ");
        }
        sql.add(row + " desc");
    }

    /// The order itself.
    void orderBy() {
        sql.add(" order by ");
        for (var i = 0; i < sort.size(); i++) {
            if (!isLeftOut(i)) {
                sql.add(expression(i))
                        .add(sort.get(i).descending() ? " desc" : "")
                        .add(mayBeAbsent(i) ? " nulls last, " : ", ");
            }
        }
        // An expression has no index. A plan that is kept would go through all of a type in this
        // order, because it expects many to bear a code or to be born on a day.
        sql.add(few ? "r.rid + 0 desc" : "r.rid desc");
    }
}
