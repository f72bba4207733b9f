package trellis.fhir.validation;

/// Formats of whole numbers, over the text they were sent with (FHIR R4 datatypes: integer,
/// unsignedInt, positiveInt). No fraction, exponent, plus sign or leading zero.
final class Numbers {

    private Numbers() {}

    static boolean isInteger(String text) {
        return text.startsWith("-")
                ? digitsUpTo(text, 1, 2147483648L)
                : digitsUpTo(text, 0, 2147483647L);
    }

    static boolean isUnsigned(String text) {
        return digitsUpTo(text, 0, 2147483647L);
    }

    static boolean isPositive(String text) {
        return isUnsigned(text) && !text.equals("0");
    }

    private static boolean digitsUpTo(String text, int from, long most) {
        var digits = text.length() - from;
        if (digits < 1 || digits > 10 || (digits > 1 && text.charAt(from) == '0')) {
            return false;
        }
        var value = 0L;
        for (var i = from; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            value = value * 10 + c - '0';
        }
        return value <= most;
    }
}
