package trellis.fhir.search;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The span of time that a FHIR date, dateTime or instant covers, in microseconds since 1970 UTC:
/// from `low` up to but not including `high`.
///
/// `2019` covers the year, `2019-05` the month, `2019-05-01` the day, `2019-05-01T10:30` the minute
/// (only searches may leave the seconds out), `...:00` the second and `...:00.000` the millisecond.
/// Without a zone the time is read as UTC. Source: FHIR R4 search, 3.1.1.4.5 Date.
///
/// @param low first microsecond that is covered
/// @param high first microsecond after it that is not; greater than `low`
public record SearchTime(long low, long high) {

    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long DAY = 24 * 60 * MINUTE;
    private static final int MAX_LENGTH = 40;

    public SearchTime {
        if (low >= high) {
            throw new IllegalArgumentException("a span of time ends after it begins");
        }
    }

    /// Reads a date, dateTime or instant, or what a search may give in place of one.
    ///
    /// @return the span; empty when the text is none of these
    public static Optional<SearchTime> parse(String text) {
        return text.length() > MAX_LENGTH
                ? Optional.empty()
                : Optional.ofNullable(new Reader(text).read());
    }

    /// Days since 1970-01-01 of a day in the Gregorian calendar, after Howard Hinnant's
    /// days-from-civil. Counts years from March, so that a leap day is the last of its year.
    private static long epochDay(int year, int month, int day) {
        var shifted = month <= 2 ? year - 1 : year;
        var era = Math.floorDiv(shifted, 400);
        var yearOfEra = shifted - era * 400;
        var dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097L
                + yearOfEra * 365L
                + yearOfEra / 4
                - yearOfEra / 100
                + dayOfYear
                - 719_468;
    }

    private static int daysIn(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /// Reads one text from left to right, without regular expressions: this runs for every time in
    /// every resource that is written. A number that is not there or out of range reads as -1.
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        @Nullable SearchTime read() {
            var year = number(4, 1, 9999);
            if (year < 0) {
                return null;
            }
            if (ended()) {
                return days(epochDay(year, 1, 1), epochDay(year + 1, 1, 1));
            }
            var month = skip('-') ? number(2, 1, 12) : -1;
            if (month < 0) {
                return null;
            }
            var first = epochDay(year, month, 1);
            var length = daysIn(year, month);
            if (ended()) {
                return days(first, first + length);
            }
            var day = skip('-') ? number(2, 1, length) : -1;
            if (day < 0) {
                return null;
            }
            var epochDay = first + day - 1;
            if (ended()) {
                return days(epochDay, epochDay + 1);
            }
            return skip('T') ? time(epochDay * DAY) : null;
        }

        private @Nullable SearchTime time(long midnight) {
            var hour = number(2, 0, 23);
            var minute = hour >= 0 && skip(':') ? number(2, 0, 59) : -1;
            if (minute < 0) {
                return null;
            }
            var low = midnight + (hour * 60L + minute) * MINUTE;
            var width = MINUTE;
            if (skip(':')) {
                var second = number(2, 0, 60); // 60 is a leap second, the next minute's first
                if (second < 0) {
                    return null;
                }
                low += second * SECOND;
                width = SECOND;
                if (skip('.')) {
                    var from = at;
                    while (digit() >= 0) {
                        var value = digit();
                        at++;
                        if (width > 1) {
                            width /= 10;
                            low += value * width;
                        }
                    }
                    if (at == from) {
                        return null;
                    }
                }
            }
            var offset = zone();
            return ended() ? new SearchTime(low - offset, low - offset + width) : null;
        }

        /// Microseconds by which the zone is ahead of UTC; 0 when there is none. What is no zone is
        /// left unread, and so refused as trailing text.
        private long zone() {
            if (skip('Z') || ended()) {
                return 0;
            }
            var sign = skip('+') ? 1 : skip('-') ? -1 : 0;
            var start = at;
            var hour = sign == 0 ? -1 : number(2, 0, 14);
            var minute = hour >= 0 && skip(':') ? number(2, 0, 59) : -1;
            if (minute < 0) {
                at = Math.min(start, text.length() - 1);
                return 0;
            }
            return sign * (hour * 60L + minute) * MINUTE;
        }

        private static SearchTime days(long low, long high) {
            return new SearchTime(low * DAY, high * DAY);
        }

        private boolean ended() {
            return at == text.length();
        }

        private boolean skip(char wanted) {
            if (!ended() && text.charAt(at) == wanted) {
                at++;
                return true;
            }
            return false;
        }

        private int digit() {
            var digit = ended() ? -1 : text.charAt(at) - '0';
            return digit <= 9 ? digit : -1;
        }

        private int number(int digits, int least, int most) {
            var value = 0;
            for (var i = 0; i < digits; i++, at++) {
                var digit = digit();
                if (digit < 0) {
                    return -1;
                }
                value = value * 10 + digit;
            }
            return value >= least && value <= most ? value : -1;
        }
    }
}
