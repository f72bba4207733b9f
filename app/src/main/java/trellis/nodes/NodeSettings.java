package trellis.nodes;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import trellis.access.AccessSettings;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

/// What this server is among others.
///
/// @param name as other nodes know it; empty when it meets none
/// @param organisation whose it is, as people know it
/// @param address where other nodes reach it, without a slash at the end
/// @param pem files with its certificate and whom it trusts
/// @param locator name of the node that keeps the pointers; empty when it is this one
/// @param plain whether nodes on this machine are met without TLS
/// @param largest how many bytes a document from another node may have
public record NodeSettings(
        String name,
        String organisation,
        String address,
        Pem pem,
        String locator,
        boolean plain,
        long largest) {

    /// Names of PEM files.
    ///
    /// @param certificate its certificate, then those that signed it
    /// @param key the private key
    /// @param trust who signs the certificates of nodes
    public record Pem(String certificate, String key, String trust) {}

    /// `TRELLIS_NODE_NAME`
    public static final Setting<String> NAME =
            Setting.text(
                    "TRELLIS_NODE_NAME",
                    "",
                    "What other nodes call this server, such as `north`. Without it there are no other"
                            + " nodes.");

    /// `TRELLIS_NODE_ORGANISATION`
    public static final Setting<String> ORGANISATION =
            Setting.text(
                    "TRELLIS_NODE_ORGANISATION",
                    "This system",
                    "Whose server this is, as pages say it beside the names of others.");

    /// `TRELLIS_NODE_ADDRESS`
    public static final Setting<String> ADDRESS =
            Setting.text(
                    "TRELLIS_NODE_ADDRESS",
                    "",
                    "Where other nodes reach this server, such as `https://north.example:8443`;"
                            + " pointers to its documents begin so.");

    /// `TRELLIS_NODE_CERTIFICATE`
    public static final Setting<String> CERTIFICATE =
            Setting.text(
                    "TRELLIS_NODE_CERTIFICATE",
                    "",
                    "PEM file with the certificate that this server shows other nodes, then those that"
                            + " signed it.");

    /// `TRELLIS_NODE_KEY`
    public static final Setting<String> KEY =
            Setting.text("TRELLIS_NODE_KEY", "", "PEM file (PKCS 8) with its private key.");

    /// `TRELLIS_NODE_TRUST`
    public static final Setting<String> TRUST =
            Setting.text(
                    "TRELLIS_NODE_TRUST",
                    "",
                    "PEM file with the certificates of who signs those of nodes; nobody else is trusted"
                            + " for it.");

    /// `TRELLIS_NODE_LOCATOR`
    public static final Setting<String> LOCATOR =
            Setting.text(
                    "TRELLIS_NODE_LOCATOR",
                    "",
                    "Name of the node that keeps the record locator; without it this server keeps its"
                            + " own.");

    /// `TRELLIS_NODE_PLAIN`
    public static final Setting<Boolean> PLAIN =
            Setting.yesNo(
                    "TRELLIS_NODE_PLAIN",
                    false,
                    "Meets nodes on this very machine without TLS, to try things out. Assertions are"
                            + " signed even so.");

    /// `TRELLIS_NODE_LARGEST`
    public static final Setting<Integer> LARGEST =
            Setting.whole(
                    "TRELLIS_NODE_LARGEST",
                    50,
                    1,
                    1_000,
                    "The largest document that is passed on from or to another node, in megabytes.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS =
            List.of(NAME, ORGANISATION, ADDRESS, CERTIFICATE, KEY, TRUST, LOCATOR, PLAIN, LARGEST);

    private static final long MEGABYTE = 1_000_000;

    /// The record of an environment.
    ///
    /// @throws SettingsRefused when they do not fit together
    public static NodeSettings from(Settings settings) {
        var made =
                new NodeSettings(
                        settings.get(NAME),
                        settings.get(ORGANISATION),
                        settings.get(ADDRESS).replaceFirst("/$", ""),
                        new Pem(settings.get(CERTIFICATE), settings.get(KEY), settings.get(TRUST)),
                        settings.get(LOCATOR),
                        settings.get(PLAIN),
                        settings.get(LARGEST) * MEGABYTE);
        if (made.on()) {
            made.check(AccessSettings.from(settings));
        }
        return made;
    }

    /// Whether this server meets others.
    public boolean on() {
        return !name.isEmpty();
    }

    private void check(AccessSettings access) {
        if (!Node.NAME.matcher(name).matches()) {
            throw new SettingsRefused(
                    "TRELLIS_NODE_NAME has small letters, digits and dashes, such as north");
        }
        if (pem.certificate().isEmpty() || pem.key().isEmpty() || pem.trust().isEmpty()) {
            throw new SettingsRefused(
                    "TRELLIS_NODE_NAME needs TRELLIS_NODE_CERTIFICATE, TRELLIS_NODE_KEY and"
                            + " TRELLIS_NODE_TRUST");
        }
        if (!permitted(address, plain)) {
            throw new SettingsRefused(
                    "TRELLIS_NODE_ADDRESS must be an https address without a path (or, with"
                            + " TRELLIS_NODE_PLAIN, an http address of this machine)");
        }
        if (!plain && access.tls().clients().isEmpty()) {
            throw new SettingsRefused(
                    "TRELLIS_NODE_NAME needs TRELLIS_TLS_CERTIFICATE, TRELLIS_TLS_KEY and"
                            + " TRELLIS_TLS_CLIENTS: other nodes show their certificates to this server"
                            + " itself");
        }
        if (locator.equals(name)) {
            throw new SettingsRefused(
                    "TRELLIS_NODE_LOCATOR names another node; leave it out where the locator is here");
        }
    }

    /// Whether a node may be met at an address: over TLS, or on this machine where that is allowed.
    static boolean permitted(String address, boolean plain) {
        try {
            var uri = URI.create(address);
            if (uri.getHost() == null
                    || !String.valueOf(uri.getPath()).isEmpty()
                    || uri.getQuery() != null
                    || uri.getFragment() != null
                    || uri.getUserInfo() != null) {
                return false;
            }
            return "https".equals(uri.getScheme())
                    || (plain && "http".equals(uri.getScheme()) && here(uri.getHost()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// Whether a host is this machine, as it is written or as its name is found.
    private static boolean here(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
