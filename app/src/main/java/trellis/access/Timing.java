package trellis.access;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// How long requests of one way take, as the measurement `trellis.requests` by way, method and status.
final class Timing {
    private final MeterRegistry meters;
    private final String way;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    private record Kind(String method, int status) {}

    Timing(MeterRegistry meters, String way) {
        this.meters = meters;
        this.way = way;
    }

    /// @param nanos how long one request took
    void took(String method, int status, long nanos) {
        timers.computeIfAbsent(new Kind(method, status), this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("trellis.requests")
                .description("Requests of programs, by the way they take")
                .tag("way", way)
                .tag("method", kind.method())
                .tag("status", Integer.toString(kind.status()))
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(meters);
    }
}
