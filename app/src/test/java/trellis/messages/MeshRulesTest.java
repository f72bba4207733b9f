package trellis.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MeshRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-28T14:30:00Z");

    /// Computed with another implementation: `printf %s "X26ABC1:n-1:1:secret:202611281430" | openssl dgst -sha256
    /// -hmac TestKey`.
    private static final String MAC =
            "1eee98dbf1c22f72610c62753b903ff66b7d9ae42a8154f6669510ddfebb34f3";

    private static String header(String mac) {
        return "NHSMESH X26ABC1:n-1:1:202611281430:" + mac;
    }

    @Test
    void a_proof_is_good_with_its_password_and_key_alone() {
        var proof = MeshRules.proof(header(MAC)).orElseThrow();
        assertThat(proof.mailbox()).isEqualTo("X26ABC1");
        assertThat(proof.made("secret", "TestKey")).isTrue();
        assertThat(proof.made("secret", "BackupKey")).isFalse();
        assertThat(proof.made("Secret", "TestKey")).isFalse();
        assertThat(MeshRules.proof(header(MAC.toUpperCase(java.util.Locale.ROOT))))
                .hasValueSatisfying(upper -> assertThat(upper.made("secret", "TestKey")).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NHSMESH",
                "NHSMESH ",
                "Bearer X26ABC1:n-1:1:202611281430:00",
                "NHSMESH X26ABC1:n-1:1:202611281430:00",
                "NHSMESH X26ABC1:n-1:-1:202611281430:",
                "NHSMESH X26 ABC1:n-1:1:202611281430:",
                "NHSMESH X26ABC1:n:1:1:202611281430:",
            })
    void what_is_no_proof_is_none(String header) {
        assertThat(MeshRules.proof(header.endsWith(":") ? header + MAC : header)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "202611281430, true",
        "202611281231, true",
        "202611281629, true",
        "202611281229, false",
        "202611281631, false",
        "202613281430, false",
        "202602301430, false",
    })
    void a_proof_is_good_for_two_hours_either_way(String minute, boolean fresh) {
        var proof = new MeshRules.Proof("X26ABC1", "n", "1", minute, HexFormat.of().parseHex(MAC));
        assertThat(proof.fresh(NOW)).isEqualTo(fresh);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';1",
                "*/*;1",
                "application/json;1",
                "application/vnd.mesh.v1+json;1",
                "application/vnd.mesh.v2+json;2",
                "application/vnd.mesh.v2+json, application/json;2",
                "application/vnd.mesh.v9+json, application/vnd.mesh.v1+json;1",
                "APPLICATION/VND.MESH.V2+JSON;2",
            })
    void the_accept_header_chooses_the_version(String accept, int version) {
        assertThat(MeshRules.version(accept)).isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/vnd.mesh.v3+json", "application/vnd.mesh.vx+json"})
    void a_version_nobody_knows_is_refused(String accept) {
        assertThatThrownBy(() -> MeshRules.version(accept))
                .isInstanceOfSatisfying(
                        MeshError.Refusal.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(MeshError.WRONG_FORMAT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2:1", "0:3", "1", "a:b", "1:2:3", "2:3", "1:9999999", "-1:2"})
    void a_chunk_range_that_is_none_is_refused(String range) {
        assertThatThrownBy(() -> MeshRules.range(range, 1))
                .isInstanceOfSatisfying(
                        MeshError.Refusal.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(MeshError.WRONG_CHUNKS));
    }

    @Test
    void a_chunk_range_says_which_of_how_many() {
        assertThat(MeshRules.range("", 1)).isEqualTo(MeshRules.Range.WHOLE);
        assertThat(MeshRules.range(" 2 : 3 ", 2)).isEqualTo(new MeshRules.Range(2, 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';'';false",
                "!;'';false",
                "LAB;LAB;false",
                "!LAB;LAB;true",
                "LAB*;LAB%;false",
                "!LAB*;LAB%;true",
                "*LAB*;%LAB%;false",
                "*LAB;%LAB%;false",
                "!*LAB*;%LAB%;true",
                "A_B%*;A\\_B\\%%;false",
                "*;%%;false",
            })
    void a_workflow_filter_is_read(String sent, String like, boolean not) {
        assertThat(MeshRules.filter(sent)).isEqualTo(new MeshRules.Filter(like, not));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|true",
                "deflate, gzip;q=0.5|true",
                "*|true",
                "identity|false",
                "gzip;q=0|false",
                "''|false",
            })
    void what_a_client_can_decompress_is_read(String sent, boolean taken) {
        assertThat(MeshRules.gzip(sent)).isEqualTo(taken);
    }

    @ParameterizedTest
    @CsvSource({
        "Mex-From, X26ABC2, WRONG_SENDER",
        "Mex-To, '', NO_RECIPIENT",
        "Mex-Version, 2.0, WRONG_VERSION",
        "Mex-MessageType, REPORT, WRONG_KIND",
        "Mex-WorkflowID, '', MALFORMED",
        "Mex-WorkflowID, https://elsewhere.example, MALFORMED",
        "Mex-Content-Checksum, <b>, WRONG_CHECKSUM",
        "Content-Encoding, br, WRONG_ENCODING",
        "Mex-Chunk-Range, 2:3, WRONG_CHUNKS",
    })
    void each_header_that_is_wrong_has_its_own_error(String name, String value, String error) {
        var headers = new java.util.HashMap<>(Map.of("Mex-To", "X26ABC2", "Mex-WorkflowID", "LAB"));
        headers.put(name, value);
        assertThatThrownBy(
                        () -> MeshRules.sent("X26ABC1", header -> headers.getOrDefault(header, "")))
                .isInstanceOfSatisfying(
                        MeshError.Refusal.class,
                        refusal -> assertThat(refusal.error().name()).isEqualTo(error));
    }

    @Test
    void a_header_too_long_to_keep_is_named() {
        assertThatThrownBy(() ->
                        MeshRules.sent(
                                "X26ABC1",
                                header ->
                                        header.equals("Mex-Subject") ? "x".repeat(501) : "X26ABC2"))
                .isInstanceOfSatisfying(
                        MeshError.Refusal.class,
                        refusal ->
                                assertThat(refusal.words())
                                        .startsWith("MalformedControlFile: Mex-Subject"));
    }
}
