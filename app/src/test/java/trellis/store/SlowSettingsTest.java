package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class SlowSettingsTest {

    private static SlowSettings of(Map<String, String> environment) {
        return SlowSettings.from(Settings.read(environment, SlowSettings.KEYS));
    }

    @Test
    void without_variables_a_search_is_slow_after_a_second() {
        assertThat(of(Map.of())).isEqualTo(new SlowSettings(1000));
        assertThat(of(Map.of()).patience()).contains(Duration.ofSeconds(1));
    }

    @Test
    void every_variable_has_its_effect() {
        assertThat(of(Map.of("TRELLIS_SLOW_MILLIS", "35"))).isEqualTo(new SlowSettings(35));
    }

    @Test
    void nothing_is_slow_after_no_time_at_all() {
        assertThat(of(Map.of("TRELLIS_SLOW_MILLIS", "0")).patience()).isEmpty();
    }

    @Test
    void a_misspelt_variable_is_refused() {
        assertThatThrownBy(() -> of(Map.of("TRELLIS_SLOW_MILIS", "2")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("did you mean TRELLIS_SLOW_MILLIS");
    }
}
