package trellis.nodes;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import trellis.settings.SettingsRefused;

/// What this node proves itself with, and whom it trusts.
///
/// @param chain its certificate, then those that signed it, without a root
/// @param key the certificate's private key
/// @param anchors who signs the certificates of nodes
/// @param tls shows the certificate, and trusts those signed so
record Credentials(
        List<X509Certificate> chain, PrivateKey key, Set<TrustAnchor> anchors, SSLContext tls) {

    Credentials {
        chain = List.copyOf(chain);
        anchors = Set.copyOf(anchors);
    }

    /// Reads the files.
    ///
    /// @throws SettingsRefused when one cannot be read
    static Credentials of(NodeSettings.Pem pem) {
        try {
            var own =
                    PemSslStoreDetails.forCertificate(file(pem.certificate()))
                            .withPrivateKey(file(pem.key()));
            var trust = PemSslStoreDetails.forCertificate(file(pem.trust()));
            var mine = requireNonNull(PemSslStore.load(own));
            var theirs = requireNonNull(PemSslStore.load(trust));
            return new Credentials(
                    requireNonNull(mine.certificates()).stream().filter(one -> !root(one)).toList(),
                    requireNonNull(mine.privateKey()),
                    requireNonNull(theirs.certificates()).stream()
                            .map(one -> new TrustAnchor(one, null))
                            .collect(Collectors.toSet()),
                    SslBundle.of(new PemSslStoreBundle(own, trust)).createSslContext());
        } catch (RuntimeException e) {
            throw new SettingsRefused(
                    "TRELLIS_NODE_CERTIFICATE, TRELLIS_NODE_KEY and TRELLIS_NODE_TRUST must be PEM files"
                            + " that can be read, and the key the certificate's own");
        }
    }

    private static boolean root(X509Certificate one) {
        return one.getSubjectX500Principal().equals(one.getIssuerX500Principal());
    }

    private static String file(String path) {
        return Path.of(path).toAbsolutePath().toUri().toString();
    }

    /// The key is not said.
    @Override
    public String toString() {
        return "Credentials " + chain.getFirst().getSubjectX500Principal();
    }
}
