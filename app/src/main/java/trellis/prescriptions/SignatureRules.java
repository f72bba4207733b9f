package trellis.prescriptions;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;

/// The prescriber's advanced electronic signature. What is signed is an XML signature's SignedInfo that holds a digest of the
/// prescription; both are made anew from the prescription when it comes, so that nothing in it can have been changed.
///
/// Source: the service's guide on how a signature is embedded in a prescription (RS1: RSASSA-PKCS1-v1_5 with SHA-1; the digest
/// within is SHA-256). What of a FHIR message is digested is our own rule: `docs/clarifications.md`.
final class SignatureRules {
    /// What the client signs with.
    static final String ALGORITHM = "RS1";

    private static final String XMLDSIG = "http://www.w3.org/2000/09/xmldsig#";
    private static final Map<String, String> ALGORITHMS =
            Map.of(
                    XMLDSIG + "rsa-sha1",
                    "SHA1withRSA",
                    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
                    "SHA256withRSA");
    private static final int LARGEST = 65_536;
    private static final int SMALLEST_KEY = 2_048;

    /// What the service itself adds when a prescription is handed out, or what tells nothing of it.
    private static final Set<String> NOT_SIGNED = Set.of("meta", "basedOn");

    private static final Set<String> NOT_SIGNED_TYPES = Set.of("MessageHeader", "Provenance");

    private SignatureRules() {}

    /// What is to be signed of a prescription.
    ///
    /// @param when the prescriber signs, as it is written in Provenance.signature.when
    /// @param algorithm address of the signature's algorithm
    static String signedInfo(MessageRules.Message message, String when, String algorithm) {
        return "<SignedInfo xmlns=\""
                + XMLDSIG
                + "\"><CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">"
                + "</CanonicalizationMethod><SignatureMethod Algorithm=\""
                + algorithm
                + "\"></SignatureMethod><Reference><Transforms><Transform"
                + " Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></Transform></Transforms>"
                + "<DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></DigestMethod>"
                + "<DigestValue>"
                + digest(message, when)
                + "</DigestValue></Reference></SignedInfo>";
    }

