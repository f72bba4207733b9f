package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HttpDatesTest {
    @Test
    void a_day_has_two_digits_and_a_month_three_letters() {
        assertThat(HttpDates.of(Instant.parse("2026-09-01T08:05:09.999Z")))
                .isEqualTo("Tue, 01 Sep 2026 08:05:09 GMT");
    }
}
