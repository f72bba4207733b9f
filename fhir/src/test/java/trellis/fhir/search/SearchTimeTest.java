package trellis.fhir.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchTimeTest {

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    2019,                          2019-01-01T00:00:00Z,         2020-01-01T00:00:00Z
                    0001,                          0001-01-01T00:00:00Z,         0002-01-01T00:00:00Z
                    9999,                          9999-01-01T00:00:00Z,         +10000-01-01T00:00:00Z
                    2019-02,                       2019-02-01T00:00:00Z,         2019-03-01T00:00:00Z
                    2019-12,                       2019-12-01T00:00:00Z,         2020-01-01T00:00:00Z
                    2020-02-29,                    2020-02-29T00:00:00Z,         2020-03-01T00:00:00Z
                    1969-12-31,                    1969-12-31T00:00:00Z,         1970-01-01T00:00:00Z
                    2019-05-01T10:30,              2019-05-01T10:30:00Z,         2019-05-01T10:31:00Z
                    2019-05-01T10:30Z,             2019-05-01T10:30:00Z,         2019-05-01T10:31:00Z
                    2019-05-01T10:30:15,           2019-05-01T10:30:15Z,         2019-05-01T10:30:16Z
                    2019-05-01T10:30:15+01:00,     2019-05-01T09:30:15Z,         2019-05-01T09:30:16Z
                    2019-05-01T00:30:15-05:30,     2019-05-01T06:00:15Z,         2019-05-01T06:00:16Z
                    2019-05-01T10:30:15.123Z,      2019-05-01T10:30:15.123Z,     2019-05-01T10:30:15.124Z
                    2019-05-01T10:30:15.5Z,        2019-05-01T10:30:15.5Z,       2019-05-01T10:30:15.6Z
                    2019-05-01T10:30:15.1234567Z,  2019-05-01T10:30:15.123456Z,  2019-05-01T10:30:15.123457Z
                    2016-12-31T23:59:60Z,          2017-01-01T00:00:00Z,         2017-01-01T00:00:01Z
                    """)
    void a_time_covers_what_its_precision_leaves_open(String text, String low, String high) {
        assertThat(SearchTime.parse(text)).contains(new SearchTime(micros(low), micros(high)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "19",
                "0000",
                "20190",
                "2019-",
                "2019-13",
                "2019-00",
                "2019-02-29",
                "2019-04-31",
                "2019-05-01T",
                "2019-05-01T10",
                "2019-05-01T24:00",
                "2019-05-01T10:60",
                "2019-05-01T10:30:61",
                "2019-05-01T10:30:15.",
                "2019-05-01T10:30:15+",
                "2019-05-01T10:30:15+01",
                "2019-05-01T10:30:15+15:00",
                "2019-05-01T10:30:15 01:00",
                "2019-05-01T10:30:15Z ",
                "2019-05-01 10:30",
                "\u0662\u0660\u0661\u0669",
                "2019-05-01T10:30:15.00000000000000000000000000000000",
            })
    void what_is_no_time_reads_as_nothing(String text) {
        assertThat(SearchTime.parse(text)).isEmpty();
    }

    @Test
    void every_day_of_eight_hundred_years_follows_the_day_before() {
        var day = java.time.LocalDate.of(1600, 1, 1);
        var high = micros(day + "T00:00:00Z");
        for (; day.getYear() < 2400; day = day.plusDays(1)) {
            var span = SearchTime.parse(day.toString()).orElseThrow();
            assertThat(span.low()).isEqualTo(high);
            high = span.high();
        }
        assertThat(high).isEqualTo(micros("2400-01-01T00:00:00Z"));
    }

    private static long micros(String instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant));
    }
}
