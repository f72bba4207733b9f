package trellis.jobs;

import java.time.Duration;
import java.util.Locale;

/// What an import came to, in one line.
final class ImportSummary {
    private ImportSummary() {}

    static String of(ImportRun run) {
        return of(run.counts(), run.took());
    }

    static String of(Tally.Counts counts, Duration took) {
        return String.format(
                Locale.UK,
                "%,d resources in %s (%,.0f/s): %,d new, %,d changed, %,d already there, %,d rejected",
                counts.all(),
                Durations.words(took),
                counts.all() / Math.max(0.001, took.toNanos() / 1e9),
                counts.created(),
                counts.changed(),
                counts.same(),
                counts.rejected());
    }
}
