package trellis.jobs;

import java.time.Duration;
import java.util.Locale;

/// A progress bar for work of a known size, drawn at most a few times a second (every ten seconds
/// where nobody watches).
final class Progress {
    private static final int WIDTH = 24;

    private final Console console;
    private final String what;
    private final long total;
    private final long began = System.nanoTime();
    private final long every;
    private long drawn;
    private long done;

    /// @param what what is being done, such as `Backing up`
    /// @param total its size in bytes, also when that is only an estimate
    Progress(Console console, String what, long total) {
        this.console = console;
        this.what = what;
        this.total = Math.max(1, total);
        var pause = console.interactive() ? Duration.ofMillis(200) : Duration.ofSeconds(10);
        this.every = pause.toNanos();
        this.drawn = began;
    }

    /// So many bytes more are done.
    void add(long bytes) {
        done += bytes;
        var now = System.nanoTime();
        if (now - drawn >= every) {
            drawn = now;
            console.progress(line(Math.min(99, done * 100 / total), now));
        }
    }

    /// All is done.
    void end() {
        console.progress(line(100, System.nanoTime()));
        console.progressDone();
    }

    private String line(long percent, long now) {
        var full = (int) (percent * WIDTH / 100);
        var bar = "#".repeat(full) + ".".repeat(WIDTH - full);
        var seconds = Math.max(1e-3, (now - began) / 1e9);
        var megabytes = done / 1e6;
        return String.format(
                Locale.ROOT,
                "%s [%s] %3d %%  %.0f MB, %.0f MB/s%s",
                what,
                bar,
                percent,
                megabytes,
                megabytes / seconds,
                percent < 100 && percent > 0 ? left(percent, seconds) : "");
    }

    private static String left(long percent, double seconds) {
        var left = Math.round(seconds * (100 - percent) / percent);
        return String.format(Locale.ROOT, ", %d:%02d left", left / 60, left % 60);
    }
}
