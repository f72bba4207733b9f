package trellis.jobs;

import java.io.InputStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import trellis.access.Caller;
import trellis.audit.AuditLog;
import trellis.settings.Settings;
import trellis.store.DatabaseRefused;

/// `trellis import`: loads FHIR JSON from files into the store. Ends with 0 when all was stored, 1
/// when some was rejected, 2 when it could not run or was stopped.
public final class Import implements Command {
    private static final int REJECTED = 1;
    private static final int COULD_NOT = 2;

    private final Console console;
    private final Settings settings;
    private final InputStream piped;

    /// @param piped the standard input
    public Import(Console console, Settings settings, InputStream piped) {
        this.console = console;
        this.settings = settings;
        this.piped = piped;
    }

    @Override
    public String name() {
        return "import";
    }

    @Override
    public String summary() {
        return "Load records from files";
    }

    @Override
    public String usage() {
        return """
        import FILE|FOLDER|-...     FHIR JSON: Bundles or resources, one a line or one a file, .gz or not
               --rejects FILE       write every reject to FILE, one JSON object a line
               --restart            begin anew where an earlier import was interrupted
               --limit MEGABYTES    the longest line that is read (64)\
        """;
    }

    @Override
    public int run(List<String> arguments) {
        var options = ImportOptions.parse(arguments);
        var stop = new CountDownLatch(1);
        try (var _ = OnSignal.countDown(stop, console)) {
            var found = Sources.of(options.names());
            if (found.leftOut() > 0) {
                console.note(
                        found.leftOut() + " files are not FHIR JSON by their names: left out.");
            }
            try (var rejects = Rejects.to(options.rejects());
                    var parts = Parts.open(settings)) {
                return load(parts, options, found.sources(), rejects, stop);
            }
        } catch (CommandFailed | DatabaseRefused e) {
            console.note("trellis: " + e.getMessage());
            return COULD_NOT;
        }
    }

    private int load(
            Parts parts,
            ImportOptions options,
            List<Source> sources,
            Rejects rejects,
            CountDownLatch stop) {
        var trail =
                new ImportTrail(
                        parts.get(AuditLog.class),
                        parts.get(Clock.class),
                        Caller.command("import"));
        var run = new ImportRun(console, parts.get(LoadingParts.class), trail, rejects, stop);
        var ended = run.all(sources, options, piped);
        rejects.report().forEach(console::note);
        console.say(ImportSummary.of(run));
        if (!ended) {
            console.note("Stopped. The same command goes on from here.");
            return COULD_NOT;
        }
        return rejects.count() > 0 ? REJECTED : 0;
    }
}
