package trellis.api;

import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.store.Write;

/// How the API takes what it is sent.
///
/// @param maxBody the largest content of one request, in bytes
/// @param references whether a reference to a resource of this server must lead somewhere
/// @param conditionalDeletes how many resources one conditional delete may delete
public record ApiSettings(int maxBody, Write.References references, int conditionalDeletes) {
    /// Resources that one conditional delete may delete where several may be.
    static final int SEVERAL = 100;

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

    /// `TRELLIS_CONDITIONAL_DELETE`
    public static final Setting<String> CONDITIONAL_DELETE =
            Setting.word(
                    "TRELLIS_CONDITIONAL_DELETE",
                    "single",
                    List.of("single", "multiple"),
                    "Whether a conditional delete that matches several resources deletes them, up to"
                            + " 100 at once, or is refused.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(MAX_BODY, REFERENCES, CONDITIONAL_DELETE);

    /// The record of an environment.
    public static ApiSettings from(Settings settings) {
        return new ApiSettings(
                settings.get(MAX_BODY) << 20,
                settings.get(REFERENCES).equals("enforced")
                        ? Write.References.ENFORCED
                        : Write.References.UNCHECKED,
                settings.get(CONDITIONAL_DELETE).equals("multiple") ? SEVERAL : 1);
    }
}
