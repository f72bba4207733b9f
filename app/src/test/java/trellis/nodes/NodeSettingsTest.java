package trellis.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import trellis.access.AccessSettings;
import trellis.settings.Setting;
import trellis.settings.Settings;
import trellis.settings.SettingsRefused;

class NodeSettingsTest {
    private static final Map<String, String> WHOLE =
            Map.ofEntries(
                    Map.entry("TRELLIS_NODE_NAME", "north"),
                    Map.entry("TRELLIS_NODE_ORGANISATION", "Rowan Vale"),
                    Map.entry("TRELLIS_NODE_ADDRESS", "https://north.example:8443/"),
                    Map.entry("TRELLIS_NODE_CERTIFICATE", "a.pem"),
                    Map.entry("TRELLIS_NODE_KEY", "a.key"),
                    Map.entry("TRELLIS_NODE_TRUST", "t.pem"),
                    Map.entry("TRELLIS_NODE_LOCATOR", "national"),
                    Map.entry("TRELLIS_NODE_LARGEST", "7"),
                    Map.entry("TRELLIS_TLS_CERTIFICATE", "a.pem"),
                    Map.entry("TRELLIS_TLS_KEY", "a.key"),
                    Map.entry("TRELLIS_TLS_CLIENTS", "t.pem"));

    private static NodeSettings of(Map<String, String> environment) {
        var known = new ArrayList<Setting<?>>(NodeSettings.KEYS);
        known.addAll(AccessSettings.KEYS);
        return NodeSettings.from(Settings.read(environment, known));
    }

    @Test
    void without_variables_there_are_no_other_nodes() {
        assertThat(of(Map.of()))
                .isEqualTo(
                        new NodeSettings(
                                "",
                                "This system",
                                "",
                                new NodeSettings.Pem("", "", ""),
                                "",
                                false,
                                50_000_000));
        assertThat(of(Map.of()).on()).isFalse();
    }

    @Test
    void every_variable_has_its_effect() {
        var environment = new HashMap<>(WHOLE);
        environment.put("TRELLIS_NODE_PLAIN", "true");
        assertThat(of(environment))
                .isEqualTo(
                        new NodeSettings(
                                "north",
                                "Rowan Vale",
                                "https://north.example:8443",
                                new NodeSettings.Pem("a.pem", "a.key", "t.pem"),
                                "national",
                                true,
                                7_000_000));
    }

    @Test
    void a_misspelt_variable_is_refused() {
        assertThatThrownBy(() -> of(Map.of("TRELLIS_NODE_NAMES", "north")))
                .isInstanceOf(SettingsRefused.class)
                .hasMessageContaining("did you mean TRELLIS_NODE_NAME");
    }

    @Test
    void a_node_without_certificates_or_without_asking_for_those_of_others_does_not_start() {
        for (var missing :
                List.of("TRELLIS_NODE_CERTIFICATE", "TRELLIS_NODE_TRUST", "TRELLIS_TLS_CLIENTS")) {
            var environment = new HashMap<>(WHOLE);
            environment.remove(missing);
            assertThatThrownBy(() -> of(environment))
                    .isInstanceOf(SettingsRefused.class)
                    .hasMessageContaining(missing);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://north.example,false,true",
        "https://north.example:8443,false,true",
        "https://north.example/path,false,false",
        "https://user@north.example,false,false",
        "http://north.example,true,false",
        "http://127.0.0.1:80,false,false",
        "http://127.0.0.1:80,true,true",
        "file:///etc/passwd,true,false",
        "north.example,true,false"
    })
    void a_node_is_met_over_tls_or_on_this_machine_where_that_is_allowed(
            String address, boolean plain, boolean permitted) {
        assertThat(NodeSettings.permitted(address, plain)).isEqualTo(permitted);
    }
}
