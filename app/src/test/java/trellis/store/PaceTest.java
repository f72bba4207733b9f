package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Time passes here only when the test or the pace lets it.
class PaceTest {
    private static final long MILLI = 1_000_000;

    private final Clockwork time = new Clockwork();
    private final Foreground foreground = new Foreground(20, time);

    private static final class Clockwork implements Foreground.Time {
        private long now = 5;
        private final List<Long> rests = new ArrayList<>();

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void pass(long nanos) {
            now += nanos;
            rests.add(nanos);
        }

        void work(long millis) {
            now += millis * MILLI;
        }

        long rested() {
            return rests.stream().mapToLong(Long::longValue).sum() / MILLI;
        }
    }

    private void slice(long millis) {
        time.work(millis);
        Pace.step();
    }

    @Test
    void while_nobody_is_served_it_goes_on_at_once() {
        foreground.behind(() -> slice(50));

        assertThat(time.rests).isEmpty();
    }

    @Test
    void while_somebody_is_served_it_rests_so_that_its_share_is_kept() {
        foreground.begin();

        foreground.behind(() -> slice(10));

        assertThat(time.rested()).isEqualTo(40);
    }

    @Test
    void several_threads_have_one_share_together() {
        foreground.begin();

        foreground.behind(4, () -> slice(5));

        assertThat(time.rested()).isEqualTo(95);
    }

    @Test
    void several_threads_keep_it_with_long_slices_too() {
        foreground.begin();

        foreground.behind(8, () -> slice(300));

        assertThat(time.rested()).isEqualTo(8 * 250);
    }

    @Test
    void there_is_no_rest_while_something_is_held() {
        foreground.begin();

        foreground.behind(() -> {
            Pace.holding(() -> {
                slice(50);
                return true;
            });
            assertThat(time.rests).isEmpty();
            slice(1);
        });

        assertThat(time.rested()).isEqualTo(204);
    }

    @Test
    void the_whole_share_gives_way_to_nobody() {
        var all = new Foreground(100, time);
        all.begin();

        all.behind(() -> slice(50));

        assertThat(time.rests).isEmpty();
    }

    @Test
    void small_steps_make_one_slice() {
        foreground.begin();

        foreground.behind(() -> {
            slice(1);
            slice(1);
            slice(1);
            assertThat(time.rests).isEmpty();
            slice(1);
        });

        assertThat(time.rested()).isEqualTo(16);
    }

    @Test
    void work_that_is_shorter_than_a_slice_keeps_its_share_too() {
        foreground.begin();

        foreground.behind(() -> time.work(1));
        foreground.behind(() -> time.work(1));

        assertThat(time.rested()).isEqualTo(8);
    }

    @Test
    void a_slice_begins_after_the_rest() {
        foreground.begin();

        foreground.behind(() -> {
            slice(10);
            slice(10);
        });

        assertThat(time.rested()).isEqualTo(80);
    }

    @Test
    void however_long_a_slice_took_the_next_begins_within_a_quarter_of_a_second() {
        foreground.begin();

        foreground.behind(() -> slice(20_000));

        assertThat(time.rested()).isEqualTo(250);
    }

    @Test
    void it_rests_no_longer_than_somebody_is_served() {
        foreground.begin();
        time.work(1);
        foreground.end();

        foreground.behind(() -> slice(10));

        assertThat(time.rested()).isEqualTo(20);
    }

    @Test
    void on_a_thread_that_somebody_waits_for_it_does_nothing() {
        foreground.begin();

        slice(50);

        assertThat(time.rests).isEmpty();
        assertThat(Pace.some(500, 100)).isEqualTo(500);
    }

    @Test
    void work_that_gives_way_is_done_in_small_pieces() {
        foreground.behind(() -> assertThat(Pace.some(500, 100)).isEqualTo(100));
    }

    @Test
    void it_does_not_rest_on_a_thread_that_is_to_end() {
        foreground.begin();

        Thread.currentThread().interrupt();
        foreground.behind(() -> slice(10));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(time.rests).isEmpty();
    }

    @Test
    void before_the_first_request_nobody_is_served() {
        assertThat(foreground.busy()).isFalse();
    }

    @Test
    void somebody_is_served_until_all_have_been_and_a_moment_longer() {
        foreground.begin();
        foreground.begin();
        foreground.end();
        time.work(1_000);
        assertThat(foreground.busy()).isTrue();

        foreground.end();
        time.work(19);
        assertThat(foreground.busy()).isTrue();

        time.work(1);
        assertThat(foreground.busy()).isFalse();
    }

    @Test
    void a_request_that_never_ends_holds_nothing_up_for_ever() {
        foreground.begin();
        time.work(TimeUnit.SECONDS.toMillis(30));
        assertThat(foreground.busy()).isFalse();

        foreground.begin();
        assertThat(foreground.busy()).isTrue();
    }
}
