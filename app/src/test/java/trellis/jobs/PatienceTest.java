package trellis.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

class PatienceTest {
    private final Terminal terminal = new Terminal();
    private final CountDownLatch stop = new CountDownLatch(1);

    private static Refused away() {
        return new Refused(new Problem.Unavailable("The database is away", Duration.ofSeconds(1)));
    }

    @Test
    void a_database_that_comes_back_is_waited_for_and_that_is_said_once() {
        var patience = new Patience(terminal.console(), Patience.TEN_MINUTES, stop);
        var tries = new AtomicInteger();

        var result =
                patience.until(() -> {
                    if (tries.incrementAndGet() < 3) {
                        throw away();
                    }
                    return "done";
                });

        assertThat(result).isEqualTo("done");
        assertThat(terminal.err().lines())
                .hasSize(2)
                .first(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .startsWith("The database is away: waiting for up to 10 min.");
        assertThat(terminal.err()).contains("The database is back after");
    }

    @Test
    void patience_ends() {
        var patience = new Patience(terminal.console(), Duration.ZERO, stop);

        assertThatThrownBy(() ->
                        patience.until(() -> {
                            throw away();
                        }))
                .isInstanceOf(Refused.class);
    }

    @Test
    void whoever_is_told_to_stop_does_not_wait() {
        var patience = new Patience(terminal.console(), Patience.TEN_MINUTES, stop);
        stop.countDown();

        assertThatThrownBy(() ->
                        patience.until(() -> {
                            throw away();
                        }))
                .isInstanceOf(Refused.class);
    }

    @Test
    void another_refusal_is_no_reason_to_wait() {
        var patience = new Patience(terminal.console(), Patience.TEN_MINUTES, stop);

        assertThatThrownBy(() ->
                        patience.until(() -> {
                            throw new Refused(new Problem.Gone("It"));
                        }))
                .isInstanceOf(Refused.class);
        assertThat(terminal.err()).isEmpty();
    }
}
