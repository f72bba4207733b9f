package trellis.fhir.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XhtmlTest {
    private static final String DIV = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "<p>a<br/>b &amp; c &#169; &nbsp;</p>",
                "<table border='1'><tr><td colspan=\"2\">1 &lt; 2</td></tr></table>",
                "<a href=\"https://example.org/?a=1&amp;b=2\" title='t'>x</a><!-- c -->",
                "<img src=\"#a\" alt=\"\"/>",
                "<div lang=\"en\" xml:lang=\"en\">nested</div>"
            })
    void formatting_is_taken(String content) {
        assertThat(Xhtml.isSafe(DIV + content + "</div>")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  <p/> ",
                "<script>x</script>",
                "<p onclick=\"x\">x</p>",
                "<a href=\"javascript:x\">x</a>",
                "<a href=\" java&#10;script:x\">x</a>",
                "<iframe src=\"x\">x</iframe>",
                "<form>x</form>",
                "<p>x",
                "x</p>",
                "<b><i>x</b></i>",
                "<p class=x>x</p>",
                "<p class>x</p>",
                "a & b",
                "a < b",
                "<!-- x",
                "<p xmlns=\"urn:other\">x</p>",
                "<P>x</P>"
            })
    void what_runs_or_is_not_well_formed_is_refused(String content) {
        assertThat(Xhtml.isSafe(DIV + content + "</div>")).isFalse();
    }

    @Test
    void it_is_one_div_in_its_namespace() {
        assertThat(Xhtml.isSafe("<div>x</div>")).isFalse();
        assertThat(Xhtml.isSafe("<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>")).isFalse();
        assertThat(Xhtml.isSafe("x")).isFalse();
        assertThat(Xhtml.isSafe(DIV + "x</div>y")).isFalse();
        assertThat(Xhtml.isSafe(DIV + "x</div>" + DIV + "x</div>")).isFalse();
        assertThat(Xhtml.isSafe(DIV)).isFalse();
        assertThat(Xhtml.isSafe(DIV + "x")).isFalse();
    }

    @Test
    void deep_nesting_is_harmless() {
        assertThat(
                        Xhtml.isSafe(
                                DIV
                                        + "<b>".repeat(100_000)
                                        + "x"
                                        + "</b>".repeat(100_000)
                                        + "</div>"))
                .isTrue();
    }
}