    /// The same for a client that is about to sign, in Base64.
    static String digestToSign(MessageRules.Message message, String when) {
        return Base64.getEncoder()
                .encodeToString(
                        signedInfo(message, when, XMLDSIG + "rsa-sha1")
                                .getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(MessageRules.Message message, String when) {
        var all = new TreeMap<String, String>();
        message.entries()
                .filter(entry ->
                        !NOT_SIGNED_TYPES.contains(MessageRules.type(entry.path("resource"))))
                .forEach(entry ->
                        all.put(
                                entry.path("fullUrl").asString(""),
                                canonical(entry.path("resource"), true)));
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(when.getBytes(StandardCharsets.UTF_8));
            all.forEach((url, text) ->
                    digest.update(("\n" + url + "\n" + text).getBytes(StandardCharsets.UTF_8)));
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// JSON in one form: names in order, no space, numbers as they were written.
    private static String canonical(JsonNode node, boolean resource) {
        if (node.isObject()) {
            var fields = new TreeMap<String, String>();
            node.properties().stream()
                    .filter(field -> !resource || !NOT_SIGNED.contains(field.getKey()))
                    .forEach(field ->
                            fields.put(field.getKey(), canonical(field.getValue(), false)));
            return fields.entrySet().stream()
                    .map(field -> quoted(field.getKey()) + ":" + field.getValue())
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isArray()) {
            return node.valueStream()
                    .map(one -> canonical(one, false))
                    .collect(Collectors.joining(",", "[", "]"));
        }
        return node.isString() ? quoted(node.asString()) : node.toString();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    // --- checking --------------------------------------------------------------------------------

    /// Who signed.
    ///
    /// @param subject of the certificate
    /// @param vouched whether an authority that is trusted here has issued the certificate
    record Signer(String subject, boolean vouched) {}

    /// Checks that a prescription was signed as it stands.
    ///
    /// @param authorities whose certificates are believed; with none any certificate that fits is taken
    /// @throws EpsError.Refusal when there is no signature, or another prescription was signed, or by nobody who may
    static Signer check(
            MessageRules.Message message, Set<X509Certificate> authorities, Instant now) {
        var provenances = message.all("Provenance");
        if (provenances.size() != 1) {
            throw EpsError.MISSING_DIGITAL_SIGNATURE.refusal(
                    "The prescription needs one Provenance with the prescriber's signature");
        }
        var signature = provenances.getFirst().path("signature").path(0);
        var data = signature.path("data").asString("");
        var when = signature.path("when").asString("");
        if (data.isEmpty() || when.isEmpty()) {
            throw EpsError.MISSING_DIGITAL_SIGNATURE.refusal(
                    "Provenance.signature needs data and when");
        }
        covers(message, provenances.getFirst());
        var signed = moment(when);
        if (signed.isAfter(now.plusSeconds(300))) {
            throw wrong("it was signed in the future");
        }
        var xml = xml(data);
        var algorithm = attribute(xml, "SignatureMethod");
        var java = ALGORITHMS.get(algorithm);
        if (java == null) {
            throw wrong("the algorithm is not RSA with SHA-1 or SHA-256");
        }
        var chain = chain(xml);
        var certificate = chain.getFirst();
        if (!(certificate.getPublicKey() instanceof java.security.interfaces.RSAPublicKey key)
                || key.getModulus().bitLength() < SMALLEST_KEY) {
            throw wrong("the certificate has no RSA key of 2,048 bits or more");
        }
        try {
            var check = Signature.getInstance(java);
            check.initVerify(certificate);
            check.update(signedInfo(message, when, algorithm).getBytes(StandardCharsets.UTF_8));
            if (!check.verify(bytes(text(xml, "SignatureValue")))) {
                throw wrong("the prescription is not what was signed");
            }
            certificate.checkValidity(Date.from(signed));
        } catch (GeneralSecurityException e) {
            throw wrong("the signature or its certificate is not valid");
        }
        if (!authorities.isEmpty()) {
            vouched(chain, authorities, signed);
        }
        return new Signer(certificate.getSubjectX500Principal().getName(), !authorities.isEmpty());
    }

    /// The signature names every item, and nothing else.
    private static void covers(MessageRules.Message message, JsonNode provenance) {
        var items =
                message.entries()
                        .filter(entry ->
                                MessageRules.type(entry.path("resource"))
                                        .equals("MedicationRequest"))
                        .flatMap(entry ->
                                java.util.stream.Stream.of(
                                        entry.path("fullUrl").asString(""),
                                        MessageRules.item(
                                                entry.path("resource").path("identifier"))))
                        .collect(Collectors.toSet());
        var named = provenance.path("target").valueStream().toList();
        if (named.size() != message.all("MedicationRequest").size()
                || named.stream()
                        .anyMatch(one ->
                                !items.contains(one.path("reference").asString(""))
                                        && !items.contains(
                                                MessageRules.item(one.path("identifier"))))) {
            throw wrong("Provenance.target does not name each MedicationRequest");
        }
    }

    private static void vouched(
            List<X509Certificate> chain, Set<X509Certificate> authorities, Instant signed) {
        try {
            var parameters =
                    new PKIXParameters(
                            authorities.stream()
                                    .map(one -> new TrustAnchor(one, null))
                                    .collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(signed));
            var path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
        } catch (GeneralSecurityException e) {
            throw wrong("no authority that is trusted here has issued the certificate");
        }
    }

    private static Instant moment(String when) {
        try {
            return OffsetDateTime.parse(when).toInstant();
        } catch (DateTimeException e) {
            throw EpsError.INVALID_DATE_FORMAT.refusal(
                    "Provenance.signature.when is no date and time");
        }
    }

    private static Document xml(String data) {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(bytes(data)));
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw wrong("it is no XML signature");
        }
    }

    private static byte[] bytes(String base64) {
        if (base64.length() > LARGEST) {
            throw wrong("it is too long");
        }
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw wrong("it is no Base64");
        }
    }

    private static String text(Document xml, String element) {
        var found = xml.getElementsByTagNameNS(XMLDSIG, element);
        if (found.getLength() != 1) {
            throw wrong("the XML signature needs one " + element);
        }
        return found.item(0).getTextContent().strip();
    }

    private static String attribute(Document xml, String element) {
        text(xml, element);
        var algorithm =
                xml.getElementsByTagNameNS(XMLDSIG, element)
                        .item(0)
                        .getAttributes()
                        .getNamedItem("Algorithm");
        return algorithm == null ? "" : algorithm.getNodeValue();
    }

    private static List<X509Certificate> chain(Document xml) {
        var found = xml.getElementsByTagNameNS(XMLDSIG, "X509Certificate");
        if (found.getLength() == 0 || found.getLength() > 5) {
            throw wrong("the XML signature needs the signer's X509Certificate");
        }
        var chain = new ArrayList<X509Certificate>();
        try {
            var factory = CertificateFactory.getInstance("X.509");
            for (var i = 0; i < found.getLength(); i++) {
                chain.add(
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(
                                                bytes(found.item(i).getTextContent()))));
            }
        } catch (GeneralSecurityException e) {
            throw wrong("its certificate cannot be read");
        }
        return List.copyOf(chain);
    }

    private static EpsError.Refusal wrong(String why) {
        return EpsError.INVALID_DIGITAL_SIGNATURE.refusal(
                "The digital signature is not good: " + why);
    }
}
