package trellis.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class TextSettingsTest {

    private static TextSettings read(String value) {
        return TextSettings.from(
                Settings.read(Map.of("TRELLIS_TEXT_SEARCH", value), TextSettings.KEYS));
    }

    @Test
    void without_a_variable_it_is_the_types_that_are_made_of_text() {
        assertThat(TextSettings.from(Settings.read(Map.of(), TextSettings.KEYS)).types())
                .containsExactlyInAnyOrder(
                        "Communication", "Composition", "DiagnosticReport", "DocumentReference");
    }

    @Test
    void it_is_some_types_or_all_or_none() {
        assertThat(read("Basic, Flag").types()).containsExactlyInAnyOrder("Basic", "Flag");
        assertThat(read("*").types()).contains("Patient", "Observation");
        assertThat(read("none").types()).isEmpty();
    }

    @Test
    void what_is_no_type_is_refused() {
        assertThatThrownBy(() -> read("Basic,Nothing")).isInstanceOf(SettingsRefused.class);
    }
}
