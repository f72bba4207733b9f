package trellis.store;

import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// How far work that nobody waits for gives way to what somebody waits for.
///
/// @param share what one job may take while others are served, in hundredths of the time of one processor
public record BackgroundSettings(int share) {

    /// `TRELLIS_BACKGROUND_SHARE`
    public static final Setting<Integer> SHARE =
            Setting.whole(
                    "TRELLIS_BACKGROUND_SHARE",
                    20,
                    1,
                    100,
                    "How much of the time of one processor an export, an import or a reindex may take while somebody is served, in"
                            + " hundredths; at other times it takes what there is. 100 gives way to nobody.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(SHARE);

    /// The record of an environment.
    public static BackgroundSettings from(Settings settings) {
        return new BackgroundSettings(settings.get(SHARE));
    }
}
