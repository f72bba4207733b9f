package trellis.store;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

/// Where the records are kept.
///
/// @param home the folder that holds everything this node keeps on disk
/// @param external a PostgreSQL run by somebody else; empty when Trellis runs its own in `home`
/// @param connections how many connections to PostgreSQL at the most
public record StoreSettings(Path home, Optional<External> external, int connections) {

    /// A PostgreSQL run by somebody else.
    ///
    /// @param url a JDBC URL, without user and password
    /// @param user the user to connect as
    /// @param password its password; empty when the server asks for none
    public record External(String url, String user, String password) {
        /// Keeps the password out of logs.
        @Override
        public String toString() {
            return "External[" + url + ", " + user + "]";
        }
    }

    /// `TRELLIS_HOME`
    public static final Setting<Optional<String>> HOME =
            Setting.optional(
                    "TRELLIS_HOME",
                    "`~/.local/share/trellis` (or below `XDG_DATA_HOME`); `~/Library/Application"
                            + " Support/Trellis` on macOS",
                    "a folder, made when missing",
                    "The folder that holds everything Trellis keeps: the database, its password,"
                            + " logs.");

    /// `TRELLIS_DATABASE_URL`
    public static final Setting<Optional<String>> URL =
            new Setting<>(
                    "TRELLIS_DATABASE_URL",
                    "a PostgreSQL of its own in `TRELLIS_HOME`",
                    "jdbc:postgresql://HOST[:PORT]/DATABASE without user or password",
                    "A PostgreSQL 15 or newer to use instead of the one Trellis brings.",
                    sent -> sent.map(StoreSettings::jdbc));

    /// `TRELLIS_DATABASE_USER`
    public static final Setting<String> USER =
            Setting.text(
                    "TRELLIS_DATABASE_USER",
                    "trellis",
                    "The user at that PostgreSQL; it must own the database.");

    /// `TRELLIS_DATABASE_PASSWORD`
    public static final Setting<String> PASSWORD =
            new Setting<>(
                    "TRELLIS_DATABASE_PASSWORD",
                    "none",
                    "text",
                    "Its password. Never logged.",
                    sent -> sent.orElse(""));

    /// `TRELLIS_DATABASE_CONNECTIONS`
    public static final Setting<Integer> CONNECTIONS =
            Setting.whole(
                    "TRELLIS_DATABASE_CONNECTIONS",
                    24,
                    4,
                    120,
                    "How many connections to PostgreSQL at the most, for either kind; a third of them are for reads by id, number"
                            + " or patient.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(HOME, URL, USER, PASSWORD, CONNECTIONS);

    /// The record of an environment.
    public static StoreSettings from(Settings settings) {
        var external =
                settings.get(URL)
                        .map(url -> new External(url, settings.get(USER), settings.get(PASSWORD)));
        if (external.isEmpty()) {
            refuseAlone(settings, USER.key());
            refuseAlone(settings, PASSWORD.key());
        }
        return new StoreSettings(home(settings), external, settings.get(CONNECTIONS));
    }

    private static void refuseAlone(Settings settings, String key) {
        if (settings.foreign(key).isPresent()) {
            throw new SettingsRefused(
                    key
                            + " is set but TRELLIS_DATABASE_URL is not: name the database, or leave"
                            + " both out");
        }
    }

    private static Path home(Settings settings) {
        var folder = settings.get(HOME).map(Path::of).orElseGet(() -> userFolder(settings));
        return folder.toAbsolutePath().normalize();
    }

    private static Path userFolder(Settings settings) {
        var user = Path.of(System.getProperty("user.home", "."));
        if (System.getProperty("os.name", "").startsWith("Mac")) {
            return user.resolve("Library/Application Support/Trellis");
        }
        return settings.foreign("XDG_DATA_HOME")
                .map(Path::of)
                .orElse(user.resolve(".local/share"))
                .resolve("trellis");
    }

    private static String jdbc(String text) {
        var url = text.strip().replaceFirst("^(jdbc:)?postgres(ql)?://", "jdbc:postgresql://");
        var rest = url.replaceFirst("^jdbc:postgresql://", "");
        if (rest.equals(url) || !rest.matches("[^/@]+/[^/@]+")) {
            throw new IllegalArgumentException("not the address of a database");
        }
        return url;
    }
}
