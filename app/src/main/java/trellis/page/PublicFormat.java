package trellis.page;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// How public pages write dates and times: the NHS service manual's forms (interface rule 18). Staff
/// pages have another class; the two never meet on one page.
public final class PublicFormat {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("h:mm", Locale.ENGLISH);

    private PublicFormat() {}

    /// `9 March 2026`.
    public static String date(LocalDate day) {
        return DAY.format(day);
    }

    /// `9 March 2026`, in London.
    public static String date(Instant instant) {
        return DAY.format(instant.atZone(When.LONDON));
    }

    /// `9 March 2026, 2:05pm`, in London.
    public static String dateTime(Instant instant) {
        var there = instant.atZone(When.LONDON);
        return DAY.format(there) + ", " + time(there);
    }

    private static String time(ZonedDateTime there) {
        return CLOCK.format(there) + (there.getHour() < 12 ? "am" : "pm");
    }
}
