package trellis.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class DriverTest {

    @Test
    void a_closed_loop_counts_every_request_and_every_wrong_answer() throws Exception {
        var result = Driver.closed(number -> number % 2 == 0, 2, Duration.ofMillis(200));

        assertThat(result.requests()).isPositive();
        assertThat(result.errors()).isBetween(result.requests() / 2 - 1, result.requests() / 2 + 1);
    }

    @Test
    void an_open_loop_sends_at_its_rate_whatever_the_answers_do() throws Exception {
        var result =
                Driver.open(
                        _ -> {
                            throw new IllegalStateException("no answer");
                        },
                        200,
                        Duration.ofMillis(500));

        assertThat(result.requests()).isEqualTo(100);
        assertThat(result.errors()).isEqualTo(100);
    }

    @Test
    void a_stall_is_felt_by_everybody_who_would_have_come_meanwhile() throws Exception {
        var stall = new ReentrantLock();

        // The first request holds all others up for 300 ms; a closed loop of one would see one slow
        // answer, an open loop sees all that were due.
        var result =
                Driver.open(
                        number -> {
                            stall.lock();
                            try {
                                if (number == 0) {
                                    new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
                                }
                            } finally {
                                stall.unlock();
                            }
                            return true;
                        },
                        100,
                        Duration.ofMillis(500));

        assertThat(result.millis(50)).isGreaterThan(50);
    }
}
