package trellis.page;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How staff pages write dates, ages, names and numbers: the NHS Common User Interface forms
/// (ISB 1500 to 1505; interface rules 2, 11 to 13 and 18). Pure functions, blind to the locale of the
/// browser and of the machine. Public pages have another class; the two never meet on one page.
public final class StaffFormat {

    /// What stands where nothing is known (PAB-0019).
    public static final String NOT_KNOWN = "Not known";

    /// What stands where the record says nothing.
    public static final String NOT_RECORDED = "Not recorded";

    private static final char NO_BREAK = '\u00a0';
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("dd-MMM-uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("MMM-uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ENGLISH);

    private StaffFormat() {}

    /// `09-Mar-2026`.
    public static String date(LocalDate day) {
        return DAY.format(day);
    }

    /// The day of something recorded, no more precise than it was recorded: `2019`, `May-2019`,
    /// `09-Mar-2026`.
    public static String date(When when) {
        return switch (when) {
            case When.InYear(var year) -> year.toString();
            case When.InMonth(var month) -> MONTH.format(month);
            case When.OnDay _, When.At _ -> date(when.firstDay());
        };
    }

    /// The day and, if it was recorded, the time: `09-Mar-2026 14:05`.
    public static String dateTime(When when) {
        return switch (when) {
            case When.At(var instant) -> dateTime(instant);
            case When.InYear _, When.InMonth _, When.OnDay _ -> date(when);
        };
    }

    /// `09-Mar-2026 14:05`, in London.
    public static String dateTime(Instant instant) {
        var there = london(instant);
        return DAY.format(there) + " " + CLOCK.format(there);
    }

    /// `14:05`, in London.
    public static String time(Instant instant) {
        return CLOCK.format(london(instant));
    }

    private static ZonedDateTime london(Instant instant) {
        return instant.atZone(When.LONDON);
    }

    /// Age between two days, in the units of the patient banner guidance: days to 4 weeks, weeks and
    /// days to 1 year, months and days to 2 years, years and months to 18 years, then years.
    public static String age(LocalDate born, LocalDate on) {
        if (on.isBefore(born)) {
            return "not yet born";
        }
        var period = Period.between(born, on);
        var days = ChronoUnit.DAYS.between(born, on);
        if (period.getYears() >= 18) {
            return period.getYears() + "y";
        }
        if (period.getYears() >= 2) {
            return pair(period.getYears(), "y", period.getMonths(), "m");
        }
        if (period.getYears() == 1) {
            var months = period.toTotalMonths();
            return pair(months, "m", ChronoUnit.DAYS.between(born.plusMonths(months), on), "d");
        }
        if (days >= 28) {
            return pair(days / 7, "w", days % 7, "d");
        }
        return days + "d";
    }

    private static String pair(long high, String highUnit, long low, String lowUnit) {
        return low == 0 ? high + highUnit : high + highUnit + NO_BREAK + low + lowUnit;
    }

    /// Age when the birth date may be partial: a person known to be born in 1945 is `about 81y`.
    public static String age(When born, LocalDate on) {
        return switch (born) {
            case When.OnDay(var day) -> age(day, on);
            case When.At _ -> age(born.firstDay(), on);
            case When.InMonth _, When.InYear _ -> {
                var youngest = age(born.lastDay(), on);
                var oldest = age(born.firstDay(), on);
                yield youngest.equals(oldest)
                        ? oldest
                        : "about " + Period.between(born.firstDay(), on).getYears() + "y";
            }
        };
    }

    /// `SURNAME, First (Title)`; a part that is missing is said (NID-0001 to 0010).
    public static String name(
            Optional<String> family, Optional<String> given, Optional<String> title) {
        if (family.isEmpty() && given.isEmpty()) {
            return "Name not known";
        }
        var text = new StringBuilder(family.map(StaffFormat::capitals).orElse("SURNAME NOT KNOWN"));
        text.append(", ").append(given.orElse("first name not known"));
        title.map(StaffFormat::withoutStop).ifPresent(t -> text.append(" (").append(t).append(')'));
        return text.toString();
    }

    private static String capitals(String surname) {
        return surname.toUpperCase(Locale.UK);
    }

    private static String withoutStop(String title) {
        return title.endsWith(".") ? title.substring(0, title.length() - 1) : title;
    }

    /// A dose's number: `0.5`, never `.5` or `0.50`; `1,000` with a comma (interface rule 12).
    public static String doseNumber(BigDecimal value) {
        var plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        return grouped(plain.toPlainString());
    }

    /// A result's number with the precision it was reported with: `7.0` stays `7.0`.
    public static String resultNumber(BigDecimal value) {
        return grouped(value.toPlainString());
    }

    private static String grouped(String plain) {
        var sign = plain.startsWith("-") ? "-" : "";
        var digits = plain.substring(sign.length());
        var point = digits.indexOf('.');
        var whole = point < 0 ? digits : digits.substring(0, point);
        var rest = point < 0 ? "" : digits.substring(point);
        var text = new StringBuilder(whole);
        for (int at = whole.length() - 3; at > 0; at -= 3) {
            text.insert(at, ',');
        }
        return sign + text + rest;
    }

    /// A dose: number, a space that does not break, unit in full: `20 mg`, `500 micrograms`.
    public static String dose(BigDecimal value, String unit) {
        var words = DoseUnits.inFull(unit, value);
        return words.isEmpty() ? doseNumber(value) : doseNumber(value) + NO_BREAK + words;
    }

    /// A result: number as reported and unit, `5.6 mmol/L`.
    public static String result(BigDecimal value, String unit) {
        var words = ResultUnits.readable(unit);
        return words.isEmpty() ? resultNumber(value) : resultNumber(value) + NO_BREAK + words;
    }

    /// `10 of 230 shown`, or `All 7 shown`; an empty list says so in its own words, not here.
    public static String shown(int shown, int total) {
        return shown == total
                ? (total == 1 ? "1 shown" : "All " + total + " shown")
                : grouped(Integer.toString(shown))
                        + " of "
                        + grouped(Integer.toString(total))
                        + " shown";
    }

    /// Joins words as a sentence does: `a`, `a and b`, `a, b and c`.
    public static String list(List<String> words) {
        if (words.size() < 2) {
            return String.join("", words);
        }
        return String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }
}
