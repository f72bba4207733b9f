package trellis.fhir.search;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.fhir.ucum.Decimal;
import org.fhir.ucum.Pair;
import org.fhir.ucum.UcumEssenceService;
import org.fhir.ucum.UcumException;

/// Amounts in the base units of UCUM, so that 5 mg and 0.005 g are found to be the same
/// (https://ucum.org/ucum, https://hl7.org/fhir/R4/search.html#quantity).
public final class Units {

    /// The system of UCUM's codes.
    public static final String UCUM = "http://unitsofmeasure.org";

    private static final int MOST_LETTERS = 60;
    private static final int MOST_REMEMBERED = 10_000;
    private static final MathContext DIGITS = new MathContext(34, RoundingMode.HALF_EVEN);

    /// Temperatures begin elsewhere than at nothing, which the library does not reckon with.
    private static final Map<String, Scale> TEMPERATURES =
            Map.of(
                    "Cel",
                    new Scale("K", BigDecimal.ONE, new BigDecimal("273.15")),
                    "[degF]",
                    new Scale(
                            "K",
                            new BigDecimal(5).divide(new BigDecimal(9), DIGITS),
                            new BigDecimal("459.67")
                                    .multiply(new BigDecimal(5))
                                    .divide(new BigDecimal(9), DIGITS)));

    private final UcumEssenceService ucum;
    private final Map<String, Optional<Scale>> known = new ConcurrentHashMap<>();

    private Units(UcumEssenceService ucum) {
        this.ucum = ucum;
    }

    /// Whether a text is a unit by UCUM's grammar.
    public boolean has(String code) {
        return code.length() <= MOST_LETTERS && ucum.validate(code) == null;
    }

    /// UCUM as it is published. Read on first use, then shared.
    public static Units ucum() {
        return Published.UNITS;
    }

    /// How a unit is counted in base units: `amount * factor + offset` of `unit`.
    ///
    /// @param unit a canonical UCUM code, such as `g` or `m-3.mol`
    public record Scale(String unit, BigDecimal factor, BigDecimal offset) {

        /// An amount of the unit in base units.
        public BigDecimal of(BigDecimal amount) {
            return amount.multiply(factor, DIGITS).add(offset, DIGITS).stripTrailingZeros();
        }
    }

    /// How a unit is counted in base units.
    ///
    /// @param code a UCUM code
    /// @return empty when it is none, or is counted in another way than along a line
    public Optional<Scale> scale(String code) {
        if (code.isEmpty() || code.length() > MOST_LETTERS) {
            return Optional.empty();
        }
        if (known.size() > MOST_REMEMBERED) {
            known.clear();
        }
        return known.computeIfAbsent(code, this::measured);
    }

    private Optional<Scale> measured(String code) {
        if (TEMPERATURES.containsKey(code)) {
            return Optional.of(TEMPERATURES.get(code));
        }
        try {
            var unit = canonical("1", code).getCode();
            var zero = value("0", code);
            var factor = value("1", code).subtract(zero);
            var isLine = value("2", code).subtract(zero).compareTo(factor.add(factor)) == 0;
            return isLine && factor.signum() > 0
                    ? Optional.of(new Scale(unit, factor, zero))
                    : Optional.empty();
        } catch (UcumException | RuntimeException _) {
            return Optional.empty(); // no unit that UCUM knows
        }
    }

    private BigDecimal value(String amount, String code) throws UcumException {
        return new BigDecimal(canonical(amount, code).getValue().asDecimal());
    }

    /// With zeros behind the point, because the library rounds to the digits that it is given.
    private Pair canonical(String amount, String code) throws UcumException {
        return ucum.getCanonicalForm(
                new Pair(new Decimal(amount + ".000000000000000000000000000000"), code));
    }

    /// Holder, so that the units are read on first use.
    private static final class Published {
        static final Units UNITS = read();

        private static Units read() {
            try (var in = UcumEssenceService.class.getResourceAsStream("/ucum-essence.xml")) {
                return new Units(new UcumEssenceService(in));
            } catch (IOException | UcumException e) {
                throw new IllegalStateException("UCUM is missing from this build", e);
            }
        }
    }
}
