package trellis.fhir.validation;

/// Formats of dates and times (FHIR R4 datatypes: date, dateTime, instant, time), without regular
/// expressions because every resource has several. Days must exist in the calendar.
final class Times {
    private static final int[] DAYS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private Times() {}

    static boolean isDate(String text) {
        return text.length() <= 10 && datePart(text) == text.length();
    }

    static boolean isDateTime(String text) {
        var date = datePart(text);
        return date == text.length() || (date == 10 && clockAndZone(text));
    }

    static boolean isInstant(String text) {
        return datePart(text) == 10 && clockAndZone(text);
    }

    static boolean isTime(String text) {
        return clockPart(text, 0) == text.length();
    }

    private static boolean clockAndZone(String text) {
        if (text.length() < 20 || text.charAt(10) != 'T') {
            return false;
        }
        var clock = clockPart(text, 11);
        return clock > 0 && isZone(text, clock);
    }

    /// Where the date at the start ends: 4, 7 or 10; -1 when there is none.
    private static int datePart(String text) {
        var year = number(text, 0, 4);
        if (year < 1) {
            return -1;
        }
        if (text.length() < 5 || text.charAt(4) != '-') {
            return 4;
        }
        var month = number(text, 5, 2);
        if (month < 1 || month > 12) {
            return -1;
        }
        if (text.length() < 8 || text.charAt(7) != '-') {
            return 7;
        }
        var day = number(text, 8, 2);
        var leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        var last = month == 2 && !leap ? 28 : DAYS[month - 1];
        return day < 1 || day > last ? -1 : 10;
    }

    /// Where `hh:mm:ss` with an optional fraction ends; -1 when it is not there.
    private static int clockPart(String text, int from) {
        var end = from + 8;
        if (text.length() < end || text.charAt(from + 2) != ':' || text.charAt(from + 5) != ':') {
            return -1;
        }
        if (!within(number(text, from, 2), 23)
                || !within(number(text, from + 3, 2), 59)
                || !within(number(text, from + 6, 2), 60)) {
            return -1;
        }
        if (end == text.length() || text.charAt(end) != '.') {
            return end;
        }
        var digits = end + 1;
        while (digits < text.length() && Texts.isDigit(text.charAt(digits))) {
            digits++;
        }
        return digits == end + 1 ? -1 : digits;
    }

    private static boolean isZone(String text, int from) {
        if (text.length() == from + 1) {
            return text.charAt(from) == 'Z';
        }
        if (text.length() != from + 6
                || (text.charAt(from) != '+' && text.charAt(from) != '-')
                || text.charAt(from + 3) != ':') {
            return false;
        }
        var hours = number(text, from + 1, 2);
        var minutes = number(text, from + 4, 2);
        return (within(hours, 13) && within(minutes, 59)) || (hours == 14 && minutes == 0);
    }

    private static boolean within(int number, int most) {
        return number >= 0 && number <= most;
    }

    /// So many digits as a number; -1 when they are not there.
    private static int number(String text, int from, int digits) {
        if (text.length() < from + digits) {
            return -1;
        }
        var number = 0;
        for (var i = from; i < from + digits; i++) {
            var c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }
}
