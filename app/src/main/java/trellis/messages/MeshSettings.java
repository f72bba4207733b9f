package trellis.messages;

import java.util.List;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

/// What the message exchange goes by.
///
/// @param sharedKey what every mailbox's proof is made with, beside its own password
/// @param largest how many bytes one piece of a message may have
/// @param whole how many bytes all pieces of a message may have together
public record MeshSettings(String sharedKey, long largest, long whole) {
    /// The key of the published sandbox, which everybody knows.
    private static final String TEST_KEY = "TestKey";

    /// `TRELLIS_MESH_SHARED_KEY`
    public static final Setting<String> SHARED_KEY =
            Setting.text(
                    "TRELLIS_MESH_SHARED_KEY",
                    TEST_KEY,
                    "The key that all mailboxes share, from which with its password a mailbox proves each"
                            + " request. Never logged. TestKey is known to everybody: with it the server"
                            + " does not start where other machines reach it (`TRELLIS_BIND`,"
                            + " `TRELLIS_PROXY`).");

    /// `TRELLIS_MESH_LARGEST`
    public static final Setting<Integer> LARGEST =
            Setting.whole(
                    "TRELLIS_MESH_LARGEST",
                    100,
                    1,
                    1_000,
                    "The largest message, or chunk of one, in megabytes.");

    /// `TRELLIS_MESH_WHOLE`
    public static final Setting<Integer> WHOLE =
            Setting.whole(
                    "TRELLIS_MESH_WHOLE",
                    20,
                    1,
                    1_000,
                    "The largest message, all of its chunks together, in gigabytes.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(SHARED_KEY, LARGEST, WHOLE);

    private static final long MEGABYTE = 1_000_000;
    private static final long GIGABYTE = 1_000 * MEGABYTE;

    /// The record of an environment.
    public static MeshSettings from(Settings settings) {
        return new MeshSettings(
                settings.get(SHARED_KEY),
                settings.get(LARGEST) * MEGABYTE,
                settings.get(WHOLE) * GIGABYTE);
    }

    /// Refuses the key that everybody knows where others could use it.
    ///
    /// @param reached whether other machines reach the server
    /// @throws SettingsRefused whose text says what to set
    public void protect(boolean reached) {
        if (reached && sharedKey.equals(TEST_KEY)) {
            throw new SettingsRefused(
                    "TRELLIS_MESH_SHARED_KEY is the test key that everybody knows, and other machines"
                            + " reach Trellis: set a key of your own, such as what `openssl rand -hex 32`"
                            + " prints, and tell it to those who have a mailbox");
        }
    }

    /// The key is not said.
    @Override
    public String toString() {
        return "MeshSettings[largest=" + largest + ", whole=" + whole + "]";
    }
}
