package trellis.@name@;

import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// What an operator decides here. `Trellis.SETTINGS` lists [#KEYS], and docs/settings.md each of
/// them.
///
/// @param on whether this node offers the capability
public record @Name@Settings(boolean on) {

    /// `TRELLIS_@NAME@`
    public static final Setting<Boolean> ON =
            Setting.yesNo("TRELLIS_@NAME@", true, "Whether this node offers @name@.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(ON);

    /// The record of an environment.
    public static @Name@Settings from(Settings settings) {
        return new @Name@Settings(settings.get(ON));
    }
}
