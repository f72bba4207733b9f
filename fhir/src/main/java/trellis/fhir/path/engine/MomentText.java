package trellis.fhir.path.engine;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Dates and times as they are written, read.
final class MomentText {

    private static final String CLOCK =
            "(\\d\\d)(?::(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9})\\d*)?)?)?";
    private static final Pattern DATE =
            Pattern.compile(
                    "(\\d{4})(?:-(\\d\\d)(?:-(\\d\\d))?)?(T(?:"
                            + CLOCK
                            + "(Z|[+-]\\d\\d:\\d\\d)?)?)?");
    private static final Pattern TIME = Pattern.compile(CLOCK);

    private MomentText() {}

    /// Reads a literal's text (without `@`).
    static Optional<Moment> literal(String text) {
        if (text.startsWith("T")) {
            return parse(text.substring(1), Moment.Kind.TIME);
        }
        return parse(text, text.indexOf('T') < 0 ? Moment.Kind.DATE : Moment.Kind.DATE_TIME);
    }

    /// Reads text of that kind; empty when it is none, or no day of the calendar.
    static Optional<Moment> parse(String text, Moment.Kind kind) {
        if (text.length() > 40) {
            return Optional.empty();
        }
        try {
            return kind == Moment.Kind.TIME ? time(text) : date(text, kind);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Moment> time(String text) {
        var parts = TIME.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var precision =
                parts.group(3) != null
                        ? Moment.Precision.SECOND
                        : parts.group(2) != null ? Moment.Precision.MINUTE : Moment.Precision.HOUR;
        return Optional.of(
                new Moment(
                        Moment.Kind.TIME,
                        precision,
                        clock(
                                Moment.NO_DAY,
                                parts.group(1),
                                parts.group(2),
                                parts.group(3),
                                parts.group(4)),
                        length(parts.group(4)),
                        OptionalInt.empty()));
    }

    private static Optional<Moment> date(String text, Moment.Kind kind) {
        var parts = DATE.matcher(text);
        if (!parts.matches() || (kind == Moment.Kind.DATE && parts.group(4) != null)) {
            return Optional.empty();
        }
        var day =
                LocalDateTime.of(
                        Integer.parseInt(parts.group(1)),
                        number(parts.group(2), 1),
                        number(parts.group(3), 1),
                        0,
                        0);
        var precision =
                parts.group(3) != null
                        ? Moment.Precision.DAY
                        : parts.group(2) != null ? Moment.Precision.MONTH : Moment.Precision.YEAR;
        if (parts.group(5) == null) {
            return Optional.of(new Moment(kind, precision, day, 0, OptionalInt.empty()));
        }
        if (precision != Moment.Precision.DAY) {
            return Optional.empty();
        }
        var fine =
                parts.group(7) != null
                        ? Moment.Precision.SECOND
                        : parts.group(6) != null ? Moment.Precision.MINUTE : Moment.Precision.HOUR;
        return Optional.of(
                new Moment(
                        kind,
                        fine,
                        clock(day, parts.group(5), parts.group(6), parts.group(7), parts.group(8)),
                        length(parts.group(8)),
                        zone(parts.group(9))));
    }

    private static LocalDateTime clock(
            LocalDateTime day,
            String hour,
            @Nullable String minute,
            @Nullable String second,
            @Nullable String fraction) {
        var seconds = number(second, 0);
        var nanos =
                fraction == null ? 0 : Integer.parseInt((fraction + "00000000").substring(0, 9));
        var leap = seconds == 60 ? 1 : 0;
        return day.withHour(Integer.parseInt(hour))
                .withMinute(number(minute, 0))
                .withSecond(seconds - leap)
                .withNano(nanos)
                .plusSeconds(leap);
    }

    private static int number(@Nullable String digits, int absent) {
        return digits == null ? absent : Integer.parseInt(digits);
    }

    private static int length(@Nullable String digits) {
        return digits == null ? 0 : digits.length();
    }

    private static OptionalInt zone(@Nullable String text) {
        if (text == null) {
            return OptionalInt.empty();
        }
        if (text.equals("Z")) {
            return OptionalInt.of(0);
        }
        var minutes =
                Integer.parseInt(text.substring(1, 3)) * 60 + Integer.parseInt(text.substring(4));
        return OptionalInt.of(text.charAt(0) == '-' ? -minutes : minutes);
    }
}
