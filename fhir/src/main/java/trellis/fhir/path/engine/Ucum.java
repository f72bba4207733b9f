package trellis.fhir.path.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Units of measure by the Unified Code for Units of Measure: what a unit is worth in base units.
/// The scales of temperature are converted; other special units (pH, decibel) equal only themselves.
final class Ucum {
    private static final MathContext EXACT = MathContext.DECIMAL128;
    private static final int LONGEST = 100;
    private static final int HIGHEST_POWER = 40;
    private static final BigDecimal ZERO_CELSIUS = new BigDecimal("273.15");
    private static final BigDecimal ZERO_FAHRENHEIT = new BigDecimal("459.67");
    private static final BigDecimal NINE_FIFTHS = new BigDecimal("1.8");

    private final Map<String, BigDecimal> prefixes = new HashMap<>();
    private final Map<String, Unit> units = new HashMap<>();

    /// @param metric whether it takes prefixes
    /// @param factor of the definition
    /// @param definition in other units; empty for a unit that is its own dimension
    private record Unit(boolean metric, BigDecimal factor, String definition) {}

    /// What a unit is worth: a factor, and the power of each base unit.
    record Worth(BigDecimal factor, Map<String, Integer> powers) {
        static final Worth ONE = new Worth(BigDecimal.ONE, Map.of());

        Worth times(Worth other, int sign) {
            var sum = new HashMap<>(powers);
            other.powers.forEach((base, power) -> sum.merge(base, sign * power, Integer::sum));
            sum.values().removeIf(power -> power == 0);
            return new Worth(
                    sign > 0
                            ? factor.multiply(other.factor, EXACT)
                            : factor.divide(other.factor, EXACT),
                    sum);
        }

        Worth power(int power) {
            var worth = ONE;
            for (var i = 0; i < Math.abs(power); i++) {
                worth = worth.times(this, power < 0 ? -1 : 1);
            }
            return worth;
        }
    }

