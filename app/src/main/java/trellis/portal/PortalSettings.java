package trellis.portal;

import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// What people are told of those who looked at their record.
///
/// @param names whether staff are named, and not only their role and organisation
public record PortalSettings(boolean names) {

    /// `TRELLIS_LOOKED_NAMES`
    public static final Setting<Boolean> NAMES =
            Setting.yesNo(
                    "TRELLIS_LOOKED_NAMES",
                    false,
                    "Whether people see the names of staff who looked at their record. Without it they"
                            + " see the role and the organisation.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(NAMES);

    /// The record of an environment.
    public static PortalSettings from(Settings settings) {
        return new PortalSettings(settings.get(NAMES));
    }
}
