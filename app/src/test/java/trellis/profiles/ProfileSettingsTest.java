package trellis.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class ProfileSettingsTest {
    private static ProfileSettings read(Map<String, String> environment) {
        return ProfileSettings.from(Settings.read(environment, ProfileSettings.KEYS));
    }

    @Test
    void nothing_is_enforced_by_itself() {
        assertThat(read(Map.of()))
                .isEqualTo(
                        new ProfileSettings(
                                Map.of(),
                                ProfileSettings.Mode.ENFORCE,
                                ProfileSettings.Claims.UNCHECKED,
                                2,
                                10));
    }

    @Test
    void every_setting_is_read() {
        assertThat(
                        read(
                                Map.of(
                                        "TRELLIS_PROFILES",
                                        "Patient=http://a/1, Patient=http://a/2|3,Condition=http://a/4",
                                        "TRELLIS_PROFILES_MODE",
                                        "report",
                                        "TRELLIS_PROFILE_CLAIMS",
                                        "all",
                                        "TRELLIS_VALIDATIONS",
                                        "5",
                                        "TRELLIS_VALIDATION_SECONDS",
                                        "3")))
                .isEqualTo(
                        new ProfileSettings(
                                Map.of(
                                        "Patient",
                                        List.of("http://a/1", "http://a/2|3"),
                                        "Condition",
                                        List.of("http://a/4")),
                                ProfileSettings.Mode.REPORT,
                                ProfileSettings.Claims.ALL,
                                5,
                                3));
    }

    @Test
    void what_is_no_type_or_address_is_refused_and_so_is_an_unknown_key() {
        for (var wrong : List.of("Patient", "Person2=http://a/1", "Patient=UKCore-Patient", "")) {
            if (!wrong.isEmpty()) {
                assertThatThrownBy(() -> read(Map.of("TRELLIS_PROFILES", wrong)))
                        .as(wrong)
                        .isInstanceOf(SettingsRefused.class)
                        .hasMessageContaining("TRELLIS_PROFILES is");
            }
        }
        assertThatThrownBy(() -> read(Map.of("TRELLIS_PROFILE", "x")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("did you mean TRELLIS_PROFILES");
    }
}
