package trellis.api;

import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.store.Write;

/// How the API takes what it is sent.
///
/// @param maxBody the largest content of one request, in bytes
/// @param references whether a reference to a resource of this server must lead somewhere
public record ApiSettings(int maxBody, Write.References references) {

    /// `TRELLIS_MAX_BODY`
    public static final Setting<Integer> MAX_BODY =
            Setting.whole(
                    "TRELLIS_MAX_BODY",
                    64,
                    1,
                    1024,
                    "The largest content of one request, in megabytes. Contents of more than"
                            + " 1 MB share room for this much; what does not fit waits.");

    /// `TRELLIS_REFERENCES`
    public static final Setting<String> REFERENCES =
            Setting.word(
                    "TRELLIS_REFERENCES",
                    "enforced",
                    List.of("enforced", "unchecked"),
                    "Whether a reference to a resource of this server must lead to one, and what is"
                            + " referred to cannot be deleted. An import is never checked.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(MAX_BODY, REFERENCES);

    /// The record of an environment.
    public static ApiSettings from(Settings settings) {
        return new ApiSettings(
                settings.get(MAX_BODY) << 20,
                settings.get(REFERENCES).equals("enforced")
                        ? Write.References.ENFORCED
                        : Write.References.UNCHECKED);
    }
}
