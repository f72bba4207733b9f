package trellis.store;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What group commits measure of themselves, as `trellis.group.*` by whose they are: how many wait, how many went together, and how long
/// that took.
public final class Groups {
    private static final int[] SIZES = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000};
    private static final int[] MILLIS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 30_000};

    private static final Logger LOG = LoggerFactory.getLogger(Groups.class);

    private final DistributionSummary sizes;
    private final Timer took;

    /// @param whose a word of this program's own
    /// @param waiting how many wait now
    public Groups(MeterRegistry meters, String whose, IntSupplier waiting) {
        var _ =
                Gauge.builder("trellis.group.waiting", waiting::getAsInt)
                        .description("What waits for its group commit")
                        .tag("of", whose)
                        .register(meters);
        this.sizes =
                DistributionSummary.builder("trellis.group.size")
                        .description("How many were committed together")
                        .tag("of", whose)
                        .serviceLevelObjectives(IntStream.of(SIZES).asDoubleStream().toArray())
                        .register(meters);
        this.took =
                Timer.builder("trellis.group.commit")
                        .description("How long a group commit took")
                        .tag("of", whose)
                        .serviceLevelObjectives(
                                Arrays.stream(MILLIS)
                                        .mapToObj(Duration::ofMillis)
                                        .toArray(Duration[]::new))
                        .register(meters);
    }

    /// @param size how many went together
    /// @param nanos how long it took
    public void committed(int size, long nanos) {
        try {
            sizes.record(size);
            took.record(nanos, TimeUnit.NANOSECONDS);
        } catch (RuntimeException e) {
            // What is committed stays committed, whatever becomes of the measurement.
            LOG.warn("A group commit could not be measured: {}", e.getClass().getName());
        }
    }
}
