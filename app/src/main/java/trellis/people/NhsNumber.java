package trellis.people;

import java.util.Optional;

/// An NHS number: ten digits of which the last checks the others (modulus 11).
///
/// @param digits ten digits without spaces
public record NhsNumber(String digits) {

    /// The identifier system of NHS numbers in FHIR.
    public static final String SYSTEM = "https://fhir.nhs.uk/Id/nhs-number";

    public NhsNumber {
        if (!valid(digits)) {
            throw new IllegalArgumentException("not an NHS number");
        }
    }

    /// Reads what somebody typed: spaces, dashes and dots are ignored. Empty when it is not a valid
    /// NHS number.
    public static Optional<NhsNumber> of(String typed) {
        var digits = bare(typed);
        return valid(digits) ? Optional.of(new NhsNumber(digits)) : Optional.empty();
    }

    /// What was typed without spaces, dashes and dots.
    static String bare(String typed) {
        return typed.replaceAll("[\\s\\u00a0.\\-\\u2010-\\u2015]", "");
    }

    /// As it is written everywhere: `999 123 4567` (NUM-0001 to 0003), with spaces that do not break.
    public String spaced() {
        return digits.substring(0, 3)
                + '\u00a0'
                + digits.substring(3, 6)
                + '\u00a0'
                + digits.substring(6);
    }

    /// Hides the number from logs: a record's own text would show it.
    @Override
    public String toString() {
        return "NhsNumber";
    }

    private static boolean valid(String digits) {
        if (digits.length() != 10 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        var sum = 0;
        for (var at = 0; at < 9; at++) {
            sum += (digits.charAt(at) - '0') * (10 - at);
        }
        var check = (11 - sum % 11) % 11;
        return check == digits.charAt(9) - '0';
    }
}
