package trellis.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;
import trellis.access.Caller;
import trellis.audit.AuditLog;
import trellis.fhir.Issue;
import trellis.store.Foreground;

/// Loads into a running server what `trellis import` loads at the command line: by the same rules, in the same bounds of memory, kept
/// up by the second so that it goes on after any interruption. It gives way to whoever is being served.
@Component
public final class Loads {
    private static final int LONGEST_LINE = 64 << 20;

    private final LoadingParts parts;
    private final AuditLog audit;
    private final Foreground foreground;

    Loads(LoadingParts parts, AuditLog audit, Foreground foreground) {
        this.parts = parts;
        this.audit = audit;
        this.foreground = foreground;
    }

    /// What became of all that was loaded.
    public record Counts(long created, long changed, long same, long rejected) {}

    /// Something that was not stored, and why; nothing of a patient.
    ///
    /// @param line from 1; 0 for the whole input
    public record Refusal(long line, Issue issue) {}

    /// Opens an input. It is read from its beginning each time, and must hold the same each time.
    @FunctionalInterface
    public interface Opening {
        InputStream open() throws IOException;
    }

    /// Loads one input.
    ///
    /// @param caller who loads: the audit names them, and the rules of what may be written hold for them
    /// @param name of the input, for the audit
    /// @param identity what it is known by when it goes on after an interruption
    /// @param stop counted down when it is to end early
    /// @param refused takes what was not stored; from many threads, one at a time
    /// @param progress how many bytes have been dealt with; added to meanwhile
    /// @return what became of it, what was done before an interruption included; empty when it was stopped, and goes on from there
    ///     the next time
    /// @throws IOException when the input cannot be read
    /// @throws trellis.fhir.Refused when the database stayed away for too long
    public Optional<Counts> load(
            Caller caller,
            String name,
            String identity,
            Opening input,
            CountDownLatch stop,
            Consumer<Refusal> refused,
            LongAdder progress)
            throws IOException {
        var id = Optional.of(identity.getBytes(StandardCharsets.US_ASCII));
        var silent = silent();
        var sql = new ImportProgressSql(parts.database());
        var patience = new Patience(silent, Patience.TEN_MINUTES, stop);
        var trail = new ImportTrail(audit, parts.clock(), caller);
        var tally = new Tally();
        try (var rejects = Rejects.to(reject -> refused.accept(refusal(reject)))) {
            var begun = patience.until(() -> sql.find(id.get()));
            trail.file("import: began", name);
            var loader = new Loader(parts, trail, patience, tally, rejects);
            var source = new Source(name, Optional.empty(), 0);
            try (var keeping = new Keeping(sql, parts.clock(), id, name, begun, tally);
                    var in = input.open()) {
                new FileImport(
                                source,
                                loader,
                                keeping.watermark(),
                                tally,
                                rejects,
                                progress,
                                stop,
                                Optional.of(foreground))
                        .run(in, LONGEST_LINE);
            }
            if (stop.getCount() == 0) {
                return Optional.empty();
            }
            patience.until(() -> sql.forget(id.get()));
            trail.file("import: ended", name);
            var before = begun.map(ImportProgressSql.Begun::counts).orElse(Tally.Counts.ZERO);
            var all = before.plus(tally.counts());
            return Optional.of(
                    new Counts(all.created(), all.changed(), all.same(), all.rejected()));
        }
    }

    private static Refusal refusal(Reject reject) {
        return new Refusal(
                reject.line(), Issue.error(reject.code(), reject.reason(), reject.expression()));
    }

    /// Nobody watches a terminal here.
    private static Console silent() {
        var nowhere =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Console(nowhere, nowhere, false);
    }
}
