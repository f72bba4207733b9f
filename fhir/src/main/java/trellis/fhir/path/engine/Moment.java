package trellis.fhir.path.engine;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;

/// System.Date, System.DateTime or System.Time, as precise as it was written.
///
/// @param kind which of the three
/// @param precision the finest part that is known
/// @param start the first moment that it may mean, in its own zone; a time is of a fixed day
/// @param fraction how many digits of a second are known, 0 to 9
/// @param offset minutes east of Greenwich; empty when no zone was given
public record Moment(
        Kind kind, Precision precision, LocalDateTime start, int fraction, OptionalInt offset)
        implements Value {

    /// Which of FHIRPath's three types.
    public enum Kind {
        DATE,
        DATE_TIME,
        TIME;

        String systemName() {
            return switch (this) {
                case DATE -> "Date";
                case DATE_TIME -> "DateTime";
                case TIME -> "Time";
            };
        }
    }

    /// From coarse to fine. Fractions of a second belong to the second.
    public enum Precision {
        YEAR(4, ChronoUnit.YEARS),
        MONTH(6, ChronoUnit.MONTHS),
        DAY(8, ChronoUnit.DAYS),
        HOUR(10, ChronoUnit.HOURS),
        MINUTE(12, ChronoUnit.MINUTES),
        SECOND(14, ChronoUnit.SECONDS);

        private final int digits;
        private final ChronoUnit unit;

        Precision(int digits, ChronoUnit unit) {
            this.digits = digits;
            this.unit = unit;
        }

        private Precision coarser() {
            return switch (this) {
                case YEAR, MONTH -> YEAR;
                case DAY -> MONTH;
                case HOUR -> DAY;
                case MINUTE -> HOUR;
                case SECOND -> MINUTE;
            };
        }
    }

    private static final int MILLISECONDS = 17;
    private static final int MILLIS_DIGITS = 3;

    /// Digits of a date, by which a time's digits are fewer.
    private static final int OF_DATE = 8;

    private static final int EAST = 14 * 60;
    private static final int WEST = -12 * 60;

    /// The day that a time by itself is of.
    static final LocalDateTime NO_DAY = LocalDateTime.of(2000, 1, 1, 0, 0);

    static Moment now(ZonedDateTime now) {
        return new Moment(
                Kind.DATE_TIME,
                Precision.SECOND,
                now.toLocalDateTime().truncatedTo(ChronoUnit.MILLIS),
                MILLIS_DIGITS,
                OptionalInt.of(now.getOffset().getTotalSeconds() / 60));
    }

    static Moment today(ZonedDateTime now) {
        return now(now).dateOnly();
    }

    static Moment timeOfDay(ZonedDateTime now) {
        return new Moment(
                Kind.TIME,
                Precision.SECOND,
                NO_DAY.with(now.toLocalTime().truncatedTo(ChronoUnit.MILLIS)),
                MILLIS_DIGITS,
                OptionalInt.empty());
    }

    boolean isTime() {
        return kind == Kind.TIME;
    }

    /// The date alone.
    Moment dateOnly() {
        var fine = precision.compareTo(Precision.DAY) > 0 ? Precision.DAY : precision;
        return new Moment(
                Kind.DATE, fine, start.truncatedTo(ChronoUnit.DAYS), 0, OptionalInt.empty());
    }

    /// The same as a DateTime.
    Moment asDateTime() {
        return new Moment(Kind.DATE_TIME, precision, start, fraction, offset);
    }

    /// Negative, zero or positive; empty when the two are not precise enough to tell, or one has a
    /// zone and the other may lie in any. A time is not compared with a date.
    Optional<Integer> compare(Moment other) {
        if (offset.isPresent() != other.offset.isPresent()) {
            return offset.isPresent() ? zoned(other) : other.zoned(this).map(c -> -c);
        }
        var mine = start.minusMinutes(offset.orElse(0));
        var theirs = other.start.minusMinutes(other.offset.orElse(0));
        var shared = precision.compareTo(other.precision) < 0 ? precision : other.precision;
        var order = cut(mine, shared).compareTo(cut(theirs, shared));
        return order == 0 && precision != other.precision
                ? Optional.empty()
                : Optional.of(Integer.signum(order));
    }

    /// Against one that may lie in any zone.
    private Optional<Integer> zoned(Moment other) {
        var mine = start.minusMinutes(offset.orElse(0));
        var first = other.start.minusMinutes(EAST);
        var last = other.next().minusMinutes(WEST);
        if (!next().minusMinutes(offset.orElse(0)).isAfter(first)) {
            return Optional.of(-1);
        }
        return mine.isBefore(last) ? Optional.empty() : Optional.of(1);
    }

    private LocalDateTime next() {
        return precision == Precision.SECOND ? start.plusNanos(1) : start.plus(1, precision.unit);
    }

    private static LocalDateTime cut(LocalDateTime moment, Precision precision) {
        return switch (precision) {
            case YEAR -> moment.withDayOfYear(1).truncatedTo(ChronoUnit.DAYS);
            case MONTH -> moment.withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
            case DAY, HOUR, MINUTE -> moment.truncatedTo(precision.unit);
            case SECOND -> moment;
        };
    }

    /// Later by a calendar duration or a UCUM one of fixed length.
    ///
    /// @return empty when it leaves the years 1 to 9999, or the unit is none of time
    Optional<Moment> plus(Quantity duration) {
        var word = word(duration);
        if (word.isEmpty()) {
            return Optional.empty();
        }
        var amount = duration.value();
        var unit = word.get();
        if (unit.equals("week")) {
            amount = amount.multiply(BigDecimal.valueOf(7));
            unit = "day";
        }
        try {
            return unit(unit).compareTo(precision) > 0
                    ? moved(inKnownUnits(amount, unit), word(precision))
                    : moved(amount, unit);
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /// The unit as a calendar word; empty when it is none of time, or a UCUM year or month, which
    /// are no calendar years and months.
    private static Optional<String> word(Quantity duration) {
        if (duration.calendar()) {
            return Optional.of(duration.unit());
        }
        return switch (duration.unit()) {
            case "wk" -> Optional.of("week");
            case "d" -> Optional.of("day");
            case "h" -> Optional.of("hour");
            case "min" -> Optional.of("minute");
            case "s" -> Optional.of("second");
            case "ms" -> Optional.of("millisecond");
            default ->
                    Quantity.isCalendarWord(duration.unit())
                            ? Optional.of(Quantity.singular(duration.unit()))
                            : Optional.empty();
        };
    }

    static boolean isDuration(Quantity quantity) {
        return word(quantity).isPresent();
    }

    private static Precision unit(String word) {
        return switch (word) {
            case "year" -> Precision.YEAR;
            case "month" -> Precision.MONTH;
            case "day" -> Precision.DAY;
            case "hour" -> Precision.HOUR;
            case "minute" -> Precision.MINUTE;
            default -> Precision.SECOND;
        };
    }

    /// A unit finer than what is known counts as so many of the finest known, remainders left out:
    /// 24 hours a day, 30 days a month, 365 days a year (FHIRPath N1, Date/Time Arithmetic).
    private BigDecimal inKnownUnits(BigDecimal amount, String word) {
        var whole = word.equals("millisecond") ? amount.movePointLeft(MILLIS_DIGITS) : amount;
        for (var step = unit(word); step != precision; ) {
            var toYears = step == Precision.DAY && precision == Precision.YEAR;
            var per =
                    switch (step) {
                        case SECOND, MINUTE -> 60;
                        case HOUR -> 24;
                        case DAY -> toYears ? 365 : 30;
                        case MONTH, YEAR -> 12;
                    };
            whole = whole.divide(BigDecimal.valueOf(per), 0, RoundingMode.DOWN);
            step = toYears ? Precision.YEAR : step.coarser();
        }
        return whole;
    }

    private static String word(Precision precision) {
        return switch (precision) {
            case YEAR -> "year";
            case MONTH -> "month";
            case DAY -> "day";
            case HOUR -> "hour";
            case MINUTE -> "minute";
            case SECOND -> "second";
        };
    }

    private Optional<Moment> moved(BigDecimal amount, String word) {
        var after =
                switch (word) {
                    case "second" -> start.plusNanos(nanos(amount, 9));
                    case "millisecond" -> start.plusNanos(nanos(amount, 6));
                    default ->
                            start.plus(
                                    amount.setScale(0, RoundingMode.DOWN).longValueExact(),
                                    unit(word).unit);
                };
        if (kind == Kind.TIME) {
            after = NO_DAY.with(after.toLocalTime());
        } else if (after.getYear() < 1 || after.getYear() > 9999) {
            return Optional.empty();
        }
        var digits =
                after.get(ChronoField.NANO_OF_SECOND) == 0 || fraction > 0
                        ? fraction
                        : MILLIS_DIGITS;
        return Optional.of(new Moment(kind, precision, after, digits, offset));
    }

    private static long nanos(BigDecimal amount, int power) {
        return amount.scaleByPowerOfTen(power).setScale(0, RoundingMode.DOWN).longValueExact();
    }

    /// How many digits it has, as `precision()` counts them.
    int digits() {
        var all = precision == Precision.SECOND && fraction > 0 ? MILLISECONDS : precision.digits;
        return kind == Kind.TIME ? all - OF_DATE : all;
    }

    /// The most digits that its kind can have.
    int finest() {
        return switch (kind) {
            case DATE -> OF_DATE;
            case DATE_TIME -> MILLISECONDS;
            case TIME -> MILLISECONDS - OF_DATE;
        };
    }

    /// The first or the last moment that it may mean, to so many digits.
    ///
    /// @return empty when there is no such number of digits
    Optional<Moment> boundary(boolean high, int digits) {
        var wanted = kind == Kind.TIME ? digits + OF_DATE : digits;
        var exact = wanted == MILLISECONDS;
        var target = Optional.<Precision>empty();
        for (var each : Precision.values()) {
            if (each.digits == wanted || (exact && each == Precision.SECOND)) {
                target = Optional.of(each);
            }
        }
        if (target.isEmpty() || (kind == Kind.TIME && target.get().compareTo(Precision.HOUR) < 0)) {
            return Optional.empty();
        }
        var known = fraction > 0;
        var edge =
                high && !(precision == Precision.SECOND && known)
                        ? start.plus(1, precision.unit).minus(1, ChronoUnit.MILLIS)
                        : start;
        var timed = target.get().compareTo(Precision.DAY) > 0;
        return Optional.of(
                new Moment(
                        kind == Kind.DATE && timed ? Kind.DATE_TIME : kind,
                        target.get(),
                        target.get() == Precision.SECOND && !exact
                                ? edge.truncatedTo(ChronoUnit.SECONDS)
                                : cut(edge, target.get()),
                        exact ? MILLIS_DIGITS : 0,
                        kind == Kind.TIME || !timed
                                ? OptionalInt.empty()
                                : OptionalInt.of(offset.orElse(high ? WEST : EAST))));
    }

    @Override
    public String toString() {
        var out = new StringBuilder();
        if (kind != Kind.TIME) {
            out.append(String.format("%04d", start.getYear()));
            if (precision.compareTo(Precision.MONTH) >= 0) {
                out.append(String.format("-%02d", start.getMonthValue()));
            }
            if (precision.compareTo(Precision.DAY) >= 0) {
                out.append(String.format("-%02d", start.getDayOfMonth()));
            }
            if (precision.compareTo(Precision.HOUR) < 0) {
                return out.toString();
            }
            out.append('T');
        }
        out.append(String.format("%02d", start.getHour()));
        if (precision.compareTo(Precision.MINUTE) >= 0) {
            out.append(String.format(":%02d", start.getMinute()));
        }
        if (precision == Precision.SECOND) {
            out.append(String.format(":%02d", start.getSecond()));
            if (fraction > 0) {
                out.append('.')
                        .append(
                                String.format("%09d", start.get(ChronoField.NANO_OF_SECOND)),
                                0,
                                fraction);
            }
        }
        offset.ifPresent(minutes -> out.append(zone(minutes)));
        return out.toString();
    }

    private static String zone(int minutes) {
        if (minutes == 0) {
            return "Z";
        }
        var size = Math.abs(minutes);
        return String.format("%s%02d:%02d", minutes < 0 ? "-" : "+", size / 60, size % 60);
    }
}
