package trellis.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {

    @Test
    void without_any_variable_only_this_machine_is_served_and_everybody_signs_in() {
        var settings = read(Map.of());
        assertThat(settings.bind().isLoopbackAddress()).isTrue();
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.open()).isFalse();
        assertThat(settings.log()).isEqualTo("info");
        assertThat(settings.debug()).isFalse();
    }

    @Test
    void every_variable_reaches_its_place() {
        var settings =
                read(
                        Map.of(
                                "TRELLIS_BIND", "::1",
                                "TRELLIS_PORT", "9090",
                                "TRELLIS_OPEN", "true",
                                "TRELLIS_LOG", "debug"));
        assertThat(settings.host()).isEqualTo("[0:0:0:0:0:0:0:1]");
        assertThat(settings.port()).isEqualTo(9090);
        assertThat(settings.open()).isTrue();
        assertThat(settings.debug()).isTrue();
    }

    @Test
    void an_unknown_variable_is_refused_and_the_nearest_named() {
        assertThatThrownBy(() -> read(Map.of("TRELLIS_PROT", "9090")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessage(
                        "TRELLIS_PROT is not a setting of Trellis; did you mean TRELLIS_PORT? All"
                                + " are in docs/settings.md");
    }

    @Test
    void a_bad_value_is_refused_with_what_is_allowed() {
        assertThatThrownBy(() -> read(Map.of("TRELLIS_PORT", "99999")))
                .hasMessage(
                        "TRELLIS_PORT is \"99999\", but must be a whole number from 0 to 65535");
        assertThatThrownBy(() -> read(Map.of("TRELLIS_PORT", "http")))
                .hasMessageContaining("must be a whole number from 0 to 65535");
        assertThatThrownBy(() -> read(Map.of("TRELLIS_OPEN", "yes")))
                .hasMessage("TRELLIS_OPEN is \"yes\", but must be true or false");
        assertThatThrownBy(() -> read(Map.of("TRELLIS_LOG", "trace")))
                .hasMessage("TRELLIS_LOG is \"trace\", but must be warn or info or debug");
        assertThatThrownBy(() -> read(Map.of("TRELLIS_BIND", "no such place")))
                .hasMessageContaining("must be an address of this machine");
    }

    @Test
    void open_to_everybody_is_refused_where_others_can_reach_it() {
        var environment = Map.of("TRELLIS_OPEN", "true", "TRELLIS_BIND", "0.0.0.0");
        assertThatThrownBy(() -> read(environment))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("TRELLIS_BIND must be a loopback address")
                .hasMessageContaining("0.0.0.0");
    }

    @Test
    void a_blank_variable_counts_as_absent_and_others_programs_variables_are_left_alone() {
        var settings = read(Map.of("TRELLIS_PORT", " ", "PATH", "/bin", "MY_TRELLIS_THING", "x"));
        assertThat(settings.port()).isEqualTo(8080);
    }

    private static ServerSettings read(Map<String, String> environment) {
        return ServerSettings.from(Settings.read(environment, ServerSettings.KEYS));
    }
}
