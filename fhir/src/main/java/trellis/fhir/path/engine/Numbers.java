package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;

/// Decimals: exact, and bounded so that no expression can make them grow without end. What lies
/// beyond the bound is an overflow, which FHIRPath answers with nothing.
final class Numbers {
    /// Digits before and behind the point; FHIRPath asks for 28 in all, 8 of them behind it.
    private static final int DIGITS = 36;

    /// Digits that a division is carried to behind the point.
    private static final int QUOTIENT = 16;

    private Numbers() {}

    static Optional<BigDecimal> plus(BigDecimal a, BigDecimal b) {
        return bounded(a.add(b));
    }

    static Optional<BigDecimal> times(BigDecimal a, BigDecimal b) {
        return bounded(a.multiply(b));
    }

    /// Empty also for a division by zero.
    static Optional<BigDecimal> over(BigDecimal a, BigDecimal b) {
        if (b.signum() == 0) {
            return Optional.empty();
        }
        return bounded(plain(a.divide(b, MathContext.DECIMAL128)))
                .map(q -> q.scale() > QUOTIENT ? q.setScale(QUOTIENT, RoundingMode.HALF_UP) : q);
    }

    static Optional<BigDecimal> bounded(BigDecimal value) {
        if ((long) value.precision() - value.scale() > DIGITS) {
            return Optional.empty();
        }
        return Optional.of(
                value.scale() > DIGITS ? value.setScale(DIGITS, RoundingMode.HALF_UP) : value);
    }

    /// Without zeros at the end.
    static BigDecimal plain(BigDecimal value) {
        var stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0, RoundingMode.UNNECESSARY) : stripped;
    }

    /// Equal to the precision of the one that is given less precisely.
    static boolean equivalent(BigDecimal a, BigDecimal b) {
        var scale = Math.min(plain(a).scale(), plain(b).scale());
        return a.setScale(scale, RoundingMode.HALF_UP)
                        .compareTo(b.setScale(scale, RoundingMode.HALF_UP))
                == 0;
    }
}
