package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import trellis.fhir.Json;
import trellis.fhir.search.ParameterType;
import trellis.store.OrderSql.Pass;

/// Whether a page in the order of a value is found soonest by walking the index of that value until the page is full, or by
/// looking up the value of everything that matches.
///
/// PostgreSQL is not left to choose: it takes shard, row and parameter for independent of each other and so expects, of the
/// join that both ways begin with, hundreds of times fewer rows than come. What it knows well is how many rows bear a token
/// and how many values a parameter has; so it is asked for these, and the two ways are weighed here.
final class WalkSql {

    /// To look up the value of a match, in steps of a walk: some 12 and 6 microseconds, measured on the synthetic cohort.
    private static final double LOOK_UP = 2;

    /// Matches lie unevenly along an index, so a walk is expected to take so many times as long as if they did not.
    private static final double UNEVEN = 2;

    /// A walk goes so many times as far as expected before it is given up.
    private static final double PATIENCE = 4;

    private WalkSql() {}

    /// The passes of a page in the order of a parameter, all of whose resources have a value or come later.
    static List<Pass> passes(Connection connection, SearchQuery query) throws SQLException {
        var undecided = List.<Pass>of(new Pass.WithFirst(), new Pass.WithoutFirst());
        if (query.amongContained() || query.branches().size() > 1) {
            return undecided;
        }
        var branch = query.branches().getFirst();
        // How much of a walk is theirs nobody knows of those who do not see everything; and only
        // along time do the values of all
        // codes lie among each other.
        if (query.sight().limits(branch.type())
                || !(branch.sort().getFirst() instanceof SearchQuery.Sort.By by)
                || by.parameter().type() != ParameterType.DATE) {
            return undecided;
        }
        return passes(connection, query, branch, by).orElse(undecided);
    }

    /// @return empty when it cannot be told
    private static Optional<List<Pass>> passes(
            Connection connection,
            SearchQuery query,
            SearchQuery.Branch branch,
            SearchQuery.Sort.By by)
            throws SQLException {
        var ofRows = new ArrayList<Criterion>();
        var spans = new ArrayList<Criterion.Test.When>();
        for (var criterion : branch.criteria()) {
            if (isOfRow(criterion)) {
                ofRows.add(criterion);
            } else if (criterion instanceof Criterion.AnyValue(var parameter, var tests)
                    && parameter.equals(by.parameter())
                    && tests.size() == 1
                    && tests.getFirst() instanceof Criterion.Test.When when) {
                spans.add(when);
            } else {
                // Nobody knows how many it leaves.
                return Optional.empty();
            }
        }
        var sql = new Sql().add("explain (format json) select 1 from res r where ");
        matches(sql, query.sight(), branch.type(), ofRows);
        values(sql, by, OptionalLong.empty(), OptionalLong.empty());
        for (var span : spans) {
            var from = from(span);
            var to = to(span);
            values(sql, by, from, to);
            if (by.descending()) {
                values(sql, by, to, OptionalLong.empty());
            } else {
                values(sql, by, OptionalLong.empty(), from);
            }
        }
        var rows = rows(connection, sql);
        // PostgreSQL leaves out a part of which it knows that there is nothing.
        return rows.size() == 2 + 2 * spans.size()
                ? Optional.of(weighed(rows, query.count() + 1))
                : Optional.empty();
    }

    /// @param rows the matches by what the rows say; all values; and for each span how many values are in it and how many
    ///     would have to be passed before it, or all of them when none
    private static List<Pass> weighed(List<Long> rows, int page) {
        var matches = (double) rows.getFirst();
        var all = (double) rows.get(1);
        var within = all;
        var before = 0.0;
        for (var i = 2; i < rows.size(); i += 2) {
            within = Math.min(within, (double) rows.get(i));
            before = Math.max(before, rows.get(i + 1) < all ? (double) rows.get(i + 1) : 0);
        }
        if (matches * within / all < UNEVEN * page) {
            // The walk might go to the end of the index for a page that does not get full.
            return List.of(new Pass.All());
        }
        var steps = before + UNEVEN * page * all / matches;
        return steps < LOOK_UP * matches
                ? List.of(new Pass.Walk((long) (PATIENCE * steps)), new Pass.All())
                : List.of(new Pass.All());
    }

    /// Whether a condition is told from the row of a resource alone, of which there are statistics.
    private static boolean isOfRow(Criterion criterion) {
        return switch (criterion) {
            case Criterion.AnyToken _, Criterion.Updated _ -> true;
            case Criterion.Present(var parameter) -> !Composites.ordered(parameter.type());
            case Criterion.AllOf(var all) -> all.stream().allMatch(WalkSql::isOfRow);
            case Criterion.AnyOf(var options) -> options.stream().allMatch(WalkSql::isOfRow);
            case Criterion.Not(var inner) -> isOfRow(inner);
            case Criterion.Ids _,
                    Criterion.OfPatients _,
                    Criterion.AnyIdentifier _,
                    Criterion.AnyValue _,
                    Criterion.Common _,
                    Criterion.Labelled _,
                    Criterion.Near _,
                    Criterion.Worded _,
                    Criterion.Together _,
                    Criterion.Leads _,
                    Criterion.Refers _,
                    Criterion.ReferredFrom _ ->
                    false;
        };
    }

    /// A token is a token of one type; that the type is said too makes PostgreSQL expect less than there is.
    private static void matches(Sql sql, Sight sight, String type, List<Criterion> ofRows) {
        var criteria = new CriterionSql(sql, sight);
        if (ofRows.stream().anyMatch(Criterion.AnyToken.class::isInstance)) {
            criteria.hold("r", type, ofRows);
        } else {
            criteria.matches("r", type, ofRows);
        }
    }

    /// Adds a branch whose rows are the values of a parameter in a stretch of its order.
    private static void values(
            Sql sql, SearchQuery.Sort.By by, OptionalLong from, OptionalLong to) {
        sql.add(" union all select 1 from " + TestSql.table(by.parameter().type()))
                .add(" where param = ?")
                .bind(Keys.parameter(by.parameter()));
        from.ifPresent(low -> sql.add(" and low >= ?").bind(low));
        to.ifPresent(high -> sql.add(" and low < ?").bind(high));
    }

    /// Where the spans begin that pass a test, as near as an estimate needs.
    private static OptionalLong from(Criterion.Test.When when) {
        return switch (when.prefix()) {
            case EQ, GE, AP -> OptionalLong.of(when.low());
            case GT, SA -> OptionalLong.of(when.high());
            case LT, LE, EB, NE -> OptionalLong.empty();
        };
    }

    private static OptionalLong to(Criterion.Test.When when) {
        return switch (when.prefix()) {
            case EQ, LE, AP -> OptionalLong.of(when.high());
            case LT, EB -> OptionalLong.of(when.low());
            case GT, GE, SA, NE -> OptionalLong.empty();
        };
    }

    /// How many rows PostgreSQL expects of each part of a union.
    private static List<Long> rows(Connection connection, Sql sql) throws SQLException {
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            result.next();
            var rows = new ArrayList<Long>();
            for (var part : Json.parseArray(result.getBytes(1)).at("/0/Plan/Plans")) {
                rows.add(Math.max(1, part.path("Plan Rows").asLong()));
            }
            return rows;
        }
    }
}
