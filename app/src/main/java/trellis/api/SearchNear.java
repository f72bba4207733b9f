package trellis.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import trellis.store.Criterion;

/// The parameter `near` of Location: `latitude|longitude|distance|units`
/// (https://hl7.org/fhir/R4/location.html#positional).
final class SearchNear {

    /// Metres of each unit of distance.
    private static final Map<String, BigDecimal> UNITS =
            Map.of(
                    "km", new BigDecimal("1000"),
                    "m", BigDecimal.ONE,
                    "mi", new BigDecimal("1609.344"),
                    "[mi_i]", new BigDecimal("1609.344"),
                    "[mi_us]", new BigDecimal("1609.347219"));

    /// How far near is when nothing is said.
    private static final BigDecimal USUAL = new BigDecimal("10");

    private static final BigDecimal FARTHEST = new BigDecimal("20100000");
    private static final String NUMBER = "-?[0-9]{1,10}(\\.[0-9]{1,20})?";

    private SearchNear() {}

    static Criterion criterion(SearchAsked asked) {
        return new Criterion.Near(
                asked.parameter(),
                asked.values().stream().map(value -> circle(asked, value)).toList());
    }

    private static Criterion.Circle circle(SearchAsked asked, String value) {
        var pieces = SearchText.split(value, '|').stream().map(SearchText::plain).toList();
        if (pieces.size() < 2 || pieces.size() > 4) {
            throw written(asked);
        }
        var latitude = number(asked, pieces.get(0));
        var longitude = number(asked, pieces.get(1));
        var distance =
                pieces.size() > 2 && !pieces.get(2).isEmpty()
                        ? number(asked, pieces.get(2))
                        : USUAL;
        var unit = UNITS.get(pieces.size() > 3 ? pieces.get(3) : "km");
        if (unit == null
                || isBeyond(latitude, 90)
                || isBeyond(longitude, 180)
                || distance.signum() < 0) {
            throw written(asked);
        }
        return new Criterion.Circle(latitude, longitude, distance.multiply(unit).min(FARTHEST));
    }

    private static boolean isBeyond(BigDecimal degrees, int most) {
        return degrees.abs().compareTo(BigDecimal.valueOf(most)) > 0;
    }

    private static BigDecimal number(SearchAsked asked, String text) {
        if (!text.matches(NUMBER)) {
            throw written(asked);
        }
        return new BigDecimal(text);
    }

    private static RuntimeException written(SearchAsked asked) {
        return SearchProblems.value(
                asked.name(),
                "\"near\" is written latitude|longitude|distance|units in degrees, such as"
                        + " 51.5|-0.12|5|km; the units are "
                        + String.join(", ", List.copyOf(new java.util.TreeSet<>(UNITS.keySet())))
                        + ".");
    }
}
