package trellis.notices;

import jakarta.mail.Authenticator;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import trellis.notices.Notice.Leg;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

/// How people are told that something waits.
///
/// @param address where they sign in, as it stands in what is sent; empty: nothing leaves
/// @param people plan for people about their own record
/// @param staff plan for staff
/// @param smtp the mail server; empty: no mail
/// @param texts the text service; empty: no texts
public record NoticeSettings(
        Optional<String> address,
        List<Leg> people,
        List<Leg> staff,
        Optional<Smtp> smtp,
        Optional<Texts> texts) {

    /// A mail server.
    ///
    /// @param tls `starttls`, `tls` or `none`
    /// @param user empty: the server asks for none
    /// @param certificates PEM file of those who sign its certificate; empty: those the JDK trusts
    public record Smtp(
            String host,
            int port,
            String tls,
            String from,
            Optional<String> user,
            String password,
            Optional<Path> certificates) {
        private static final String PATIENCE = "10000";

        /// The password is not said.
        @Override
        public String toString() {
            return "Smtp[" + host + ":" + port + ", " + tls + "]";
        }

        /// How the server is reached.
        ///
        /// @throws SettingsRefused when the file of certificates cannot be read
        public Session session() {
            var properties = new Properties();
            properties.put("mail.transport.protocol", "smtp");
            properties.put("mail.smtp.host", host);
            properties.put("mail.smtp.port", Integer.toString(port));
            properties.put("mail.smtp.from", from);
            properties.put("mail.smtp.connectiontimeout", PATIENCE);
            properties.put("mail.smtp.timeout", PATIENCE);
            properties.put("mail.smtp.writetimeout", PATIENCE);
            properties.put("mail.smtp.starttls.enable", tls.equals("starttls"));
            properties.put("mail.smtp.starttls.required", tls.equals("starttls"));
            properties.put("mail.smtp.ssl.enable", tls.equals("tls"));
            properties.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
            properties.put("mail.smtp.ssl.checkserveridentity", true);
            certificates.ifPresent(
                    file -> properties.put("mail.smtp.ssl.socketFactory", trusting(file)));
            user.ifPresent(one -> {
                properties.put("mail.smtp.auth", true);
                properties.put("mail.smtp.user", one);
            });
            return Session.getInstance(properties, login());
        }

        private Authenticator login() {
            return new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                    return new PasswordAuthentication(user.orElse(""), password);
                }
            };
        }

        private static SSLSocketFactory trusting(Path file) {
            try (InputStream in = Files.newInputStream(file)) {
                var store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    store.setCertificateEntry("authority-" + store.size(), one);
                }
                var trust =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store);
                var context = SSLContext.getInstance("TLS");
                context.init(null, trust.getTrustManagers(), null);
                return context.getSocketFactory();
            } catch (IOException | GeneralSecurityException e) {
                throw new SettingsRefused(
                        "TRELLIS_SMTP_CERTIFICATES names "
                                + file
                                + ", which holds no certificates");
            }
        }
    }

    /// GOV.UK Notify.
    ///
    /// @param receipts the token its receipts come with; empty: none are taken
    public record Texts(String url, String key, String template, Optional<String> receipts) {
        /// Key and token are not said.
        @Override
        public String toString() {
            return "Texts[" + url + "]";
        }
    }

    private static final String PLAN_FORM = "steps such as `app 1h, mail 1d, text`";

    /// `TRELLIS_NOTICES_ADDRESS`
    public static final Setting<Optional<String>> ADDRESS =
            new Setting<>(
                    "TRELLIS_NOTICES_ADDRESS",
                    "no mail and no text is sent",
                    "an address that begins with https://, or with http://localhost",
                    "Where people sign in, as it stands in mails and texts.",
                    sent -> sent.map(NoticeSettings::address));

    /// `TRELLIS_NOTICES_PLAN`
    public static final Setting<List<Leg>> PEOPLE =
            plan(
                    "TRELLIS_NOTICES_PLAN",
                    "app 5m, mail 1d, text",
                    "How people are told that something waits about them: each step with how long it"
                            + " may go unread before the next (minutes m, hours h, days d).");

    /// `TRELLIS_NOTICES_STAFF_PLAN`
    public static final Setting<List<Leg>> STAFF =
            plan("TRELLIS_NOTICES_STAFF_PLAN", "app 1h, mail", "The same for staff.");

    /// `TRELLIS_SMTP_HOST`
    public static final Setting<Optional<String>> SMTP_HOST =
            Setting.optional(
                    "TRELLIS_SMTP_HOST",
                    "no mail is sent",
                    "a name or an address",
                    "The mail server that takes mails to people.");

    /// `TRELLIS_SMTP_PORT`
    public static final Setting<Integer> SMTP_PORT =
            Setting.whole("TRELLIS_SMTP_PORT", 587, 1, 65_535, "Its port.");

    /// `TRELLIS_SMTP_TLS`
    public static final Setting<String> SMTP_TLS =
            Setting.word(
                    "TRELLIS_SMTP_TLS",
                    "starttls",
                    List.of("starttls", "tls", "none"),
                    "TLS to it: by STARTTLS, which it must offer, from the first byte, or none, which is"
                            + " for this machine alone.");

    /// `TRELLIS_SMTP_FROM`
    public static final Setting<String> SMTP_FROM =
            Setting.text(
                    "TRELLIS_SMTP_FROM",
                    "trellis@localhost",
                    "The address that mails come from. Nobody reads what is answered to it.");

    /// `TRELLIS_SMTP_USER`
    public static final Setting<Optional<String>> SMTP_USER =
            Setting.optional("TRELLIS_SMTP_USER", "none", "text", "The user at that mail server.");

    /// `TRELLIS_SMTP_PASSWORD`
    public static final Setting<String> SMTP_PASSWORD =
            Setting.text("TRELLIS_SMTP_PASSWORD", "", "Its password. Never logged.");

    /// `TRELLIS_SMTP_CERTIFICATES`
    public static final Setting<Optional<Path>> SMTP_CERTIFICATES =
            new Setting<>(
                    "TRELLIS_SMTP_CERTIFICATES",
                    "those the JDK trusts",
                    "a PEM file",
                    "Certificates that sign the mail server's, where it is an organisation's own.",
                    sent -> sent.map(Path::of));

    /// `TRELLIS_NOTIFY_KEY`
    public static final Setting<Optional<String>> NOTIFY_KEY =
            Setting.optional(
                    "TRELLIS_NOTIFY_KEY",
                    "no text is sent",
                    "an API key of GOV.UK Notify",
                    "The key of the service at GOV.UK Notify that sends texts. Never logged.");

    /// `TRELLIS_NOTIFY_TEMPLATE`
    public static final Setting<String> NOTIFY_TEMPLATE =
            Setting.text(
                    "TRELLIS_NOTIFY_TEMPLATE",
                    "",
                    "The id of its template for texts, which holds `((text))` and nothing else.");

    /// `TRELLIS_NOTIFY_URL`
    public static final Setting<String> NOTIFY_URL =
            Setting.text(
                    "TRELLIS_NOTIFY_URL",
                    "https://api.notifications.service.gov.uk",
                    "Where GOV.UK Notify is.");

    /// `TRELLIS_NOTIFY_RECEIPTS`
    public static final Setting<Optional<String>> NOTIFY_RECEIPTS =
            Setting.optional(
                    "TRELLIS_NOTIFY_RECEIPTS",
                    "no receipts are taken",
                    "a token of 16 characters or more",
                    "The bearer token that GOV.UK Notify sends with delivery receipts to"
                            + " `/notify/receipts`. Never logged.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS =
            List.of(
                    ADDRESS,
                    PEOPLE,
                    STAFF,
                    SMTP_HOST,
                    SMTP_PORT,
                    SMTP_TLS,
                    SMTP_FROM,
                    SMTP_USER,
                    SMTP_PASSWORD,
                    SMTP_CERTIFICATES,
                    NOTIFY_KEY,
                    NOTIFY_TEMPLATE,
                    NOTIFY_URL,
                    NOTIFY_RECEIPTS);

    private static final int SHORTEST_TOKEN = 16;

    /// The record of an environment.
    public static NoticeSettings from(Settings settings) {
        return new NoticeSettings(
                settings.get(ADDRESS),
                settings.get(PEOPLE),
                settings.get(STAFF),
                settings.get(SMTP_HOST).map(host -> smtp(host, settings)),
                settings.get(NOTIFY_KEY).map(key -> texts(key, settings)));
    }

    private static Smtp smtp(String host, Settings settings) {
        var tls = settings.get(SMTP_TLS);
        var from = settings.get(SMTP_FROM);
        if (tls.equals("none") && !List.of("localhost", "127.0.0.1", "::1").contains(host)) {
            throw new SettingsRefused(
                    "TRELLIS_SMTP_TLS may be none for a mail server on this machine alone, which"
                            + " TRELLIS_SMTP_HOST does not name: mail addresses would be sent in the"
                            + " clear");
        }
        if (!from.equals("trellis@localhost") && !NoticeRules.mail(from)) {
            throw new SettingsRefused(
                    "TRELLIS_SMTP_FROM is \"" + from + "\", but must be a mail address");
        }
        return new Smtp(
                host,
                settings.get(SMTP_PORT),
                tls,
                from,
                settings.get(SMTP_USER),
                settings.get(SMTP_PASSWORD),
                settings.get(SMTP_CERTIFICATES));
    }

    private static Texts texts(String key, Settings settings) {
        if (settings.get(NOTIFY_TEMPLATE).isBlank()) {
            throw new SettingsRefused(
                    "TRELLIS_NOTIFY_KEY is set, so TRELLIS_NOTIFY_TEMPLATE must be too");
        }
        var receipts = settings.get(NOTIFY_RECEIPTS);
        if (receipts.filter(token -> token.length() < SHORTEST_TOKEN).isPresent()) {
            throw new SettingsRefused(
                    "TRELLIS_NOTIFY_RECEIPTS must have 16 characters or more, so that nobody guesses"
                            + " it");
        }
        return new Texts(settings.get(NOTIFY_URL), key, settings.get(NOTIFY_TEMPLATE), receipts);
    }

    private static Setting<List<Leg>> plan(String key, String standard, String meaning) {
        return new Setting<>(
                key, standard, PLAN_FORM, meaning, sent -> NoticeRules.plan(sent.orElse(standard)));
    }

    private static String address(String text) {
        var uri = URI.create(text.strip());
        var host = Optional.ofNullable(uri.getHost()).orElseThrow(IllegalArgumentException::new);
        var here = List.of("localhost", "127.0.0.1").contains(host);
        var good = "https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && here);
        if (!good || uri.getQuery() != null || uri.getUserInfo() != null) {
            throw new IllegalArgumentException("no address to sign in at");
        }
        return text.strip();
    }
}
