package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import trellis.fhir.Json;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.fhir.Resource;
import trellis.fhir.search.Extractor;
import trellis.fhir.search.SearchParameter;
import trellis.fhir.search.SearchParameters;
import trellis.fhir.search.SearchValue;

/// Pages in an order that no index holds: by tokens, references and URIs, of which the store keeps hashes. All matches are gone
/// through some at a time, so there may be [#MOST] and no more; their keys alone are kept and sorted, and the bodies of the page
/// are fetched in the end.
final class ByValueSql {

    /// How many matches are sorted so at the most.
    static final int MOST = 10_000;

    /// How many bodies are in memory at once while the keys are read from them.
    private static final int AT_ONCE = 200;

    /// Stands in no FHIR string, so that all systems of one code come together.
    private static final char SEPARATOR = '\u0000';

    private final ReadSql reads;

    ByValueSql(ReadSql reads) {
        this.reads = reads;
    }

    /// The matches from where the page begins, one more than it has when there are more, and how many there are in all.
    record Found(List<SearchSql.Match> matches, OptionalLong total) {}

    /// Whether a query is ordered by what no index holds.
    static boolean concerns(SearchQuery query) {
        return query.sort().stream()
                .anyMatch(key ->
                        key instanceof SearchQuery.Sort.By(var parameter, _, _)
                                && !Composites.ordered(parameter.type()));
    }

    /// One value of a match's key: a number or a text.
    private record Value(BigDecimal number, String text) implements Comparable<Value> {

        static Value of(long number) {
            return new Value(BigDecimal.valueOf(number), "");
        }

        static Value of(String text) {
            return new Value(BigDecimal.ZERO, text);
        }

        /// As it stands in a cursor.
        String written() {
            return "=" + number + " " + text;
        }

        static Optional<Value> read(String written) {
            if (written.isEmpty()) {
                return Optional.empty();
            }
            var space = written.indexOf(' ');
            return Optional.of(
                    new Value(
                            new BigDecimal(written.substring(1, space)),
                            written.substring(space + 1)));
        }

        /// Texts as PostgreSQL's collation C has them.
        @Override
        public int compareTo(Value other) {
            var byNumber = number.compareTo(other.number);
            return byNumber != 0
                    ? byNumber
                    : Arrays.compareUnsigned(text.getBytes(UTF_8), other.text.getBytes(UTF_8));
        }
    }

    /// A place in the order.
    private record Place(List<Optional<Value>> keys, long row) {}

    /// A match without its body.
    ///
    /// @param branch which branch of the query found it
    private record Ranked(int branch, short shard, Place place) {

        List<String> written() {
            return place.keys().stream().map(v -> v.map(Value::written).orElse("")).toList();
        }
    }

