package trellis.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// Which searches are slow.
///
/// @param millis what takes longer is; 0 for none
public record SlowSettings(int millis) {

    /// `TRELLIS_SLOW_MILLIS`
    public static final Setting<Integer> MILLIS =
            Setting.whole(
                    "TRELLIS_SLOW_MILLIS",
                    1000,
                    0,
                    600_000,
                    "A search that takes the database longer than so many milliseconds is slow: the log tells its statements and PostgreSQL's plan,"
                            + " without values, of the slowest every five seconds. 0 tells of none.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(MILLIS);

    /// The record of an environment.
    public static SlowSettings from(Settings settings) {
        return new SlowSettings(settings.get(MILLIS));
    }

    /// What takes longer is slow, if anything is.
    Optional<Duration> patience() {
        return millis == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }
}
