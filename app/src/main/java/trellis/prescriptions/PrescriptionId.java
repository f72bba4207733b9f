package trellis.prescriptions;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The short form of a prescription's number, such as `24F5DA-A83008-7EFE6Z`: six random hexadecimal digits, the prescriber's
/// ODS code with zeros before it, five more digits and a check character (ISO/IEC 7064, MOD 37-2, `+` for 36).
///
/// @param text as it is printed, in capitals
public record PrescriptionId(String text) {
    /// The system of its identifiers.
    public static final String SYSTEM = "https://fhir.nhs.uk/Id/prescription-order-number";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+";
    private static final Pattern SHAPE =
            Pattern.compile("[0-9A-F]{6}-[0-9A-Z]{6}-[0-9A-F]{5}[0-9A-Z+]");
    private static final int MODULUS = 37;
    private static final int ODS_DIGITS = 6;
    private static final int RANDOM_BEFORE = 0x1000000;
    private static final int RANDOM_AFTER = 0x100000;

    /// @throws IllegalArgumentException when the text has another shape or another check character
    public PrescriptionId {
        if (!shaped(text) || !checked(text)) {
            throw new IllegalArgumentException("no prescription number");
        }
    }

    /// Reads a number as people send it; empty when it is none.
    public static Optional<PrescriptionId> of(String text) {
        var capitals = text.strip().toUpperCase(Locale.ROOT);
        return shaped(capitals) && checked(capitals)
                ? Optional.of(new PrescriptionId(capitals))
                : Optional.empty();
    }

    /// Whether a text looks like a number, whatever its check character.
    static boolean shaped(String text) {
        return SHAPE.matcher(text).matches();
    }

    /// A new number of a prescriber's organisation.
    ///
    /// @param odsCode of at most six letters and digits
    public static PrescriptionId next(String odsCode) {
        var code = "0".repeat(Math.max(0, ODS_DIGITS - odsCode.length())) + odsCode;
        var before =
                String.format(
                        Locale.ROOT,
                        "%06X-%s-%05X",
                        RANDOM.nextInt(RANDOM_BEFORE),
                        code.toUpperCase(Locale.ROOT),
                        RANDOM.nextInt(RANDOM_AFTER));
        return new PrescriptionId(
                before + CHARACTERS.charAt((MODULUS + 1 - sum(before)) % MODULUS));
    }

    private static boolean checked(String text) {
        var last = text.length() - 1;
        return (sum(text.substring(0, last)) + CHARACTERS.indexOf(text.charAt(last))) % MODULUS
                == 1;
    }

    private static int sum(String text) {
        var sum = 0;
        for (var i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '-') {
                sum = (sum + CHARACTERS.indexOf(text.charAt(i))) * 2 % MODULUS;
            }
        }
        return sum;
    }
}