    Found page(Connection connection, SearchQuery query) throws SQLException {
        var order = order(query.sort());
        var all = new ArrayList<Ranked>();
        var whole = connection.getAutoCommit();
        if (whole) {
            // Rows come some at a time within a transaction only.
            connection.setAutoCommit(false);
        }
        try {
            for (var i = 0; i < query.branches().size(); i++) {
                gather(connection, query, i, all);
            }
        } finally {
            if (whole) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
        all.sort(Comparator.comparing(Ranked::place, order));
        var from = query.after().map(cursor -> after(cursor, all, order)).orElse(0);
        return new Found(
                page(connection, query, all.subList(from, all.size())),
                query.total() == SearchQuery.Total.NONE
                        ? OptionalLong.empty()
                        : OptionalLong.of(all.size()));
    }

    /// One more match than a page has, if there are so many. Bodies come of a later moment than the order: for each that is no match
    /// any more another is fetched, because a page that seems to be short is taken for the last.
    private List<SearchSql.Match> page(Connection connection, SearchQuery query, List<Ranked> rest)
            throws SQLException {
        var matches = new ArrayList<SearchSql.Match>();
        for (var from = 0; from < rest.size() && matches.size() <= query.count(); ) {
            var to = Math.min(rest.size(), from + query.count() + 1 - matches.size());
            matches.addAll(matches(connection, query, rest.subList(from, to)));
            from = to;
        }
        return matches;
    }

    /// What has changed meanwhile, so that it is no match or not to be seen any more, is left out.
    private List<SearchSql.Match> matches(
            Connection connection, SearchQuery query, List<Ranked> page) throws SQLException {
        var found = new HashMap<Long, SearchSql.Match>();
        for (var i = 0; i < query.branches().size(); i++) {
            var branch = i;
            var some = page.stream().filter(one -> one.branch() == branch).toList();
            if (!some.isEmpty()) {
                fetch(connection, query, some, found);
            }
        }
        return page.stream()
                .flatMap(one -> Optional.ofNullable(found.get(one.place().row())).stream())
                .toList();
    }

    private void fetch(
            Connection connection,
            SearchQuery query,
            List<Ranked> some,
            Map<Long, SearchSql.Match> found)
            throws SQLException {
        var written = some.stream().collect(toMap(one -> one.place().row(), Ranked::written));
        var sql = unlimited(query, some.getFirst().branch());
        sql.add(
                        """
                         and (r.shard, r.rid) in (
                         select p.shard::smallint, p.rid
                           from unnest(?::bigint[], ?::bigint[]) as p (shard, rid))\
                        """)
                .bindWholes(some.stream().map(one -> (long) one.shard()).toList())
                .bindWholes(some.stream().map(one -> one.place().row()).toList());
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                var stored = reads.stored(result);
                found.put(
                        stored.row(),
                        new SearchSql.Match(
                                stored,
                                result.getShort(SearchSql.COLUMNS + 1),
                                requireNonNull(written.get(stored.row())),
                                within(query, result)));
            }
        }
    }

    private static int after(SearchPage.Cursor cursor, List<Ranked> all, Comparator<Place> order) {
        var last = new Place(cursor.values().stream().map(Value::read).toList(), cursor.row());
        var after = 0;
        while (after < all.size() && order.compare(all.get(after).place(), last) <= 0) {
            after++;
        }
        return after;
    }

    private static Comparator<Place> order(List<SearchQuery.Sort> sort) {
        Comparator<Place> order = (_, _) -> 0;
        for (var i = 0; i < sort.size(); i++) {
            var key = i;
            var descending = sort.get(i).descending();
            order =
                    order.thenComparing((one, other) ->
                            compare(one.keys().get(key), other.keys().get(key), descending));
        }
        return order.thenComparing(Comparator.comparingLong(Place::row).reversed());
    }

    /// What has no value comes last, whichever way round.
    private static int compare(Optional<Value> one, Optional<Value> other, boolean descending) {
        if (one.isEmpty() || other.isEmpty()) {
            return Boolean.compare(one.isEmpty(), other.isEmpty());
        }
        return descending ? other.get().compareTo(one.get()) : one.get().compareTo(other.get());
    }

    private void gather(Connection connection, SearchQuery query, int number, List<Ranked> all)
            throws SQLException {
        var branch = query.branches().get(number);
        var extractor = extractor(branch.sort());
        try (var statement = statement(query, number).prepare(connection)) {
            statement.setFetchSize(AT_ONCE);
            try (var result = statement.executeQuery()) {
                while (result.next()) {
                    if (all.size() == MOST) {
                        throw tooMany();
                    }
                    var stored = reads.stored(result);
                    all.add(
                            new Ranked(
                                    number,
                                    result.getShort(SearchSql.COLUMNS + 1),
                                    new Place(
                                            keys(
                                                    branch.sort(),
                                                    stored,
                                                    within(query, result),
                                                    extractor),
                                            stored.row())));
                }
            }
        }
    }

    private static Optional<SearchPage.Within> within(SearchQuery query, ResultSet row)
            throws SQLException {
        return query.amongContained()
                ? SearchSql.within(row, SearchSql.COLUMNS + 2)
                : Optional.empty();
    }

    /// The statement that goes through the matches of one branch.
    static Sql statement(SearchQuery query, int branch) {
        return unlimited(query, branch).add(" limit ?").bind(MOST + 1);
    }

    private static Sql unlimited(SearchQuery query, int number) {
        var branch = query.branches().get(number);
        var sql = new Sql();
        BranchSql.select(sql, branch);
        BranchSql.within(sql, query, branch);
        BranchSql.from(sql, branch, "r");
        BranchSql.where(sql, query, branch, "r");
        return sql;
    }

    private static Refused tooMany() {
        return new Refused(
                new Problem.BadRequest(
                        "too-costly",
                        "Up to "
                                + MOST
                                + " matches are sorted by a token, a reference or a URI, and there are"
                                + " more. Add a condition, such as a patient or a date, or sort by a"
                                + " date, number, quantity or string.",
                        "_sort"));
    }

    private static Extractor extractor(List<SearchQuery.Sort> sort) {
        var parameters =
                sort.stream()
                        .filter(SearchQuery.Sort.By.class::isInstance)
                        .map(key -> ((SearchQuery.Sort.By) key).parameter())
                        .distinct()
                        .toList();
        return Extractor.of(SearchParameters.none().with(parameters));
    }

    private static List<Optional<Value>> keys(
            List<SearchQuery.Sort> sort,
            Stored stored,
            Optional<SearchPage.Within> within,
            Extractor extractor) {
        var whole = Json.parse(stored.body());
        var resource = within.flatMap(inner -> inner.of(whole)).orElse(whole);
        var values = extractor.extract(Resource.of(resource));
        return sort.stream()
                .map(key ->
                        switch (key) {
                            case SearchQuery.Sort.ById _ ->
                                    Optional.of(
                                            Value.of(
                                                    within.map(SearchPage.Within::id)
                                                            .orElse(stored.id())));
                            case SearchQuery.Sort.ByLastUpdated _ ->
                                    Optional.of(Value.of(WriteSql.micros(stored.lastUpdated())));
                            case SearchQuery.Sort.By(var parameter, var descending, _) ->
                                    best(values, parameter, descending);
                        })
                .toList();
    }

    private static Optional<Value> best(
            List<SearchValue> values, SearchParameter parameter, boolean descending) {
        Comparator<Value> order = Comparator.naturalOrder();
        return values.stream()
                .filter(value -> value.parameter().equals(parameter))
                .flatMap(value -> value(value).stream())
                .min(descending ? order.reversed() : order);
    }

    private static Optional<Value> value(SearchValue value) {
        return switch (value) {
            case SearchValue.Token(_, var system, var code, _) ->
                    Optional.of(Value.of(code + SEPARATOR + system));
            case SearchValue.Text(_, var text) -> Optional.of(Value.of(Keys.normal(text)));
            case SearchValue.Span span -> Optional.of(Value.of(span.low()));
            case SearchValue.Numeric(_, var number) -> Optional.of(new Value(number, ""));
            case SearchValue.Quantity quantity -> Optional.of(new Value(quantity.value(), ""));
            case SearchValue.Reference(_, var type, var id) ->
                    Optional.of(Value.of(type + "/" + id));
            case SearchValue.Elsewhere(_, var url) -> Optional.of(Value.of(url));
            case SearchValue.Logical(_, var system, var id) ->
                    Optional.of(Value.of(system + "|" + id));
            case SearchValue.Uri(_, var uri) -> Optional.of(Value.of(uri));
            case SearchValue.Label _,
                    SearchValue.Typed _,
                    SearchValue.Position _,
                    SearchValue.Composite _ ->
                    Optional.empty();
        };
    }
}
