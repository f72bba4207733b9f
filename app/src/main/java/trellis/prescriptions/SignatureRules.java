package trellis.prescriptions;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

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

    /// What the service itself says of an item when a prescription is handed out.
    private static final List<String> NOT_SIGNED = List.of("basedOn", "status", "statusReason");

    /// How long after it was signed a prescription is taken in.
    private static final Duration FRESH = Duration.ofDays(1);

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

    /// Over the moment of signing, the items, and every resource. Each part goes in with its length before it, so that no two
    /// messages are one row of bytes.
    private static String digest(MessageRules.Message message, String when) {
        var all = new TreeMap<String, String>();
        message.entries()
                .filter(entry ->
                        !NOT_SIGNED_TYPES.contains(MessageRules.type(entry.path("resource"))))
                .forEach(entry ->
                        all.put(
                                entry.path("fullUrl").asString(""),
                                canonical(signed(entry.path("resource")))));
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            add(digest, when);
            add(digest, String.join(" ", new TreeSet<>(items(message).keySet())));
            all.forEach((url, text) -> {
                add(digest, url);
                add(digest, text);
            });
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, String part) {
        var bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    /// Identifiers of the items by the address of each in the message.
    private static Map<String, String> items(MessageRules.Message message) {
        return message.entries()
                .filter(entry ->
                        MessageRules.type(entry.path("resource")).equals("MedicationRequest"))
                .collect(
                        Collectors.toMap(
                                entry -> entry.path("fullUrl").asString(""),
                                entry ->
                                        MessageRules.item(
                                                entry.path("resource").path("identifier"))));
    }

    /// What of a resource is signed: all but what the service itself says of it.
    private static JsonNode signed(JsonNode resource) {
        var copy = (ObjectNode) resource.deepCopy();
        copy.remove("meta");
        if (MessageRules.type(copy).equals("MedicationRequest")) {
            copy.remove(NOT_SIGNED);
            if (copy.path("extension") instanceof ArrayNode extensions) {
                extensions.removeIf(one -> one.path("url").asString("").equals(EpsView.DISPENSING));
                if (extensions.isEmpty()) {
                    copy.remove("extension");
                }
            }
        }
        return copy;
    }

    /// JSON in one form: names in order, no space, numbers as they were written.
    private static String canonical(JsonNode node) {
        if (node.isObject()) {
            var fields = new TreeMap<String, String>();
            node.properties()
                    .forEach(field -> fields.put(field.getKey(), canonical(field.getValue())));
            return fields.entrySet().stream()
                    .map(field -> quoted(field.getKey()) + ":" + field.getValue())
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isArray()) {
            return node.valueStream()
                    .map(SignatureRules::canonical)
                    .collect(Collectors.joining(",", "[", "]"));
        }
        return node.isString() ? quoted(node.asString()) : node.toString();
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    // --- checking --------------------------------------------------------------------------------

    /// Checks that a prescription was signed as it stands, by its requester.
    ///
    /// @param by who prescribes, as the message says
    /// @return subject of the certificate
    /// @throws EpsError.Refusal when there is no signature, or another prescription was signed, or by nobody who may
    static String check(
            MessageRules.Message message,
            Prescription.Prescriber by,
            PrescriptionSettings.Trust trust,
            Instant now) {
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
        if (signed.isBefore(now.minus(FRESH))) {
            throw wrong("it was signed more than a day ago; sign it anew");
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
        CertificateRules.vouched(chain, trust, signed);
        CertificateRules.ownedBy(certificate, by);
        return certificate.getSubjectX500Principal().getName();
    }

    /// The signature names every item once, and nothing else.
    private static void covers(MessageRules.Message message, JsonNode provenance) {
        var items = items(message);
        var named = new HashSet<String>();
        var targets = provenance.path("target").valueStream().toList();
        for (var target : targets) {
            var id = MessageRules.item(target.path("identifier"));
            var byItem =
                    items.entrySet().stream()
                            .filter(item -> !id.isEmpty() && item.getValue().equals(id))
                            .map(Map.Entry::getKey)
                            .findFirst();
            named.add(byItem.orElseGet(() -> target.path("reference").asString("")));
        }
        if (targets.size() != items.size() || !named.equals(items.keySet())) {
            throw wrong("Provenance.target does not name each MedicationRequest once");
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

    static EpsError.Refusal wrong(String why) {
        return EpsError.INVALID_DIGITAL_SIGNATURE.refusal(
                "The digital signature is not good: " + why);
    }
}
