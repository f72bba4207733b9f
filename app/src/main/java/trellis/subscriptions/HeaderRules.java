package trellis.subscriptions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import trellis.access.CallerRules;

/// Seals what a receiver wants to be shown (`channel.header`): the resource is read by more people than may know it. A sealed value
/// is good for the Subscription, the owner and the endpoint it was sealed for and for no other, so that nobody has it sent to themselves by copying it.
final class HeaderRules {
    /// What a sealed value begins with.
    private static final String SEALED = "sealed:";

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /// @param key of 32 bytes
    HeaderRules(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    /// A new key.
    static byte[] key() {
        var key = new byte[32];
        RANDOM.nextBytes(key);
        return key;
    }

    /// For which Subscription, of whom, and for which address a value is sealed.
    record Whose(String id, String owner, String endpoint) {
        static Whose of(Standing standing, String endpoint) {
            return new Whose(standing.id(), CallerRules.owner(standing.caller()), endpoint);
        }
    }

    /// The same Subscription with every value sealed that is not.
    ///
    /// @param owner who is told by it
    ObjectNode sealed(ObjectNode subscription, String id, String owner) {
        if (!(subscription.path("channel").path("header") instanceof ArrayNode headers)
                || headers.isEmpty()) {
            return subscription;
        }
        var copy = subscription.deepCopy();
        var channel = (ObjectNode) copy.path("channel");
        var whose = new Whose(id, owner, channel.path("endpoint").asString(""));
        var sealed = channel.putArray("header");
        headers.forEach(one -> sealed.add(sealed(one.asString(""), whose)));
        return copy;
    }

    private String sealed(String header, Whose whose) {
        var colon = header.indexOf(':');
        var name = header.substring(0, Math.max(colon, 0));
        var value = header.substring(colon + 1).strip();
        if (value.startsWith(SEALED)) {
            return header;
        }
        try {
            var nonce = new byte[NONCE];
            RANDOM.nextBytes(nonce);
            var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, name, whose);
            var hidden = cipher.doFinal(value.getBytes(UTF_8));
            var whole = ByteBuffer.allocate(NONCE + hidden.length).put(nonce).put(hidden).array();
            return name
                    + ": "
                    + SEALED
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The value of a header for its receiver; empty when it was sealed for another or with another key.
    Optional<String> opened(String header, Whose whose) {
        var colon = header.indexOf(':');
        var value = header.substring(colon + 1).strip();
        if (!value.startsWith(SEALED)) {
            return Optional.of(value);
        }
        try {
            var whole = Base64.getUrlDecoder().decode(value.substring(SEALED.length()));
            if (whole.length <= NONCE) {
                return Optional.empty();
            }
            var nonce = java.util.Arrays.copyOf(whole, NONCE);
            var cipher = cipher(Cipher.DECRYPT_MODE, nonce, header.substring(0, colon), whose);
            return Optional.of(
                    new String(cipher.doFinal(whole, NONCE, whole.length - NONCE), UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String name, Whose whose)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        // Owners hold spaces; nothing but the parts holds line breaks.
        var bound =
                String.join(
                        "\n",
                        name.toLowerCase(Locale.ROOT),
                        whose.id(),
                        whose.owner(),
                        whose.endpoint());
        cipher.updateAAD(bound.getBytes(UTF_8));
        return cipher;
    }
}
