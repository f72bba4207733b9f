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
    void by_default_nobody_is_trusted_and_all_is_open() {
        var standard = settings(Map.of());
        assertThat(standard.trust().authorities()).isEmpty();
        assertThat(standard.trust().anybody()).isFalse();
        assertThat(standard.closed()).isEmpty();
        assertThat(standard.payer()).isEqualTo("T1450");
    }

    @Test
    void anybody_is_trusted_when_somebody_says_so() {
        var trust = settings(Map.of("TRELLIS_PRESCRIPTION_AUTHORITIES", "anybody")).trust();
        assertThat(trust.anybody()).isTrue();
        assertThat(trust.authorities()).isEmpty();
    }

    @Test
    void every_setting_is_read() {
        var all =
                settings(
                        Map.of(
                                "TRELLIS_PRESCRIPTION_AUTHORITIES",
                                Signer.shared().authority().toString(),
                                "TRELLIS_PRESCRIPTION_CLOSED",
                                "prescribing, cancelling",
                                "TRELLIS_PRESCRIPTION_PAYER",
                                "RQFZ1"));
        assertThat(all.trust().authorities()).hasSize(1);
        assertThat(all.trust().anybody()).isFalse();
        assertThat(all.payer()).isEqualTo("RQFZ1");
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