    private Ucum() {
        try (var in = Ucum.class.getResourceAsStream("ucum.table")) {
            if (in == null) {
                throw new IllegalStateException("The table of units is missing from this build");
            }
            new BufferedReader(new InputStreamReader(in, UTF_8)).lines().forEach(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(String line) {
        var columns = line.split("\t", -1);
        switch (columns[0]) {
            case "P" -> prefixes.put(columns[1], new BigDecimal(columns[2]));
            case "B" -> units.put(columns[1], new Unit(true, BigDecimal.ONE, ""));
            case "A", "S" ->
                    units.put(columns[1], new Unit(columns[2].equals("1"), BigDecimal.ONE, ""));
            case "U" ->
                    units.put(
                            columns[1],
                            new Unit(
                                    columns[2].equals("1"),
                                    new BigDecimal(columns[3]),
                                    columns[4]));
            default -> {} // the heading
        }
    }

    /// A value in another unit; empty when a unit is unknown or they measure different things.
    static Optional<BigDecimal> convert(BigDecimal value, String from, String to) {
        if (from.equals(to)) {
            return Optional.of(value);
        }
        var kelvin = kelvin(value, from);
        if (kelvin.isPresent() || to.equals("Cel") || to.equals("[degF]")) {
            return kelvin.or(() -> convert(value, from, "K")).flatMap(k -> fromKelvin(k, to));
        }
        return worth(from)
                .flatMap(a ->
                        worth(to)
                                .filter(b -> a.powers.equals(b.powers))
                                .map(b ->
                                        Numbers.plain(
                                                value.multiply(a.factor, EXACT)
                                                        .divide(b.factor, EXACT))));
    }

    private static Optional<BigDecimal> kelvin(BigDecimal value, String from) {
        return switch (from) {
            case "Cel" -> Optional.of(value.add(ZERO_CELSIUS));
            case "[degF]" -> Optional.of(value.add(ZERO_FAHRENHEIT).divide(NINE_FIFTHS, EXACT));
            default -> Optional.empty();
        };
    }

    private static Optional<BigDecimal> fromKelvin(BigDecimal kelvin, String to) {
        return switch (to) {
            case "Cel" -> Optional.of(Numbers.plain(kelvin.subtract(ZERO_CELSIUS)));
            case "[degF]" ->
                    Optional.of(
                            Numbers.plain(
                                    kelvin.multiply(NINE_FIFTHS, EXACT).subtract(ZERO_FAHRENHEIT)));
            default -> convert(kelvin, "K", to);
        };
    }

    /// What a unit is worth; empty for what is no UCUM code.
    static Optional<Worth> worth(String code) {
        if (code.length() > LONGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Reader(code).all());
        } catch (NotAUnit e) {
            return Optional.empty();
        }
    }

    private Worth atom(String code) {
        var unit = units.get(code);
        if (unit != null) {
            return worth(code, unit);
        }
        for (var length = 2; length >= 1; length--) {
            if (code.length() > length) {
                var prefix = prefixes.get(code.substring(0, length));
                var rest = units.get(code.substring(length));
                if (prefix != null && rest != null && rest.metric) {
                    var worth = worth(code.substring(length), rest);
                    return new Worth(prefix.multiply(worth.factor, EXACT), worth.powers);
                }
            }
        }
        throw new NotAUnit();
    }

    private static Worth worth(String code, Unit unit) {
        if (unit.definition.isEmpty()) {
            return new Worth(BigDecimal.ONE, Map.of(code, 1));
        }
        var worth = new Reader(unit.definition).all();
        return new Worth(unit.factor.multiply(worth.factor, EXACT), worth.powers);
    }

    /// Reads a unit such as `mg/(24.h)` or `10*9/L`.
    private static final class Reader {
        private final String code;
        private int at;

        Reader(String code) {
            this.code = code;
        }

        Worth all() {
            var worth = term();
            if (at < code.length() || code.isEmpty()) {
                throw new NotAUnit();
            }
            return worth;
        }

        private Worth term() {
            var worth = Worth.ONE;
            var sign = skip('/') ? -1 : 1;
            do {
                worth = worth.times(component(), sign);
                sign = at < code.length() && code.charAt(at) == '/' ? -1 : 1;
            } while (skip('.') || skip('/'));
            return worth;
        }

        private Worth component() {
            if (skip('(')) {
                var worth = term();
                if (!skip(')')) {
                    throw new NotAUnit();
                }
                return worth;
            }
            if (skip('{')) {
                annotation();
                return Worth.ONE;
            }
            var from = at;
            while (at < code.length() && isPartOfAtom(from)) {
                at++;
            }
            var worth = power(code.substring(from, at));
            if (skip('{')) {
                annotation();
            }
            return worth;
        }

        /// Whether the character belongs to the atom; brackets hold whatever they hold.
        private boolean isPartOfAtom(int from) {
            var open =
                    code.lastIndexOf('[', at) >= from
                            && code.lastIndexOf('[', at) > code.lastIndexOf(']', at - 1);
            return open || "./(){}".indexOf(code.charAt(at)) < 0;
        }

        private void annotation() {
            at = code.indexOf('}', at) + 1;
            if (at == 0) {
                throw new NotAUnit();
            }
        }

        private boolean skip(char c) {
            if (at < code.length() && code.charAt(at) == c) {
                at++;
                return true;
            }
            return false;
        }

        /// An atom with its exponent, or a whole number.
        private static Worth power(String text) {
            if (text.isEmpty()) {
                throw new NotAUnit();
            }
            if (text.chars().allMatch(c -> c == '0')) {
                throw new NotAUnit();
            }
            if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return new Worth(new BigDecimal(text), Map.of());
            }
            var end = text.length();
            while (end > 0 && text.charAt(end - 1) >= '0' && text.charAt(end - 1) <= '9') {
                end--;
            }
            var digits = text.substring(end);
            if (digits.isEmpty() || Table.UCUM.units.containsKey(text)) {
                return Table.UCUM.atom(text);
            }
            var signed = end > 0 && "+-".indexOf(text.charAt(end - 1)) >= 0;
            var power = digits.length() > 2 ? HIGHEST_POWER + 1 : Integer.parseInt(digits);
            if (power > HIGHEST_POWER) {
                throw new NotAUnit();
            }
            var atom = text.substring(0, signed ? end - 1 : end);
            return Table.UCUM
                    .atom(atom)
                    .power(signed && text.charAt(end - 1) == '-' ? -power : power);
        }
    }

    private static final class NotAUnit extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotAUnit() {
            super("Not a unit of UCUM", null, false, false);
        }
    }

    /// Holder, so that the table is read on first use.
    private static final class Table {
        static final Ucum UCUM = new Ucum();
    }
}
