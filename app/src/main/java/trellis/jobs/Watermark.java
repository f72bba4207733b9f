package trellis.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Which lines of a file are done: all up to a height, and some beyond it. Safe for many threads.
final class Watermark {
    private long high;
    private final TreeMap<Long, Long> beyond = new TreeMap<>();

    /// @param high every line up to this one is done
    /// @param beyond first and last line of each stretch that is done beyond it
    Watermark(long high, List<Long> beyond) {
        this.high = high;
        for (var i = 0; i + 1 < beyond.size(); i += 2) {
            done(beyond.get(i), beyond.get(i + 1));
        }
    }

    /// A file of which nothing is done.
    static Watermark zero() {
        return new Watermark(0, List.of());
    }

    /// A state that can be kept.
    ///
    /// @param beyond first and last line of each stretch
    record Level(long high, List<Long> beyond) {}

    /// Notes that lines are done.
    synchronized void done(long first, long last) {
        beyond.merge(first, last, Math::max);
        for (var next = beyond.firstEntry();
                next != null && next.getKey() <= high + 1;
                next = beyond.firstEntry()) {
            high = Math.max(high, next.getValue());
            beyond.pollFirstEntry();
        }
    }

    synchronized boolean isDone(long line) {
        if (line <= high) {
            return true;
        }
        var stretch = beyond.floorEntry(line);
        return stretch != null && stretch.getValue() >= line;
    }

    synchronized Level level() {
        var stretches = new ArrayList<Long>();
        beyond.forEach((first, last) -> {
            stretches.add(first);
            stretches.add(last);
        });
        return new Level(high, List.copyOf(stretches));
    }
}
