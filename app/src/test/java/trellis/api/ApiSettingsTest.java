package trellis.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;
import trellis.store.Write;

class ApiSettingsTest {

    private static ApiSettings of(Map<String, String> environment) {
        return ApiSettings.from(Settings.read(environment, ApiSettings.KEYS));
    }

    @Test
    void without_variables_the_standard_values_hold() {
        assertThat(of(Map.of())).isEqualTo(new ApiSettings(64 << 20, Write.References.ENFORCED, 1));
    }

    @Test
    void every_variable_has_its_effect() {
        assertThat(
                        of(
                                Map.of(
                                        "TRELLIS_MAX_BODY",
                                        "2",
                                        "TRELLIS_REFERENCES",
                                        "unchecked",
                                        "TRELLIS_CONDITIONAL_DELETE",
                                        "multiple")))
                .isEqualTo(new ApiSettings(2 << 20, Write.References.UNCHECKED, 100));
    }

    @Test
    void a_misspelt_variable_is_refused() {
        assertThatThrownBy(() -> of(Map.of("TRELLIS_MAX_BODI", "2")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("did you mean TRELLIS_MAX_BODY");
    }
}
