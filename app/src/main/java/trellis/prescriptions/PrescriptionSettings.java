package trellis.prescriptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import trellis.settings.Setting;
import trellis.settings.Settings;

/// What prescriptions go by.
///
/// @param authorities whose certificates of prescribers are believed; with none every certificate that fits its signature is
/// @param closed what is not done at present
public record PrescriptionSettings(Set<X509Certificate> authorities, Set<Part> closed) {

    /// `TRELLIS_PRESCRIPTION_AUTHORITIES`
    public static final Setting<Set<X509Certificate>> AUTHORITIES =
            new Setting<>(
                    "TRELLIS_PRESCRIPTION_AUTHORITIES",
                    "",
                    "the path of a PEM file with certificates",
                    "The authorities that issue prescribers' certificates. Without them a signature has to fit"
                            + " the certificate that it brings, whoever issued that: for trying out, not for"
                            + " care.",
                    sent -> sent.map(PrescriptionSettings::certificates).orElse(Set.of()));

    /// `TRELLIS_PRESCRIPTION_CLOSED`
    public static final Setting<Set<Part>> CLOSED =
            new Setting<>(
                    "TRELLIS_PRESCRIPTION_CLOSED",
                    "",
                    "some of prescribing, dispensing, cancelling, with commas",
                    "What of electronic prescriptions is closed at present. Whoever tries is told so in the"
                            + " service's own words.",
                    sent -> sent.map(PrescriptionSettings::parts).orElse(Set.of()));

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(AUTHORITIES, CLOSED);

    /// What can be closed.
    public enum Part {
        PRESCRIBING,
        DISPENSING,
        CANCELLING
    }

    public PrescriptionSettings {
        authorities = Set.copyOf(authorities);
        closed = Set.copyOf(closed);
    }

    /// The record of an environment.
    public static PrescriptionSettings from(Settings settings) {
        return new PrescriptionSettings(settings.get(AUTHORITIES), settings.get(CLOSED));
    }

    boolean closed(Part part) {
        return closed.contains(part);
    }

    private static Set<Part> parts(String text) {
        var parts = new HashSet<Part>();
        for (var word : text.split(",", -1)) {
            parts.add(Part.valueOf(word.strip().toUpperCase(Locale.ROOT)));
        }
        return parts;
    }

    private static Set<X509Certificate> certificates(String file) {
        var all = new HashSet<X509Certificate>();
        try (var in = Files.newInputStream(Path.of(file))) {
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                all.add((X509Certificate) one);
            }
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException("no certificates can be read there", e);
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("there is no certificate in it");
        }
        return all;
    }
}
