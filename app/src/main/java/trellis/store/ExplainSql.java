package trellis.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What PostgreSQL would do for a search, without doing it.
final class ExplainSql {

    private static final Pattern ROWS = Pattern.compile("rows=([0-9]+) ");

    /// Values stand in conditions of a plan: texts in quotes, and numbers, which are dates,
    /// hashes or amounts of what is in a record.
    private static final Pattern VALUES =
            Pattern.compile(
                    "'(?:[^']|'')*'(?:::[a-z\\[\\]\" ]+)?"
                            + "|(?<![A-Za-z_0-9.=])-?(?:[0-9]+\\.[0-9]+|[0-9]{4,})");

    private final ReadSql reads;
    private final Connection connection;
    private final boolean planned;

    /// @param planned whether plans are asked for too
    ExplainSql(ReadSql reads, Connection connection, boolean planned) {
        this.reads = reads;
        this.connection = connection;
        this.planned = planned;
    }

    /// What a search would do.
    List<Store.Statement> statements(SearchQuery query) throws SQLException {
        var statements = new ArrayList<Store.Statement>();
        if (query.count() > 0 && ByValueSql.concerns(query)) {
            for (var i = 0; i < query.branches().size(); i++) {
                var words =
                        "Go through every "
                                + query.branches().get(i).type()
                                + " that matches, up to "
                                + ByValueSql.MOST
                                + "; sort their keys in the server, because no index has that order, and"
                                + " fetch the page";
                statements.add(statement(words, ByValueSql.statement(query, i)));
            }
        } else if (query.count() > 0) {
            for (var pass : OrderSql.passes(connection, query)) {
                var sql = SearchSql.statement(query, pass, query.after(), query.count() + 1, false);
                statements.add(statement(words(pass), sql));
            }
        }
        if (query.total() != SearchQuery.Total.NONE) {
            var words =
                    query.total() == SearchQuery.Total.ACCURATE
                            ? "Count all matches"
                            : "Estimate, from the plan of this, how many match";
            statements.add(statement(words, SearchSql.counting(query)));
        }
        if (!query.includes().isEmpty()) {
            var words =
                    "Bring what comes along with the matches, once, and again for what has been"
                            + " brought where :iterate says so";
            statements.add(statement(words, new IncludeSql(reads, query).first()));
        }
        return statements;
    }

    private static String words(OrderSql.Pass pass) {
        return switch (pass) {
            case OrderSql.Pass.All _ -> "Find the matches of a page";
            case OrderSql.Pass.WithFirst _ ->
                    "Find the matches of a page that have a value to sort by";
            case OrderSql.Pass.Walk _ ->
                    "Walk the values to sort by, in their order, and look at what has them, until the"
                            + " page is full";
            case OrderSql.Pass.WithoutFirst _ -> "If the page is not full: those that have none";
        };
    }

    private Store.Statement statement(String what, Sql sql) throws SQLException {
        return new Store.Statement(
                what, sql.toString(), planned ? plan(connection, sql) : List.of());
    }

    /// How many rows PostgreSQL expects, from its statistics.
    static long estimate(Connection connection, SearchQuery query) throws SQLException {
        var estimate = 0L;
        for (var branch : query.branches()) {
            var sql = new Sql().add("explain select 1");
            BranchSql.from(sql, branch, "c");
            BranchSql.where(sql, query, branch, "c");
            var rows = ROWS.matcher(lines(connection, sql).getFirst());
            estimate += rows.find() ? Long.parseLong(rows.group(1)) : 0;
        }
        return estimate;
    }

    /// PostgreSQL's plan of a page, line by line, without the values in it.
    static List<String> plan(Connection connection, Sql statement) throws SQLException {
        return lines(connection, statement.explained()).stream()
                .map(line -> VALUES.matcher(line).replaceAll("?"))
                .toList();
    }

    private static List<String> lines(Connection connection, Sql sql) throws SQLException {
        var lines = new ArrayList<String>();
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                lines.add(result.getString(1));
            }
        }
        return lines;
    }
}
