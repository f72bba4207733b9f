package trellis.fhir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1.50,\"b\":1e3,\"c\":-0,\"d\":0.0000001,\"e\":12345678901234567890}",
                "{\"z\":[{},[],null,true,false,\"\u00e9\\n\\\"\"],\"a\":{\"b\":\"\ud83d\ude00\"}}",
            })
    void what_is_written_is_what_was_read(String json) {
        assertThat(new String(Json.write(Json.parse(json.getBytes(UTF_8))), UTF_8)).isEqualTo(json);
    }

    @Test
    void a_name_given_twice_is_refused_with_its_place() {
        assertThat(refusal("{\"a\":1,\n\"a\":2}"))
                .isEqualTo(
                        new Problem.BadRequest(
                                "structure",
                                "Not well-formed JSON: the name \"a\" is given twice",
                                "line 2, column 5"));
    }

    @Test
    void ten_thousand_levels_are_refused() {
        var json = "{\"a\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        assertThat(refusal(json)).isInstanceOf(Problem.BadRequest.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{} x",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":1e99999999999}",
                "{\"a\":1e5000}",
                "{\"a\":\"\\ud800\"}",
                "<Patient/>",
                "null"
            })
    void anything_but_one_object_is_refused(String json) {
        assertThat(refusal(json)).isInstanceOf(Problem.BadRequest.class);
    }

    @Test
    void bytes_that_are_not_utf8_are_refused() {
        var bytes = "{\"a\":\"x\"}".getBytes(UTF_8);
        bytes[6] = (byte) 0xC3;
        var refused = catchThrowableOfType(Refused.class, () -> Json.parse(bytes));
        assertThat(refused.problem()).isInstanceOf(Problem.BadRequest.class);
    }

    private static Problem refusal(String json) {
        return catchThrowableOfType(Refused.class, () -> Json.parse(json.getBytes(UTF_8)))
                .problem();
    }
}
