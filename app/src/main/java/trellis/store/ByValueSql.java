package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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

/// Pages in an order that no index holds: by tokens, references and URIs, of which the store keeps hashes. All matches are fetched,
/// their values are read from them, and the page is cut out; so there may be [#MOST] matches and no more.
final class ByValueSql {

    /// How many matches are sorted so at the most.
    static final int MOST = 10_000;

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
                        key instanceof SearchQuery.Sort.By(var parameter, _)
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

    private record Ranked(SearchSql.Match match, Place place) {}

    Found page(Connection connection, SearchQuery query) throws SQLException {
        var order = order(query.sort());
        var all = new ArrayList<Ranked>();
        for (var branch : query.branches()) {
            gather(connection, query, branch, all);
        }
        all.sort(Comparator.comparing(Ranked::place, order));
        var from = query.after().map(cursor -> after(cursor, all, order)).orElse(0);
        var to = Math.min(all.size(), from + query.count() + 1);
        var page = all.subList(from, to).stream().map(Ranked::match).toList();
        return new Found(
                page,
                query.total() == SearchQuery.Total.NONE
                        ? OptionalLong.empty()
                        : OptionalLong.of(all.size()));
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

    private void gather(
            Connection connection, SearchQuery query, SearchQuery.Branch branch, List<Ranked> all)
            throws SQLException {
        var extractor = extractor(branch.sort());
        var sql = statement(branch, query.sight());
        try (var statement = sql.prepare(connection);
                var result = statement.executeQuery()) {
            while (result.next()) {
                var stored = reads.stored(result);
                var keys = keys(branch.sort(), stored, extractor);
                var written = keys.stream().map(v -> v.map(Value::written).orElse("")).toList();
                var shard = result.getShort(SearchSql.COLUMNS + 1);
                all.add(
                        new Ranked(
                                new SearchSql.Match(stored, shard, written),
                                new Place(keys, stored.row())));
                if (all.size() > MOST) {
                    throw tooMany();
                }
            }
        }
    }

    /// The statement that fetches the matches of one type.
    static Sql statement(SearchQuery.Branch branch, Sight sight) {
        var sql = new Sql().add("select " + ReadSql.COLUMNS + ", r.shard from res r where ");
        new CriterionSql(sql, sight).matches("r", branch.type(), branch.criteria());
        return sql.add(" limit ?").bind(MOST + 1);
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
            List<SearchQuery.Sort> sort, Stored stored, Extractor extractor) {
        var values = extractor.extract(Resource.of(Json.parse(stored.body())));
        return sort.stream()
                .map(key ->
                        switch (key) {
                            case SearchQuery.Sort.ById _ -> Optional.of(Value.of(stored.id()));
                            case SearchQuery.Sort.ByLastUpdated _ ->
                                    Optional.of(Value.of(WriteSql.micros(stored.lastUpdated())));
                            case SearchQuery.Sort.By(var parameter, var descending) ->
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
