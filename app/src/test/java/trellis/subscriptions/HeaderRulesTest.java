package trellis.subscriptions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

class HeaderRulesTest {
    private static final String HERE = "https://a.example/hook";
    private final HeaderRules rules = new HeaderRules(HeaderRules.key());

    private ObjectNode sealed(String header, String endpoint) {
        var json =
                ("{\"channel\":{\"endpoint\":\""
                                + endpoint
                                + "\",\"header\":[\""
                                + header
                                + "\"]}}")
                        .getBytes(UTF_8);
        return rules.sealed(Json.parse(json), "1", "mine");
    }

    private static HeaderRules.Whose whose(String endpoint) {
        return new HeaderRules.Whose("1", "mine", endpoint);
    }

    private static String header(ObjectNode json) {
        return json.at("/channel/header/0").asString("");
    }

    @Test
    void a_sealed_value_is_opened_for_its_receiver_alone() {
        var header = header(sealed("X-Key: of mine", HERE));
        assertThat(header).startsWith("X-Key: sealed:").doesNotContain("mine");
        assertThat(rules.opened(header, whose(HERE))).contains("of mine");
        assertThat(rules.opened(header, whose("https://a.example/other"))).isEmpty();
        assertThat(rules.opened(header, new HeaderRules.Whose("2", "mine", HERE))).isEmpty();
        assertThat(rules.opened(header, new HeaderRules.Whose("1", "theirs", HERE))).isEmpty();
        assertThat(rules.opened(header, whose("https://b.example/hook"))).isEmpty();
        assertThat(rules.opened(header, whose("https://a.example:8443/hook"))).isEmpty();
        assertThat(rules.opened(header.replace("X-Key", "X-Other"), whose(HERE))).isEmpty();
        assertThat(new HeaderRules(HeaderRules.key()).opened(header, whose(HERE))).isEmpty();
        assertThat(rules.opened("X-Key: sealed:x", whose(HERE))).isEmpty();
    }

    @Test
    void what_is_sealed_is_not_sealed_again() {
        var once = sealed("X-Key: of mine", HERE);
        assertThat(header(rules.sealed(once, "1", "mine"))).isEqualTo(header(once));
    }
}
