package trellis.store;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import trellis.fhir.search.ParameterType;
import trellis.fhir.search.SearchParameter;

/// Turns tests of values into conditions on rows of the ordered tables, and composites into
/// conditions on rows that share an element.
final class TestSql {

    /// Greater than every text that begins alike: the last code point there is.
    static final String LAST = "\uDBFF\uDFFF";

    /// A little less than a degree of latitude, so that a band is never too narrow.
    private static final BigDecimal METRES_OF_A_DEGREE = new BigDecimal("111000");

    private static final long DAY = 86_400_000_000L;

    /// As the condition of `ix_date_long` has it.
    private static final String LONG = "{0}.high > {0}.low + 86400000000";

    private final Sql sql;

    TestSql(Sql sql) {
        this.sql = sql;
    }

    /// The table that holds the values of an ordered kind of parameter.
    static String table(ParameterType type) {
        return switch (type) {
            case STRING -> "ix_string";
            case DATE -> "ix_date";
            case NUMBER, QUANTITY -> "ix_number";
            case TOKEN, REFERENCE, URI, COMPOSITE, SPECIAL ->
                    throw new IllegalArgumentException(type + " has no ordered values");
        };
    }

    /// The parameter has any value.
    void anyValue(String row, SearchParameter parameter) {
        var x = sql.alias();
        begin(row, x, parameter.type(), Keys.parameter(parameter));
        sql.add(")");
    }

    /// One value of the parameter passes one of the tests.
    ///
    /// @param few whether so few rows are left that the values of each are looked at: the tests are said so that the planner keeps from
    ///     the index of values
    void anyValue(String row, SearchParameter parameter, List<Criterion.Test> tests, boolean few) {
        var x = sql.alias();
        begin(row, x, parameter.type(), Keys.parameter(parameter), tests);
        sql.add(" and ");
        any(x, Keys.parameter(parameter), tests);
        sql.add(few ? " is true)" : ")");
    }

    /// Each of the parameters has a value that passes one of its tests.
    void common(String row, List<Criterion.AnyValue> values) {
        sql.add("({0}.shard, {0}.rid) in (", row);
        for (var i = 0; i < values.size(); i++) {
            var parameter = values.get(i).parameter();
            var x = sql.alias();
            sql.add(i == 0 ? "" : " intersect ")
                    .add(
                            "select {0}.shard, {0}.rid from "
                                    + table(parameter.type())
                                    + " {0} where {0}.param = ? and ",
                            x)
                    .bind(Keys.parameter(parameter));
            any(x, Keys.parameter(parameter), values.get(i).tests());
        }
        sql.add(")");
    }

    private void begin(String row, String x, ParameterType type, int parameter) {
        sql.add(
                        "exists (select 1 from "
                                + table(type)
                                + " {1} where {1}.shard = {0}.shard and {1}.rid = {0}.rid"
                                + " and {1}.param = ?",
                        row,
                        x)
                .bind(parameter);
    }

    /// Quantities lie under a second number in base units, where a test asks for these.
    private void begin(
            String row, String x, ParameterType type, int parameter, List<Criterion.Test> tests) {
        if (tests.stream().noneMatch(Criterion.Test.Measured.class::isInstance)) {
            begin(row, x, type, parameter);
            return;
        }
        sql.add(
                        "exists (select 1 from "
                                + table(type)
                                + " {1} where {1}.shard = {0}.shard and {1}.rid = {0}.rid"
                                + " and {1}.param = any (?)",
                        row,
                        x)
                .bindWholes(List.of((long) parameter, (long) Keys.canonical(parameter)));
    }

    private void any(String x, int parameter, List<Criterion.Test> tests) {
        var mixed =
                tests.stream().anyMatch(Criterion.Test.Measured.class::isInstance)
                        && tests.stream().anyMatch(Criterion.Test.Amount.class::isInstance);
        sql.add("(").add(tests.isEmpty() ? "false" : "");
        for (var i = 0; i < tests.size(); i++) {
            sql.add(i == 0 ? "" : " or ");
            if (mixed && tests.get(i) instanceof Criterion.Test.Amount) {
                sql.add("{0}.param = ? and ", x).bind(parameter);
            }
            test(x, tests.get(i));
        }
        sql.add(")");
    }

