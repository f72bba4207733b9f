package trellis.nodes;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.X509CertChainUtils;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import trellis.access.Role;
import trellis.people.NhsNumber;

/// Makes and reads assertions: JWTs with the claims of IHE's Internet User Authorization, signed with the key of the node's
/// certificate, which they carry. Pure functions.
final class AssertionRules {
    /// How long one is good.
    static final Duration LIFE = Duration.ofSeconds(60);

    /// How far the clocks of two nodes may differ.
    static final Duration SKEW = Duration.ofSeconds(30);

    private static final int MOST_LETTERS = 16_000;
    private static final int MOST_NAME = 200;
    private static final String ROLE = "urn:trellis:role";
    private static final String REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    private static final String TREATMENT = "TREAT";

    private AssertionRules() {}

    /// An assertion that is not taken.
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        /// @param why in a sentence
        Wrong(String why) {
            super(why);
        }
    }

    /// An assertion whose signature is good, and who signed it.
    record Signed(X509Certificate by, Map<String, Object> claims) {}

    // --- making ----------------------------------------------------------------------------------

    static String sign(Assertion said, Credentials own) {
        try {
            var signer = signer(own);
            var jws =
                    new JWSObject(
                            new JWSHeader.Builder(algorithm(signer))
                                    .type(JOSEObjectType.JWT)
                                    .x509CertChain(encoded(own.chain()))
                                    .build(),
                            new Payload(claims(said)));
            jws.sign(signer);
            return jws.serialize();
        } catch (JOSEException | CertificateEncodingException e) {
            throw new IllegalStateException("An assertion could not be signed", e);
        }
    }

    private static JWSSigner signer(Credentials own) throws JOSEException {
        return own.key() instanceof ECPrivateKey curve
                ? new ECDSASigner(curve)
                : new RSASSASigner(own.key());
    }

    private static JWSAlgorithm algorithm(JWSSigner signer) {
        return signer instanceof ECDSASigner curve
                ? curve.supportedECDSAAlgorithm()
                : JWSAlgorithm.PS256;
    }

    private static List<Base64> encoded(List<X509Certificate> chain)
            throws CertificateEncodingException {
        var all = new ArrayList<Base64>();
        for (var one : chain) {
            all.add(Base64.encode(one.getEncoded()));
        }
        return all;
    }

    private static Map<String, Object> claims(Assertion said) {
        var staff = said.staff();
        var person = new LinkedHashMap<String, Object>();
        person.put("subject_name", staff.name());
        person.put("subject_organization", staff.organisation());
        person.put("subject_organization_id", staff.ods());
        person.put("subject_role", List.of(Map.of("system", ROLE, "code", staff.role().name())));
        person.put("purpose_of_use", List.of(Map.of("system", REASON, "code", TREATMENT)));
        person.put("person_id", NhsNumber.SYSTEM + "|" + said.number().digits());
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", said.from());
        claims.put("sub", staff.id());
        claims.put("aud", said.to());
        claims.put("jti", said.id());
        claims.put("exp", said.until().getEpochSecond());
        claims.put("extensions", Map.of("ihe_iua", person));
        claims.put("relationship", said.opened() ? "opened" : "recorded");
        return claims;
    }

    // --- reading ---------------------------------------------------------------------------------

    /// Reads who signed an assertion, and what it says.
    ///
    /// @throws Wrong when nobody did whom this node trusts
    static Signed signed(String assertion, Credentials own, Instant now) throws Wrong {
        try {
            if (assertion.length() > MOST_LETTERS) {
                throw new Wrong("The assertion is too long");
            }
            var jws = JWSObject.parse(assertion);
            var sent = jws.getHeader().getX509CertChain();
            var claims = jws.getPayload().toJSONObject();
            if (sent == null || sent.isEmpty() || claims == null) {
                throw new Wrong("The assertion has no certificate, or says nothing");
            }
            var chain = X509CertChainUtils.parse(sent);
            trusted(chain, own, now);
            var signer = chain.getFirst();
            var verifier = verifier(signer.getPublicKey());
            var algorithm = jws.getHeader().getAlgorithm();
            var fits =
                    verifier instanceof ECDSAVerifier curve
                            ? curve.supportedECDSAAlgorithm().equals(algorithm)
                            : algorithm.equals(JWSAlgorithm.PS256);
            if (!fits || !jws.verify(verifier)) {
                throw new Wrong("The assertion's signature is not good");
            }
            return new Signed(signer, claims);
        } catch (ParseException | JOSEException e) {
            throw new Wrong("The assertion cannot be read");
        }
    }

    private static JWSVerifier verifier(PublicKey key) throws JOSEException, Wrong {
        if (key instanceof ECPublicKey curve) {
            return new ECDSAVerifier(curve);
        }
        if (key instanceof RSAPublicKey rsa) {
            return new RSASSAVerifier(rsa);
        }
        throw new Wrong("The assertion's key is of no kind that is taken");
    }

    private static void trusted(List<X509Certificate> chain, Credentials own, Instant now)
            throws Wrong {
        try {
            var path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
            var with = new PKIXParameters(own.anchors());
            with.setRevocationEnabled(false);
            with.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX").validate(path, with);
        } catch (GeneralSecurityException e) {
            throw new Wrong("The assertion is signed by nobody whom this node trusts");
        }
    }

    /// Reads what an assertion says.
    ///
    /// @param me name of this node
    /// @throws Wrong when it is not good now, or not for this node
    static Assertion read(Map<String, Object> claims, String me, Instant now) throws Wrong {
        if (!me.equals(claims.get("aud"))) {
            throw new Wrong("The assertion is for another node");
        }
        if (!(claims.get("exp") instanceof Number end)) {
            throw new Wrong("The assertion does not say how long it is good");
        }
        var until = Instant.ofEpochSecond(end.longValue());
        if (!until.isAfter(now.minus(SKEW))) {
            throw new Wrong("The assertion has expired");
        }
        if (until.isAfter(now.plus(LIFE).plus(SKEW))) {
            throw new Wrong("The assertion is good for too long");
        }
        var person = map(map(claims.get("extensions")).get("ihe_iua"));
        if (!TREATMENT.equals(code(person.get("purpose_of_use"), REASON))) {
            throw new Wrong("Nodes answer for the care of the person alone");
        }
        var role =
                role(code(person.get("subject_role"), ROLE))
                        .orElseThrow(() -> new Wrong("Nodes answer those who treat people"));
        return new Assertion(
                text(claims.get("iss")),
                me,
                text(claims.get("jti")),
                until,
                new Assertion.Staff(
                        text(claims.get("sub")),
                        text(person.get("subject_name")),
                        role,
                        text(person.get("subject_organization")),
                        text(person.get("subject_organization_id"))),
                number(text(person.get("person_id"))),
                "opened".equals(claims.get("relationship")));
    }

    /// Who treats people; no other role asks across nodes.
    private static Optional<Role> role(String code) {
        return List.of(Role.CLINICIAN, Role.GP).stream()
                .filter(role -> role.name().equals(code))
                .findFirst();
    }

    private static NhsNumber number(String token) throws Wrong {
        var bar = token.indexOf('|');
        if (bar < 0 || !token.substring(0, bar).equals(NhsNumber.SYSTEM)) {
            throw new Wrong("The assertion names nobody by an NHS number");
        }
        return NhsNumber.of(token.substring(bar + 1))
                .orElseThrow(() -> new Wrong("The assertion names nobody by an NHS number"));
    }

    private static String text(@Nullable Object value) throws Wrong {
        if (value instanceof String text
                && !text.isBlank()
                && text.length() <= MOST_NAME
                && text.chars().noneMatch(Character::isISOControl)) {
            return text;
        }
        throw new Wrong("The assertion lacks something that it has to say");
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String code(@Nullable Object codings, String system) {
        if (codings instanceof List<?> list && list.size() == 1) {
            var coding = map(list.getFirst());
            if (system.equals(coding.get("system")) && coding.get("code") instanceof String code) {
                return code;
            }
        }
        return "";
    }
}
