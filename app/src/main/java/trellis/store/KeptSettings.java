package trellis.store;

import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// How much of what was read lately is kept in memory.
///
/// @param megabytes about how much; 0 for nothing
public record KeptSettings(int megabytes) {

    /// `TRELLIS_KEPT_MEGABYTES`
    public static final Setting<Integer> MEGABYTES =
            Setting.whole(
                    "TRELLIS_KEPT_MEGABYTES",
                    64,
                    0,
                    16_384,
                    "How much memory is used for records that are asked for again and again, in megabytes. What is kept is never shown"
                            + " once it has been written to, by whichever node. 0 keeps nothing.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(MEGABYTES);

    /// The record of an environment.
    public static KeptSettings from(Settings settings) {
        return new KeptSettings(settings.get(MEGABYTES));
    }

    long bytes() {
        return megabytes * 1_048_576L;
    }
}