    private void test(String x, Criterion.Test test) {
        switch (test) {
            case Criterion.Test.Hash _ ->
                    throw new IllegalArgumentException("a hash is no test of an ordered value");
            case Criterion.Test.Starts(var normal) ->
                    sql.add("({0}.value >= ? and {0}.value < ?)", x)
                            .bind(normal)
                            .bind(normal + LAST);
            case Criterion.Test.Is(var normal) -> sql.add("{0}.value = ?", x).bind(normal);
            case Criterion.Test.Ends(var normal) ->
                    sql.add("right({0}.value, ?::integer) = ?", x)
                            .bind(normal.codePointCount(0, normal.length()))
                            .bind(normal);
            case Criterion.Test.Contains(var normal) ->
                    sql.add("strpos({0}.value, ?) > 0", x).bind(normal);
            case Criterion.Test.When when -> when(x, when);
            case Criterion.Test.Begins(var moments) ->
                    sql.add("{0}.low = any (?)", x).bindWholes(moments);
            case Criterion.Test.Amount amount -> amount(x, amount);
            case Criterion.Test.Measured(var prefix, var low, var high, var unit) ->
                    amount(x, new Criterion.Test.Amount(prefix, low, high, unit, 0));
        }
    }

    /// The index is ordered by the spans' beginnings, so each condition is said in terms of these,
    /// also where only the end decides: a span of at most a day begins at most a day before it ends,
    /// and longer ones have an index by their end (`ix_date_long`).
    private void when(String x, Criterion.Test.When when) {
        var low = when.low();
        var high = when.high();
        switch (when.prefix()) {
            case EQ ->
                    sql.add("({0}.low >= ? and {0}.low < ? and {0}.high <= ?)", x)
                            .bind(low)
                            .bind(high)
                            .bind(high);
            case NE -> sql.add("({0}.low < ? or {0}.high > ?)", x).bind(low).bind(high);
            case GT ->
                    sql.add(
                                    "(({0}.low > ? and {0}.high > ?) or ({0}.high > ? and "
                                            + LONG
                                            + "))",
                                    x)
                            .bind(high - DAY)
                            .bind(high)
                            .bind(high);
            case LT -> sql.add("{0}.low < ?", x).bind(low);
            case GE ->
                    sql.add("({0}.low >= ? or ({0}.low > ? and {0}.high > ?)", x)
                            .add(" or ({0}.high > ? and " + LONG + "))", x)
                            .bind(low)
                            .bind(high - DAY)
                            .bind(high)
                            .bind(high);
            case LE ->
                    sql.add("({0}.low < ? and ({0}.low < ? or {0}.high <= ?))", x)
                            .bind(high)
                            .bind(low)
                            .bind(high);
            case SA -> sql.add("{0}.low >= ?", x).bind(high);
            case EB -> sql.add("({0}.low < ? and {0}.high <= ?)", x).bind(low).bind(low);
            case AP ->
                    sql.add("({0}.low < ? and {0}.high > ?", x)
                            .add(" and ({0}.low > ? or " + LONG + "))", x)
                            .bind(high)
                            .bind(low)
                            .bind(low - DAY);
        }
    }

    private void amount(String x, Criterion.Test.Amount amount) {
        var low = amount.low();
        var high = amount.high();
        sql.add("(");
        switch (amount.prefix()) {
            case EQ -> sql.add("{0}.value >= ? and {0}.value < ?", x).bind(low).bind(high);
            case NE -> sql.add("({0}.value < ? or {0}.value >= ?)", x).bind(low).bind(high);
            case GT, SA -> sql.add("{0}.value > ?", x).bind(high);
            case LT, EB -> sql.add("{0}.value < ?", x).bind(low);
            case GE -> sql.add("{0}.value >= ?", x).bind(low);
            case LE -> sql.add("{0}.value <= ?", x).bind(high);
            case AP -> sql.add("{0}.value >= ? and {0}.value <= ?", x).bind(low).bind(high);
        }
        if (amount.unit() != 0) {
            sql.add(" and {0}.unit = ?", x).bind(amount.unit());
        }
        if (amount.code() != 0) {
            sql.add(" and {0}.code = ?", x).bind(amount.code());
        }
        sql.add(")");
    }

