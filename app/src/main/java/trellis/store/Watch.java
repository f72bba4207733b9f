package trellis.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import javax.sql.DataSource;

/// What the store tells of its work to whoever runs the server.
///
/// @param meters its measurements
/// @param slow its log of slow searches
record Watch(MeterRegistry meters, SlowSearches slow) {

    /// For a process that nobody watches: what is measured goes nowhere.
    static Watch none(DataSource source) {
        return new Watch(new CompositeMeterRegistry(), SlowSearches.none(source));
    }
}
