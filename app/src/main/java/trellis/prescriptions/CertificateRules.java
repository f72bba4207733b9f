package trellis.prescriptions;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;

/// Whose a prescriber's certificate is, and who stands for that.
final class CertificateRules {
    private static final String SERIAL_NUMBER = "SERIALNUMBER";
    private static final Map<String, String> NAMES = Map.of("2.5.4.5", SERIAL_NUMBER);

    private CertificateRules() {}

    /// Goes on only when an authority that is trusted has issued the first certificate of a chain.
    ///
    /// @param signed when it was signed with it
    static void vouched(
            List<X509Certificate> chain, PrescriptionSettings.Trust trust, Instant signed) {
        if (trust.anybody()) {
            return;
        }
        if (trust.authorities().isEmpty()) {
            throw SignatureRules.wrong(
                    "this server trusts no authority yet; whoever runs it names some in"
                            + " TRELLIS_PRESCRIPTION_AUTHORITIES");
        }
        try {
            var parameters =
                    new PKIXParameters(
                            trust.authorities().stream()
                                    .map(one -> new TrustAnchor(one, null))
                                    .collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(signed));
            var path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
        } catch (GeneralSecurityException e) {
            throw SignatureRules.wrong(
                    "no authority that is trusted here has issued the certificate");
        }
    }

    /// Goes on only when a certificate is the requester's own: its subject has their SDS user id.
    static void ownedBy(X509Certificate certificate, Prescription.Prescriber by) {
        if (!users(certificate).contains(by.user())) {
            throw SignatureRules.wrong(
                    "the certificate is not the requester's: its subject needs their SDS user id "
                            + by.user()
                            + " as UID or serialNumber");
        }
    }

    private static Set<String> users(X509Certificate certificate) {
        var users = new HashSet<String>();
        try {
            var name =
                    new LdapName(
                            certificate
                                    .getSubjectX500Principal()
                                    .getName(X500Principal.RFC2253, NAMES));
            for (var part : name.getRdns()) {
                for (var key : List.of("UID", SERIAL_NUMBER)) {
                    var attribute = part.toAttributes().get(key);
                    if (attribute != null && attribute.get() instanceof String text) {
                        users.add(text.strip());
                    }
                }
            }
        } catch (InvalidNameException e) {
            throw SignatureRules.wrong("the subject of its certificate cannot be read");
        } catch (NamingException e) {
            throw new IllegalStateException("a name is read without asking anybody", e);
        }
        return users;
    }
}
