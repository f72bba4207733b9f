package trellis.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class BulkSettingsTest {

    private static BulkSettings of(Map<String, String> environment) {
        return BulkSettings.from(Settings.read(environment, BulkSettings.KEYS));
    }

    @Test
    void without_variables_files_are_kept_a_day_and_imports_come_from_public_addresses() {
        assertThat(of(Map.of()))
                .isEqualTo(new BulkSettings(Duration.ofDays(1), 10, BulkSettings.Sources.PUBLIC));
    }

    @Test
    void every_variable_has_its_effect() {
        assertThat(
                        of(
                                Map.of(
                                        "TRELLIS_JOBS_KEPT", "2",
                                        "TRELLIS_JOBS_EACH", "3",
                                        "TRELLIS_IMPORT_FROM", "private")))
                .isEqualTo(new BulkSettings(Duration.ofHours(2), 3, BulkSettings.Sources.PRIVATE));
    }

    @Test
    void a_misspelt_variable_is_refused() {
        assertThatThrownBy(() -> of(Map.of("TRELLIS_JOB_KEPT", "2")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("did you mean TRELLIS_JOBS_KEPT");
    }
}
