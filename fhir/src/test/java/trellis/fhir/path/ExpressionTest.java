package trellis.fhir.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import trellis.fhir.Problem;
import trellis.fhir.Refused;

class ExpressionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            textBlock =
                    """
                    (Observation.value as Quantity); Observation.value as Quantity
                    a.where(b = 'x' and c != 3).d[0]; a.where(b = 'x' and c != 3).d[0]
                    a|b|c; a | b | c
                    a|(b|c); a | (b | c)
                    a or b and c; a or b and c
                    (a or b) and c; (a or b) and c
                    a implies b = c > d | e + f * -g.h; a implies b = c > d | e + f * -g.h
                    1 - 2 - 3; 1 - 2 - 3
                    1 - (2 - 3); 1 - (2 - 3)
                    (a as B).c is FHIR.D; (a as B).c is FHIR.D
                    a is B | c; a is B | c
                    a.as(B).is(c).contains(d); a.as(B).is(c).contains(d)
                    a contains b; a contains b
                    $this.a.all($index > $total); $this.a.all($index > $total)
                    %resource.a & %'ext-x'; %resource.a & %`ext-x`
                    `a b`.`div`; `a b`.`div`
                    "@2015-02-04T14:34:28Z > @T14"; "@2015-02-04T14:34:28Z > @T14"
                    @2015T; @2015T
                    4 days + 1.5 'mg'; 4 days + 1.5 'mg'
                    "'a\\'\\u00e9\\n'"; "'a\\'é\\u000a'"
                    "a /* no */ // no"; a
                    {} ~ true; {} ~ true
                    (-1).abs(); (-1).abs()
                    iif(a, b, c); iif(a, b, c)
                    now(); now()
                    """)
    void an_expression_is_written_as_it_was_read(String text, String written) {
        var tree = Expression.parse(text.replace("// no", "// no\n"));
        var again = tree.text();
        assertThat(again).isEqualTo(written);
        assertThat(Expression.parse(again)).isEqualTo(tree);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    a.; it ends too early at character 3
                    a b; unexpected b at character 3
                    (a; ) is expected, not the end at character 3
                    a.where(b,); unexpected ) at character 11
                    a..b; unexpected . at character 3
                    1 +; it ends too early at character 4
                    "a"; unexpected " at character 1
                    'a; the quote is not closed that opens at character 1
                    '\\q'; unknown escape \\q at character 2
                    @20; a date or time is expected after @ at character 1
                    9999999999; a whole number is at most 2147483647 at character 11
                    a.$this; unexpected $this at character 3
                    $that; unexpected $that at character 1
                    a /* b; the comment is not closed that opens at character 3
                    a[1; ] is expected, not the end at character 4
                    and; unexpected and at character 1
                    """,
            quoteCharacter = '^')
    void what_is_no_expression_is_refused_with_the_character(String text, String why) {
        assertThat(refusal(text))
                .isEqualTo(
                        new Problem.BadRequest("invalid", "Not a FHIRPath expression: " + why, ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "-", "a.", "a or ", "a[", "a.b("})
    void ten_thousand_levels_are_refused(String level) {
        assertThat(refusal(level.repeat(10_000 / level.length())))
                .isInstanceOf(Problem.BadRequest.class);
    }

    @Test
    void a_text_beyond_the_limit_is_refused() {
        assertThat(refusal("a".repeat(10_001)))
                .isEqualTo(
                        new Problem.BadRequest(
                                "too-long",
                                "A FHIRPath expression has at most 10000 characters",
                                ""));
    }

    private static Problem refusal(String text) {
        return catchThrowableOfType(Refused.class, () -> Expression.parse(text)).problem();
    }
}
