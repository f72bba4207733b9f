package trellis.store;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
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
/// that looks up each one's value is quicker.
final class OrderSql {

    /// Which resources a pass reads.
    enum Pass {
        ALL,
        WITH_FIRST,
        WITHOUT_FIRST
    }

    private final Sql sql;
    private final Pass pass;
    private final List<SearchQuery.Sort> sort;

    OrderSql(Sql sql, Pass pass, List<SearchQuery.Sort> sort) {
        this.sql = sql;
        this.pass = pass;
        this.sort = sort;
    }

    /// The passes that a query needs, in order.
    static List<Pass> passes(SearchQuery query) {
        if (query.sort().isEmpty()
                || !(query.sort().getFirst() instanceof SearchQuery.Sort.By)
                || query.branches().stream()
                        .allMatch(branch -> CriterionSql.narrow(branch.criteria()))) {
            return List.of(Pass.ALL);
        }
        var last = query.after().map(cursor -> cursor.values().getFirst()).orElse("=");
        return last.isEmpty()
                ? List.of(Pass.WITHOUT_FIRST)
                : List.of(Pass.WITH_FIRST, Pass.WITHOUT_FIRST);
    }

    /// What a key is called in the statement.
    private String expression(int i) {
        return switch (sort.get(i)) {
            case SearchQuery.Sort.ById _ -> "r.fid";
            case SearchQuery.Sort.ByLastUpdated _ -> "r.upd";
            case SearchQuery.Sort.By(var parameter, _) ->
                    isFirst(i) ? "s0." + column(parameter.type()) : "s" + i + ".v";
        };
    }

    private boolean isFirst(int i) {
        return i == 0 && pass == Pass.WITH_FIRST;
    }

    private boolean isLeftOut(int i) {
        return i == 0 && pass == Pass.WITHOUT_FIRST;
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

    /// What `res r` is joined with.
    void joins() {
        for (var i = 0; i < sort.size(); i++) {
            if (sort.get(i) instanceof SearchQuery.Sort.By(var parameter, var descending)) {
                if (isFirst(i)) {
                    first(parameter, descending);
                } else if (!isLeftOut(i)) {
                    other(i, parameter, descending);
                }
            }
        }
    }

    /// Of several values the one that counts: no other is before it.
    private void first(SearchParameter parameter, boolean descending) {
        var table = TestSql.table(parameter.type());
        var column = column(parameter.type());
        sql.add(
                        """
                         join TABLE s0 on s0.shard = r.shard and s0.rid = r.rid and s0.param = ?
                          and not exists (select 1 from TABLE o
                               where o.shard = s0.shard and o.rid = s0.rid and o.param = s0.param
                                 and (o.COLUMN, o.ctid) OPERATOR (s0.COLUMN, s0.ctid))
                        """
                                .replace("TABLE", table)
                                .replace("COLUMN", column)
                                .replace("OPERATOR", descending ? ">" : "<"))
                .bind(Keys.parameter(parameter));
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

    /// Conditions on where the pass reads, each begun with `and`.
    void where() {
        if (pass == Pass.WITHOUT_FIRST
                && sort.getFirst() instanceof SearchQuery.Sort.By(var parameter, _)) {
            sql.add(" and not ");
            new TestSql(sql).anyValue("r", parameter);
        }
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
            case SearchQuery.Sort.By(var parameter, _) -> {
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
        sql.add("r.rid desc");
    }
}
