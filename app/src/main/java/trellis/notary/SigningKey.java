package trellis.notary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/// The key that signs tree heads: Ed25519, made at the first start and kept in `TRELLIS_HOME`, outside
/// the database whose superuser it guards against.
final class SigningKey {
    static final String FILE = "audit-key";

    private static final String ALGORITHM = "Ed25519";

    private final KeyPair pair;

    private SigningKey(KeyPair pair) {
        this.pair = pair;
    }

    /// The key of a data folder; made when there is none.
    static SigningKey in(Path home) {
        var file = home.resolve(FILE);
        try {
            Files.createDirectories(home);
            if (!Files.exists(file)) {
                make(file);
            }
            return new SigningKey(read(Files.readAllLines(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read or made", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    file + " holds no key: put back the one that belongs to this data", e);
        }
    }

    private static void make(Path file) throws IOException, GeneralSecurityException {
        var made = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        try {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            // Another process of this node was quicker.
            return;
        }
        var encoder = Base64.getEncoder();
        Files.write(
                file,
                List.of(
                        encoder.encodeToString(made.getPrivate().getEncoded()),
                        encoder.encodeToString(made.getPublic().getEncoded())));
    }

    private static KeyPair read(List<String> lines) throws GeneralSecurityException {
        if (lines.size() < 2) {
            throw new GeneralSecurityException("the file is not whole");
        }
        var factory = KeyFactory.getInstance(ALGORITHM);
        var decoder = Base64.getDecoder();
        return new KeyPair(
                factory.generatePublic(new X509EncodedKeySpec(decoder.decode(lines.get(1)))),
                factory.generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(lines.get(0)))));
    }

    /// The public half, X.509.
    byte[] publicKey() {
        return pair.getPublic().getEncoded();
    }

    byte[] sign(byte[] what) {
        try {
            var signature = Signature.getInstance(ALGORITHM);
            signature.initSign(pair.getPrivate());
            signature.update(what);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the tree head could not be signed", e);
        }
    }

    /// Whether a head was signed with the key it names.
    static boolean holds(Head head) {
        return holds(head.key(), head.signed(), head.signature());
    }

    /// Whether something was signed with a key.
    static boolean holds(byte[] publicKey, byte[] signed, byte[] claimed) {
        try {
            var key =
                    KeyFactory.getInstance(ALGORITHM)
                            .generatePublic(new X509EncodedKeySpec(publicKey));
            var signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(signed);
            return signature.verify(claimed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
