package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    private final Attempts attempts = new Attempts(5);

    @Test
    void waits_grow_from_the_fifth_failure_to_five_minutes() {
        assertThat(IntStream.rangeClosed(1, 12).mapToObj(count -> attempts.wait(count).toSeconds()))
                .containsExactly(0L, 0L, 0L, 0L, 15L, 30L, 60L, 120L, 240L, 300L, 300L, 300L);
    }

    @Test
    void four_failures_cost_nothing_and_the_fifth_shuts_the_door_for_a_while() {
        fail("osei", 4);
        assertThat(attempts.shut("osei", NOON)).isFalse();
        fail("osei", 1);
        assertThat(attempts.shut("osei", NOON.plusSeconds(14))).isTrue();
        assertThat(attempts.shut("osei", NOON.plusSeconds(15))).isFalse();
    }

    @Test
    void one_name_does_not_shut_another_out() {
        fail("osei", 50);
        assertThat(attempts.shut("nair", NOON)).isFalse();
    }

    @Test
    void a_sign_in_that_went_well_forgives() {
        fail("osei", 4);
        attempts.succeeded("osei");
        fail("osei", 4);
        assertThat(attempts.shut("osei", NOON)).isFalse();
    }

    @Test
    void a_quarter_of_an_hour_forgives() {
        fail("osei", 9);
        var later = NOON.plus(Attempts.FORGIVEN);
        attempts.failed("osei", later);
        assertThat(attempts.shut("osei", later)).isFalse();
    }

    @Test
    void a_million_names_do_not_fill_the_memory() {
        IntStream.range(0, 1_000_000).forEach(i -> attempts.failed("name" + i, NOON));
        fail("osei", 5);
        assertThat(attempts.shut("osei", NOON)).isTrue();
        assertThat(attempts.remembered()).isLessThanOrEqualTo(10_000);
    }

    private void fail(String name, int times) {
        for (var i = 0; i < times; i++) {
            attempts.failed(name, NOON);
        }
    }
}