    /// The latitude and the longitude of a position lie under elements of their own. A band of latitudes is read from the index, and
    /// of what lies in it the distance is reckoned, on a sphere of the earth's mean radius.
    void near(String row, SearchParameter parameter, Criterion.Circle circle) {
        var lat = sql.alias();
        var lon = sql.alias();
        var band = circle.metres().divide(METRES_OF_A_DEGREE, MathContext.DECIMAL64);
        sql.add(
                        """
                        exists (select 1 from ix_number {1}, ix_number {2}
                         where {1}.shard = {0}.shard and {1}.rid = {0}.rid and {1}.param = ? and {1}.elem = 1
                         and {2}.shard = {0}.shard and {2}.rid = {0}.rid and {2}.param = ? and {2}.elem = 2
                         and {1}.value >= ? and {1}.value <= ?
                         and 12742017.6 * asin(least(1, sqrt(
                               power(sin(radians({1}.value::float8 - ?::float8) / 2), 2)
                               + cos(radians({1}.value::float8)) * cos(radians(?::float8))
                                 * power(sin(radians({2}.value::float8 - ?::float8) / 2), 2)))) <= ?::float8)\
                        """,
                        row, lat, lon)
                .bind(Keys.parameter(parameter))
                .bind(Keys.parameter(parameter))
                .bind(circle.latitude().subtract(band))
                .bind(circle.latitude().add(band))
                .bind(circle.latitude())
                .bind(circle.latitude())
                .bind(circle.longitude())
                .bind(circle.metres());
    }

    /// All parts hold in one element: see [Composites] for what lies where.
    void together(String row, SearchParameter composite, List<List<Criterion.Test>> parts) {
        if (!Composites.ordered(composite)) {
            sql.add("{0}.tok && ?", row)
                    .bindWholes(choices(parts).stream().map(Composites::joined).toList());
            return;
        }
        var first = "";
        for (var part = 0; part < parts.size(); part++) {
            var type = composite.components().get(part).type();
            if (!Composites.ordered(type)) {
                continue;
            }
            var x = sql.alias();
            var number = Composites.row(composite, part);
            if (first.isEmpty()) {
                first = x;
                begin(row, x, type, number, parts.get(part));
            } else {
                sql.add(" and ");
                begin(row, x, type, number, parts.get(part));
                sql.add(" and {0}.elem = {1}.elem", x, first);
            }
            sql.add(" and ");
            any(x, number, parts.get(part));
            sql.add(first.equals(x) ? "" : ")");
        }
        hashed(row, first, parts);
        sql.add(")");
    }

    private void hashed(String row, String first, List<List<Criterion.Test>> parts) {
        for (var tests : parts) {
            var hashes = hashes(tests);
            if (!hashes.isEmpty()) {
                sql.add(" and (");
                for (var i = 0; i < hashes.size(); i++) {
                    sql.add(i == 0 ? "" : " or ")
                            .add("{0}.tok @> array[?::bigint # {1}.elem]", row, first)
                            .bind(hashes.get(i));
                }
                sql.add(")");
            }
        }
    }

    private static List<Long> hashes(List<Criterion.Test> tests) {
        return tests.stream()
                .filter(Criterion.Test.Hash.class::isInstance)
                .map(test -> ((Criterion.Test.Hash) test).hash())
                .toList();
    }

    private static List<List<Long>> choices(List<List<Criterion.Test>> parts) {
        List<List<Long>> choices = List.of(List.of());
        for (var tests : parts) {
            choices = Composites.longer(choices, hashes(tests));
        }
        return choices;
    }
}
