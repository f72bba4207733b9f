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
/// @param trust whose certificates of prescribers are believed
/// @param closed what is not done at present
/// @param payer ODS code of the authority that pays what pharmacies claim
public record PrescriptionSettings(Trust trust, Set<Part> closed, String payer) {

    /// Whose certificates are believed.
    ///
    /// @param authorities that have issued them
    /// @param anybody every certificate that fits its signature, whoever has issued it
    public record Trust(Set<X509Certificate> authorities, boolean anybody) {
        public Trust {
            authorities = Set.copyOf(authorities);
        }
    }

    private static final String ANYBODY = "anybody";

    /// `TRELLIS_PRESCRIPTION_AUTHORITIES`
    public static final Setting<Trust> AUTHORITIES =
            new Setting<>(
                    "TRELLIS_PRESCRIPTION_AUTHORITIES",
                    "",
                    "the path of a PEM file with certificates, or anybody",
                    "The authorities that issue prescribers' certificates. Without them no signed prescription"
                            + " is taken, except in open mode. `anybody` takes every certificate that fits its"
                            + " signature, whoever issued it: for trying out, not for care; the start warns.",
                    sent ->
                            sent.map(PrescriptionSettings::trust)
                                    .orElse(new Trust(Set.of(), false)));

    /// `TRELLIS_PRESCRIPTION_CLOSED`
    public static final Setting<Set<Part>> CLOSED =
            new Setting<>(
                    "TRELLIS_PRESCRIPTION_CLOSED",
                    "",
                    "some of prescribing, dispensing, cancelling, with commas",
                    "What of electronic prescriptions is closed at present. Whoever tries is told so in the"
                            + " service's own words.",
                    sent -> sent.map(PrescriptionSettings::parts).orElse(Set.of()));

    /// `TRELLIS_PRESCRIPTION_PAYER`
    public static final Setting<String> PAYER =
            Setting.text(
                    "TRELLIS_PRESCRIPTION_PAYER",
                    "T1450",
                    "The ODS code of the authority that reimburses the pharmacies of this server, which"
                            + " notifications from the pages name: T1450 is the NHS Business Services"
                            + " Authority.");

    /// Every setting of this record.
    public static final List<Setting<?>> KEYS = List.of(AUTHORITIES, CLOSED, PAYER);

    /// What can be closed.
    public enum Part {
        PRESCRIBING,
        DISPENSING,
        CANCELLING
    }

    public PrescriptionSettings {
        closed = Set.copyOf(closed);
    }

    /// The record of an environment.
    public static PrescriptionSettings from(Settings settings) {
        return new PrescriptionSettings(
                settings.get(AUTHORITIES), settings.get(CLOSED), settings.get(PAYER));
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

    private static Trust trust(String text) {
        return text.equals(ANYBODY)
                ? new Trust(Set.of(), true)
                : new Trust(certificates(text), false);
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
