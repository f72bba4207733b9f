package trellis.custodians;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentRulesTest {

    private static ContentRules.Headers headers(String type, String content) throws IOException {
        var bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        var looking =
                ContentRules.looking(
                        new Content(type, bytes.length, new ByteArrayInputStream(bytes)));
        var headers = ContentRules.headers(type, looking);
        assertThat(looking.readAllBytes()).as("nothing is lost").isEqualTo(bytes);
        return headers;
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, Hello, text/plain;charset=utf-8, inline",
        "text/plain; charset=iso-8859-1, Hello, text/plain;charset=utf-8, inline",
        "application/pdf, %PDF-1.7, application/pdf, inline",
        "APPLICATION/PDF, %PDF-1.7, application/pdf, inline",
        "application/pdf, <script>, application/octet-stream, attachment",
        "application/pdf, %P, application/octet-stream, attachment",
        "image/gif, GIF89a, image/gif, inline",
        "image/png, GIF89a, application/octet-stream, attachment",
        "image/svg+xml, <svg/>, application/octet-stream, attachment",
        "text/html, <p>, application/octet-stream, attachment",
        "nonsense, Hello, application/octet-stream, attachment"
    })
    void only_what_is_what_it_says_and_runs_nothing_is_shown(
            String type, String content, String sent, String disposition) throws IOException {
        var headers = headers(type, content);
        assertThat(headers.type()).isEqualTo(sent);
        assertThat(headers.disposition()).startsWith(disposition + "; filename=\"document.");
    }

    @Test
    void nothing_is_loaded_or_run() throws IOException {
        assertThat(headers("text/plain", "x").policy()).contains("default-src 'none'", "sandbox");
        assertThat(headers("application/pdf", "%PDF-1").policy())
                .contains("default-src 'none'")
                .doesNotContain("script");
    }

    @ParameterizedTest
    @CsvSource({
        "'a/b\r\nSet-Cookie: x', application/octet-stream",
        "'', application/octet-stream",
        "Text/Plain;x, text/plain"
    })
    void a_type_is_one_or_none(String sent, String type) {
        assertThat(ContentRules.type(sent)).isEqualTo(type);
    }
}
