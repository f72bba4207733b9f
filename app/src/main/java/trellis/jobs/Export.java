package trellis.jobs;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import trellis.access.Caller;
import trellis.audit.AuditLog;
import trellis.settings.Settings;
import trellis.store.DatabaseRefused;
import trellis.store.Snapshot;

/// `trellis export`: writes every resource's current version as NDJSON, all as of one moment. Ends
/// with 0 when it is whole, 2 when it could not be or was stopped; then nothing is left behind under
/// its final name.
final class Export implements Command {
    private static final int COULD_NOT = 2;

    private final Console console;
    private final Settings settings;

    Export(Console console, Settings settings) {
        this.console = console;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "export";
    }

    @Override
    public String summary() {
        return "Write records to files";
    }

    @Override
    public String usage() {
        return """
        export FOLDER            one file a type (TYPE.ndjson.gz) and a manifest with the counts
        export FILE.ndjson[.gz]  all in one file; - is the standard output
               --type TYPE,...   only these types
               --since TIME      only what has changed since, such as 2026-03-01
               --plain           files of a folder not packed\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var options = ExportOptions.parse(arguments);
        var stop = new CountDownLatch(1);
        try (var _ = OnSignal.countDown(stop, console);
                var parts = Parts.open(settings)) {
            return export(parts, options, stop);
        } catch (CommandFailed | DatabaseRefused e) {
            console.note("trellis: " + e.getMessage());
            return COULD_NOT;
        } catch (IOException e) {
            console.note("trellis: the export cannot be written: " + e.getMessage());
            return COULD_NOT;
        }
    }

    private int export(Parts parts, ExportOptions options, CountDownLatch stop) throws IOException {
        var clock = parts.get(Clock.class);
        var trail = new ImportTrail(parts.get(AuditLog.class), clock, Caller.command("export"));
        // Before anything is read: what is not in the audit does not happen.
        trail.file("export: began", "types " + options.types() + ", since " + options.since());
        var written = new LongAdder();
        var start = System.nanoTime();
        try (var snapshot = Snapshot.of(parts.get(DataSource.class), clock);
                var target = ExportTarget.open(options, console.out())) {
            var counts = wanted(snapshot, options);
            var whole = counts.values().stream().mapToLong(Long::longValue).sum();
            try (var _ = new ImportBar(console, whole, written::sum, written::sum, () -> "")) {
                for (var type : counts.keySet()) {
                    if (!one(snapshot, type, options, target, written, stop)) {
                        console.note("Stopped: the export is not whole and has been removed.");
                        return COULD_NOT;
                    }
                }
            }
            target.finish(snapshot.moment(), options.since(), counts);
        }
        trail.file("export: ended", "types " + options.types() + ", " + written.sum());
        console.note(summary(written.sum(), System.nanoTime() - start));
        return 0;
    }

    private static Map<String, Long> wanted(Snapshot snapshot, ExportOptions options) {
        var counts = new TreeMap<>(snapshot.counts(options.since()));
        if (!options.types().isEmpty()) {
            counts.keySet().retainAll(options.types());
        }
        return counts;
    }

    /// @return false when it was told to stop
    private static boolean one(
            Snapshot snapshot,
            String type,
            ExportOptions options,
            ExportTarget target,
            LongAdder written,
            CountDownLatch stop)
            throws IOException {
        try {
            target.begin(type);
            snapshot.each(
                    type,
                    options.since(),
                    stored -> {
                        if (stop.getCount() == 0) {
                            throw new Stopped();
                        }
                        target.write(stored.body());
                        written.increment();
                    });
            return true;
        } catch (Stopped e) {
            return false;
        }
    }

    /// Leaves a stream of rows early.
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("stopped", null, false, false);
        }
    }

    private static String summary(long count, long nanos) {
        return String.format(
                Locale.UK,
                "%,d resources in %s (%,.0f/s)",
                count,
                Durations.words(Duration.ofNanos(nanos)),
                count / Math.max(0.001, nanos / 1e9));
    }
}
