package trellis.fhir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonProperties {

    @Property(tries = 200)
    void compact_json_comes_back_byte_for_byte(@ForAll("objects") String json) {
        assertThat(new String(Json.write(Json.parse(json.getBytes(UTF_8))), UTF_8)).isEqualTo(json);
    }

    @Property(tries = 200)
    void bytes_of_any_kind_are_read_or_refused_and_never_anything_else(@ForAll byte[] bytes) {
        try {
            Json.parse(bytes);
        } catch (Refused refused) {
            assertThat(refused.problem()).isInstanceOf(Problem.BadRequest.class);
        }
    }

    @Property(tries = 200)
    void json_with_one_byte_changed_is_read_or_refused(
            @ForAll("objects") String json, @ForAll int place, @ForAll byte other) {
        var bytes = json.getBytes(UTF_8);
        bytes[Math.floorMod(place, bytes.length)] = other;
        try {
            Json.write(Json.parse(bytes));
        } catch (Refused refused) {
            assertThat(refused.problem()).isInstanceOf(Problem.BadRequest.class);
        }
    }

    @Provide
    Arbitrary<String> objects() {
        return object(value(2));
    }

    private static Arbitrary<String> value(int depth) {
        var leaf =
                Arbitraries.oneOf(
                        text(), number(), Arbitraries.of("true", "false", "null", "{}", "[]"));
        if (depth == 0) {
            return leaf;
        }
        var inner = value(depth - 1);
        return Arbitraries.oneOf(
                leaf,
                object(inner),
                inner.list().ofMaxSize(4).map(items -> "[" + String.join(",", items) + "]"));
    }

    private static Arbitrary<String> object(Arbitrary<String> value) {
        var names = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(8);
        return Combinators.combine(
                        names.list().uniqueElements().ofMaxSize(5), value.list().ofSize(5))
                .as(JsonProperties::joined);
    }

    private static String joined(List<String> names, List<String> values) {
        return names.stream()
                .map(name -> "\"" + name + "\":" + values.get(names.indexOf(name)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static Arbitrary<String> text() {
        return Arbitraries.strings()
                .withCharRange(' ', '\uD7FF')
                .excludeChars('"', '\\', '\u007f')
                .ofMaxLength(12)
                .map(text -> "\"" + text + "\"");
    }

    private static Arbitrary<String> number() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.bigDecimals().map(Object::toString),
                Arbitraries.of("1.50", "0.0", "-0", "1e3", "1E-7", "100.000e+10"));
    }
}
