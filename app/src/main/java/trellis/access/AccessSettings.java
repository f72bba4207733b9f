package trellis.access;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// How long a browser stays signed in, and whether something stands before the server.
///
/// @param idle a session nobody uses for so long has ended
/// @param proxy a reverse proxy that ends TLS stands before the server
public record AccessSettings(Duration idle, boolean proxy) {

    /// `TRELLIS_SESSION_MINUTES`
    public static final Setting<Integer> SESSION_MINUTES =
            Setting.whole(
                    "TRELLIS_SESSION_MINUTES",
                    30,
                    1,
                    720,
                    "Minutes without use after which somebody is signed out.");

    /// `TRELLIS_PROXY`
    public static final Setting<Boolean> PROXY =
            Setting.yesNo(
                    "TRELLIS_PROXY",
                    false,
                    "A reverse proxy that ends TLS stands before Trellis: its `X-Forwarded-*` headers"
                            + " are believed, and cookies are sent over TLS only.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(SESSION_MINUTES, PROXY);

    /// The record of an environment.
    public static AccessSettings from(Settings settings) {
        return new AccessSettings(
                Duration.ofMinutes(settings.get(SESSION_MINUTES)), settings.get(PROXY));
    }

    /// What the web server must know of it.
    public Map<String, Object> properties() {
        return Map.of(
                "server.forward-headers-strategy",
                proxy ? "native" : "none",
                "server.servlet.session.cookie.secure",
                proxy);
    }
}
