package trellis.access;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import trellis.settings.ServerSettings;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

/// How long a browser stays signed in, how answers are protected on their way, and how often somebody
/// may ask.
///
/// @param idle a session nobody uses for so long has ended
/// @param proxy a reverse proxy that ends TLS stands before the server
/// @param tls the server's own TLS; empty fields when it has none
/// @param rate how many requests of one account or app are answered in a second; 0 for all
public record AccessSettings(Duration idle, boolean proxy, Tls tls, int rate) {

    /// The server's own TLS.
    ///
    /// @param certificate a PEM file: its certificate, then those that signed it; empty for no TLS
    /// @param key a PEM file: the private key
    /// @param clients a PEM file: who signs the certificates of clients; empty to ask for none
    public record Tls(String certificate, String key, String clients) {
        /// Whether there is any.
        public boolean on() {
            return !certificate.isEmpty();
        }
    }

    /// `TRELLIS_TLS_CERTIFICATE`
    public static final Setting<String> TLS_CERTIFICATE =
            Setting.text(
                    "TRELLIS_TLS_CERTIFICATE",
                    "",
                    "PEM file with the server's certificate, then those that signed it: Trellis speaks"
                            + " TLS itself.");

    /// `TRELLIS_TLS_KEY`
    public static final Setting<String> TLS_KEY =
            Setting.text("TRELLIS_TLS_KEY", "", "PEM file with the certificate's private key.");

    /// `TRELLIS_TLS_CLIENTS`
    public static final Setting<String> TLS_CLIENTS =
            Setting.text(
                    "TRELLIS_TLS_CLIENTS",
                    "",
                    "PEM file with the certificates that sign those of organisations' systems, which"
                            + " may then prove themselves so (mutual TLS).");

    /// `TRELLIS_RATE`
    public static final Setting<Integer> RATE =
            Setting.whole(
                    "TRELLIS_RATE",
                    200,
                    0,
                    1_000_000,
                    "Requests of one account or app that are answered in a second, in the long run; 0"
                            + " for all. Tokens of the machine itself are not counted.");

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
    public static final List<Setting<?>> KEYS =
            List.of(SESSION_MINUTES, PROXY, TLS_CERTIFICATE, TLS_KEY, TLS_CLIENTS, RATE);

    /// The record of an environment.
    ///
    /// @throws SettingsRefused when a certificate stands without its key, or the other way round
    public static AccessSettings from(Settings settings) {
        var tls =
                new Tls(
                        settings.get(TLS_CERTIFICATE),
                        settings.get(TLS_KEY),
                        settings.get(TLS_CLIENTS));
        if (tls.certificate().isEmpty() != tls.key().isEmpty()) {
            throw new SettingsRefused(
                    "TRELLIS_TLS_CERTIFICATE and TRELLIS_TLS_KEY are set together or not at all");
        }
        if (!tls.on() && !tls.clients().isEmpty()) {
            throw new SettingsRefused(
                    "TRELLIS_TLS_CLIENTS needs TRELLIS_TLS_CERTIFICATE and TRELLIS_TLS_KEY");
        }
        return new AccessSettings(
                Duration.ofMinutes(settings.get(SESSION_MINUTES)),
                settings.get(PROXY),
                tls,
                settings.get(RATE));
    }

    /// People use telephones that others pick up, and computers of libraries (interface rule 45).
    private static final Duration OF_A_PERSON = Duration.ofMinutes(10);

    /// A session of somebody in a role that nobody uses for so long has ended.
    public Duration idle(Role role) {
        return role == Role.PATIENT && idle.compareTo(OF_A_PERSON) > 0 ? OF_A_PERSON : idle;
    }

    /// Refuses to be reached from other machines in the clear.
    ///
    /// @throws SettingsRefused whose text says what to set
    public void protect(ServerSettings server) {
        if (!server.bind().isLoopbackAddress() && !proxy && !tls.on()) {
            throw new SettingsRefused(
                    "TRELLIS_BIND lets other machines reach Trellis, and records would travel in the"
                            + " clear: set TRELLIS_TLS_CERTIFICATE and TRELLIS_TLS_KEY, or TRELLIS_PROXY"
                            + " when a proxy before it ends TLS");
        }
    }

    /// What the web server must know of it.
    public Map<String, Object> properties() {
        var properties = new HashMap<String, Object>();
        properties.put("server.forward-headers-strategy", proxy ? "native" : "none");
        properties.put("server.servlet.session.cookie.secure", proxy || tls.on());
        if (tls.on()) {
            properties.put("server.ssl.certificate", file(tls.certificate()));
            properties.put("server.ssl.certificate-private-key", file(tls.key()));
            properties.put("server.ssl.enabled-protocols", "TLSv1.3,TLSv1.2");
        }
        if (!tls.clients().isEmpty()) {
            properties.put("server.ssl.trust-certificate", file(tls.clients()));
            properties.put("server.ssl.client-auth", "want");
        }
        return properties;
    }

    private static String file(String path) {
        return Path.of(path).toAbsolutePath().toUri().toString();
    }
}
