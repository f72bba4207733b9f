package trellis.jobs;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.springframework.stereotype.Component;
import trellis.access.Caller;
import trellis.audit.AuditLog;
import trellis.store.Snapshot;

/// The demo region: a few invented towns, their organisations and people, for whoever meets Trellis
/// for the first time. Loaded once, and never beside records that are there already.
@Component
public final class DemoRegion {
    /// In the order in which they are loaded.
    private static final List<String> FILES =
            List.of("organisations.ndjson.gz", "people.ndjson.gz");

    private final LoadingParts parts;
    private final AuditLog audit;

    DemoRegion(LoadingParts parts, AuditLog audit) {
        this.parts = parts;
        this.audit = audit;
    }

    /// Loads it unless that has been done, or there are other records.
    ///
    /// @param folder that holds its files
    /// @param console where progress is shown
    /// @return whether it has been loaded now
    /// @throws CommandFailed when a file is missing or something of it was rejected
    public boolean load(Path folder, Console console) {
        var marker = new DemoRegionSql(parts.database());
        var state = marker.state();
        if (state == DemoRegionSql.State.LOADED
                || (state == DemoRegionSql.State.UNKNOWN && !nothingThere())) {
            return false;
        }
        if (state == DemoRegionSql.State.UNKNOWN) {
            marker.begin(parts.clock().instant());
        }
        console.note("Loading the demo region ...");
        load(Sources.of(paths(folder)).sources(), console);
        marker.end(parts.clock().instant());
        return true;
    }

    private static List<String> paths(Path folder) {
        return FILES.stream().map(name -> folder.resolve(name).toString()).toList();
    }

    private boolean nothingThere() {
        try (var snapshot = Snapshot.of(parts.database(), parts.clock())) {
            return snapshot.isEmpty();
        }
    }

    private void load(List<Source> sources, Console console) {
        var trail = new ImportTrail(audit, parts.clock(), Caller.system("demo region"));
        try (var rejects = Rejects.to(Optional.empty())) {
            var run = new ImportRun(console, parts, trail, rejects, new CountDownLatch(1));
            var options = ImportOptions.of(sources.stream().map(Source::name).toList());
            if (!run.all(sources, options, InputStream.nullInputStream())) {
                throw new CommandFailed("the demo region could not be loaded to the end");
            }
            console.note(ImportSummary.of(run));
            if (rejects.count() > 0) {
                rejects.report().forEach(console::note);
                throw new CommandFailed("the demo region was not accepted whole");
            }
        }
    }
}
