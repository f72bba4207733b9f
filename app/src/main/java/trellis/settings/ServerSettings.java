package trellis.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Where the server listens, and to whom it is open.
///
/// @param bind the address to listen on
/// @param port the TCP port to listen on; 0 takes any free one
/// @param open nobody signs in to use the API: only on a loopback address
/// @param log how much is logged: `warn`, `info` or `debug`
public record ServerSettings(InetAddress bind, int port, boolean open, String log) {

    /// `TRELLIS_BIND`
    public static final Setting<InetAddress> BIND =
            new Setting<>(
                    "TRELLIS_BIND",
                    "127.0.0.1",
                    "an address of this machine, such as 127.0.0.1 or 0.0.0.0",
                    "The address to listen on. Loopback by default: only this machine can reach"
                            + " Trellis.",
                    sent -> address(sent.orElse("127.0.0.1")));

    /// `TRELLIS_PORT`
    public static final Setting<Integer> PORT =
            Setting.whole(
                    "TRELLIS_PORT", 8080, 0, 65_535, "The port to listen on; 0 takes a free one.");

    /// `TRELLIS_OPEN`
    public static final Setting<Boolean> OPEN =
            Setting.yesNo(
                    "TRELLIS_OPEN",
                    false,
                    "No sign-in for the API, for a laptop: refused unless `TRELLIS_BIND` is"
                            + " loopback. `./trellis run --open` sets it.");

    /// `TRELLIS_LOG`
    public static final Setting<String> LOG =
            Setting.word(
                    "TRELLIS_LOG",
                    "info",
                    List.of("warn", "info", "debug"),
                    "How much is logged. `debug` also shows where an error came from.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(BIND, PORT, OPEN, LOG);

    public ServerSettings {
        if (open && !bind.isLoopbackAddress()) {
            throw new SettingsRefused(
                    "TRELLIS_OPEN lets anybody read every record, so TRELLIS_BIND must be a loopback"
                            + " address such as 127.0.0.1, not "
                            + bind.getHostAddress());
        }
    }

    /// The record of an environment.
    public static ServerSettings from(Settings settings) {
        return new ServerSettings(
                settings.get(BIND), settings.get(PORT), settings.get(OPEN), settings.get(LOG));
    }

    /// Whether errors show their stack traces.
    public boolean debug() {
        return log.equals("debug");
    }

    /// The address as it stands in a URL.
    public String host() {
        var text = bind.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text.strip());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
