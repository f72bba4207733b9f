package trellis.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
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
        assertThat(result.trouble()).isEqualTo("no answer");
    }

    @Test
    void every_request_of_a_known_number_is_sent_once() throws Exception {
        var sent = new ConcurrentHashMap<Long, Integer>();

        var result =
                Driver.once(
                        number -> {
                            sent.merge(number, 1, Integer::sum);
                            return true;
                        },
                        4,
                        50);

        assertThat(result.requests()).isEqualTo(50);
        assertThat(sent).hasSize(50).allSatisfy((_, times) -> assertThat(times).isEqualTo(1));
    }

    @Test
    void a_server_that_is_slower_than_the_rate_is_seen_to_fall_behind() throws Exception {
        var one = new ReentrantLock();

        // 10 ms each, one at a time, asked for 200 times a second for half a second: the last of a
        // hundred waits for half a second.
        var result =
                Driver.open(
                        _ -> {
                            one.lock();
                            try {
                                new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
                            } finally {
                                one.unlock();
                            }
                            return true;
                        },
                        200,
                        Duration.ofMillis(500));

        assertThat(result.millis(100)).isGreaterThan(400);
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
