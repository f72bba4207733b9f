package trellis.notary;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The signed word that the oldest lines were written to an archive and removed.
///
/// @param leaves leaves before this index may have no line any more
/// @param until every line of theirs is older; microseconds since 1970 UTC
/// @param at when it was; microseconds since 1970 UTC
/// @param archive SHA-256 of the archive
/// @param key the public key, X.509
/// @param signature of [#signed]
record Retired(long leaves, long until, long at, byte[] archive, byte[] key, byte[] signature) {
    private static final String WHAT = "trellis audit retired 1";

    /// Signs it.
    static Retired of(SigningKey key, long leaves, long until, long at, byte[] archive) {
        var signed = signed(leaves, until, at, archive);
        return new Retired(leaves, until, at, archive, key.publicKey(), key.sign(signed));
    }

    /// Whether it bears its signature.
    boolean holds() {
        return SigningKey.holds(key, signed(leaves, until, at, archive), signature);
    }

    private static byte[] signed(long leaves, long until, long at, byte[] archive) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.write(WHAT.getBytes(StandardCharsets.UTF_8));
            out.writeLong(leaves);
            out.writeLong(until);
            out.writeLong(at);
            out.write(archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
