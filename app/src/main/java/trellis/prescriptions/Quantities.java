package trellis.prescriptions;

import java.math.BigDecimal;
import java.util.List;

/// How much of an item is prescribed, and how much of that has been handed over.
///
/// @param prescribed in the unit of the prescription
/// @param given in the same unit
record Quantities(BigDecimal prescribed, BigDecimal given) {
    static Quantities of(BigDecimal prescribed, List<BigDecimal> given) {
        return new Quantities(prescribed, given.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    /// What is left.
    BigDecimal left() {
        return prescribed.subtract(given).max(BigDecimal.ZERO);
    }

    /// Such as `28 handed over, 32 left`; empty when nothing has been.
    String words() {
        return given.signum() == 0
                ? ""
                : text(given) + " handed over already, " + text(left()) + " left";
    }

    /// Without an exponent and without zeros that say nothing.
    static String text(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
