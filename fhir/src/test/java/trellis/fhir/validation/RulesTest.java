package trellis.fhir.validation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// Every rule refuses one example and accepts a mended one: `rules.txt`, a line for each with key,
/// type, refused and accepted content, single quotes for double ones.
class RulesTest {

    private record Example(String key, String type, ObjectNode refused, ObjectNode accepted) {
        static Example of(String line) {
            var columns = line.split("\\|");
            assertThat(columns).as(line).hasSize(4);
            return new Example(
                    columns[0].strip(), columns[1].strip(), json(columns[2]), json(columns[3]));
        }

        private static ObjectNode json(String text) {
            return Json.parse(text.strip().replace('\'', '"').getBytes(UTF_8));
        }

        Rule rule() {
            return Rules.all().stream()
                    .filter(r -> r.key().equals(key) && r.type().equals(type))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no rule " + key + " for " + type));
        }
    }

    private static List<Example> examples() throws java.io.IOException {
        try (var in = RulesTest.class.getResourceAsStream("rules.txt")) {
            return Arrays.stream(new String(in.readAllBytes(), UTF_8).split("\n"))
                    .filter(line -> !line.isBlank())
                    .map(Example::of)
                    .toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> every_rule_holds_where_it_should() throws java.io.IOException {
        return examples().stream()
                .map(e ->
                        DynamicTest.dynamicTest(
                                e.key() + " of " + e.type(),
                                () -> {
                                    assertThat(e.rule().holds().test(e.refused())).isFalse();
                                    assertThat(e.rule().holds().test(e.accepted())).isTrue();
                                }));
    }

    @Test
    void every_rule_has_an_example() throws java.io.IOException {
        var tried = examples().stream().map(e -> e.key() + " " + e.type()).toList();
        assertThat(Rules.all()).allMatch(r -> tried.contains(r.key() + " " + r.type()));
    }

    @Test
    void no_rule_is_stated_twice() {
        assertThat(Rules.all())
                .extracting(r -> r.key() + r.type() + r.sentence())
                .doesNotHaveDuplicates();
    }
}
