package trellis.record;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import trellis.page.StaffFormat;
import trellis.page.When;

/// The last values of one measurement as a small line: oldest left, newest right (interface rule 19).
/// Only numbers of the same unit as the newest are drawn.
///
/// @param lines one or two lines, each as the `points` of an SVG polyline
/// @param last where the newest point of each line stands
/// @param width of the drawing
/// @param height of the drawing
/// @param words the same for those who do not see the drawing
record Trend(List<String> lines, List<Point> last, int width, int height, String words) {

    /// A place in the drawing, in its units.
    record Point(String x, String y) {}

    private record Value(When when, ValueRules.Amount first, Optional<ValueRules.Amount> second) {}

    private static final double MARGIN = 4;

    Trend {
        lines = List.copyOf(lines);
        last = List.copyOf(last);
    }

    /// The trend of observations of one code, newest first; empty when fewer than two can be drawn.
    ///
    /// @param most how many to draw at most
    static Optional<Trend> of(List<Fact> newestFirst, int most, int width, int height) {
        var values = new ArrayList<Value>();
        for (var fact : newestFirst) {
            if (values.size() < most) {
                value(fact, values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst()))
                        .ifPresent(values::add);
            }
        }
        if (values.size() < 2) {
            return Optional.empty();
        }
        var oldestFirst = values.reversed();
        var scale = new Scale(oldestFirst, width, height);
        var lines = new ArrayList<String>();
        var last = new ArrayList<Point>();
        draw(oldestFirst, scale, false, lines, last);
        if (oldestFirst.stream().allMatch(value -> value.second().isPresent())) {
            draw(oldestFirst, scale, true, lines, last);
        }
        return Optional.of(new Trend(lines, last, width, height, words(oldestFirst)));
    }

    private static Optional<Value> value(Fact fact, Optional<Value> newest) {
        var number = ValueRules.number(fact.json());
        var when = fact.when(ResultRules.DATES);
        return number.isPresent()
                        && when.isPresent()
                        && newest.filter(value -> !value.first().unit().equals(number.get().unit()))
                                .isEmpty()
                ? Optional.of(new Value(when.get(), number.get(), ValueRules.second(fact.json())))
                : Optional.empty();
    }

    private static void draw(
            List<Value> values, Scale scale, boolean second, List<String> lines, List<Point> last) {
        var points = values.stream().map(value -> scale.point(value, second)).toList();
        lines.add(
                points.stream()
                        .map(point -> point.x() + "," + point.y())
                        .collect(Collectors.joining(" ")));
        last.add(points.getLast());
    }

    private static String words(List<Value> oldestFirst) {
        return "Last "
                + oldestFirst.size()
                + " values, oldest first: "
                + oldestFirst.stream()
                        .map(value -> text(value) + " on " + StaffFormat.date(value.when()))
                        .collect(Collectors.joining(", "));
    }

    private static String text(Value value) {
        var first = StaffFormat.resultNumber(value.first().value());
        return value.second()
                .map(two -> first + "/" + StaffFormat.resultNumber(two.value()))
                .orElse(first);
    }

    /// Time across, value up. A line of equal values lies in the middle.
    private static final class Scale {
        private final double width;
        private final double height;
        private final double from;
        private final double span;
        private final double low;
        private final double range;

        Scale(List<Value> values, int width, int height) {
            this.width = width;
            this.height = height;
            from = values.getFirst().when().start().getEpochSecond();
            span = values.getLast().when().start().getEpochSecond() - from;
            var numbers = new ArrayList<BigDecimal>();
            values.forEach(value -> {
                numbers.add(value.first().value());
                value.second().ifPresent(two -> numbers.add(two.value()));
            });
            low = numbers.stream().mapToDouble(BigDecimal::doubleValue).min().orElse(0);
            range = numbers.stream().mapToDouble(BigDecimal::doubleValue).max().orElse(0) - low;
        }

        Point point(Value value, boolean second) {
            var number = second ? value.second().orElse(value.first()) : value.first();
            var across = span == 0 ? 0.5 : (value.when().start().getEpochSecond() - from) / span;
            var up = range == 0 ? 0.5 : (number.value().doubleValue() - low) / range;
            return new Point(
                    place(MARGIN + across * (width - 2 * MARGIN)),
                    place(height - MARGIN - up * (height - 2 * MARGIN)));
        }

        private static String place(double at) {
            return String.format(Locale.ROOT, "%.1f", at);
        }
    }
}
