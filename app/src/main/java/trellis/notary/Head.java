package trellis.notary;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import trellis.fhir.Json;

/// A signed tree head: how large the log was, and its root, at a moment (RFC 9162, 4.10).
///
/// @param size how many lines
/// @param root hash of the tree
/// @param at microseconds since 1970 UTC
/// @param floor every line up to this number is in the tree
/// @param key the public key, X.509
/// @param signature of [#signed]
record Head(long size, byte[] root, long at, long floor, byte[] key, byte[] signature) {
    private static final String WHAT = "trellis audit tree head 1";

    /// What is signed.
    static byte[] signed(long size, byte[] root, long at, long floor) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.write(WHAT.getBytes(StandardCharsets.UTF_8));
            out.writeLong(size);
            out.write(root);
            out.writeLong(at);
            out.writeLong(floor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    byte[] signed() {
        return signed(size, root, at, floor);
    }

    /// As JSON: numbers, the root in hexadecimal, key and signature in base 64.
    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("size", size);
        json.put("root", HexFormat.of().formatHex(root));
        json.put("at", Instant.EPOCH.plus(at, ChronoUnit.MICROS).toString());
        json.put("floor", floor);
        json.put("key", Base64.getEncoder().encodeToString(key));
        json.put("signature", Base64.getEncoder().encodeToString(signature));
        return json;
    }

    /// Reads what [#json] wrote.
    ///
    /// @throws IllegalArgumentException when it is none
    static Head read(String line) {
        try {
            var json = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            return new Head(
                    json.path("size").asLong(-1),
                    HexFormat.of().parseHex(json.path("root").asString("")),
                    ChronoUnit.MICROS.between(
                            Instant.EPOCH, Instant.parse(json.path("at").asString(""))),
                    json.path("floor").asLong(-1),
                    Base64.getDecoder().decode(json.path("key").asString("")),
                    Base64.getDecoder().decode(json.path("signature").asString("")));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not a signed tree head", e);
        }
    }
}
