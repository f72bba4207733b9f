package trellis.notices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class NoticeSettingsTest {

    private static NoticeSettings of(Map<String, String> environment) {
        return NoticeSettings.from(Settings.read(environment, NoticeSettings.KEYS));
    }

    @Test
    void without_variables_nothing_leaves() {
        assertThat(of(Map.of()))
                .isEqualTo(
                        new NoticeSettings(
                                Optional.empty(),
                                NoticeRules.plan("app 5m, mail 1d, text"),
                                NoticeRules.plan("app 1h, mail"),
                                Optional.empty(),
                                Optional.empty()));
    }

    @Test
    void every_variable_has_its_effect() {
        var all = new HashMap<String, String>();
        all.put("TRELLIS_NOTICES_ADDRESS", "https://trellis.example/");
        all.put("TRELLIS_NOTICES_PLAN", "text 1h, mail");
        all.put("TRELLIS_NOTICES_STAFF_PLAN", "app");
        all.put("TRELLIS_SMTP_HOST", "relay.example");
        all.put("TRELLIS_SMTP_PORT", "465");
        all.put("TRELLIS_SMTP_TLS", "tls");
        all.put("TRELLIS_SMTP_FROM", "no-reply@trellis.example");
        all.put("TRELLIS_SMTP_USER", "trellis");
        all.put("TRELLIS_SMTP_PASSWORD", "secret word");
        all.put("TRELLIS_SMTP_CERTIFICATES", "/etc/relay.pem");
        all.put("TRELLIS_NOTIFY_KEY", "key words");
        all.put("TRELLIS_NOTIFY_TEMPLATE", "one");
        all.put("TRELLIS_NOTIFY_URL", "https://notify.example");
        all.put("TRELLIS_NOTIFY_RECEIPTS", "sixteen letters!");
        var settings = of(all);
        assertThat(settings)
                .isEqualTo(
                        new NoticeSettings(
                                Optional.of("https://trellis.example/"),
                                NoticeRules.plan("text 1h, mail"),
                                NoticeRules.plan("app"),
                                Optional.of(
                                        new NoticeSettings.Smtp(
                                                "relay.example",
                                                465,
                                                "tls",
                                                "no-reply@trellis.example",
                                                Optional.of("trellis"),
                                                "secret word",
                                                Optional.of(Path.of("/etc/relay.pem")))),
                                Optional.of(
                                        new NoticeSettings.Texts(
                                                "https://notify.example",
                                                "key words",
                                                "one",
                                                Optional.of("sixteen letters!")))));
        assertThat(settings.toString()).doesNotContain("secret word", "key words", "sixteen");
    }

    @Test
    void a_misspelt_variable_is_refused() {
        assertThatThrownBy(() -> of(Map.of("TRELLIS_SMTP_HOSTS", "relay.example")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("did you mean TRELLIS_SMTP_HOST");
    }

    @Test
    void what_would_send_in_the_clear_or_lead_nowhere_is_refused() {
        for (var wrong :
                Map.of(
                                "TRELLIS_SMTP_TLS", "none",
                                "TRELLIS_SMTP_FROM", "nobody",
                                "TRELLIS_NOTICES_ADDRESS", "http://trellis.example/",
                                "TRELLIS_NOTICES_PLAN", "pigeon",
                                "TRELLIS_NOTIFY_KEY", "a key without a template")
                        .entrySet()) {
            var environment = new HashMap<>(Map.of("TRELLIS_SMTP_HOST", "relay.example"));
            environment.put(wrong.getKey(), wrong.getValue());
            assertThatThrownBy(() -> of(environment))
                    .as(wrong.getKey())
                    .isInstanceOf(SettingsRefused.class);
        }
    }
}
