package trellis.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import trellis.fhir.Problem;
import trellis.fhir.Refused;
import trellis.jobs.ImportProgressSql.Begun;

/// One run over some inputs, one after the other: where each begins, how far it has come, and what
/// is said meanwhile.
final class ImportRun {
    private final Console console;
    private final ImportTrail trail;
    private final Patience patience;
    private final Loader loader;
    private final Tally tally;
    private final Rejects rejects;
    private final ImportProgressSql progress;
    private final Clock clock;
    private final CountDownLatch stop;
    private final long began = System.nanoTime();
    private final LongAdder dealtWith = new LongAdder();
    private volatile String name = "";

    /// @param parts of the program
    /// @param trail what the run leaves in the audit
    /// @param stop counted down when the run is to end early
    ImportRun(
            Console console,
            LoadingParts parts,
            ImportTrail trail,
            Rejects rejects,
            CountDownLatch stop) {
        this.console = console;
        this.trail = trail;
        this.rejects = rejects;
        this.stop = stop;
        this.tally = new Tally();
        this.clock = parts.clock();
        this.progress = new ImportProgressSql(parts.database());
        this.patience = new Patience(console, Patience.TEN_MINUTES, stop);
        this.loader = new Loader(parts, trail, patience, tally, rejects);
    }

    /// What became of all resources so far.
    Tally.Counts counts() {
        return tally.counts();
    }

    /// How long it has been going on.
    Duration took() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /// Imports every input.
    ///
    /// @return whether it came to the end
    boolean all(List<Source> sources, ImportOptions options, InputStream piped) {
        var known = sources.stream().allMatch(source -> source.path().isPresent());
        var whole = known ? sources.stream().mapToLong(Source::size).sum() : 0;
        try (var _ =
                new ImportBar(
                        console, whole, dealtWith::sum, () -> tally.counts().all(), () -> name)) {
            for (var source : sources) {
                if (!one(source, options, piped)) {
                    return false;
                }
            }
            return true;
        } catch (Refused e) {
            if (e.problem() instanceof Problem.Unavailable(var why, _)) {
                console.progressDone();
                console.note(why + (stop.getCount() == 0 ? "." : ": given up."));
                return false;
            }
            throw e;
        }
    }

    private boolean one(Source source, ImportOptions options, InputStream piped) {
        name = source.name();
        try {
            var file = source.identity();
            var begun = file.flatMap(id -> begun(id, source, options.restart()));
            tell("import: began", source);
            try (var keeping = new Keeping(progress, clock, file, source.name(), begun, tally)) {
                new FileImport(
                                source,
                                loader,
                                keeping.watermark(),
                                tally,
                                rejects,
                                dealtWith,
                                stop,
                                Optional.empty())
                        .run(piped, options.limit());
                if (stop.getCount() == 0) {
                    return false;
                }
            }
            file.ifPresent(id -> patience.until(() -> progress.forget(id)));
            tell("import: ended", source);
        } catch (IOException e) {
            var why = "The file cannot be read: " + e.getMessage();
            rejects.add(List.of(Reject.line(source.name(), 0, "incomplete", why)));
            tally.rejected(1);
        }
        return true;
    }

    private void tell(String what, Source source) {
        patience.until(() -> {
            trail.file(what, source.name());
            return true;
        });
    }

    private Optional<Begun> begun(byte[] file, Source source, boolean restart) {
        if (restart) {
            patience.until(() -> progress.forget(file));
        }
        var begun = patience.until(() -> progress.find(file));
        begun.ifPresent(state ->
                console.note(
                        source.name()
                                + ": going on after line "
                                + state.level().high()
                                + "; --restart would begin anew."));
        return begun;
    }
}
