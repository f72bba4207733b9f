package trellis.terminology;

import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// What answers about codes go by.
///
/// @param most how many codes one expansion may have
public record TerminologySettings(int most) {

    /// `TRELLIS_EXPANSION_MOST`
    public static final Setting<Integer> MOST =
            Setting.whole(
                    "TRELLIS_EXPANSION_MOST",
                    10_000,
                    10,
                    1_000_000,
                    "How many codes one answer of `$expand` may have. Larger value sets are asked"
                            + " for in pages, by `offset` and `count`.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(MOST);

    /// The record of an environment.
    public static TerminologySettings from(Settings settings) {
        return new TerminologySettings(settings.get(MOST));
    }
}
