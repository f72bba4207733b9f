package trellis.prescriptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Somebody who signs prescriptions, with a certificate that an authority of ours has issued.
final class Signer {
    private static final String PASSWORD = "changeit";
    private static final String XMLDSIG = "http://www.w3.org/2000/09/xmldsig#";

    private static final Signer SHARED = fresh();

    private final PrivateKey key;
    private final List<byte[]> chain;
    private final Path authority;

    private Signer(PrivateKey key, List<byte[]> chain, Path authority) {
        this.key = key;
        this.chain = chain;
        this.authority = authority;
    }

    /// The signer whom all tests share: making keys takes its time.
    static Signer shared() {
        return SHARED;
    }

    /// A new signer of a new authority.
    static Signer fresh() {
        try {
            var folder = Files.createTempDirectory("signer");
            var authority = folder.resolve("authority.p12");
            var own = folder.resolve("own.p12");
            var pem = folder.resolve("authority.pem");
            pair(authority, "authority", "CN=Prescribing Authority", "-ext", "bc:c");
            pair(own, "own", "CN=OSEI Amina,UID=555086689106");
            keytool(authority, "-exportcert", "-rfc", "-alias", "authority", "-file", pem + "");
            var request = folder.resolve("own.csr");
            var issued = folder.resolve("own.pem");
            keytool(own, "-certreq", "-alias", "own", "-file", request + "");
            keytool(
                    authority,
                    "-gencert",
                    "-rfc",
                    "-alias",
                    "authority",
                    "-validity",
                    "365",
                    "-infile",
                    request + "",
                    "-outfile",
                    issued + "");
            keytool(own, "-importcert", "-noprompt", "-alias", "authority", "-file", pem + "");
            keytool(own, "-importcert", "-noprompt", "-alias", "own", "-file", issued + "");
            var keys = KeyStore.getInstance(own.toFile(), PASSWORD.toCharArray());
            return new Signer(
                    (PrivateKey) keys.getKey("own", PASSWORD.toCharArray()),
                    List.of(keys.getCertificate("own").getEncoded()),
                    pem);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pair(Path store, String alias, String name, String... more) {
        keytool(
                store,
                Stream.concat(
                                Stream.of(
                                        "-genkeypair",
                                        "-alias",
                                        alias,
                                        "-keyalg",
                                        "RSA",
                                        "-keysize",
                                        "2048",
                                        "-validity",
                                        "365",
                                        "-dname",
                                        name),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private static void keytool(Path store, String... arguments) {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        line.addAll(List.of(arguments));
        line.addAll(
                List.of(
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD));
        try {
            var process = new ProcessBuilder(line).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The authority's certificate, in PEM.
    Path authority() {
        return authority;
    }

    /// The XML signature over what `$prepare` has answered, in Base64.
    ///
    /// @param digest in Base64, as it was answered
    String sign(String digest) {
        var info = new String(Base64.getDecoder().decode(digest), StandardCharsets.UTF_8);
        try {
            var signature = Signature.getInstance("SHA1withRSA");
            signature.initSign(key);
            signature.update(info.getBytes(StandardCharsets.UTF_8));
            var xml =
                    "<Signature xmlns=\""
                            + XMLDSIG
                            + "\">"
                            + info
                            + "<SignatureValue>"
                            + Base64.getEncoder().encodeToString(signature.sign())
                            + "</SignatureValue><KeyInfo><X509Data>"
                            + chain.stream()
                                    .map(one ->
                                            "<X509Certificate>"
                                                    + Base64.getEncoder().encodeToString(one)
                                                    + "</X509Certificate>")
                                    .collect(Collectors.joining())
                            + "</X509Data></KeyInfo></Signature>";
            return Base64.getEncoder().encodeToString(xml.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
