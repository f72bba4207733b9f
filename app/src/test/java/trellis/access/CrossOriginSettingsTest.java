package trellis.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class CrossOriginSettingsTest {

    private static CrossOriginSettings of(Map<String, String> environment) {
        return CrossOriginSettings.from(Settings.read(environment, CrossOriginSettings.KEYS));
    }

    @Test
    void without_variables_pages_of_every_site_may_use_the_api() {
        assertThat(of(Map.of())).isEqualTo(new CrossOriginSettings(true, Set.of()));
    }

    @Test
    void every_variable_has_its_effect() {
        assertThat(of(Map.of("TRELLIS_CORS_ORIGINS", "none")))
                .isEqualTo(new CrossOriginSettings(false, Set.of()));
        assertThat(of(Map.of("TRELLIS_CORS_ORIGINS", "https://app.example, http://localhost:4200")))
                .isEqualTo(
                        new CrossOriginSettings(
                                false, Set.of("https://app.example", "http://localhost:4200")));
    }

    @Test
    void what_is_no_origin_is_refused() {
        for (var wrong :
                new String[] {"https://app.example/", "app.example", "https://*.example", "null"}) {
            assertThatThrownBy(() -> of(Map.of("TRELLIS_CORS_ORIGINS", wrong)))
                    .isInstanceOf(SettingsRefused.class);
        }
    }

    @Test
    void a_misspelt_variable_is_refused() {
        assertThatThrownBy(() -> of(Map.of("TRELLIS_CORS_ORIGIN", "*")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("did you mean TRELLIS_CORS_ORIGINS");
    }
}
