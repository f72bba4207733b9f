package trellis.access;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times as headers of HTTP have them (RFC 9110, section 5.6.7): the day always with two digits, which Java's own format of that
/// name leaves out.
public final class HttpDates {
    private static final DateTimeFormatter FIXED =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                    .withZone(ZoneOffset.UTC);

    private HttpDates() {}

    /// Such as `Tue, 01 Dec 2026 08:00:00 GMT`.
    public static String of(Instant time) {
        return FIXED.format(time);
    }
}
