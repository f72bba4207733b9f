package trellis.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import trellis.store.SearchPage;

/// The addresses of pages: the whole search and the place where the page begins, encrypted and
/// authenticated (AES-GCM), so that a link in a log tells nothing of the patient and nobody can make
/// one up. Nothing is kept on the server; a link works for as long as the key does.
final class SearchCursors {

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int VERSION = 1;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    /// Looking one up among the providers takes longer than using it.
    private final Queue<Cipher> ciphers = new ConcurrentLinkedQueue<>();

    /// @param key an AES key
    SearchCursors(SecretKey key) {
        this.key = key;
    }

    /// Where a page begins, and of which search.
    record Page(List<Parameter> parameters, SearchPage.Cursor after) {}

    /// Makes the text of a page's address.
    String seal(String place, List<Parameter> parameters, SearchPage.Cursor after) {
        try {
            var nonce = new byte[NONCE];
            random.nextBytes(nonce);
            var plain = write(parameters, after);
            var sealed = ciphered(Cipher.ENCRYPT_MODE, nonce, place, plain, 0);
            var whole = new byte[NONCE + sealed.length];
            System.arraycopy(nonce, 0, whole, 0, NONCE);
            System.arraycopy(sealed, 0, whole, NONCE, sealed.length);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    /// Reads the text of a page's address.
    ///
    /// @throws trellis.fhir.Refused with [trellis.fhir.Problem.BadRequest] when this server did not
    ///     make it, or made it for another place
    Page open(String place, String text) {
        try {
            var whole = Base64.getUrlDecoder().decode(text);
            if (whole.length <= NONCE) {
                throw altered();
            }
            var nonce = new byte[NONCE];
            System.arraycopy(whole, 0, nonce, 0, NONCE);
            return read(ciphered(Cipher.DECRYPT_MODE, nonce, place, whole, NONCE));
        } catch (IllegalArgumentException | GeneralSecurityException _) {
            throw altered();
        }
    }

    private static RuntimeException altered() {
        return SearchProblems.value(
                SearchParser.CURSOR,
                "This is not the address of a page that this server gave out; run the search again"
                        + " from its first page.");
    }

    /// A cipher that has failed is not used again.
    ///
    /// @param from where in the bytes what is to be sealed or opened begins
    private byte[] ciphered(int mode, byte[] nonce, String place, byte[] bytes, int from)
            throws GeneralSecurityException {
        var idle = ciphers.poll();
        var cipher = idle == null ? Cipher.getInstance(CIPHER) : idle;
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(("page " + VERSION + " of " + place).getBytes(UTF_8));
        var done = cipher.doFinal(bytes, from, bytes.length - from);
        ciphers.add(cipher);
        return done;
    }

    private static byte[] write(List<Parameter> parameters, SearchPage.Cursor after) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(parameters.size());
            for (var parameter : parameters) {
                write(out, parameter.name());
                write(out, parameter.value());
            }
            out.writeLong(after.row());
            out.writeInt(after.values().size());
            for (var value : after.values()) {
                write(out, value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        var utf8 = text.getBytes(UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static Page read(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            var parameters = new ArrayList<Parameter>();
            for (var left = in.readInt(); left > 0; left--) {
                parameters.add(new Parameter(text(in), text(in)));
            }
            var row = in.readLong();
            var values = new ArrayList<String>();
            for (var left = in.readInt(); left > 0; left--) {
                values.add(text(in));
            }
            return new Page(parameters, new SearchPage.Cursor(values, row));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), UTF_8);
    }
}
