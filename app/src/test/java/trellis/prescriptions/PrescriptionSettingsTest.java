package trellis.prescriptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

final class PrescriptionSettingsTest {
    private static PrescriptionSettings settings(Map<String, String> environment) {
        return PrescriptionSettings.from(Settings.read(environment, PrescriptionSettings.KEYS));
    }

    @Test
    void by_default_any_certificate_is_taken_and_all_is_open() {
        var standard = settings(Map.of());
        assertThat(standard.authorities()).isEmpty();
        assertThat(standard.closed()).isEmpty();
    }

    @Test
    void every_setting_is_read() {
        var all =
                settings(
                        Map.of(
                                "TRELLIS_PRESCRIPTION_AUTHORITIES",
                                Signer.shared().authority().toString(),
                                "TRELLIS_PRESCRIPTION_CLOSED",
                                "prescribing, cancelling"));
        assertThat(all.authorities()).hasSize(1);
        assertThat(all.closed(PrescriptionSettings.Part.PRESCRIBING)).isTrue();
        assertThat(all.closed(PrescriptionSettings.Part.DISPENSING)).isFalse();
        assertThat(all.closed(PrescriptionSettings.Part.CANCELLING)).isTrue();
    }

    @Test
    void what_is_not_known_is_refused() throws IOException {
        assertThatThrownBy(() -> settings(Map.of("TRELLIS_PRESCRIPTION_CLOSD", "dispensing")))
                .isInstanceOf(SettingsRefused.class);
        assertThatThrownBy(() -> settings(Map.of("TRELLIS_PRESCRIPTION_CLOSED", "pharmacies")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("prescribing, dispensing, cancelling");
        var empty = Files.createTempFile("empty", ".pem");
        assertThatThrownBy(() ->
                        settings(Map.of("TRELLIS_PRESCRIPTION_AUTHORITIES", empty.toString())))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("PEM");
    }
}
