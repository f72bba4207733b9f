package trellis.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InsertsIT {

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    private static final Rows.Table T =
            Rows.Table.of(
                    "pg_temp.t",
                    "i integer",
                    "n numeric",
                    "a bigint[]",
                    "b boolean",
                    "s text",
                    "m smallint",
                    "o bigint",
                    "y bytea");

    /// Few go as arrays, many by COPY.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 150, 2_000})
    void every_kind_of_value_arrives_as_it_was_sent(int many) throws Exception {
        var numbers = numbers();
        var inserts = new InsertsSql();
        var rows = inserts.into(T);
        for (var i = 0; i < many; i++) {
            rows.integer(i)
                    .numeric(numbers[i])
                    .bigints(i % 2 == 0 ? new long[0] : new long[] {Long.MIN_VALUE, i})
                    .bool(i % 3 == 0)
                    .text(text(i))
                    .smallint(-i)
                    .bigint(i % 2 == 0 ? OptionalLong.empty() : OptionalLong.of(-i))
                    .bytes(text(i).getBytes(UTF_8));
        }
        assertThat(rows.size()).isEqualTo(many);
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(
                    "create temp table t (i integer, n numeric, a bigint[], b boolean, s text, m smallint, o bigint, y bytea)");
            inserts.go(connection);
            var count = 0;
            try (var result = statement.executeQuery("select * from t order by i")) {
                while (result.next()) {
                    assertThat(result.getBigDecimal(2)).isEqualByComparingTo(numbers[count]);
                    assertThat((Long[]) result.getArray(3).getArray())
                            .containsExactly(
                                    count % 2 == 0
                                            ? new Long[0]
                                            : new Long[] {Long.MIN_VALUE, (long) count});
                    assertThat(result.getBoolean(4)).isEqualTo(count % 3 == 0);
                    assertThat(result.getString(5)).isEqualTo(text(count));
                    assertThat(result.getShort(6)).isEqualTo((short) -count);
                    assertThat(result.getObject(7, Long.class))
                            .isEqualTo(count % 2 == 0 ? null : Long.valueOf(-count));
                    assertThat(result.getBytes(8)).isEqualTo(text(count).getBytes(UTF_8));
                    count++;
                }
            }
            assertThat(count).isEqualTo(many);
            statement.execute("drop table t");
        }
    }

    /// With all that an array in the form of text would have to escape.
    private static String text(int i) {
        return i % 4 == 0 ? "" : "é{},\"\\\\ null" + i;
    }

    @Test
    void statements_are_carried_out_in_their_order_and_rows_come_first() throws Exception {
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create temp table o (i integer)");
            var inserts = new InsertsSql();
            var rows = inserts.into(Rows.Table.of("pg_temp.o", "i integer"));
            rows.integer(1);
            inserts.after()
                    .add("update o set i = i + 1", List.of())
                    .add("update o set i = i * 10", List.of());
            inserts.go(connection);
            try (var result = statement.executeQuery("select i from o")) {
                result.next();
                assertThat(result.getInt(1)).isEqualTo(20);
            }
            var wrong =
                    new TogetherSql()
                            .add("update o set i = 1", List.of())
                            .add("update o set i = 1 / (i - 1)", List.of());
            assertThatThrownBy(() -> wrong.go(connection)).isInstanceOf(SQLException.class);
            statement.execute("drop table o");
        }
    }

    private static BigDecimal[] numbers() {
        var random = new Random(7);
        var numbers = new BigDecimal[2000];
        var edges =
                new String[] {
                    "0", "0.00", "-0.0001", "10000", "9999.9999", "1E+9", "1E-9", "-1.50"
                };
        for (var i = 0; i < numbers.length; i++) {
            numbers[i] =
                    i < edges.length
                            ? new BigDecimal(edges[i])
                            : new BigDecimal(
                                    new BigInteger(random.nextInt(100), random)
                                            .multiply(
                                                    BigInteger.valueOf(
                                                            random.nextBoolean() ? 1 : -1)),
                                    random.nextInt(40) - 10);
        }
        return numbers;
    }
}
