package trellis.jobs;

import java.time.Duration;

/// Spans of time for people.
final class Durations {
    private Durations() {}

    /// Such as `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
    static String words(Duration span) {
        var seconds = span.toSeconds();
        if (seconds < 10) {
            return "%.1f s".formatted(span.toMillis() / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return both(seconds / 60, " min", seconds % 60, " s");
        }
        return both(seconds / 3600, " h", seconds % 3600 / 60, " min");
    }

    private static String both(long whole, String unit, long rest, String smaller) {
        return whole + unit + (rest == 0 ? "" : " " + rest + smaller);
    }
}
