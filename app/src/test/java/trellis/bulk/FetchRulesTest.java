package trellis.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import trellis.access.PublicOnly;
import trellis.bulk.BulkSettings.Sources;
import trellis.fhir.Refused;

class FetchRulesTest {

    @Test
    void addresses_of_networks_of_ones_own_are_not_public() throws UnknownHostException {
        for (var address :
                List.of(
                        "127.0.0.1",
                        "10.1.2.3",
                        "172.16.0.1",
                        "192.168.1.1",
                        "169.254.169.254",
                        "100.64.0.1",
                        "0.0.0.0",
                        "0.1.2.3",
                        "224.0.0.1",
                        "255.255.255.255",
                        "::1",
                        "::",
                        "fe80::1",
                        "fd00::1",
                        "::ffff:10.0.0.1",
                        "64:ff9b::a00:1",
                        "ff02::1")) {
            assertThat(PublicOnly.isPublic(InetAddress.getByName(address))).as(address).isFalse();
        }
        for (var address : List.of("198.51.100.7", "100.128.0.1", "2001:db8::1")) {
            assertThat(PublicOnly.isPublic(InetAddress.getByName(address))).as(address).isTrue();
        }
    }

    @Test
    void only_https_is_fetched_unless_anything_is() {
        assertThat(FetchRules.address("https://a.example/x", Sources.PUBLIC, "x").getHost())
                .isEqualTo("a.example");
        assertThat(FetchRules.address("http://a.example/x", Sources.ANY, "x").getHost())
                .isEqualTo("a.example");
        for (var from : List.of(Sources.PUBLIC, Sources.PRIVATE)) {
            assertThatThrownBy(() -> FetchRules.address("http://a.example/x", from, "x"))
                    .isInstanceOf(Refused.class);
        }
        assertThatThrownBy(() -> FetchRules.address("https://a.example/x", Sources.NONE, "x"))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> FetchRules.address("https:///x", Sources.ANY, "x"))
                .isInstanceOf(Refused.class);
    }
}
