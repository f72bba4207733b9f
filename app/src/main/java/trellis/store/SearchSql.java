package trellis.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import trellis.fhir.definitions.Definitions;

/// Runs searches: one statement for a page with its total, or two where a page sorted by a parameter
/// reaches the resources that have no such value; and one for everything that comes with the
/// matches.
final class SearchSql {

    static final int COLUMNS = 9;

    /// Which of the columns is the row's number.
    private static final int ROW = 6;

    private final ReadSql reads;

    SearchSql(ReadSql reads) {
        this.reads = reads;
    }

    /// A row found, with what the next page and the includes need of it.
    ///
    /// @param values its sort values, as a cursor has them
    /// @param within what of it the match is, where it is not the whole
    record Match(
            Stored stored, short shard, List<String> values, Optional<SearchPage.Within> within) {

        /// The whole of a resource.
        Match(Stored stored, short shard, List<String> values) {
            this(stored, shard, values, Optional.empty());
        }

        SearchPage.Cursor cursor() {
            return new SearchPage.Cursor(values, stored.row());
        }
    }

    /// What one statement gave.
    private record Found(List<Match> matches, OptionalLong total) {}

    /// What the records of some patients hold of some types, newest first.
    List<Stored> record(
            Connection connection,
            Set<String> patients,
            Collection<String> types,
            int most,
            Sight sight)
            throws SQLException {
        var all = new ArrayList<Stored>();
        try (var statement =
                        record(ReadSql.COLUMNS, patients, types, most, sight).prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                all.add(reads.stored(result));
            }
        }
        return all;
    }

    /// Which versions of what [#record] finds.
    List<Store.Version> versions(
            Connection connection,
            Set<String> patients,
            Collection<String> types,
            int most,
            Sight sight)
            throws SQLException {
        var all = new ArrayList<Store.Version>();
        try (var statement =
                        record("r.rid, r.ver", patients, types, most, sight).prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                all.add(new Store.Version(result.getLong(1), result.getLong(2)));
            }
        }
        return all;
    }

    private static Sql record(
            String columns, Set<String> patients, Collection<String> types, int most, Sight sight) {
        var sql = new Sql().add("select " + columns + " from res r where ");
        new CriterionSql(sql, sight).record("r", patients, types);
        return sql.add(" order by r.rid desc limit " + most).keepPlan();
    }

    /// Searches for one page.
    SearchPage page(Connection connection, SearchQuery query) throws SQLException {
        if (query.count() == 0) {
            return new SearchPage(
                    List.of(),
                    List.of(),
                    false,
                    Optional.empty(),
                    counted(connection, query),
                    Map.of());
        }
        if (ByValueSql.concerns(query)) {
            var found = new ByValueSql(reads).page(connection, query);
            return page(connection, query, found.matches(), found.total());
        }
        var matches = new ArrayList<Match>();
        var total = OptionalLong.empty();
        var after = query.after();
        for (var pass : OrderSql.passes(connection, query)) {
            var missing = query.count() + 1 - matches.size();
            if (missing > 0) {
                var counting = total.isEmpty() && countsBeside(query);
                var found = find(connection, query, pass, after, missing, counting);
                if (pass instanceof OrderSql.Pass.Walk && found.matches().size() < missing) {
                    continue;
                }
                matches.addAll(found.matches());
                total = total.isPresent() ? total : found.total();
            }
            after = Optional.empty();
        }
        if (query.total() != SearchQuery.Total.NONE && total.isEmpty()) {
            total = total(connection, query, matches.size());
        }
        return page(connection, query, matches, total);
    }

    /// Whether the total comes with the page, in one statement.
    private static boolean countsBeside(SearchQuery query) {
        return query.total() == SearchQuery.Total.ACCURATE && query.branches().size() == 1;
    }

    private static OptionalLong total(Connection connection, SearchQuery query, int found)
            throws SQLException {
        var all = query.after().isEmpty() && found <= query.count();
        return all ? OptionalLong.of(found) : counted(connection, query);
    }

    /// Whether one way to the rows is right whatever the values are, and there are few. Of what refers to a match, and after many steps,
    /// there may be much.
    static boolean straight(SearchQuery query) {
        return query.branches().size() == 1
                && CriterionSql.narrow(query.criteria())
                && query.includes().stream().noneMatch(one -> one.reverse() || one.iterate())
                && !query.amongContained();
    }

    private SearchPage page(
            Connection connection, SearchQuery query, List<Match> matches, OptionalLong total)
            throws SQLException {
        var more = matches.size() > query.count();
        var given = more ? matches.subList(0, query.count()) : matches;
        var included = new IncludeSql(reads, query).included(connection, given);
        var cut = included.size() > SearchPage.MOST_INCLUDED;
        var within = new HashMap<Long, SearchPage.Within>();
        given.forEach(match ->
                match.within().ifPresent(inner -> within.put(match.stored().row(), inner)));
        return new SearchPage(
                given.stream().map(Match::stored).toList(),
                cut ? included.subList(0, SearchPage.MOST_INCLUDED) : included,
                cut,
                more ? Optional.of(given.getLast().cursor()) : Optional.empty(),
                total,
                within);
    }

    private Found find(
            Connection connection,
            SearchQuery query,
            OrderSql.Pass pass,
            Optional<SearchPage.Cursor> after,
            int limit,
            boolean counting)
            throws SQLException {
        var sql = statement(query, pass, after, limit, counting);
        var matches = new ArrayList<Match>();
        var total = OptionalLong.empty();
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                matches.add(match(result, query, counting));
                if (counting) {
                    total = OptionalLong.of(result.getLong(COLUMNS + query.sort().size() + 2));
                }
            }
        }
        return new Found(matches, total);
    }

    private Match match(ResultSet row, SearchQuery query, boolean counting) throws SQLException {
        var keys = query.sort().size();
        var values = new ArrayList<String>(keys);
        for (var i = 0; i < keys; i++) {
            var value = row.getString(COLUMNS + 2 + i);
            values.add(value == null ? "" : "=" + value);
        }
        var within =
                query.amongContained()
                        ? within(row, COLUMNS + keys + (counting ? 3 : 2))
                        : Optional.<SearchPage.Within>empty();
        return new Match(reads.stored(row), row.getShort(COLUMNS + 1), values, within);
    }

    /// What of the resource the match is.
    ///
    /// @param first the column of its type; that of its id follows
    static Optional<SearchPage.Within> within(ResultSet row, int first) throws SQLException {
        var type = row.getShort(first);
        return row.wasNull()
                ? Optional.empty()
                : Optional.of(
                        new SearchPage.Within(
                                Definitions.r4().typeName(type), row.getString(first + 1)));
    }

    /// The statement of one pass. Of several types each is asked for its own first matches, in its own way, and the first of
    /// all are taken.
    static Sql statement(
            SearchQuery query,
            OrderSql.Pass pass,
            Optional<SearchPage.Cursor> after,
            int limit,
            boolean counting) {
        var sql = new Sql();
        var branches = query.branches();
        if (branches.size() == 1) {
            branch(sql, query, branches.getFirst(), pass, after, counting);
            if (straight(query)) {
                // In the text: a plan for any limit expects to stop after a tenth of the rows.
                return sql.add(" limit " + limit).keepPlan();
            }
            return sql.add(" limit ?").bind(limit);
        }
        for (var i = 0; i < branches.size(); i++) {
            sql.add(i == 0 ? "(" : " union all (");
            branch(sql, query, branches.get(i), pass, after, false);
            sql.add(" limit ?)").bind(limit);
        }
        OrderSql.across(sql, query.sort(), COLUMNS + 2, ROW);
        return sql.add(" limit ?").bind(limit);
    }

    private static void branch(
            Sql sql,
            SearchQuery query,
            SearchQuery.Branch branch,
            OrderSql.Pass pass,
            Optional<SearchPage.Cursor> after,
            boolean counting) {
        var order = new OrderSql(sql, pass, branch);
        BranchSql.select(sql, branch);
        order.columns();
        if (counting) {
            sql.add(", (");
            count(sql, query, branch);
            sql.add(")");
        }
        BranchSql.within(sql, query, branch);
        order.from(
                () -> BranchSql.from(sql, branch, "r"),
                () -> BranchSql.where(sql, query, branch, "r"),
                after);
        after.ifPresent(order::after);
        order.orderBy();
    }

    private static void count(Sql sql, SearchQuery query, SearchQuery.Branch branch) {
        sql.add("select count(*)");
        BranchSql.from(sql, branch, "c");
        BranchSql.where(sql, query, branch, "c");
    }

    /// How many match: counted, or as PostgreSQL guesses when it plans the search. What is not all to be seen is counted: a guess
    /// would be made of all.
    private static OptionalLong counted(Connection connection, SearchQuery query)
            throws SQLException {
        var limited =
                query.branches().stream().anyMatch(b -> query.sight().limits(b.type()))
                        || (query.amongContained() && !(query.sight() instanceof Sight.Everything));
        if (query.total() == SearchQuery.Total.ESTIMATE && !limited) {
            return OptionalLong.of(ExplainSql.estimate(connection, query));
        }
        try (var statement = counting(query).prepare(connection);
                var result = statement.executeQuery()) {
            result.next();
            return OptionalLong.of(result.getLong(1));
        }
    }

    /// The statement that counts all matches.
    static Sql counting(SearchQuery query) {
        var sql = new Sql();
        for (var i = 0; i < query.branches().size(); i++) {
            sql.add(i == 0 ? "select (" : " + (");
            count(sql, query, query.branches().get(i));
            sql.add(")");
        }
        return straight(query) ? sql.keepPlan() : sql;
    }
}
