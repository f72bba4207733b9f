package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class BackgroundSettingsTest {

    private static BackgroundSettings of(Map<String, String> environment) {
        return BackgroundSettings.from(Settings.read(environment, BackgroundSettings.KEYS));
    }

    @Test
    void without_variables_a_job_takes_a_fifth_of_a_processor_beside_others() {
        assertThat(of(Map.of())).isEqualTo(new BackgroundSettings(20));
    }

    @Test
    void every_variable_has_its_effect() {
        assertThat(of(Map.of("TRELLIS_BACKGROUND_SHARE", "35")))
                .isEqualTo(new BackgroundSettings(35));
    }

    @Test
    void a_share_of_nothing_would_stand_still() {
        assertThatThrownBy(() -> of(Map.of("TRELLIS_BACKGROUND_SHARE", "0")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("TRELLIS_BACKGROUND_SHARE");
    }

    @Test
    void a_misspelt_variable_is_refused() {
        assertThatThrownBy(() -> of(Map.of("TRELLIS_BACKGROUND_SHARES", "2")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("did you mean TRELLIS_BACKGROUND_SHARE");
    }
}
