package trellis.federation;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

/// Who else signs people in.
///
/// @param issuer its address, as its own metadata names it; empty for nobody
/// @param name as people know it
/// @param client how this server shows itself there
/// @param people how who it names is found here
/// @param algorithm which its tokens are signed with
/// @param audience by which its access tokens are meant for this API; empty when none are taken
public record FederationSettings(
        String issuer,
        String name,
        Client client,
        People people,
        String algorithm,
        String audience) {

    /// Algorithms whose keys the issuer alone holds.
    private static final List<String> ALGORITHMS =
            List.of(
                    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
                    "ES512");

    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");

    /// How this server shows itself at the issuer.
    ///
    /// @param id its client id there
    /// @param secret its secret there; empty when it has a key
    /// @param key a PEM file: its private RSA key; empty when it has a secret
    /// @param scopes what it asks for
    public record Client(String id, String secret, String key, Set<String> scopes) {
        /// The secret is not said.
        @Override
        public String toString() {
            return "Client " + id;
        }
    }

    /// How who is named is found here.
    ///
    /// @param kind whose names they are
    /// @param claim for [Kind#SIGN_IN], which claim is the sign-in name
    /// @param trust for [Kind#NHS_LOGIN], the vectors of trust that are asked for
    public record People(Kind kind, String claim, String trust) {}

    /// Whose names they are.
    public enum Kind {
        /// A claim is the sign-in name of an account.
        SIGN_IN,
        /// The Care Identity Service: the user and the role profile chosen there.
        CIS2,
        /// NHS login: the NHS number, and how well it is proved.
        NHS_LOGIN;

        /// As the setting writes it.
        String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// `TRELLIS_OIDC_ISSUER`
    public static final Setting<String> ISSUER =
            Setting.text(
                    "TRELLIS_OIDC_ISSUER",
                    "",
                    "Address of an OpenID Connect issuer that signs people in as well, such as"
                            + " `https://id.example/realms/trust`.");

    /// `TRELLIS_OIDC_NAME`
    public static final Setting<String> NAME =
            Setting.text(
                    "TRELLIS_OIDC_NAME",
                    "your organisation",
                    "What the sign-in page calls that issuer.");

    /// `TRELLIS_OIDC_CLIENT_ID`
    public static final Setting<String> CLIENT_ID =
            Setting.text("TRELLIS_OIDC_CLIENT_ID", "trellis", "Trellis's client id there.");

    /// `TRELLIS_OIDC_CLIENT_SECRET`
    public static final Setting<String> CLIENT_SECRET =
            Setting.text(
                    "TRELLIS_OIDC_CLIENT_SECRET",
                    "",
                    "Trellis's client secret there. Never logged.");

    /// `TRELLIS_OIDC_CLIENT_KEY`
    public static final Setting<String> CLIENT_KEY =
            Setting.text(
                    "TRELLIS_OIDC_CLIENT_KEY",
                    "",
                    "PEM file (PKCS 8) with Trellis's private RSA key there, instead of a secret: it signs"
                            + " with RS512 (`private_key_jwt`).");

    /// `TRELLIS_OIDC_SCOPES`
    public static final Setting<String> SCOPES =
            Setting.text(
                    "TRELLIS_OIDC_SCOPES", "openid profile", "Scopes that are asked for there.");

    /// `TRELLIS_OIDC_PEOPLE`
    public static final Setting<String> PEOPLE =
            Setting.word(
                    "TRELLIS_OIDC_PEOPLE",
                    "sign-in",
                    List.of("sign-in", "cis2", "nhs-login"),
                    "How the account is found: by a claim that is its sign-in name; by the user and role"
                            + " profile of the Care Identity Service; by the NHS number of NHS login.");

    /// `TRELLIS_OIDC_CLAIM`
    public static final Setting<String> CLAIM =
            Setting.text(
                    "TRELLIS_OIDC_CLAIM",
                    "preferred_username",
                    "For `sign-in`: the claim that is the sign-in name. Let nobody change it there"
                            + " themselves.");

    /// `TRELLIS_OIDC_TRUST`
    public static final Setting<String> TRUST =
            Setting.text(
                    "TRELLIS_OIDC_TRUST",
                    "[\"P9.Cp.Cd\",\"P9.Cp.Ck\",\"P9.Cm\"]",
                    "For `nhs-login`: the vectors of trust that are asked for (`vtr`).");

    /// `TRELLIS_OIDC_ALGORITHM`
    public static final Setting<String> ALGORITHM =
            Setting.word(
                    "TRELLIS_OIDC_ALGORITHM",
                    "RS256",
                    ALGORITHMS,
                    "The only algorithm that its tokens may be signed with; NHS login has `RS512`.");

    /// `TRELLIS_OIDC_AUDIENCE`
    public static final Setting<String> AUDIENCE =
            Setting.text(
                    "TRELLIS_OIDC_AUDIENCE",
                    "",
                    "The audience by which its access tokens (JWT, with SMART scopes) are meant for this"
                            + " server's API; without it none are taken.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS =
            List.of(
                    ISSUER,
                    NAME,
                    CLIENT_ID,
                    CLIENT_SECRET,
                    CLIENT_KEY,
                    SCOPES,
                    PEOPLE,
                    CLAIM,
                    TRUST,
                    ALGORITHM,
                    AUDIENCE);

    /// The record of an environment.
    ///
    /// @throws SettingsRefused when they do not fit together
    public static FederationSettings from(Settings settings) {
        var kind = settings.get(PEOPLE).toUpperCase(Locale.ROOT).replace('-', '_');
        var made =
                new FederationSettings(
                        settings.get(ISSUER),
                        settings.get(NAME),
                        new Client(
                                settings.get(CLIENT_ID),
                                settings.get(CLIENT_SECRET),
                                settings.get(CLIENT_KEY),
                                Set.of(settings.get(SCOPES).strip().split(" +"))),
                        new People(Kind.valueOf(kind), settings.get(CLAIM), settings.get(TRUST)),
                        settings.get(ALGORITHM),
                        settings.get(AUDIENCE));
        if (made.on()) {
            made.check();
        }
        return made;
    }

    /// Whether there is such an issuer.
    public boolean on() {
        return !issuer.isEmpty();
    }

    private void check() {
        if (!safe(issuer)) {
            throw new SettingsRefused(
                    "TRELLIS_OIDC_ISSUER must be an https address: who answers there says who somebody"
                            + " is");
        }
        if (client.secret().isEmpty() == client.key().isEmpty()) {
            throw new SettingsRefused(
                    "TRELLIS_OIDC_ISSUER needs either TRELLIS_OIDC_CLIENT_SECRET or"
                            + " TRELLIS_OIDC_CLIENT_KEY");
        }
        if (!client.scopes().contains("openid")) {
            throw new SettingsRefused("TRELLIS_OIDC_SCOPES must hold openid");
        }
        if (audience.equals(client.id())) {
            throw new SettingsRefused(
                    "TRELLIS_OIDC_AUDIENCE must differ from TRELLIS_OIDC_CLIENT_ID: else what says that"
                            + " somebody signed in would open the API");
        }
    }

    private static boolean safe(String issuer) {
        try {
            var address = URI.create(issuer);
            var host = String.valueOf(address.getHost());
            return ("https".equals(address.getScheme()) && address.getHost() != null)
                    || ("http".equals(address.getScheme()) && HERE.contains(host));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
