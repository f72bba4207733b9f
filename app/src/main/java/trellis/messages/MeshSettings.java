package trellis.messages;

import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// What the message exchange goes by.
///
/// @param sharedKey what every mailbox's proof is made with, beside its own password
/// @param largest how many bytes one piece of a message may have
public record MeshSettings(String sharedKey, long largest) {

    /// `TRELLIS_MESH_SHARED_KEY`
    public static final Setting<String> SHARED_KEY =
            Setting.text(
                    "TRELLIS_MESH_SHARED_KEY",
                    "TestKey",
                    "The key that all mailboxes share, from which with its password a mailbox proves each"
                            + " request. Never logged.");

    /// `TRELLIS_MESH_LARGEST`
    public static final Setting<Integer> LARGEST =
            Setting.whole(
                    "TRELLIS_MESH_LARGEST",
                    100,
                    1,
                    1_000,
                    "The largest message, or chunk of one, in megabytes.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(SHARED_KEY, LARGEST);

    private static final long MEGABYTE = 1_000_000;

    /// The record of an environment.
    public static MeshSettings from(Settings settings) {
        return new MeshSettings(settings.get(SHARED_KEY), settings.get(LARGEST) * MEGABYTE);
    }

    /// The key is not said.
    @Override
    public String toString() {
        return "MeshSettings[largest=" + largest + "]";
    }
}
