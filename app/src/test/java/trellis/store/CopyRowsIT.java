package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;

class CopyRowsIT {

    @RegisterExtension static final TestDatabase DATABASE = TestDatabase.fresh();

    @Test
    void every_kind_of_value_arrives_as_it_was_sent() throws Exception {
        var numbers = numbers();
        var rows = new CopyRows(7);
        for (var i = 0; i < numbers.length; i++) {
            rows.row()
                    .integer(i)
                    .numeric(numbers[i])
                    .bigints(i % 2 == 0 ? new long[0] : new long[] {Long.MIN_VALUE, i})
                    .bool(i % 3 == 0)
                    .text("é" + i)
                    .smallint(-i)
                    .bigint(i % 2 == 0 ? OptionalLong.empty() : OptionalLong.of(-i));
        }
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(
                    "create temp table t (i integer, n numeric, a bigint[], b boolean, s text, m smallint, o bigint)");
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "copy t from stdin (format binary)",
                            new ByteArrayInputStream(rows.finished()));
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
                    assertThat(result.getString(5)).isEqualTo("é" + count);
                    assertThat(result.getShort(6)).isEqualTo((short) -count);
                    assertThat(result.getObject(7, Long.class))
                            .isEqualTo(count % 2 == 0 ? null : Long.valueOf(-count));
                    count++;
                }
            }
            assertThat(count).isEqualTo(numbers.length);
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
