package trellis.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

final class MeshSettingsTest {
    private static MeshSettings settings(Map<String, String> environment) {
        return MeshSettings.from(Settings.read(environment, MeshSettings.KEYS));
    }

    @Test
    void by_default_it_is_as_the_published_sandbox() {
        var standard = settings(Map.of());
        assertThat(standard.sharedKey()).isEqualTo("TestKey");
        assertThat(standard.largest()).isEqualTo(100_000_000);
        assertThat(standard.whole()).isEqualTo(20_000_000_000L);
    }

    @Test
    void every_setting_is_read_and_the_key_is_not_said() {
        var all =
                settings(
                        Map.of(
                                "TRELLIS_MESH_SHARED_KEY",
                                "our-own",
                                "TRELLIS_MESH_LARGEST",
                                "7",
                                "TRELLIS_MESH_WHOLE",
                                "3"));
        assertThat(all).isEqualTo(new MeshSettings("our-own", 7_000_000, 3_000_000_000L));
        assertThat(all.toString()).doesNotContain("our-own");
    }

    @Test
    void what_is_not_known_is_refused() {
        assertThatThrownBy(() -> settings(Map.of("TRELLIS_MESH_HOLE", "1")))
                .isInstanceOf(SettingsRefused.class);
    }

    @Test
    void the_key_that_everybody_knows_is_refused_where_others_could_use_it() {
        var known = settings(Map.of());
        assertThatCode(() -> known.protect(false)).doesNotThrowAnyException();
        assertThatThrownBy(() -> known.protect(true))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("openssl rand");
        var own = settings(Map.of("TRELLIS_MESH_SHARED_KEY", "our-own"));
        assertThatCode(() -> own.protect(true)).doesNotThrowAnyException();
    }
}
